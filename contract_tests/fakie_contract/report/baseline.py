"""Known differences: a reviewed file says which findings are accepted, why, and since when."""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from fakie_contract.checks.shape import MISSING
from fakie_schemas import format_schema, read_json
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import write_whole
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.rules.difference import INFO, SEVERITIES
from fakie_schemas.rules.table import rules
from fakie_schemas.validator import contract_validator

FORMAT_VERSION = 2
_OF_CODES = ("/body/code", "/status", "/callback/body/code", "/body/data/failCode", "/callback/body/data/failCode")
_CODE_ALONE = re.compile(r'"?-?\d{1,9}"?|null')
# A body's code as an answer is shown; `*` never stands in it.
_CODE = re.compile(r'"code"\s*:\s*(?:-?\d{1,9}|"[^"*]{0,20}"|null)\s*[,}]')
# The status of an answer, where it is shown without a code of its body, or with that code in words.
_STATUS = re.compile(r"HTTP \d{3}\b( with code .{1,20})?")
# What a value of JSON is by its first sign, where it is no number; of these three there is but one each.
_CONSTANTS = ("null", "true", "false")
_KINDS = ('"', "[", "{")
Status = Literal["seen", "disappeared", "not_seen", "expired"]


class AcceptedDifference(Struct, frozen=True):
    """One accepted difference: of a rule at a place, whoever found it.

    `case`, `place`, `rule` and `got` match when they are equal; `*` in them stands for anything. With `severity` it
    accepts nothing graver. After the day `until` it no longer counts. Files of the first format name no rules.
    """

    case: str
    place: str
    reason: str
    date: str
    rule: str | None = None
    situation: str | None = None
    severity: str | None = None
    got: str | None = None
    until: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as it stands in the file."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def expired(self, today: datetime.date) -> bool:
        """Tell whether it no longer counts."""
        return self.until is not None and datetime.date.fromisoformat(self.until) < today

    def matches(self, finding: Mapping[str, Any]) -> bool:
        """Tell whether a finding of a report is this difference; one of traffic has no case."""
        case = finding.get("case")
        return (
            (not case or fits(case, self.case))
            and any(fits(place or "/", self.place or "/") for place in self._places(finding))
            and (self.rule is None or fits(finding.get("rule") or "", self.rule))
            and self.situation in (None, finding.get("situation", ""))
            and (self.severity is None or _rank(self.severity) <= _rank(finding["severity"]))
            and (self.got is None or fits(finding["got"], self.got))
        )

    def _places(self, finding: Mapping[str, Any]) -> Iterator[str]:
        """Yield the places of a finding: for an entry of the first format also where that format had it."""
        place: str = finding["place"]
        yield place
        if self.rule is not None:
            return
        yield re.sub(r"^/callback/body", "/request/body", place)
        if finding.get("rule") == MISSING:
            yield place.rpartition("/")[0]
        yield re.sub(r"/(param|resultJson)/.*", r"/\1", place)

    @property
    def order(self) -> tuple[str, ...]:
        """The key that tells entries apart, and sorts them."""
        about = (self.rule, self.situation, self.severity, self.got)
        return self.case, self.place, *(part or "" for part in about)


class KnownStatus(Struct, frozen=True):
    """The state of an entry after a run, and how many findings it matched."""

    known: AcceptedDifference
    status: Status
    count: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {**self.known.as_dict(), "status": self.status, "count": self.count}


class Baseline(Struct, frozen=True, dict=True):
    """The accepted differences of one file."""

    known: tuple[AcceptedDifference, ...] = ()
    today: datetime.date = datetime.date.min

    @classmethod
    def load(cls, file: Path, today: datetime.date | None = None) -> "Baseline":
        """Read a file; raises ConfigurationError with the file and what is wrong in it."""
        try:
            data = read_json(file)
        except OSError as error:
            raise ConfigurationError(f"the baseline {file} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise ConfigurationError(f"the baseline {error}") from error
        problem = next(contract_validator(format_schema("baseline")).iter_errors(data), None)
        if problem is not None:
            raise ConfigurationError(f"the baseline {file}, at {problem.json_path}: {problem.message[:200]}")
        for number, entry in enumerate(data["known"]):
            where = f"the baseline {file}, at $.known[{number}]"
            _check_dates(where, entry)
            if not AcceptedDifference(**entry).expired(today or datetime.date.today()):
                _check_rule(where, entry.get("rule"))
        return cls(tuple(AcceptedDifference(**entry) for entry in data["known"]), today or datetime.date.today())

    @cached_property
    def _counting(self) -> tuple[AcceptedDifference, ...]:
        return tuple(known for known in self.known if not known.expired(self.today))

    def match(self, finding: Mapping[str, Any]) -> AcceptedDifference | None:
        """Return the entry that accepts a finding of a report; None when there is none."""
        return next((known for known in self._counting if known.matches(finding)), None)

    def told(self, findings: Sequence[Mapping[str, Any]], ended: Iterable[str]) -> list[KnownStatus]:
        """Say what became of each entry, after the findings of a run; `ended` are the cases that ran to an end."""
        cases = tuple(ended)
        return [self._told(known, findings, cases) for known in self.known]

    def _told(
        self, known: AcceptedDifference, findings: Sequence[Mapping[str, Any]], cases: Sequence[str]
    ) -> KnownStatus:
        count = sum(known.matches(one) for one in findings)
        if known.expired(self.today):
            return KnownStatus(known, "expired", count)
        if count:
            return KnownStatus(known, "seen", count)
        return KnownStatus(known, "disappeared" if any(fits(case, known.case) for case in cases) else "not_seen", 0)

    def joined(self, findings: Iterable[Mapping[str, Any]], reason: str) -> "Baseline":
        """Return this baseline with entries for those findings that it does not hold yet."""
        kept = {known.order: known for known in self.known}
        for one in findings:
            if one["severity"] == INFO or self.match(one):
                continue
            about = {"rule": one.get("rule"), "situation": one.get("situation") or None, "got": _lasting(one)}
            fresh = AcceptedDifference(one.get("case") or "*", one["place"], reason, self.today.isoformat(), **about)
            kept[fresh.order] = fresh
        return Baseline(tuple(sorted(kept.values(), key=lambda known: known.order)), self.today)

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all."""
        data = {"format_version": FORMAT_VERSION, "known": [known.as_dict() for known in self.known]}
        write_whole(file, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _lasting(finding: Mapping[str, Any]) -> str | None:
    """Return what came as far as the next run gives it again: a code, a status, or a kind of value, else None.

    Accepted so, a refusal under another code is news, and so is null in place of a text.
    """
    got = str(finding["got"])
    if (finding["place"] in _OF_CODES and _CODE_ALONE.fullmatch(got)) or got in _CONSTANTS:
        return got
    if found := _CODE.search(got):
        return f"*{found[0]}*"
    if status := _STATUS.match(got):
        return status[0] if status[1] else f"{status[0]}*"
    return f"{got[0]}*" if got.startswith(_KINDS) else None


def _rank(severity: str) -> int:
    return [str(one) for one in SEVERITIES].index(severity)


def fits(text: str, wanted: str) -> bool:
    """Tell whether a text is the wanted one, where `*` stands for anything; brackets are themselves."""
    # No pattern of many ".*", which would try every way to share a long text among them.
    return fnmatchcase(text, wanted.replace("[", "[[]").replace("?", "[?]"))


def _check_dates(where: str, entry: Mapping[str, Any]) -> None:
    for name in ("date", "until"):
        try:
            datetime.date.fromisoformat(entry.get(name, "2000-01-01"))
        except ValueError:
            raise ConfigurationError(
                f"{where}: {name} is not a day: {entry[name]!r}; expected such as 2026-11-24"
            ) from None


def _check_rule(where: str, wanted: str | None) -> None:
    """Raise ConfigurationError for a rule, or a pattern of rules, that nothing could ever break."""
    if wanted is not None and not any(fits(rule, wanted) for rule in rules()):
        hint = did_you_mean(wanted, rules(), otherwise="; fakie rules lists them")
        raise ConfigurationError(f"{where}: no rule is called {wanted[:80]!r}{hint}")
