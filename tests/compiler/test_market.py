from pathlib import Path
from typing import Any

import pytest
import yaml

from fakie_schemas.compiler import DerivedRevision, PageError, derive

KEYWORDS = (
    "type",
    "enum",
    "default",
    "format",
    "pattern",
    "deprecated",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
)
# The two pages whose listed model is another page's: there the example is trusted.
WRONG_MODELS = {"qwen2/text-to-image", "kling/v2-5-turbo-image-to-video-pro"}


@pytest.fixture(scope="module")
def market(shared_pages: Path) -> dict[Path, DerivedRevision]:
    """Derive every official page that documents an endpoint."""
    found: dict[Path, DerivedRevision] = {}
    refused: set[str] = set()
    for page in sorted((shared_pages / "official").rglob("*.md")):
        try:
            found[page] = derive(page, date="2026-04")
        except PageError as error:
            refused.add(error.reason)
    assert {reason.split(";")[0] for reason in refused} == {"the page documents no endpoint that is known"}
    return found


def test_every_official_page_is_read(market: dict[Path, DerivedRevision]) -> None:
    """All models and all endpoints of the Market are derived, each under a name of its own."""
    names = [revision.name for revision in market.values()]
    assert len(set(names)) == len(names)
    assert sum(not name.startswith("endpoints/") for name in names) == 109
    assert sum(name.startswith("endpoints/") for name in names) == 6


def test_the_schemas_say_what_the_pages_yaml_says(market: dict[Path, DerivedRevision]) -> None:
    """An independent reading of the YAML finds the same facts, field by field."""
    compared = sum(compare(body(page), revision.request, revision) for page, revision in market.items())
    assert compared > 2500


def test_next_to_nothing_is_left_unread(market: dict[Path, DerivedRevision]) -> None:
    """Of some thousand facts only the unclear ones are listed as unread."""
    facts = sum(len(revision.facts["sources"]) for revision in market.values())
    unread = sum(len(revision.facts["unread"]) for revision in market.values())
    assert facts > 4000
    assert unread < facts / 100


def test_chinese_samples_are_read_without_doubt(shared_pages: Path) -> None:
    """The samples in their many layouts leave nothing unread but one long default."""
    reasons = [
        entry["why"] for page in sorted((shared_pages / "zh").glob("*.md")) for entry in derive(page).facts["unread"]
    ]
    assert [why.partition(" (")[0] for why in reasons] == [
        "prompt: the default is a long text, which is not taken over"
    ]


def body(page: Path) -> dict[str, Any]:
    """Return the request schema of a page, with its references resolved, straight from the YAML."""
    text = page.read_text(encoding="utf-8").split("```yaml\n")[1].rsplit("\n```", 1)[0]
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    (operations,) = document["paths"].values()
    (operation,) = operations.values()
    content = operation.get("requestBody", {}).get("content", {})
    return resolved(next(iter(content.values()))["schema"], document) if content else {}


def resolved(schema: Any, document: Any) -> Any:
    """Put what a `$ref` refers to in its place."""
    if isinstance(schema, list):
        return [resolved(item, document) for item in schema]
    if not isinstance(schema, dict):
        return schema
    merged = {key: resolved(value, document) for key, value in schema.items() if key != "$ref"}
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].split("/")[1:]:
            target = target[part]
        merged = resolved(target, document) | merged
    return merged


def compare(stated: dict[str, Any], derived: dict[str, Any], revision: DerivedRevision, name: str = "") -> int:
    """Compare one schema with the derived one, and count the facts."""
    count = 0
    for keyword in KEYWORDS:
        if stated.get(keyword) in (None, False) and keyword in {"deprecated", "default"}:
            continue
        if keyword in stated and not (name == "/model" and revision.name in WRONG_MODELS):
            # Where words allow something beside a URL, its format is one of two branches.
            holder = derived if keyword in derived else next(iter(derived.get("anyOf", [{}])))
            assert holder.get(keyword) == stated[keyword], (revision.name, name, keyword)
            assert type(holder[keyword]) is type(stated[keyword]), (revision.name, name, keyword)
            count += 1
    for key, value in stated.get("properties", {}).items():
        count += compare(value, derived["properties"][key.strip()], revision, f"{name}/{key.strip()}")
    if "items" in stated:
        count += compare(stated["items"], derived["items"], revision, f"{name}[]")
    required = {key.strip() for key in stated.get("required", [])}
    added = {"model", "input"} if name == "" and not revision.name.startswith("endpoints/") else set()
    if stated:
        assert set(derived.get("required", [])) == required | added, (revision.name, name)
    return count + len(required)


def test_codes_that_stand_within_data_are_the_pages_own(shared: Path) -> None:
    """One page lists its codes under `data.code`; they are read there, 433 included, and not inherited."""
    revision = derive(shared / "pages" / "official" / "market" / "kling" / "kling-3-0.md").as_dict()
    assert 433 in [entry["code"] for entry in revision["codes"]]
    assert not any(entry.get("inherited") for entry in revision["codes"])
