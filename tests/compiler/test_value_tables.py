"""Tables of names and values below the title "Enum", as Apifox and Apidog export them."""

from pathlib import Path

import pytest

from support.pages.created import revision_of_body

FIELDS = (
    "|名称|位置|类型|必选|说明|\n|---|---|---|---|---|\n|body|body|object| 否 |none|\n|» model|body|string| 是 |必须为 `a/b`|\n"
    "|» input|body|object| 是 |none|\n|»» speed|body|string| 否 |none|\n|»» count|body|integer| 否 |none|\n"
    "|»» sizes|body|[string]| 否 |none|\n"
)
ROWS = "|»» speed|fast|\n|»» speed|slow|\n|»» count|1|\n|»» count|2|\n|»» sizes|1:1|\n"
SPEED = {"type": "string", "enum": ["fast", "slow"]}


@pytest.mark.parametrize(
    ("title", "head"), [("枚举值", "|属性|值|"), ("Enum", "|Name|Value|"), ("Enum values", "|Field|Value|")]
)
def test_each_row_is_a_value_of_the_field_that_it_names(tmp_path: Path, title: str, head: str) -> None:
    """They are of the field's type, and those of an array of its items."""
    revision = revision_of_body(tmp_path, f"{FIELDS}\n#### {title}\n\n{head}\n|---|---|\n{ROWS}")
    assert revision["request"]["properties"]["input"]["properties"] == {
        "speed": SPEED,
        "count": {"type": "integer", "enum": [1, 2]},
        "sizes": {"type": "array", "items": {"type": "string", "enum": ["1:1"]}},
    }
    assert revision["unread"] == []


@pytest.mark.parametrize(
    ("title", "more"), [("Example values", ""), ("枚举值", "|»» other|1|\n"), ("枚举值", "|»» speed||\n")]
)
def test_a_table_of_something_else_says_nothing_of_values(tmp_path: Path, title: str, more: str) -> None:
    """Nor does one that names a field which is not known, or no value: it is told of, once."""
    revision = revision_of_body(tmp_path, f"{FIELDS}\n#### {title}\n\n|属性|值|\n|---|---|\n{ROWS}{more}")
    given = revision["request"]["properties"]["input"]["properties"]
    assert [field for field, schema in given.items() if "enum" in schema or "enum" in schema.get("items", {})] == []
    assert len(revision["unread"]) == (0 if title == "Example values" else 1)
