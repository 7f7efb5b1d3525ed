"""Words behind a type that begin as "required" does and answer no question of whether a field is."""

from pathlib import Path

import pytest

from support.pages.created import revision_of_body

TOP = (
    "| Parameter | Type | Required | Description |\n|---|---|---|---|\n| model | string | yes | must be `a/b` |\n"
    "| input | object | yes | x |\n\n## input object\n\n"
)


@pytest.mark.parametrize(
    ("words", "limits", "told"),
    [
        ("Required range: `1 <= x <= 50`", {"minimum": 1, "maximum": 50}, []),
        ("Optional value range: 1 - 50", {"minimum": 1, "maximum": 50}, []),
        ("Required when mode is fine", {}, ["f: whether it is required is not said by yes or no"]),
        ("required for video", {}, ["f: whether it is required is not said by yes or no"]),
        ("Required unless g is given", {}, ["f: whether it is required is not said by yes or no"]),
    ],
)
def test_a_limit_or_a_condition_requires_nothing(
    tmp_path: Path, words: str, limits: dict[str, int], told: list[str]
) -> None:
    """In a line of a list and in a component; a condition is listed as unread."""
    for line in (f"- `f` (integer): {words}", f'<ParamField body="f" type="integer">{words}</ParamField>'):
        revision = revision_of_body(tmp_path, TOP + line)
        given = revision["request"]["properties"]["input"]
        assert (given["properties"]["f"], given.get("required")) == ({"type": "integer", **limits}, None)
        assert [entry["why"].split(" (")[0] for entry in revision["unread"]] == told
