"""Profiles: the data that words every answer. No other code knows an error number or text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

import fakie_schemas
from fakie_schemas.catalog.facts import Facts
from fakie_schemas.catalog.validation import Violation
from fakie_schemas.errors import ConfigurationError

_LONGEST_ADVICE = 500


@dataclass(frozen=True)
class Row:
    """How one situation is answered: HTTP status, body code, msg template, and the kind of its `data`.

    With a `content_type` the msg is the whole body, of that type, and no JSON.
    """

    situation: str
    status: int
    code: int
    msg: str
    data: Literal["result", "null", "absent"]
    mark: str
    source: str
    example: Mapping[str, Any] = field(default_factory=dict)
    endpoint: str | None = None
    model: str | None = None
    default_for_code: bool = False
    orderable: bool = True
    content_type: str | None = None

    def fits(self, endpoint: str | None, model: str | None) -> bool:
        """Tell whether the row speaks of this endpoint (a pattern such as `*`: of those that it fits) and model."""
        return _speaks_of(self.endpoint, endpoint) and self.model in (None, model)

    @property
    def specificity(self) -> int:
        """More for a row that names its model or endpoint than for one that speaks of some, or of all."""
        named = 0 if self.endpoint is None else 1 if "*" in self.endpoint else 2
        return 4 * (self.model is not None) + named


@dataclass(frozen=True)
class CallbackWords:
    """The code and msg of a callback."""

    code: int
    msg: str


@dataclass(frozen=True)
class Failure:
    """Why a task failed, as recordInfo and the callback say it."""

    code: str
    msg: str


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles that word answers, sorted."""
    names = sorted(path.stem for path in fakie_schemas.data_folder("profiles").glob("*.json"))
    return tuple(name for name in names if "answers" in fakie_schemas.profile(name))


class Profile:
    """Situation → answer, and the facts that the fake's behaviour rests on."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.name: str = data["name"]
        self._rows: dict[str, list[Row]] = {}
        for row in data["answers"]:
            self._rows.setdefault(row["situation"], []).append(Row(**row))
        self.facts = Facts.read(data["facts"])
        self._callbacks: Mapping[str, Any] = data["callbacks"]
        self._failures: Mapping[str, Any] = data["failures"]
        self._advice: Mapping[str, Any] = data["advice"]
        self._envelopes: tuple[Mapping[str, str], ...] = tuple(data.get("envelopes", ()))

    @classmethod
    def load(cls, name: str) -> "Profile":
        """Load a shipped profile; raises ConfigurationError when there is none of that name, or it has no answers."""
        try:
            data = fakie_schemas.profile(name)
        except FileNotFoundError:
            known = ", ".join(profile_names())
            raise ConfigurationError(f"no profile is called {name!r}; there are: {known}") from None
        if "answers" not in data:
            served = ", ".join(profile_names())
            raise ConfigurationError(
                f"the profile {name!r} holds facts of the wire and words no answers yet, so nothing can answer by it;"
                f" there are: {served}"
            )
        return cls(data)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in the order of the data."""
        return tuple(row for rows in self._rows.values() for row in rows)

    @property
    def situations(self) -> tuple[str, ...]:
        """Every situation that has an answer, in the order of the data."""
        return tuple(self._rows)

    @property
    def orderable(self) -> tuple[str, ...]:
        """Every situation that a request can be made to meet: the API's own refusals."""
        return tuple(name for name, rows in self._rows.items() if rows[0].orderable)

    @property
    def codes(self) -> tuple[int, ...]:
        """Every code that can be ordered, ascending."""
        return tuple(sorted({row.code for row in self.rows if row.default_for_code}))

    def row(self, situation: str, endpoint: str | None = None, model: str | None = None) -> Row:
        """Return the most specific row of a situation; raises KeyError when the profile has none."""
        fitting = [row for row in self._rows.get(situation, ()) if row.fits(endpoint, model)]
        if not fitting:
            raise KeyError(f"profile {self.name} has no answer for situation {situation!r}")
        return max(fitting, key=lambda row: row.specificity)

    def situation_for(self, code: int, endpoint: str) -> str | None:
        """Return the situation that an ordered code stands for at an endpoint (`*`: at any), or None."""
        fitting = [row for row in self.rows if row.default_for_code and row.code == code and row.fits(endpoint, None)]
        return max(fitting, key=lambda row: row.specificity).situation if fitting else None

    def leading_key(self, endpoint: str | None) -> str | None:
        """Return the key that stands first in an endpoint's answers and says whether they are good, or None."""
        fitting = (one for one in self._envelopes if _speaks_of(one["endpoint"], endpoint))
        return next((one["leads_with"] for one in fitting), None)

    def callback(self, state: str) -> CallbackWords:
        """Return the words of the callback for a task that ended in `state`: `success` or `fail`."""
        words = self._callbacks[state]
        return CallbackWords(words["code"], words["msg"])

    def advice(self, violation: Violation, latest: str, served: str) -> str:
        """Word what the page of the date `latest` refuses and the `served` one does not: one line of plain ASCII."""
        return _line(self._advice["msg"], {**vars(violation), "latest": latest, "served": served})

    def contradiction(self, violation: Violation, served: str) -> str:
        """Word a broken rule that the `served` page states and contradicts: one line of plain ASCII."""
        return _line(self._advice["contradicted"], {**vars(violation), "served": served})

    @property
    def default_failure(self) -> Failure:
        """What a failed task says when nobody ordered other words."""
        words = self._failures["default"]
        return Failure(words["code"], words["msg"])


def _speaks_of(pattern: str | None, endpoint: str | None) -> bool:
    return pattern is None or (endpoint is not None and fnmatchcase(endpoint, pattern))


def _line(template: str, facts: Mapping[str, str]) -> str:
    line = " ".join(template.format(**facts).split())
    return line.encode("ascii", "backslashreplace").decode()[:_LONGEST_ADVICE]
