"""Pages written by hand from the rendered site, mostly in Chinese, no two laid out alike."""

import re

from fakie_schemas.compiler.codes import settled
from fakie_schemas.compiler.endpoints import find_create_task, unusual_ways
from fakie_schemas.compiler.facts import Fact, Log, PageFacts
from fakie_schemas.compiler.fences import read_examples
from fakie_schemas.compiler.field_tree import build_tree
from fakie_schemas.compiler.layout import Layout
from fakie_schemas.compiler.marks import without_mark
from fakie_schemas.compiler.outside import NO_TITLE
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.responses import DocumentedAnswers

PRIORITY = 90
NAME = "user-page"
LOOKS_FOR = "a page that names /api/v1/jobs/createTask, with fields in tables, titles, or bulleted or numbered lists"
SAMPLE = "acme-voice-clean.zh.md"
# More of what was passed over would hide the reason itself.
_MOST_TOLD = 3


def recognise(page: Page) -> bool:
    """Tell whether the page names createTask at all: the layout itself has no mark."""
    return find_create_task(page) is not None


def read(page: Page) -> PageFacts:
    """Read a page of createTask in any layout."""
    return read_layout(page, NAME)


def read_layout(page: Page, name: str) -> PageFacts:
    """Read a page without a fixed form as the format `name`."""
    endpoint = find_create_task(page)
    if endpoint is None:
        raise page.no_contract(1)
    log = Log()
    for problem in page.problems:
        log.doubt(*problem)
    layout = Layout(page)
    layout.read()
    _refuse_truncated(page, layout, endpoint.line)
    for doubt in layout.doubts:
        log.doubt(*doubt)
    for path, line in layout.trimmed:
        log.note("trimmed", line, path[-1], "the name is written with a space at its end")
    examples = read_examples(page, log)
    facts = PageFacts(name, page.title, endpoint, build_tree(layout.drafts, log, layout.arrays), log=log)
    facts.extra |= unusual_ways(page)
    facts.request_example, facts.answer_example = examples.request, examples.answer
    facts.model = _model_in_words(page, facts)
    facts.auth = Fact("bearer", layout.auth_line) if layout.auth_line else None
    facts.codes = settled(layout.answers.codes, log)
    facts.codes_line = next((code.line for code in facts.codes if code.line), None)
    facts.answer = _answer(layout.answers, examples.answer)
    if not layout.answers.ids and not facts.codes and (facts.answer is None or layout.sections.kind == "body"):
        log.doubt(_last_line(page), "the page ends without describing an answer: is it truncated?")
    if _ends_in_a_row(page):
        log.doubt(_last_line(page), "the page ends in a row with fewer cells than its table: is it truncated?")
    return facts


def _model_in_words(page: Page, facts: PageFacts) -> Fact | None:
    """Read the model out of a sentence such as "使用 `acme/model` 模型", where neither field nor example names it."""
    field = facts.body.children.get("model")
    if facts.request_example or (field and field.facts.keys() & {"enum", "default"}):
        return None
    for block in page.blocks:
        if match := re.search(
            r"(?:使用|using|with)\s*`(?P<model>[\w.\-]+(?:/[\w.\-]+)*)`\s*(?:模型|model)",
            block.text,
            re.IGNORECASE,
        ):
            return Fact(match["model"], block.line)
    return None


def _refuse_truncated(page: Page, layout: Layout, line: int) -> None:
    """Refuse a page that stops before it has described the request, or in the middle of a table's row."""
    if not any(path[0] == "input" for path in layout.drafts):
        raise page.fail(
            line,
            "the page names createTask and describes its input in no form that was looked for (tables, titles, lists, "
            f"<ParamField>, an example); or it is truncated{_passed_over(layout)}",
        )
    *_, before, last = ["", *(text.strip() for text in page.text.rstrip().split("\n"))]
    if last.startswith("|") and not last.endswith("|") and before.startswith("|") and before.endswith("|"):
        raise page.fail(_last_line(page), "the page ends in the middle of a table's row: is it truncated?")


def _passed_over(layout: Layout) -> str:
    """Return in words what was met of fields and was not read, which may be why none was found."""
    told = "; ".join(f"line {line}: {without_mark(why)}" for line, why in sorted(layout.doubts)[:_MOST_TOLD])
    hint = "; a title above them would, such as ## Request body" if NO_TITLE in told else ""
    return f"; passed over: {told}{hint}" if told else ""


def _last_line(page: Page) -> int:
    return page.text.rstrip().count("\n") + 1


def _ends_in_a_row(page: Page) -> bool:
    """Tell whether the page's last line is a row with fewer cells than the delimiter row of its table."""
    lines = [line.strip() for line in page.text.rstrip().split("\n")]
    if not lines[-1].startswith("|"):
        return False
    width = next((line.count("|") for line in reversed(lines) if "-" in line and re.fullmatch(r"[\s:|-]+", line)), 0)
    return len(re.findall(r"(?<!\\)\|", lines[-1])) < width


def _answer(answers: DocumentedAnswers, example: Fact | None) -> Fact | None:
    """Tell which ids the success answer has: its documented fields say it, else its example."""
    shown = example.value["data"] if example else {}
    if "recordId" in answers.ids:
        return Fact("task-created-with-record-id", answers.ids["recordId"])
    if example and "recordId" in shown:
        return Fact("task-created-with-record-id", example.line)
    if "taskId" in answers.ids:
        return Fact("task-created", answers.ids["taskId"])
    return Fact("task-created", example.line) if example else None
