"""Pages written by hand from the rendered site, mostly in Chinese, no two laid out alike."""

from fakie_schemas.compiler.codes import labelled
from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import Fact, Log, PageFacts
from fakie_schemas.compiler.fences import read_examples
from fakie_schemas.compiler.layout import Layout
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.responses import Answers
from fakie_schemas.compiler.tree import build_tree

PRIORITY = 90
NAME = "user-page"


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
        raise page.fail(1, "the page documents no endpoint that is known")
    log = Log()
    for problem in page.problems:
        log.doubt(*problem)
    layout = Layout(page)
    layout.read()
    if not layout.drafts:
        raise page.fail(
            endpoint.line, "the page names createTask but describes no field of its body: is it truncated?"
        )
    for path, line in layout.trimmed:
        log.note("trimmed", line, path[-1], "the name is written with a space at its end")
    examples = read_examples(page, log)
    facts = PageFacts(name, page.title, endpoint, build_tree(layout.drafts, log), log=log)
    facts.request_example, facts.answer_example = examples.request, examples.answer
    facts.auth = Fact("bearer", layout.auth_line) if layout.auth_line else None
    facts.codes = labelled(layout.answers.codes)
    facts.codes_line = facts.codes[0].line if facts.codes else None
    facts.answer = _answer(layout.answers, examples.answer)
    return facts


def _answer(answers: Answers, example: Fact | None) -> Fact | None:
    """Tell which ids the success answer has: its documented fields say it, else its example."""
    shown = example.value["data"] if example else {}
    if "recordId" in answers.ids:
        return Fact("task-created-with-record-id", answers.ids["recordId"])
    if example and "recordId" in shown:
        return Fact("task-created-with-record-id", example.line)
    if "taskId" in answers.ids:
        return Fact("task-created", answers.ids["taskId"])
    return Fact("task-created", example.line) if example else None
