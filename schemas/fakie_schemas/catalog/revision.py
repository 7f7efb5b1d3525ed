"""A revision as an object: what one page says of one model."""

import sys
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import fakie_schemas
from fakie_schemas.accepting import rules_of
from fakie_schemas.catalog.file_limits import FileLimits, file_limits
from fakie_schemas.catalog.leniency import without_rules
from fakie_schemas.catalog.validation import Judge, Violation, first_violation, number_for_text
from fakie_schemas.schema.alternatives import plain_schemas
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator

_SUFFIX = ".revision.json"
T = TypeVar("T")


class Revision:
    """One model's contract as one page states it; its files are read, and its schema compiled, when first asked."""

    # By which of a profile's words what is `contradicted` is told.
    doubts = "contradicted"

    def __init__(self, facts_file: Path) -> None:
        self.file = facts_file
        # One text for all of a day: every task keeps it.
        self.date = sys.intern(facts_file.name.removesuffix(_SUFFIX))

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The whole revision file: endpoint, codes, answers, examples, sources, provenance."""
        return fakie_schemas.read_json(self.file)

    @cached_property
    def model(self) -> str | None:
        """The model's name, or None for an endpoint that is the same for all models."""
        name: str | None = self.facts["model"]
        return name and sys.intern(name)

    @cached_property
    def stated_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the whole request body as the page states it."""
        return fakie_schemas.read_json(self.file.with_name(f"{self.date}.request.schema.json"))

    @cached_property
    def request_schema(self) -> Mapping[str, Any]:
        """The JSON Schema that requests are judged by: as stated, without the rules that the page contradicts."""
        return without_rules(self.stated_schema, (rule["pointer"] for rule in self.facts.get("contradicted", ())))

    @cached_property
    def plain_schemas(self) -> tuple[Mapping[str, Any], ...]:
        """The stated schema with a branch of each alternative chosen; itself alone where it has none.

        What is made from it holds in both readings of a page that contradicts itself.
        """
        return plain_schemas(self.stated_schema)

    @cached_property
    def plain_schema(self) -> Mapping[str, Any]:
        """The first plain schema whose values the request's schema accepts: what bodies can be made from."""
        fitting = (plain for plain in self.plain_schemas if self.holds(working_value(plain)))
        return next(fitting, self.plain_schemas[0])

    @cached_property
    def example(self) -> Any:
        """A request body that is accepted: the page's own where it holds, else one made from the schema."""
        given = self.facts["examples"].get("request")
        return given if given is not None and self.holds(given) else working_value(self.plain_schema)

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The codes that the page documents, ascending."""
        return tuple(sorted(entry["code"] for entry in self.facts["codes"]))

    @cached_property
    def answer_keys(self) -> tuple[str, ...]:
        """The keys of `data` in the accepted answer, in order, such as `taskId`; none where they are not documented."""
        answer = self.facts["answers"]["success"]
        schema = fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer
        return _shared(tuple(schema["properties"].get("data", {}).get("properties", ())))

    @cached_property
    def input_defaults(self) -> Mapping[str, Any]:
        """The defaults that the page states of the fields of `input`."""
        fields = self.request_schema.get("properties", {}).get("input", {}).get("properties", {})
        return {name: field["default"] for name, field in fields.items() if "default" in field}

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The defaults that the page states of the fields of the whole body."""
        fields = self.request_schema.get("properties", {})
        return {name: field["default"] for name, field in fields.items() if "default" in field}

    @cached_property
    def file_limits(self) -> tuple[FileLimits, ...]:
        """The limits to files that requests name by their URLs: in a model's `input`, in a family's whole body."""
        if not self.model:
            return _shared(tuple(file_limits(self.request_schema)))
        within = self.request_schema.get("properties", {}).get("input", {})
        return _shared(tuple(file_limits(within, ("input",))))

    @cached_property
    def violation(self) -> Callable[[Any], Violation | None]:
        """Judges a request body: the first violation, or None; every request asks it."""
        return self._judge.violation

    def violation_on_the_wire(self, body: Any) -> Violation | None:
        """Judge a request body as `violation`, but for numbers in place of texts, which the wire takes."""
        holds = self._judge.violation(body) is None
        return None if holds else first_violation(self._judge.validator, body, passing=number_for_text)

    def demands_the_same(self, other: "Revision") -> bool:
        """Tell whether it holds request bodies to the same rules as another revision."""
        return rules_of(self.request_schema) == rules_of(other.request_schema)

    @property
    def is_certain(self) -> bool:
        """Whether what holds is accepted without a doubt: no body is `contradicted`."""
        return self._stated_judge is self._judge

    def contradicted(self, body: Any) -> Violation | None:
        """Find the first rule that a body breaks of those that the page states and contradicts, or None."""
        return None if self.is_certain else self._stated_judge.violation(body)

    def holds(self, body: Any) -> bool:
        """Tell whether a request body keeps every rule."""
        return self._judge.holds(body)

    def check_schema(self) -> None:
        """Raise OSError, ValueError or jsonschema.SchemaError when the schema is none, which nothing else looks at."""
        contract_validator(self.request_schema)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.request_schema)

    @cached_property
    def _stated_judge(self) -> Judge:
        same = self.stated_schema is self.request_schema
        return self._judge if same else Judge(self.stated_schema)


@lru_cache(maxsize=1024)
def _same(found: Any) -> Any:
    return found


def _shared(found: T) -> T:
    """Return the same object for equal ones: every request reads those of its model, of which there may be many."""
    same: T = _same(found)
    return same
