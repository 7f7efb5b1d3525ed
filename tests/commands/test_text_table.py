"""Tables of text, as commands and suite print them."""

from fakie_schemas.text_table import table_lines


def test_a_row_is_one_line_however_long() -> None:
    """Nothing is wrapped or coloured where nobody looks, and brackets are no markup."""
    head, *rows = table_lines(("severity", "what"), [("breaking", "w" * 3000), ("minor", "[red]x")])
    assert head == "severity  what"
    assert rows == ["breaking  " + "w" * 3000, "minor     [red]x"]


def test_numbers_are_aligned_to_the_right() -> None:
    """Their heading, too; other columns are not."""
    lines = table_lines(("case", "creates"), [("a", "5"), ("bc", "12")], numbers={"creates"})
    assert lines == ["case  creates", "a           5", "bc         12"]
