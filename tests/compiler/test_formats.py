from pathlib import Path

import pytest

import fakie_fixtures
from fakie_schemas.compiler import derive
from fakie_schemas.compiler.formats import formats
from fakie_schemas.compiler.page import load_page

PAGES = Path(fakie_fixtures.__file__).parent / "pages"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("acme-voice-clean.zh.md", "user-page"),
        ("acme-motion.openapi.json", "openapi-document"),
        ("acme-motion.official.md", "official-page"),
        ("acme-balance.official.md", "official-page"),
        ("acme-motion.export.md", "model-page-export"),
    ],
)
def test_each_page_is_recognised_by_itself(page: str, name: str) -> None:
    """The format is told by the page's content and stands in the provenance."""
    assert derive(PAGES / page).facts["provenance"]["format"] == name


def test_formats_are_asked_from_the_most_to_the_least_particular() -> None:
    """The reader without a fixed form comes last."""
    names = [module.NAME for module in formats()]
    assert names[0] == "postman-collection"
    assert names[-1] == "user-page"
    assert len(names) == len(set(names))


def test_an_endpoint_has_its_own_place_and_answer() -> None:
    """A page that is not createTask's gives an endpoint revision with its documented answer inline."""
    revision = derive(PAGES / "acme-balance.official.md", date="2026-01")
    assert revision.name == "endpoints/credit"
    assert revision.facts["model"] is None
    assert revision.facts["endpoint"]["request_in"] == "query"
    assert revision.facts["answers"]["success"]["properties"]["data"] == {"type": "number"}
    assert revision.facts["sources"]["/answers/success/properties/data/type"] == 31


def test_lines_of_blocks_are_those_of_the_page() -> None:
    """A fact's line is where a reader of the page finds it."""
    page = load_page(PAGES / "acme-traps.zh.md")
    lines = page.text.split("\n")
    for block in page.blocks:
        if block.kind == "heading":
            assert block.text in lines[block.line - 1]
