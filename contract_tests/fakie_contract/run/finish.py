"""The end of a run: gathers the results, writes the reports, sums them up for the terminal."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import convert
from msgspec.structs import replace

import fakie_contract.report.data as reports
from fakie_contract.http.exchange import printable
from fakie_contract.report import code_table, html
from fakie_contract.report.baseline import Baseline
from fakie_contract.report.result import Result
from fakie_contract.report.scope import gaps
from fakie_contract.report.selection import Selection
from fakie_contract.report.verdict import RunVerdict
from fakie_contract.run.settings import SuiteSettings
from fakie_contract.run.start import RunInfo
from fakie_contract.secrets.secrecy import Secrecy
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import write_whole
from fakie_schemas.rules.finding_groups import FindingGroup
from fakie_schemas.schema.words import counted
from fakie_schemas.text_table import table_lines

# Of more models the table of codes stands in the report alone.
_MOST_MODELS = 3
_MOST_TIED = 5
_MOST_GROUPS = 10
# How a case ended, the gravest first.
_GRAVEST = ("findings", "held", "not_provokable", "not_run")
_OF_MONEY = ("account.cannot_cost", "account.price")
_NO_CASES = "no case was run; -k or the chosen models left none"


class RunFinish:
    """The end of a run, from its first result on."""

    def __init__(self, settings: SuiteSettings) -> None:
        self._settings = settings
        self._started = time.monotonic()
        self._at = datetime.now(UTC).isoformat(timespec="seconds")
        self._by_case: dict[str, Result] = {}
        self._data: dict[str, Any] = {}
        # Reports that could not be written, and why; and those that were.
        self.failed: list[str] = []
        self._written: list[str] = []
        self._waiting: dict[str, int] = {}
        self._secrecy = Secrecy(words=reports.own_words())

    @cached_property
    def verdict(self) -> RunVerdict:
        """The verdict: what fails the run; raises ConfigurationError when the baseline cannot be read."""
        file = self._settings.baseline
        today = date.today()
        return RunVerdict(self._settings.fail_on, Baseline.load(file, today) if file else Baseline())

    def clean(self, result: Result) -> Result:
        """Return a result whose texts hold no secret."""
        return convert(self._secrecy.of_data(result.as_dict()), Result)

    def gather(self, fresh: Result) -> None:
        """Take in a result; of one case that was reported twice the gravest counts.

        What was found late, while another case ran, goes to the case that it is of.
        """
        late = [one for one in fresh.findings if one.case != fresh.case and one.case in self._by_case]
        for one in late:
            self._by_case[one.case] = self._by_case[one.case].with_late(one)
        fresh = replace(fresh, findings=tuple(one for one in fresh.findings if one not in late))
        ones = (fresh, self._by_case.get(fresh.case, fresh))
        self._by_case[fresh.case] = min(ones, key=lambda one: _GRAVEST.index(one.ending))

    @property
    def results(self) -> list[Result]:
        """The results as they came, but what costs more than can be is told before all else."""
        return sorted(self._by_case.values(), key=lambda one: not any(f.rule in _OF_MONEY for f in one.findings))

    def clean_text(self, text: str) -> str:
        """Return a text without secrets, on one line, with nothing that a terminal would obey."""
        return printable(" ".join(self._secrecy.of_text(text).split()))

    @property
    def ended(self) -> list[str]:
        """The cases that have come to a result."""
        return [result.case for result in self.results]

    @property
    def complete(self) -> bool:
        """Whether everything within the scope of the run was judged."""
        return not gaps(self.results)

    @property
    def stopped(self) -> str:
        """The reason that ended the whole run early, by what its cases say; empty when nothing did."""
        return next((result.reason for result in self.results if result.stopped), "")

    def write(
        self,
        found: RunInfo | None,
        why_not: str = "",
        interrupted: str = "",
        bill: Any = None,
        selection: Selection | None = None,
    ) -> None:
        """Write the reports that were asked for; `why_not` the run could not be, or what ended it before its end.

        What cannot be written is in `failed`, and keeps no other report from being written.
        """
        if found and not (self.results or why_not or interrupted):
            why_not = _NO_CASES
        self._waiting = found.waiting if found else {}
        target = {"kind": "fake" if found and found.own else "url", "url": found.url if found else self._asked()}
        run = {
            "target": {**target, "live": bool(found and found.live)},
            "profile": self._settings.expect,
            "mirrors": self._settings.mirror_status,
            "scope": found.scope if found else self._settings.scope,
            "started": self._at,
            "seconds": time.monotonic() - self._started,
            "could_not_run": why_not,
            "interrupted": interrupted,
            "bill": bill,
            "selection": (selection or Selection()).as_dict(),
        }
        catalog = self._settings.catalog if found else None
        verdict = self.verdict if found else RunVerdict()
        self._data = self._secrecy.of_data(reports.as_data(self.results, catalog, run, verdict))
        self._write(self._settings.report, reports.text)
        self._write(self._settings.html, html.of)

    def _write(self, file: Path | None, worded: Callable[[dict[str, Any]], str]) -> None:
        try:
            if file:
                write_whole(file, worded(self._data))
                self._written.append(str(file))
        except ConfigurationError as error:
            self.failed.append(str(error))

    def lines(self) -> Iterator[str]:
        """Sum the written report up for the terminal."""
        if self._data and self._data["reason"] and not self.results:
            yield self._data["reason"]
        if not self.results or not self._data:
            return
        if any(one.ending != "not_run" for one in self.results) or not self._data["interrupted"]:
            yield from self._of_codes()
        yield from _differences(self._data)
        yield from _of_baseline(self._data["baseline"])
        if self._data["bill"]:
            yield html.bill_line(self._data["bill"])
        counts = ", ".join(f"{count} {ending.replace('_', ' ')}" for ending, count in self._data["counts"].items())
        yield f"{counted(len(self.results), 'case')} against {self._data['target']['url']}: {counts}"
        yield from _untried(self._data)
        yield from _of_words(self._data["in_words"])
        yield from self._data["causes"]
        yield from _of_waiting(self._waiting)
        yield html.verdict(self._data)
        yield from _of_selection(self._data["selection"])
        if self._data["interrupted"]:
            yield f"stopped before the end: {self._data['interrupted']}"
        yield from self.failed
        if self._written:
            yield "the report: " + ", ".join(self._written)

    def _of_codes(self) -> Iterator[str]:
        left_out = frozenset(self._data["selection"]["by_cheapest"])
        codes = code_table.code_lines(self.results, self._settings.catalog, left_out=left_out)
        few = len({line.model for line in codes} - {code_table.NO_MODEL}) <= _MOST_MODELS
        yield from code_table.text_table(codes) if few else [code_table.summed_up(codes)]

    def _asked(self) -> str:
        target = self._settings.target
        return "" if target == "fake" or "@" in target else target[:200]


def _untried(data: Mapping[str, Any]) -> Iterator[str]:
    rows = html.untested(data["results"])
    for ending, reason, cases in rows[:_MOST_GROUPS]:
        yield f"  {len(cases):>5} {ending}: {reason[:300]}"
    if len(rows) > _MOST_GROUPS:
        yield f"  … and for {len(rows) - _MOST_GROUPS} more reasons"


def _of_waiting(orders: Mapping[str, int]) -> Iterator[str]:
    if orders:
        counts = ", ".join(f"{count} at {path}" for path, count in orders.items())
        yield f"orders waited at the target when the run began, and what met them may differ: {counts};"
        yield "  take them back with DELETE of those paths, and run again"


def _of_words(every: list[Mapping[str, Any]]) -> Iterator[str]:
    if every:
        fields = list(dict.fromkeys(f"{one['model']} {one['field']} (page line {one['line']})" for one in every))
        more = [f"{len(fields) - _MOST_TIED} more, which the report names"] if len(fields) > _MOST_TIED else []
        yield "not judged, what pages say in words of fields that depend on others:"
        yield f"  {'; '.join([*fields[:_MOST_TIED], *more])}"


def _of_selection(selection: Mapping[str, Any]) -> Iterator[str]:
    if selection["by_words"]:
        yield f"{selection['by_words']} more cases were left out by {selection['words']}"
    if selection["by_cheapest"]:
        yield f"{len(selection['by_cheapest'])} more cases are not in the cheapest set; --cases all tries them"


def _differences(data: Mapping[str, Any]) -> Iterator[str]:
    counts = data["differences"]
    if not any(counts.values()):
        return
    yield "findings: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    groups = html.groups(data)
    if groups:
        rows = map(_cells, groups[:_MOST_GROUPS])
        yield from table_lines(("severity", "count", "place", "rule", "in"), rows, numbers={"count"})
    if len(groups) > _MOST_GROUPS:
        yield f"  … and {len(groups) - _MOST_GROUPS} more kinds"


def _cells(group: FindingGroup) -> tuple[str, ...]:
    cases = group.cases[0] + (" …" if len(group.cases) > 1 else "")
    return group.severity, str(group.count), group.place, f"{group.rule}: {group.expected}"[:120], cases


def _of_baseline(told: list[Mapping[str, Any]]) -> Iterator[str]:
    if told:
        counts = Counter(entry["status"] for entry in told)
        yield "known differences: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    for entry in told:
        if entry["status"] in ("disappeared", "expired"):
            place = entry["place"] or "/"
            yield f"  {entry['status']}: {entry['case']} at {place} ({entry['reason']}, {entry['date']})"
