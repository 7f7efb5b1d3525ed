"""`fakie verify-pages`: whether fresh pages still say what the shipped revisions say."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import click
from msgspec import Struct, field
from msgspec.structs import asdict

import fakie_schemas
from fakie.commands.compiling import derive_pages
from fakie.commands.contracts import FACTS, contract_of, holds_revisions, load_contracts, read_revision
from fakie.commands.diff import show_findings, weighed
from fakie.commands.options import SavedPath, table_options
from fakie.commands.terminal import counting, show_table
from fakie_schemas.catalog.drift import SEVERITIES, Change, Contract, compare
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import INFO, Severity
from fakie_schemas.schema.words import counted
from fakie_schemas.severities import Severities

FORMAT_VERSION = 1
Status = Literal["holds", "suspect", "new"]


class Verdict(Struct, frozen=True):
    """The verdict of a page on its revision: it holds (but for words), is suspect, or there is none yet."""

    status: Status
    name: str
    page: str
    revision: str | None = None
    findings: list[Change] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON data."""
        return {**asdict(self), "findings": [finding.as_dict() for finding in self.findings]}


class _Fresh(Struct, frozen=True):
    """A folder's present pages: a contract with its place each, how many guides there are, and what cannot be read."""

    contracts: list[tuple[str, Contract]]
    guides: int = 0
    failed: list[str] = field(default_factory=list)


@click.command("verify-pages")
@click.argument("folder", metavar="DIR", type=SavedPath(path_type=Path, exists=True, file_okay=False))
@table_options("verify-pages")
def verify_pages(
    folder: Path,
    against: Path | None,
    severity: tuple[tuple[str, Severity | None], ...],
    severities: Path | None,
    as_json: bool,
) -> None:
    """Derive the pages in DIR again and tell which shipped revisions they no longer agree with.

    DIR may also hold OpenAPI documents, or revisions as `fakie sync` writes them. Exit code 0: all hold (new models are
    listed); 1: some revision is suspect; 2: some page cannot be read.
    """
    weights = Severities.read(severity, severities)
    fresh = _fresh(folder)
    known = _known(against)
    each = counting("compared", fresh.contracts)
    verdicts = [_verdict(place, contract, known(contract.name), weights) for place, contract in each]
    if as_json:
        click.echo(json.dumps(_as_data(verdicts, fresh), ensure_ascii=False, indent=2))
    else:
        _show(verdicts, fresh)
    for error in fresh.failed:
        click.echo(f"fakie: {error}", err=True)
    if fresh.failed:
        raise SystemExit(2)
    if any(verdict.status == "suspect" for verdict in verdicts):
        raise SystemExit(1)


def _fresh(folder: Path) -> _Fresh:
    if holds_revisions(folder):
        return _Fresh([(contract.name, contract) for contract in load_contracts(folder).values()])
    market = derive_pages(folder)
    if not market.revisions and not market.failed:
        raise ConfigurationError(f"{folder}: expected doc pages (*.md) that document an endpoint; there are none")
    found = [(str(page.relative_to(folder)), contract_of(one)) for page, one in market.revisions.items()]
    return _Fresh(found, len(market.guides), [str(error) for error in market.failed])


def _known(against: Path | None) -> Callable[[str], dict[str, Contract]]:
    """Return what finds a model's contracts to compare with, by their dates."""
    if against is None or holds_revisions(against):
        folder = against or fakie_schemas.data_folder("revisions")
        return lambda name: {
            file.name.removesuffix(FACTS): read_revision(file)
            for file in sorted(folder.joinpath(*name.split("/")).glob(f"*{FACTS}"))
        }
    pages = load_contracts(against)
    return lambda name: {pages[name].facts["provenance"]["date"] or "undated": pages[name]} if name in pages else {}


def _verdict(place: str, fresh: Contract, known: Mapping[str, Contract], weights: Severities) -> Verdict:
    if not known:
        return Verdict("new", fresh.name, place)
    # The revision of this very page, else the latest one.
    sha256 = fresh.facts["provenance"]["sha256"]
    same = [date for date, contract in known.items() if contract.facts["provenance"]["sha256"] == sha256]
    date = (same or list(known))[-1]
    findings = weighed(compare(known[date], fresh), weights)
    suspect = any(finding.severity != SEVERITIES[INFO] for finding in findings)
    return Verdict("suspect" if suspect else "holds", fresh.name, place, date, findings)


def _as_data(verdicts: list[Verdict], fresh: _Fresh) -> dict[str, Any]:
    counts = Counter(verdict.status for verdict in verdicts)
    return {
        "format_version": FORMAT_VERSION,
        "counts": {status: counts[status] for status in ("holds", "suspect", "new")},
        "verdicts": [verdict.as_dict() for verdict in verdicts],
        "guides": fresh.guides,
        "unreadable": fresh.failed,
    }


def _show(verdicts: list[Verdict], fresh: _Fresh) -> None:
    changed = [verdict for verdict in verdicts if verdict.status != "holds"]
    if changed:
        rows = [(one.status, one.name, one.revision or "", one.page) for one in changed]
        show_table(("status", "model", "revision", "page"), rows)
    findings = [one for verdict in changed for one in verdict.findings if one.severity != SEVERITIES[INFO]]
    if findings:
        show_findings(findings)
    counts = _as_data(verdicts, fresh)["counts"]
    pages = counted(len(verdicts), "page")
    click.echo(f"{pages}: {counts['holds']} hold, {counts['suspect']} suspect, {counts['new']} new")
