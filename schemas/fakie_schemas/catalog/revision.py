"""A revision as an object: what one page says of one model."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema.protocols import Validator

import fakie_schemas
from fakie_schemas.catalog.leniency import without_rules
from fakie_schemas.catalog.validation import Violation, first_violation, number_for_text
from fakie_schemas.schema.alternatives import plain_schemas
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator

_SUFFIX = ".revision.json"


class Revision:
    """One model's contract as one page states it; its files are read, and its schema compiled, when first asked."""

    def __init__(self, facts_file: Path) -> None:
        self.file = facts_file
        self.date = facts_file.name.removesuffix(_SUFFIX)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The whole revision file: endpoint, codes, answers, examples, sources, provenance."""
        return fakie_schemas.read_json(self.file)

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
        """The request's schema with a branch of each alternative chosen; itself alone where it has none."""
        return plain_schemas(self.request_schema)

    @cached_property
    def plain_schema(self) -> Mapping[str, Any]:
        """The first plain schema whose values the request's schema accepts: what bodies can be made from."""
        fitting = (plain for plain in self.plain_schemas if self.holds(working_value(plain)))
        return next(fitting, self.plain_schemas[0])

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The codes that the page documents, ascending."""
        return tuple(sorted(entry["code"] for entry in self.facts["codes"]))

    @cached_property
    def answer_keys(self) -> tuple[str, ...]:
        """The keys of `data` in createTask's accepted answer, in order: `taskId`, and `recordId` where documented."""
        answer = self.facts["answers"]["success"]
        schema = fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer
        return tuple(schema["properties"]["data"]["properties"])

    def violation(self, body: Any) -> Violation | None:
        """Judge a request body: the first violation, or None."""
        return first_violation(self._validator, body)

    def violation_on_the_wire(self, body: Any) -> Violation | None:
        """Judge a request body as `violation`, but for numbers in place of texts, which the wire takes."""
        return first_violation(self._validator, body, number_for_text)

    def contradicted(self, body: Any) -> Violation | None:
        """Find the first rule that a body breaks of those that the page states and contradicts, or None."""
        if self.stated_schema is self.request_schema:
            return None
        return first_violation(self._stated_validator, body)

    def holds(self, body: Any) -> bool:
        """Tell whether a request body keeps every rule."""
        return self._validator.is_valid(body)

    def compile(self) -> None:
        """Make ready to judge; raises OSError, ValueError or jsonschema.SchemaError when the schema is none."""
        _ = self._validator

    @cached_property
    def _validator(self) -> Validator:
        return contract_validator(self.request_schema)

    @cached_property
    def _stated_validator(self) -> Validator:
        return contract_validator(self.stated_schema)
