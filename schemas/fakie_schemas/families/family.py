"""A family as an object: its endpoints by kind, the jobs that they make, and its own answers."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

from msgspec import Struct, convert, field

from fakie_schemas import data_folder, disk, read_json
from fakie_schemas.nearest import nearest

# create makes a task · record shows one · transform makes something of one · query asks about the account or a file
Kind = Literal["create", "record", "transform", "query", "upload"]
Steps = tuple[tuple[str, float], ...]
# The states in which a task has ended. No set: what a target tells as a state may be a list.
ENDS = ("success", "fail")
# Under this word stands what holds of all states that have none of their own.
_RUNNING = "running"
# The page of an endpoint whose requests name a model is that of the model.
BY_MODEL = "by model"
_MOST_LIKE = 3
# How alike a misspelt name and the one that is meant are.
_ALMOST = 0.8
_DAY = 86400.0


class Parent(Struct, frozen=True):
    """An earlier task that a request must name: in `field` one that these endpoints made, in `part` its part, if any.

    Where only the part is named, `field` is empty. `file` names the URL of a file that the task has made.
    """

    made_by: tuple[str, ...]
    field: str = ""
    part: str = ""
    file: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a request that name what it goes on from."""
        return tuple(name for name in (self.field, self.part, self.file) if name)


class CallbackStage(Struct, frozen=True):
    """A callback before the end of a task: sent when the task comes into `state`, with this body."""

    name: str
    state: str
    body: Mapping[str, Any]


class Words(Struct, frozen=True):
    """The words of one way to fail: its msg, and what else says so in the record, by the names of the job's words."""

    msg: str
    shown: Mapping[str, Any] = field(default_factory=dict)


class Job(Struct, frozen=True):
    """A kind of task that an endpoint makes: its states, its record and callbacks, its failures and its results.

    `records` are the endpoints that show it. `dated`: the shapes are those of the wire's date and of the model's page;
    else `record` is a template, with other parts by state, `stages` and `callbacks` whole bodies. `words` say a state
    in the terms of the family; of those that `varies` names they are examples. `fallback` says which requests, failed
    by which codes, succeed by a second model. `answers` are what a transform says, by its state. `long_decimals` is
    "text" where callbacks have those as texts. `callback_timeout` is how long (s) a receiver may take where its page
    gives it less time than the profile (0: it does not).
    """

    name: str
    records: tuple[str, ...]
    dated: bool = False
    plan: Steps = ()
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    varies: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    record_in: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stages: tuple[CallbackStage, ...] = ()
    callbacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    usual_failure: str = ""
    failures: Mapping[str, Words] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    fallback: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    long_decimals: str = ""
    callback_timeout: int | float = 0

    @property
    def early(self) -> tuple[str, ...]:
        """The states before the end in which the record tells of results."""
        return tuple(state for state, _ in self.plan[:-1] if state in self.record_in)

    def record_of(self, state: str) -> Mapping[str, Any]:
        """Return the template of the record of a task in a state."""
        running = {} if state in ENDS else self.record_in.get(_RUNNING, {})
        return {**self.record, **self.record_in.get(state, running)}

    @property
    def bodies(self) -> Mapping[str, Any]:
        """The templates of all callbacks, by their stage or end."""
        return {**{one.name: one.body for one in self.stages}, **self.callbacks}

    def words_of(self, state: str) -> dict[str, Any]:
        """Return how the family says a state, by the names of its words."""
        return {name: words.get(state, words.get(_RUNNING, state)) for name, words in self.words.items()}


class FamilyEndpoint(Struct, frozen=True):
    """One endpoint of a family; `page` names its revision below `endpoints/`, `asks` what a query asks for.

    `callback` is the field of the callback's URL. `same` are the fields of which equal ones mean the same thing:
    a transform is made once, a second create is refused. `says` is what templates tell of it.
    `refuses` are the facts of parents of which none is made. `within` is how old (s) a task may be (0: any age).
    `free`: its requests cost nothing.
    """

    name: str
    method: str
    path: str
    kind: Kind
    family: str
    title: str
    page: str
    job: Job | None = None
    parent: Parent | None = None
    callback: str = "callBackUrl"
    asks: str = ""
    same: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    within: float = 0
    says: Mapping[str, Any] = field(default_factory=dict)
    free: bool = False

    @property
    def makes(self) -> Job:
        """The job that its requests make; raises LookupError for an endpoint that makes nothing."""
        if self.job is None:
            raise LookupError(f"{self.name} makes no task")
        return self.job


class Family(Struct, frozen=True):
    """A family: its name and title, its endpoints, and the rows that answer for it alone."""

    name: str
    title: str
    endpoints: tuple[FamilyEndpoint, ...]
    answers: tuple[Mapping[str, Any], ...]


@cache
def families() -> tuple[Family, ...]:
    """Return every family, in the order of their files' names."""
    return tuple(_family(read_json(file)) for file in disk.files_in(data_folder("families"), ".json"))


@cache
def endpoints() -> Mapping[str, FamilyEndpoint]:
    """Return every endpoint of every family, by its name."""
    return {one.name: one for family in families() for one in family.endpoints}


@cache
def with_pages() -> Mapping[str, FamilyEndpoint]:
    """Return every endpoint that has a page of its own, by its name."""
    return {name: one for name, one in endpoints().items() if one.page != BY_MODEL}


def endpoints_like(name: str, among: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the first endpoints that have a text or pattern in their names, are spelt almost so, or begin so.

    What fits in an earlier way leaves out the later ones; `among` are the names to choose from, else all.
    """
    known, words = tuple(endpoints() if among is None else among), name.strip("*/ ").casefold()
    family = f"{words.partition('/')[0]}/"
    # Those of the family that is named come before others that have its name in theirs, as suno-voice has suno.
    within = [one for one in known if words and words in one.casefold()]
    within.sort(key=lambda one: not one.startswith(family))
    alike = within or nearest(name, known, _MOST_LIKE, _ALMOST)
    return tuple((alike or [one for one in known if one.startswith(family)])[:_MOST_LIKE])


@cache
def places() -> Mapping[tuple[str, str], str]:
    """Return the name of the endpoint at each method and path."""
    return {(one.method, one.path): one.name for one in endpoints().values()}


def of_kind(kind: Kind) -> tuple[str, ...]:
    """Return the names of all endpoints of a kind."""
    return tuple(one.name for one in endpoints().values() if one.kind == kind)


def is_kind(endpoint: str | None, kind: Kind) -> bool:
    """Tell whether there is an endpoint of this name and kind."""
    found = endpoints().get(endpoint or "")
    return found is not None and found.kind == kind


def _family(data: Mapping[str, Any]) -> Family:
    rows = _used(data["jobs"], data.get("parts", {}))
    jobs = {name: _job(name, rows) for name in rows}
    found = [_endpoint(row, data["family"], jobs) for row in data["endpoints"]]
    return Family(data["family"], data["title"], tuple(found), tuple(data.get("answers", ())))


def _used(value: Any, parts: Mapping[str, Any]) -> Any:
    """Put a family's parts in the places that use them by name."""
    if isinstance(value, dict):
        if set(value) == {"use"}:
            return _used(parts[value["use"]], parts)
        return {key: _used(inner, parts) for key, inner in value.items()}
    return [_used(inner, parts) for inner in value] if isinstance(value, list) else value


def _endpoint(row: Mapping[str, Any], family: str, jobs: Mapping[str, Job]) -> FamilyEndpoint:
    usual = {"page": row["name"], "free": row["kind"] not in ("create", "transform")}
    job = jobs[row["job"]] if "job" in row else None
    read = {"family": family, "job": job, "within": row.get("within_days", 0) * _DAY}
    return convert({**usual, **row, **read}, FamilyEndpoint)


def _job(name: str, rows: Mapping[str, Any]) -> Job:
    row = _whole(name, rows)
    record, failures = row.get("record", {}), row.get("failures", {})
    parts = {state: part for state, part in record.items() if state != "data"}
    read = {"name": name, "dated": row.get("shapes") == "dated", "record": record.get("data", {}), "record_in": parts}
    return convert({**row, **read, "usual_failure": next(iter(failures), "")}, Job)


def _whole(name: str, rows: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a job's row with what it takes over from the one that it is like."""
    row: Mapping[str, Any] = rows[name]
    return {**_whole(row["like"], rows), **row} if "like" in row else row
