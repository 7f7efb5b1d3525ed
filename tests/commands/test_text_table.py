"""Tables of text, as commands and suite print them."""

import click
import pytest

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


def test_a_terminal_breaks_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are wrapped between words, every one of which is there; where they have no room a row is one line."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    rows = [("record.unknown_model", "a page that has it (`fakie models`); nothing beyond the envelope is judged")] * 3
    for width in (20, 36, 44, 45, 60, 80, 100, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = [click.unstyle(line) for line in table_lines(("rule", "expected"), rows, terminal=True)]
        assert max(map(len, lines)) <= width or len(lines) == 1 + len(rows)
        words = " ".join(lines).split()
        assert sorted(words) == sorted(" ".join(("rule", "expected", *(" ".join(row) for row in rows))).split())
