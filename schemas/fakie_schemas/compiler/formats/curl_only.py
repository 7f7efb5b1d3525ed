"""Pages that show a request and describe no field of it."""

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import Log, PageFacts
from fakie_schemas.compiler.fences import read_examples
from fakie_schemas.compiler.from_example import fields_shown
from fakie_schemas.compiler.layout import Layout
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.page_words import section_of

PRIORITY = 80
NAME = "curl-only"
LOOKS_FOR = "an example of a request, such as a curl command"
SAMPLE = "acme-motion.curl.md"


def recognise(page: Page) -> bool:
    """Tell whether the page shows a request of createTask and has nothing that describes it."""
    if find_create_task(page) is None or any(_titles_body(block.text) for block in page.blocks if _is_title(block)):
        return False
    example = read_examples(page, Log()).request
    if example is None or not isinstance(example.value.get("input"), dict):
        return False
    layout = Layout(page)
    layout.read()
    return not any(path[0] == "input" for path in layout.drafts)


def read(page: Page) -> PageFacts:
    """List the fields of the example, all of them doubted."""
    endpoint = find_create_task(page)
    log, layout = Log(), Layout(page)
    layout.read()
    for doubt in layout.doubts:
        log.doubt(*doubt)
    examples = read_examples(page, log)
    if endpoint is None or examples.request is None:
        raise page.fail(1, "the page shows no request of createTask")
    facts = PageFacts(NAME, page.title, endpoint, fields_shown(examples.request, log), log=log)
    facts.request_example, facts.answer_example = examples.request, examples.answer
    return facts


def _is_title(block: Block) -> bool:
    return block.kind == "heading" or bool(block.strong)


def _titles_body(text: str) -> bool:
    return section_of(text) == "body"
