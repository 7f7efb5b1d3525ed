"""Combined cases: sides of the rules of different fields in one body, so that one create tries them all."""

import copy
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie_contract.cases.attempt import Attempt, attempt_case
from fakie_contract.cases.body.rules import RuleSide, tried
from fakie_contract.cases.body.samples import NOWHERE, body, placed
from fakie_contract.cases.case import Case
from fakie_contract.subjects import name_of
from fakie_contract.trial.trial import NotProvokable, NotRun, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.fields import Path

# What a create of a model's body may cost; None: not known.
Worst = Callable[[str, Any], Decimal | None]
_NOTHING = object()


class _Combined(Struct, frozen=True):
    """A body, and the sides of rules that it tries."""

    revision: Revision
    body: Any
    parts: tuple[RuleSide, ...]

    def __call__(self, trial: Trial) -> None:
        """Send it; where it fails and tries cost nothing, send each part alone, to find out which one it is."""
        start = len(trial.differences)
        Attempt(self.revision, self.body, None)(trial)
        whole = trial.differences[start:]
        if all(one.fails_nobody for one in whole):
            return
        del trial.differences[start:]
        for part in () if trial.env.target.live else self.parts:
            self._alone(part, trial)
        if len(trial.differences) == start:
            names = ", ".join(part.name for part in self.parts)
            trial.differences[start:] = [replace(one, expected=f"{one.expected} (it tries {names})") for one in whole]

    def _alone(self, part: RuleSide, trial: Trial) -> None:
        start = len(trial.differences)
        try:
            Attempt(self.revision, part.body, None)(trial)
        except (NotRun, NotProvokable):
            return
        trial.differences[start:] = [
            replace(one, expected=f"{one.expected} ({part.name}, {part.source})") for one in trial.differences[start:]
        ]


def combined_cases(revision: Revision, profile: Profile, worst: Worst | None) -> Iterator[Case]:
    """Return cases that try every side of a rule that is to be accepted, in few and cheap bodies."""
    parts = [one for one in tried(revision) if one.situation is None]
    for number, combined in enumerate(_Combiner(revision, parts, worst).all(), 1):
        covers = tuple(dict.fromkeys(part.rule for part in combined.parts))
        what = f"at once, accepted: {', '.join(part.name for part in combined.parts)}"
        attempt = Attempt(revision, combined.body, None)
        yield attempt_case(attempt, profile, f"combined::{number}", what, combined, covers=covers)


class _Combiner:
    """Chooses the bodies, greedily: dear parts go with cheap ones, since prices tend to multiply."""

    def __init__(self, revision: Revision, parts: Sequence[RuleSide], worst: Worst | None) -> None:
        self._revision = revision
        self._parts = parts
        self._worst = worst
        self._base = self._cheapest_base()
        self._alone = {part.name: self._price(self._put(self._base, part)) for part in parts}

    def all(self) -> Iterator[_Combined]:
        """Return the bodies; together they try every part."""
        left = list(self._parts)
        while left:
            made = self._combine(left)
            seen = tuple(part for part in left if _tries(made, part))
            if not seen:
                # A rule across fields keeps it from the cheapest body.
                made, seen = left[0].body, (left[0],)
            yield _Combined(self._revision, made, seen)
            left = [part for part in left if part not in seen]

    def _combine(self, left: Sequence[RuleSide]) -> Any:
        made, kept = self._base, list[RuleSide]()
        dearest = max(left, key=lambda part: self._alone[part.name])
        for path in dict.fromkeys((dearest.field.path, *(part.field.path for part in left))):
            choices = [part for part in left if part.field.path == path]
            choices.sort(key=lambda part: (part is not dearest, self._alone[part.name]))
            for part in choices:
                changed = self._put(made, part)
                if changed is not None and all(_tries(changed, other) for other in (*kept, part)):
                    made, kept = changed, [*kept, part]
                    break
        return made

    def _cheapest_base(self) -> Any:
        made = body(self._revision.plain_schema, full=False)
        for part in self._parts if self._worst else ():
            changed = self._put(made, part)
            if changed is not None and self._price(changed) < self._price(made):
                made = changed
        return made

    def _put(self, whole: Any, part: RuleSide) -> Any:
        """Put a part into a body; None when the body would not hold."""
        path = part.field.path
        changed = _without(whole, path) if part.variant.keyword == "required" else _placed(part, whole)
        if isinstance(changed, dict) and "callBackUrl" in changed and path != ("callBackUrl",):
            changed["callBackUrl"] = changed["callBackUrl"] or NOWHERE
        return changed if self._revision.holds(changed) else None

    def _price(self, whole: Any) -> Decimal:
        price = self._worst(name_of(self._revision), whole) if self._worst and whole is not None else None
        return Decimal(0) if price is None else price


def _placed(part: RuleSide, whole: Any) -> Any:
    try:
        return placed(part.schema, whole, part.field.path, part.variant.value)
    except (LookupError, TypeError, AttributeError):
        # The body follows another branch, which has no such place.
        return None


def _tries(whole: Any, part: RuleSide) -> bool:
    found = _at(whole, part.field.path)
    if part.variant.keyword == "required":
        return found is _NOTHING
    return type(found) is type(part.variant.value) and bool(found == part.variant.value)


def _at(whole: Any, path: Path) -> Any:
    for step in path:
        try:
            whole = whole[step]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return whole


def _without(whole: Any, path: Path) -> Any:
    changed = copy.deepcopy(whole)
    place = _at(changed, path[:-1])
    if isinstance(place, dict):
        place.pop(path[-1], None)
    return changed
