"""The sample page with changes, and what comparing it before and after one must tell."""

from pathlib import Path

from fakie.commands.contracts import contract_of
from fakie_fixtures import sample_pages
from fakie_schemas.catalog.drift import Contract, compare
from fakie_schemas.compiler import derive
from fakie_schemas.rules.table import rules

OLD, NEW = sample_pages("old") / "voice-cleaner.md", sample_pages("new") / "voice-cleaner.md"


def changed_page(folder: Path, *changes: tuple[str, str]) -> Contract:
    """Derive the old sample page with these words replaced."""
    text = OLD.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "page.md"
    file.write_text(text, encoding="utf-8")
    return contract_of(derive(file, date="2026-01"))


def assert_told_both_ways(before: Contract, after: Contract, rule: str, place: str) -> None:
    """Check that a change breaks a rule at a place, and the other way round the mirror of that rule."""
    assert (rule, place) in {(one.rule, one.place) for one in compare(before, after)}
    assert (rules()[rule].mirror, place) in {(one.rule, one.place) for one in compare(after, before)}
