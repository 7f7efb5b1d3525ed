"""Rules of a page that the page itself contradicts: by a default, by a listed value, or by its own example."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema import ValidationError

from fakie_schemas.compiler.facts import Fact
from fakie_schemas.schema.pointers import escaped, written
from fakie_schemas.validator import contract_validator

_DEFAULT = "it is required, and it has a default"
_EXAMPLE = "the page's own example breaks it"
_BREAKING_DEFAULT = "the field's own default breaks it"
_LISTED = "a value that the field lists breaks it"
# Rules that a single value can break beside a list of values.
_OF_VALUES = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "format",
    }
)


class Contradiction(NamedTuple):
    """A rule by its JSON pointer, from `/request` on, the field that it is about, and what stands against it."""

    pointer: str
    field: str
    why: str

    @property
    def rule(self) -> str:
        """The keyword that is contradicted."""
        return next(step for step in reversed(self.pointer.split("/")) if not step.isdecimal())

    def as_dict(self) -> dict[str, str]:
        """Write the rule as the revision's facts hold it."""
        return {"pointer": self.pointer, "why": self.why}


def contradictions(request: Mapping[str, Any], examples: Iterable[Fact]) -> list[Contradiction]:
    """List the rules of a request that its page contradicts, each once.

    The body around the input of a model's task is not the page's own, and its rules are left out.
    """
    task = {"model", "input"} <= request.get("properties", {}).keys()
    own = _own_rules(request, task)
    found = [*_required_with_default(*own), *_broken_by_own_values(*own)]
    for example in examples:
        broken = (
            _broken(error, "/request", _EXAMPLE) for error in contract_validator(request).iter_errors(example.value)
        )
        found += [one for one in broken if not task or _counts(one.pointer)]
    return list({one.pointer: one for one in reversed(found)}.values())[::-1]


def _own_rules(request: Mapping[str, Any], task: bool) -> tuple[Mapping[str, Any], str]:
    return (request["properties"]["input"], "/request/properties/input") if task else (request, "/request")


def _counts(pointer: str) -> bool:
    return pointer.startswith("/request/properties/") and not pointer.startswith("/request/properties/model/")


def _required_with_default(schema: Mapping[str, Any], pointer: str) -> Iterator[Contradiction]:
    properties = schema.get("properties", {})
    for index, name in enumerate(schema.get("required", ())):
        if "default" in properties.get(name, {}):
            yield Contradiction(f"{pointer}/required/{index}", name, _DEFAULT)
    for place, inner in _below(schema):
        yield from _required_with_default(inner, f"{pointer}/{place}")


def _broken_by_own_values(schema: Mapping[str, Any], pointer: str, name: str = "") -> Iterator[Contradiction]:
    """Find the rules of fields that their own defaults and listed values break: one of the two is wrong on the page.

    An empty text is what editors of pages put where nothing was said.
    """
    if "default" in schema:
        yield from _broken_by((schema["default"],), schema, _BREAKING_DEFAULT, pointer, name)
    if "enum" in schema and _OF_VALUES & schema.keys():
        # Each value would be looked for among all of them.
        others = {keyword: rule for keyword, rule in schema.items() if keyword != "enum"}
        yield from _broken_by(schema["enum"], others, _LISTED, pointer, name)
    for place, inner in _below(schema):
        below = place.partition("/")[2] if place.startswith("properties/") else name
        yield from _broken_by_own_values(inner, f"{pointer}/{place}", below)


def _broken_by(
    values: Iterable[Any], schema: Mapping[str, Any], why: str, pointer: str, name: str
) -> Iterator[Contradiction]:
    judge = contract_validator(schema)
    for value in values:
        yield from (
            _broken(error, pointer, why)._replace(field=name)
            for error in judge.iter_errors(value)
            if error.instance != ""
        )


def _below(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, child in schema.get("properties", {}).items():
        yield f"properties/{escaped(name)}", child
    for keyword in ("items", "additionalProperties"):
        if keyword in schema:
            yield keyword, schema[keyword]
    for keyword in ("oneOf", "anyOf", "allOf"):
        for index, branch in enumerate(schema.get(keyword, ())):
            yield f"{keyword}/{index}", branch


def _broken(error: ValidationError, pointer: str, why: str) -> Contradiction:
    """Say which rule an error is about: of a list of required names the one that is missing."""
    steps = [*error.absolute_schema_path]
    field = "/".join(str(step) for step in error.absolute_path)
    listed: Any = error.validator_value
    if error.validator == "required":
        body: Any = error.instance
        index = next(index for index, name in enumerate(listed) if name not in body)
        field = listed[index]
        steps.append(index)
    return Contradiction(pointer + written(steps), field, why)
