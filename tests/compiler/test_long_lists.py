"""Pages that list thousands of values, or say thousands of things of one field: each is looked at once."""

from collections.abc import Iterator
from pathlib import Path

from fakie_schemas.compiler import derive
from fakie_schemas.compiler.blocks import TableRow
from fakie_schemas.compiler.contradictions import contradictions
from fakie_schemas.compiler.field_tables import Table
from fakie_schemas.compiler.statements import Draft, Statement
from fakie_schemas.schema.equality import distinct
from support.counting import Comparisons

MANY = 400


def test_a_list_of_any_length_in_a_cell_is_read(tmp_path: Path) -> None:
    """Each value once, in the order of the page."""
    values = [f"v{number}" for number in range(5_000)]
    page = tmp_path / "page.md"
    listed = ", ".join(f"`{value}`" for value in [*values, "v3"])
    page.write_text(
        "POST /api/v1/jobs/createTask\n\n## Body\n\n| name | type | description |\n|---|---|---|\n"
        f"| model | string | must be `a/b` |\n| input.a | string | Allowed values: {listed} |\n"
    )
    given = derive(page).request["properties"]["input"]["properties"]["a"]
    assert given["enum"] == values


def test_values_that_stand_twice_are_found_without_looking_through_the_list() -> None:
    """Of thousands that a page lists."""
    made = Comparisons()
    values = [made.text(f"v{number:03}") for number in range(MANY)]
    assert distinct([*values, *(made.text(str(value)) for value in values)]) == values
    assert made.count < 10 * MANY


class _Rows(list[TableRow]):
    looked_through = 0

    def __iter__(self) -> Iterator[TableRow]:
        self.looked_through += 1
        return super().__iter__()


def test_a_table_that_has_no_answer_codes_is_not_looked_through_for_each_row() -> None:
    """Though its column is titled so, as one of languages is."""
    rows = _Rows(TableRow(line, ["x", "en"]) for line in range(MANY))
    assert Table(["Language", "Code"], rows, [None, None], set()).guess("body") is None
    assert rows.looked_through < 10


def test_a_listed_value_that_a_rule_refuses_is_found_without_looking_through_the_list() -> None:
    """Of thousands that a field lists beside a rule."""
    made = Comparisons()
    values = [made.text(f"v{number:03}") for number in range(MANY)]
    (found,) = contradictions({"properties": {"a": {"enum": [*values, "too long"], "maxLength": 4}}}, ())
    assert (found.pointer, found.field) == ("/request/properties/a/maxLength", "a")
    assert made.count < 10 * MANY


def test_the_type_of_a_field_is_looked_for_in_each_statement_once() -> None:
    """A page may say thousands of things of one field, and ask after each whether it is an object."""
    made = Comparisons()
    draft = Draft("a", 1)
    for number in range(MANY):
        draft.say(Statement(made.text("text"), f"Words {number}", number))
        assert draft.types == []
    draft.say(Statement("type", "object", MANY))
    assert draft.types == ["object"]
    assert made.count < 10 * MANY
