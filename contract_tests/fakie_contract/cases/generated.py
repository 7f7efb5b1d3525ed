"""Generated cases: bodies made from a model's schema by a seed, which hold, or break exactly one rule."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from random import Random
from typing import Any

from jsonschema.protocols import Validator
from msgspec import Struct

from fakie_contract.cases.attempt import Attempt, attempt_case, situation_of
from fakie_contract.cases.body.rules import put, sides, source
from fakie_contract.cases.body.valid import Choose, valid_body
from fakie_contract.cases.body.variant import Variant
from fakie_contract.cases.case import Case
from fakie_contract.cases.failing import Failing
from fakie_contract.subjects import is_endpoint, name_of
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.schema.fields import BodyField, fields
from fakie_schemas.validator import contract_validator

_TRIES = 50
# How often a rule is tried: its field may not be in the body that was made.
_SAME_RULE = 5


class BrokenBody(Struct, frozen=True):
    """A body that breaks one rule of one field, and nothing else."""

    field: BodyField
    variant: Variant
    body: Any


class Maker:
    """Makes bodies for one model, of those that break a rule one for each rule before any comes again."""

    def __init__(
        self, model: str, schema: Mapping[str, Any], seed: int, holds: Callable[[Any], bool] | None = None
    ) -> None:
        self.schema = schema
        self._holds = holds
        self._model = model
        self._judge = contract_validator(schema)
        self._rules = list(_rules(schema))
        Random(f"{seed} {model}").shuffle(self._rules)  # noqa: S311 - no secret

    def valid(self, choose: Choose) -> Any:
        """Make a body that holds; None when none was found."""
        # One page may name several models; the others are not asked for.
        named = {} if is_endpoint(self._model) else {"model": self._model}
        made = (valid_body(self.schema, choose) | named for _ in range(_TRIES))
        holds = self._holds or self._judge.is_valid
        return next((body for body in made if holds(body)), None)

    def broken(self, choose: Choose, turn: int) -> BrokenBody | None:
        """Make a body that breaks exactly one rule, by turns another one; None when none was found."""
        for attempt in range(_TRIES):
            body = self.valid(choose)
            field, variants = self._rules[(turn + attempt // _SAME_RULE) % len(self._rules)]
            variant = variants[choose(len(variants))]
            whole = None if body is None else put(self.schema, body, field, variant)
            if whole is not None and self._breaks(whole) and breaks_only(self._judge, whole, field, variant.keyword):
                return BrokenBody(field, variant, whole)
        return None

    def _breaks(self, body: Any) -> bool:
        """Tell whether a body is refused in every reading of a page that contradicts itself."""
        return self._holds is None or not self._holds(body)


def check_installed() -> None:
    """Raise ConfigurationError when what shrinks a generated request is not there."""
    if find_spec("hypothesis") is None:
        raise ConfigurationError("--generate needs hypothesis: pip install 'fakie[contract]', or leave --generate out")


def generated_cases(revision: Revision, profile: Profile, count: int, seed: int, docs: str) -> Iterator[Case]:
    """Return `count` cases of a model, by turns to accept and to refuse; the same arguments give the same bodies."""
    model = name_of(revision)
    maker, shared = Maker(model, revision.plain_schema, seed, revision.holds), Failing(revision, docs)
    for number in range(1, count + 1):
        # Its own seed for each, so that more of them do not change the first ones.
        choose = Random(f"{seed} {model} {number}").randrange  # noqa: S311 - no secret
        made = _refused(maker, revision, choose, number // 2) if number % 2 == 0 else _accepted(maker, choose)
        if made is not None:
            body, what, about = made
            attempt = Attempt(revision, body, situation_of(revision, body))
            expected = f"refused as {attempt.situation}" if attempt.situation else "accepted"
            name = f"generated::{number}-{'refused' if attempt.situation else 'accepted'}"
            yield attempt_case(attempt, profile, name, f"{what}: {expected}", shared.run(attempt), **about)


_Made = tuple[Any, str, dict[str, str]]


def _accepted(maker: Maker, choose: Choose) -> _Made | None:
    body = maker.valid(choose)
    return None if body is None else (body, "a generated request", {})


def _refused(maker: Maker, revision: Revision, choose: Choose, turn: int) -> _Made | None:
    broken = maker.broken(choose, turn)
    if broken is None:
        return None
    field, variant = broken.field, broken.variant
    about = {"field": field.name, "rule": variant.keyword, "source": source(revision, field, variant.keyword)}
    return broken.body, f"a generated request, {field.name} {variant.rule} ({about['source']})", about


def breaks_only(judge: Validator, body: Any, field: BodyField, keyword: str) -> bool:
    """Tell whether a body breaks one rule, and no rule of another place: a value may break several of its field's."""
    place = field.path[:-1] if keyword == "required" else field.path
    errors = {(str(error.validator), tuple(error.absolute_path)) for error in judge.iter_errors(body)}
    return (keyword, place) in errors and all(at == place for _, at in errors)


def _rules(schema: Mapping[str, Any]) -> Iterator[tuple[BodyField, Sequence[Variant]]]:
    for field in fields(schema):
        by_keyword: dict[str, list[Variant]] = {}
        for variant in sides(field):
            # Items have rules of their own, which are among these.
            if variant.situation is not None and variant.keyword != "items":
                by_keyword.setdefault(variant.keyword, []).append(variant)
        yield from ((field, variants) for variants in by_keyword.values())
