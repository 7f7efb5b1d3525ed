"""The progress of a sync, in `sync.json` beside the revisions: a run that was stopped goes on from there."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import asdict

import fakie_schemas
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import check_writable, write_whole
from fakie_schemas.validator import contract_validator

FORMAT_VERSION = 1
FILE = "sync.json"
State = Literal["written", "unchanged", "left out", "failed"]
STATES: tuple[State, ...] = ("written", "unchanged", "left out", "failed")


class SyncOutcome(Struct, frozen=True):
    """How it went with one entry of a catalogue: `name` there, the `model` that it turned out to be, and why."""

    name: str
    state: State
    model: str | None = None
    why: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the outcome as JSON data, without what it does not say."""
        return {key: value for key, value in asdict(self).items() if value}


class SyncState(Struct):
    """The outcomes of one catalogue on one day, by name; saved whole after each."""

    out: Path
    source: str
    date: str
    outcomes: dict[str, SyncOutcome] = field(default_factory=dict)

    @classmethod
    def open(cls, out: Path, source: str, date: str, *, changed: bool = False) -> "SyncState":
        """Go on with what a stopped run has left, else begin anew; raises ConfigurationError for a folder not writable.

        A run that came to its end, another catalogue and another day begin anew. `changed`: what has not changed counts
        as done.
        """
        check_writable(out / FILE)
        state = cls(out, source, date)
        left = _read(out / FILE)
        if (left.get("source"), left.get("date"), left.get("finished")) == (source, date, False):
            found = (SyncOutcome(**{"model": None, **entry}) for entry in left["models"])
            again = {"failed"} if changed else {"failed", "unchanged"}
            state.outcomes = {one.name: one for one in found if one.state not in again and state._stands(one)}
        return state

    def done(self, name: str) -> bool:
        """Tell whether an entry was dealt with before."""
        return name in self.outcomes

    def add(self, outcome: SyncOutcome) -> None:
        """Note an outcome, and save all."""
        self.outcomes[outcome.name] = outcome
        self.save(finished=False)

    def save(self, *, finished: bool) -> None:
        """Write the file; `finished` once nothing is left to try."""
        write_whole(self.out / FILE, json.dumps(self.as_dict(finished=finished), ensure_ascii=False, indent=1) + "\n")

    @property
    def counts(self) -> Mapping[str, int]:
        """How many outcomes there are of each state."""
        counted = Counter(outcome.state for outcome in self.outcomes.values())
        return {state: counted[state] for state in STATES}

    def of(self, state: State) -> list[SyncOutcome]:
        """Return the outcomes of a state, in their order."""
        return [outcome for outcome in self.outcomes.values() if outcome.state == state]

    def as_dict(self, *, finished: bool) -> dict[str, Any]:
        """Return everything as JSON data."""
        return {
            "format_version": FORMAT_VERSION,
            "source": self.source,
            "date": self.date,
            "finished": finished,
            "counts": dict(self.counts),
            "models": [outcome.as_dict() for outcome in self.outcomes.values()],
        }

    def _stands(self, outcome: SyncOutcome) -> bool:
        file = self.out / (outcome.model or "") / f"{self.date}.revision.json"
        return outcome.state != "written" or file.is_file()


def _read(file: Path) -> dict[str, Any]:
    """Read what was left; nothing where there is none."""
    if not file.exists():
        return {}
    try:
        data = fakie_schemas.read_json(file)
    except (OSError, ValueError):
        data = {"models": None}
    if not contract_validator(fakie_schemas.format_schema("sync")).is_valid(data):
        raise ConfigurationError(f"{file}: expected what a sync has written there; remove it to begin anew")
    return data
