"""What comes of a run: gathers the results, writes the reports, sums them up for the terminal."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import fakie_contract.report as reports
from fakie_contract import code_table, page
from fakie_contract.baseline import Baseline
from fakie_contract.engine import Result
from fakie_contract.files import write_whole
from fakie_contract.judgement import Judgement
from fakie_contract.opening import Found
from fakie_contract.secrecy import Secrecy
from fakie_contract.settings import Settings

# Of more models the table of codes stands in the report alone.
_MOST_MODELS = 3
_MOST_GROUPS = 10
_NO_CASES = "no case was run; -k or the chosen models left none"


class Closing:
    """The end of a run, from its first result on."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started = time.monotonic()
        self._at = datetime.now(UTC).isoformat(timespec="seconds")
        self._results: list[Result] = []
        self._data: dict[str, Any] = {}
        self._secrecy = Secrecy()

    @cached_property
    def judgement(self) -> Judgement:
        """What fails the run; raises ConfigurationError when the baseline cannot be read."""
        file = self._settings.file("baseline")
        today = date.today()
        return Judgement(self._settings.value("fail-on"), Baseline.load(file, today) if file else Baseline())

    def clean(self, result: Result) -> Result:
        """Give a result whose texts hold no secret."""
        return Result.of(self._secrecy.of_data(result.as_dict()))

    def gather(self, data: Mapping[str, Any]) -> None:
        """Take in a result that came as data."""
        self._results.append(Result.of(dict(data)))

    def write(self, found: Found | None, why_not: str = "", interrupted: str = "", bill: Any = None) -> None:
        """Write the reports that were asked for; `why_not` the run could not be, or what ended it before its end."""
        if found and not (self._results or why_not or interrupted):
            why_not = _NO_CASES
        target = {"kind": "fake" if found and found.own else "url", "url": found.url if found else self._asked()}
        run = {
            "target": {**target, "live": bool(found and found.live)},
            "profile": self._settings.value("expect"),
            "started": self._at,
            "seconds": time.monotonic() - self._started,
            "could_not_run": why_not,
            "interrupted": interrupted,
            "bill": bill,
        }
        catalog = self._settings.catalog if found else None
        judgement = self.judgement if found else Judgement()
        self._data = self._secrecy.of_data(reports.as_data(self._results, catalog, run, judgement))
        json_file, html_file = self._settings.file("report"), self._settings.file("html")
        if json_file:
            reports.write(json_file, self._data)
        if html_file:
            write_whole(html_file, page.of(self._data))

    def lines(self) -> Iterator[str]:
        """Sum the written report up for the terminal."""
        if not self._results or not self._data:
            return
        codes = code_table.code_lines(self._results, self._settings.catalog)
        few = len({line.model for line in codes}) <= _MOST_MODELS
        yield from code_table.text_table(codes) if few else [code_table.summed_up(codes)]
        yield from _differences(self._data)
        yield from _of_baseline(self._data["baseline"])
        if self._data["bill"]:
            yield page.bill_line(self._data["bill"])
        counts = ", ".join(f"{count} {ending.replace('_', ' ')}" for ending, count in self._data["counts"].items())
        yield f"{len(self._results)} cases against {self._data['target']['url']}: {counts}"
        if self._data["interrupted"]:
            yield f"stopped before the end: {self._data['interrupted']}"
        files = [str(file) for name in ("report", "html") if (file := self._settings.file(name))]
        if files:
            yield "the report: " + ", ".join(files)

    def _asked(self) -> str:
        target = self._settings.target
        return "" if target == "fake" or "@" in target else target[:200]


def _differences(data: Mapping[str, Any]) -> Iterator[str]:
    counts = data["differences"]
    if not any(counts.values()):
        return
    yield "findings: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    groups = page.groups(data)
    for group in groups[:_MOST_GROUPS]:
        yield f"  {group.severity:<8}  {group.count:>5} ×  {group.place}  {group.expected[:100]}"
    if len(groups) > _MOST_GROUPS:
        yield f"  … and {len(groups) - _MOST_GROUPS} more kinds"


def _of_baseline(told: list[Mapping[str, Any]]) -> Iterator[str]:
    if told:
        counts = Counter(entry["status"] for entry in told)
        yield "known differences: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    for entry in told:
        if entry["status"] in ("disappeared", "expired"):
            place = entry["place"] or "/"
            yield f"  {entry['status']}: {entry['case']} at {place} ({entry['reason']}, {entry['date']})"
