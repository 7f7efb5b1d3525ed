from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive
from support.pages.layouts import LAYOUTS, page
from support.pages.wording import EXPECTED

WORDINGS = 6


def flat(schema: dict[str, Any], name: str = "", needed: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every field of a schema with its facts; without examples, which not every layout shows."""
    skipped = {"$schema", "$id", "properties", "items", "required", "examples"}
    facts = {key: value for key, value in schema.items() if key not in skipped}
    if name:
        yield name, facts | ({"required": True} if needed else {})
    for child, value in schema.get("properties", {}).items():
        yield from flat(value, f"{name}.{child}".lstrip("."), child in schema.get("required", []))
    if "items" in schema:
        yield from flat(schema["items"], f"{name}[]")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_every_layout_gives_the_same_facts(layout: Any, tmp_path: Path) -> None:
    """The same model gives the same schema in every layout and wording, with nothing unread."""
    path = tmp_path / "page.md"
    for seed in range(WORDINGS):
        path.write_text(page(layout, seed), encoding="utf-8")
        revision = derive(path)
        assert dict(flat(revision.request)) == EXPECTED, seed
        assert revision.facts["unread"] == [], seed
        assert [code["code"] for code in revision.facts["codes"]] == [200, 401, 422]
        assert [code["label"] for code in revision.facts["codes"]] == ["成功", "未授权", "验证错误"]
