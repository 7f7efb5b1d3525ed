"""Profiles: the data that words every answer. No other code knows an error number or text."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import asdict

from fakie_schemas.catalog.habits import Habits
from fakie_schemas.catalog.profile_facts import Facts
from fakie_schemas.catalog.profile_files import read_profile
from fakie_schemas.catalog.validation import Violation
from fakie_schemas.families.family import families

_LONGEST_ADVICE = 500


class Row(Struct, frozen=True):
    """How one situation is answered: HTTP status, body code, msg template, and the kind of its `data`.

    With a `content_type` the msg is the whole body, of that type, and no JSON; with a `body` that is the whole JSON
    object; `json_type` is the type of JSON where it is not the usual one. `endpoint`, `model` and `field` (as a client
    writes it) narrow the row, each by a pattern such as `*`. `also`: seen too, and not what the fake answers. `since`
    is when it was first seen, `explained` the msg of the row that it stands in place of.
    """

    situation: str
    status: int
    code: int
    msg: str
    data: Literal["result", "null", "absent"]
    mark: str
    source: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)
    endpoint: str | None = None
    model: str | None = None
    field: str | None = None
    default_for_code: bool = False
    orderable: bool = True
    content_type: str | None = None
    json_type: str | None = None
    body: Mapping[str, Any] | None = None
    also: bool = False
    since: str = ""
    explained: str = ""

    def fits(self, endpoint: str | None, model: str | None, field: str | None = None) -> bool:
        """Tell whether the row speaks of this endpoint (`*`: any that exists), model and field."""
        return all(map(_speaks_of, (self.endpoint, self.model, self.field), (endpoint, model, field)))

    @property
    def specificity(self) -> tuple[int, ...]:
        """More for a row that names its field, model or endpoint than for one that speaks of some, or of all."""
        return tuple(map(_narrowness, (self.field, self.model, self.endpoint)))

    def words(self, facts: Mapping[str, Any]) -> str:
        """Return the msg with its facts; `name` is the last part of the field."""
        return self.msg.format(**_named(facts))

    def reason(self, facts: Mapping[str, Any]) -> str:
        """Return why a request was answered so, where the msg itself does not tell."""
        return (self.explained or self.msg).format(**_named(facts))

    def whole_body(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON object that is answered where the row has one of its own; a lone `{fact}` is its value."""
        return {key: _filled(value, facts) for key, value in (self.body or {}).items()}


class CallbackWords(Struct, frozen=True):
    """The code and msg of a callback."""

    code: int
    msg: str


class Failure(Struct, frozen=True):
    """Why a task failed, as recordInfo and the callback say it; `timed`: they also tell when."""

    code: str
    msg: str
    timed: bool = True


class Profile:
    """Situation → answer, the facts that the fake's behaviour rests on, and the habits of the wire.

    `expects` says by what answers are judged: `pages`, or `wire`, whose known differences are none then. `docs` and
    `wire` are what the profile implies where nobody chooses: which pages count, and the date of the record's shape.
    `rows` are its own, in the order of the data; families have rows beside them.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.name: str = data["name"]
        self.data = data
        self.expects: Literal["pages", "wire"] = data.get("expects", "pages")
        self.docs: str = data.get("docs", "pinned")
        self.wire: str = data["wire"]
        self._rows: dict[str, list[Row]] = {}
        for row in data["answers"]:
            self._rows.setdefault(row["situation"], []).append(Row(**row))
        self.rows = tuple(row for rows in self._rows.values() for row in rows)
        # Those of families come after: a profile of one's own may say it otherwise.
        self._of_families = tuple(Row(**row) for family in families() for row in family.answers)
        for one in self._of_families:
            self._rows.setdefault(one.situation, []).append(one)
        self._narrow = frozenset(row.situation for row in self.rows if row.model or row.field)
        self._found: dict[tuple[str, str | None], Row] = {}
        self.facts = Facts.read(data["facts"])
        self.habits = Habits.read(data.get("habits", {}), self.facts.plan)
        self._callbacks: Mapping[str, Any] = data["callbacks"]
        self._failures: Mapping[str, Any] = data["failures"]
        self._advice: Mapping[str, Any] = data["advice"]
        self._envelopes: tuple[Mapping[str, str], ...] = tuple(data.get("envelopes", ()))
        self._leading: dict[str | None, str | None] = {}

    @classmethod
    def load(cls, name: str) -> "Profile":
        """Load a shipped profile, or one's own by its file's name; raises ConfigurationError for an unusable one."""
        return cls(read_profile(name, Path.cwd()))

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
        """Every code that can be ordered, ascending; those that families alone have are not among them."""
        return tuple(sorted({row.code for row in self.rows if row.default_for_code}))

    def row(
        self, situation: str, endpoint: str | None = None, model: str | None = None, field: str | None = None
    ) -> Row:
        """Return the most specific row of a situation; raises KeyError when the profile has none."""
        found = self._found.get((situation, endpoint))
        return found or self._most_specific(situation, endpoint, model, field)

    def ways(self, situation: str) -> int:
        """Return in how many ways a situation is known to be answered at some place; 0 for an unknown one."""
        rows = self._rows.get(situation, ())
        return max((1 + sum(row.also and _same_place(row, one) for row in rows) for one in rows), default=0)

    def another(self, usual: Row, way: int) -> Row:
        """Return the row of the second, third, … way to answer what `usual` answers; `usual` where there are fewer."""
        rows = [row for row in self._rows[usual.situation] if row.also and _same_place(row, usual)]
        return rows[way - 2] if 2 <= way <= len(rows) + 1 else usual

    def answering(
        self, code: object, situation: str, endpoint: str | None, model: str | None, field: str | None = None
    ) -> Row:
        """Return the row that an answer with this code follows; the most specific where none has the code."""
        fitting = self._fitting(situation, endpoint, model, field)
        usual = self.row(situation, endpoint, model, field)
        same = [row for row in fitting if row.code == code]
        return usual if usual.code == code or not same else max(same, key=lambda row: row.specificity)

    def tells_fields_apart(self, situation: str) -> bool:
        """Tell whether a situation is answered otherwise where it is about some fields."""
        return any(row.field for row in self._rows.get(situation, ()))

    def _most_specific(self, situation: str, endpoint: str | None, model: str | None, field: str | None) -> Row:
        fitting = [row for row in self._fitting(situation, endpoint, model, field) if not row.also]
        if not fitting:
            raise KeyError(f"profile {self.name} has no answer for situation {situation!r}")
        best = max(fitting, key=lambda row: row.specificity)
        # What models and fields have rows of their own is found anew: names made up by clients are not kept.
        if situation not in self._narrow:
            self._found[situation, endpoint] = best
        return best

    def _fitting(self, situation: str, endpoint: str | None, model: str | None, field: str | None) -> Iterator[Row]:
        return (row for row in self._rows.get(situation, ()) if row.fits(endpoint, model, field))

    def shows_without_data(self, code: object, msg: object) -> bool:
        """Tell whether a page shows an answer with this code and these very words without `data`."""
        return any((row.code, row.msg, row.data, row.mark) == (code, msg, "absent", "doc") for row in self.rows)

    def situation_for(self, code: int, endpoint: str) -> str | None:
        """Return the situation that an ordered code stands for at an endpoint (`*`: at any), or None."""
        every = (*self.rows, *self._of_families)
        fitting = [row for row in every if row.default_for_code and row.code == code and row.fits(endpoint, None)]
        return max(fitting, key=lambda row: row.specificity).situation if fitting else None

    def leading_key(self, endpoint: str | None) -> str | None:
        """Return the key that stands first in an endpoint's answers and says whether they are good, or None."""
        if endpoint not in self._leading:
            fitting = (one for one in self._envelopes if _speaks_of(one["endpoint"], endpoint))
            self._leading[endpoint] = next((one["leads_with"] for one in fitting), None)
        return self._leading[endpoint]

    def callback(self, state: str) -> CallbackWords:
        """Return the words of the callback for a task that ended in `state`: `success` or `fail`."""
        words = self._callbacks[state]
        return CallbackWords(words["code"], words["msg"])

    def advice(self, violation: Violation, latest: str, served: str) -> str:
        """Word what the page of the date `latest` refuses and the `served` one does not: one line of plain ASCII."""
        return _line(self._advice["msg"], {**asdict(violation), "latest": latest, "served": served})

    def doubt(self, kind: str, violation: Violation, served: str) -> str:
        """Word what a revision of the date `served` is not certain of, on one line; `kind` names the words."""
        return _line(self._advice[kind], {**asdict(violation), "served": served})

    def misspelt(self, field: str, meant: str, served: str) -> str:
        """Word that the revision of the date `served` has no such field of a request, and which one may be meant."""
        return _line(self._advice["misspelt"], {"field": field, "meant": meant, "served": served})

    @property
    def default_failure(self) -> Failure:
        """The words of a failed task when nobody ordered others."""
        words = self._failures["default"]
        return Failure(words["code"], words["msg"])

    def failure(self, code: str, msg: str) -> Failure:
        """Return the failure with these words, and whether the wire tells times with them."""
        known = (one for one in self._failures.get("known", ()) if (one["code"], one["msg"]) == (code, msg))
        return Failure(code, msg, all(one["timed"] for one in known))


def _same_place(row: Row, other: Row) -> bool:
    return (row.endpoint, row.model, row.field) == (other.endpoint, other.model, other.field)


def _speaks_of(pattern: str | None, name: str | None) -> bool:
    return pattern is None or (name is not None and fnmatchcase(name, pattern))


def _narrowness(pattern: str | None) -> int:
    """Measure a pattern: nothing for none, less for one with a wildcard than for a name."""
    return 0 if pattern is None else 1 + len(pattern) + 1000 * ("*" not in pattern)


def _named(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"name": str(facts["field"]).rpartition(".")[2], **facts} if "field" in facts else facts


def _filled(value: Any, facts: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    alone = value[1:-1] if value.startswith("{") and value.endswith("}") else ""
    return facts[alone] if alone in facts else value.format(**facts)


def _line(template: str, facts: Mapping[str, str]) -> str:
    line = " ".join(template.format(**facts).split())
    return line.encode("ascii", "backslashreplace").decode()[:_LONGEST_ADVICE]
