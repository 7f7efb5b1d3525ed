"""`fakie diff`: what changed between two pages, two revisions, or two folders of either."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from fakie.commands.compiling import OtherEndpoint
from fakie.commands.contracts import load_contracts
from fakie.commands.options import SavedPath, table_options
from fakie.commands.terminal import show_table
from fakie_schemas.catalog.drift import SEVERITIES, Change, Contract, compare, compare_all
from fakie_schemas.rules.difference import Severity
from fakie_schemas.schema.values import as_json
from fakie_schemas.severities import Severities

FORMAT_VERSION = 1
_LONGEST = 60


@click.command()
@click.argument("old", type=SavedPath(path_type=Path, exists=True))
@click.argument("new", type=SavedPath(path_type=Path, exists=True))
@table_options("diff")
def diff(
    old: Path, new: Path, severity: tuple[tuple[str, Severity | None], ...], severities: Path | None, as_json: bool
) -> None:
    """Compare the contracts OLD and NEW: doc pages, revisions, or folders of either.

    Exit code 0: nothing that breaks anybody; 1: something breaking; 2: something cannot be read.
    """
    weights = Severities.read(severity, severities)
    findings = weighed(_compared(old, new), weights)
    if as_json:
        click.echo(json.dumps(as_data(findings), ensure_ascii=False, indent=2))
    else:
        show_findings(findings)
    if breaks(findings):
        raise SystemExit(1)


def _compared(old: Path, new: Path) -> list[Change]:
    """Compare two files as they are, even when the model has another name, and folders by the names in them."""
    before, after = _side(old), _side(new)
    if isinstance(before, OtherEndpoint) or isinstance(after, OtherEndpoint):
        return [_moved(before, after)]
    if len(before) == len(after) == 1 and not (old.is_dir() or new.is_dir()):
        return compare(*before.values(), *after.values())
    return compare_all(before, after)


def _side(path: Path) -> dict[str, Contract] | OtherEndpoint:
    try:
        return load_contracts(path)
    except OtherEndpoint as elsewhere:
        return elsewhere


def _moved(*sides: dict[str, Contract] | OtherEndpoint) -> Change:
    """Return that the endpoint of one side stands elsewhere on the other; raises where no one endpoint is known."""
    elsewhere = next(side for side in sides if isinstance(side, OtherEndpoint))
    known = [one for side in sides if not isinstance(side, OtherEndpoint) for one in side.values()]
    if len(known) != 1:
        raise elsewhere
    place = " ".join((known[0].facts["endpoint"]["method"], known[0].facts["endpoint"]["path"]))
    before, after = (", ".join(side.places) if isinstance(side, OtherEndpoint) else place for side in sides)
    return Change("drift.endpoint", known[0].name, "endpoint", "changed", before, after)


def weighed(findings: Iterable[Change], weights: Severities) -> list[Change]:
    """Return findings as the user weighs them, the worst of each contract first, without what is switched off."""
    by_word = {word: severity for severity, word in SEVERITIES.items()}
    told = [(one, weights.of(one.rule, by_word[one.severity])) for one in findings]
    kept = [replace(one, weight=weight) for one, weight in told if weight is not None]
    return sorted(kept, key=lambda one: (one.name, one.rank)) if weights.of_rules else kept


def as_data(findings: Sequence[Change]) -> dict[str, Any]:
    """Return findings as JSON data, counted by severity."""
    counts = Counter(finding.severity for finding in findings)
    return {
        "format_version": FORMAT_VERSION,
        "counts": {severity: counts[severity] for severity in SEVERITIES.values()},
        "findings": [finding.as_dict() for finding in findings],
    }


def show_findings(findings: Sequence[Change]) -> None:
    """Print findings for people, with a line that counts them."""
    if findings:
        rows = [(one.severity, one.name, one.place, _what(one), one.rule) for one in findings]
        show_table(("severity", "model", "place", "what", "rule"), rows)
    counts = as_data(findings)["counts"]
    click.echo(", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES.values()))


def breaks(findings: Sequence[Change]) -> bool:
    """Tell whether any finding breaks somebody."""
    return any(finding.rank == 0 for finding in findings)


def _what(finding: Change) -> str:
    values = [_short(value) for value in (finding.old, finding.new)]
    shown = not finding.place.startswith("examples") and "lost" not in finding.what and "gained" not in finding.what
    return f"{finding.what}: {values[0]} → {values[1]}" if shown and values != ["-", "-"] else finding.what


def _short(value: Any) -> str:
    return "-" if value is None else as_json(value, _LONGEST)
