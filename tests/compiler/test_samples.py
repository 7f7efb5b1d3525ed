import json
from pathlib import Path
from typing import Any

import pytest

import fakie_fixtures
from fakie_schemas.compiler import derive, to_text
from fakie_schemas.validator import contract_validator

PAGES = Path(fakie_fixtures.__file__).parent / "pages"
SAMPLES = sorted(page for page in PAGES.iterdir() if page.is_file())


def derived(page: Path) -> dict[str, Any]:
    """Derive a sample page as its committed revision was."""
    return derive(page, date="2026-01", url=f"https://pages.example/{page.name}").as_dict()


def resolve(document: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


@pytest.mark.parametrize("page", SAMPLES, ids=lambda page: page.stem)
def test_sample_pages_give_their_committed_revisions(page: Path) -> None:
    """Re-deriving a sample page of ours gives the same bytes."""
    committed = PAGES / "derived" / f"{page.stem}.json"
    assert to_text(derived(page)) == committed.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", SAMPLES, ids=lambda page: page.stem)
def test_every_source_points_at_a_fact_and_at_a_line_of_the_page(page: Path) -> None:
    """Each pointer resolves in the printed object, and each line is one of the page."""
    revision = derived(page)
    lines = page.read_text(encoding="utf-8").count("\n") + 1
    for pointer, line in revision["sources"].items():
        resolve(revision, pointer)
        assert 1 <= line <= lines


@pytest.mark.parametrize("page", SAMPLES, ids=lambda page: page.stem)
def test_every_keyword_of_the_request_has_a_source(page: Path) -> None:
    """No fact of the schema is without the line that states it."""
    revision = derived(page)
    missing = [pointer for pointer in keywords(revision["request"], "/request") if pointer not in revision["sources"]]
    assert missing == [pointer for pointer in missing if pointer == "/request/type"]


def keywords(schema: dict[str, Any], pointer: str) -> list[str]:
    """Return the pointers of all facts in a schema."""
    found: list[str] = []
    for key, value in schema.items():
        if key == "properties":
            found += [each for name, child in value.items() for each in keywords(child, f"{pointer}/properties/{name}")]
        elif key == "items":
            found += keywords(value, f"{pointer}/items")
        elif key == "required":
            found += [f"{pointer}/required/{index}" for index in range(len(value))]
        elif not key.startswith("$"):
            found.append(f"{pointer}/{key}")
    return found


@pytest.mark.parametrize("page", SAMPLES, ids=lambda page: page.stem)
def test_the_example_holds_unless_the_conflict_is_noted(page: Path) -> None:
    """A page's own example satisfies its own schema, or a note says where it does not."""
    revision = derived(page)
    example = revision["examples"]["request"]
    noted = any("own example" in note["text"] for note in revision["notes"])
    assert example is None or noted == (not contract_validator(revision["request"]).is_valid(example))


def test_long_texts_of_the_page_are_not_taken_over() -> None:
    """An example text of more than a line is replaced by our own words."""
    text = json.dumps(derived(PAGES / "acme-motion.official.md"), ensure_ascii=False)
    assert "made-up sentence" not in text
    assert "An example text." in text
