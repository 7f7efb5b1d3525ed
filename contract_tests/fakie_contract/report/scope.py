"""The scope of a run: how far it may go to judge a target, and what of that was not judged."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from fakie_contract.report.result import Result

# What cannot cost; also tasks, as any target makes them; also what needs switches, keys or a tunnel of one's own.
Scope = Literal["free", "paid", "full"]
FREE: Scope = "free"
PAID: Scope = "paid"
FULL: Scope = "full"
SEEN_BY: Mapping[str, str] = {
    FREE: "as far as a free run can see",
    PAID: "as far as can be seen without switches, further keys and a way back",
    FULL: "",
}
_JUDGED = ("held", "findings")
# What a case is about, by the part of its id behind the model.
_KINDS = {
    "key": "keys",
    "recordInfo": "unknown tasks",
    "credit": "the balance",
    "createTask": "unknown models and methods",
    "path": "unknown paths",
    "life": "the life of a task",
    "callback": "callbacks",
    "account": "accounts and money",
    "generated": "generated requests",
}


class Gap(Struct, frozen=True):
    """Something that was to be judged and was not: cases of one kind, of a model or of none, and why."""

    model: str | None
    kind: str
    cases: tuple[str, ...]
    reason: str

    @property
    def name(self) -> str:
        """The kind with its model."""
        return f"{self.kind} of {self.model}" if self.model else self.kind

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"name": self.name, **asdict(self)}


def kind_of(case: str, model: str | None) -> str:
    """Return what a case is about: a code, a part of the API or of a task's life, or its request body."""
    part = case.removeprefix(f"{model or 'api'}::").partition("::")[0]
    return f"code {part.removeprefix('code-')}" if part.startswith("code-") else _KINDS.get(part, "request bodies")


def gaps(results: Iterable[Result]) -> list[Gap]:
    """Return what lies within the scope of a run and was not judged.

    That is every case that was not run, and each kind of which no case could be provoked.
    """
    kinds: dict[tuple[str | None, str], list[Result]] = {}
    for one in results:
        if not one.outside:
            kinds.setdefault((one.model, kind_of(one.case, one.model)), []).append(one)
    return [gap for (model, kind), some in kinds.items() for gap in _of_kind(model, kind, some)]


def _of_kind(model: str | None, kind: str, results: Sequence[Result]) -> Iterable[Gap]:
    whole = not any(one.ending in _JUDGED for one in results)
    missing = [one for one in results if one.ending == "not_run" or (whole and one.ending == "not_provokable")]
    if missing:
        yield Gap(model, kind, tuple(one.case for one in missing), missing[0].reason)
