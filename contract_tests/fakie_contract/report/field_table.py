"""The table of a request's fields: what page and schema say of each, and how fake and target answered to it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie_contract import sources
from fakie_contract.report.result import Ending, Result
from fakie_contract.subjects import page_of, subjects_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema import words
from fakie_schemas.schema.fields import BodyField, fields


class Tally(Struct, frozen=True):
    """How one side took a field's cases: `differs_in` are the rules with a difference."""

    state: str
    held: int
    differs: int
    not_tried: int
    differs_in: tuple[str, ...]


class FieldLine(Struct, frozen=True):
    """One field of one model's request; `lines` are those of the page, `fake` is None when nothing was compared."""

    model: str
    field: str
    page: str
    lines: tuple[int, ...]
    schema: str
    fake: Tally | None
    target: Tally


def field_lines(results: Sequence[Result], catalog: Catalog, *, own: bool = False) -> list[FieldLine]:
    """Return every field of every model that has results; `own`: the target is the fake."""
    by_model: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        for field, rule in ((result.field or "", result.rule or ""), *result.covers):
            by_model[result.model or ""][field].append(replace(result, rule=rule))
    lines = []
    for model in subjects_of(catalog):
        revision = page_of(catalog, model) if model in by_model else None
        if revision is not None:
            described = fields(revision.request_schema)
            lines += [_line(model, revision, field, by_model[model][field.name], own=own) for field in described]
    return lines


def rules(schema: Mapping[str, Any], *, required: bool | None = None) -> str:
    """Write what a schema says of a value, shortly: `required; string; at most 500 characters`."""
    return "; ".join(_rules(schema, required))


def _line(model: str, revision: Revision, field: BodyField, results: Sequence[Result], *, own: bool) -> FieldLine:
    target = _took([(result.ending, result.rule or "") for result in results])
    compared = [(result.fake.ending, result.rule or "") for result in results if result.fake is not None]
    fake = _took(compared) if compared else target if own or not results else None
    lines = _page_lines(revision, field, results)
    return FieldLine(
        model,
        field.name,
        revision.date,
        lines,
        rules(field.schema, required=field.required or field.is_item),
        fake,
        target,
    )


def _took(endings: Iterable[tuple[Ending, str]]) -> Tally:
    endings = list(endings)
    held = sum(ending == "held" for ending, _ in endings)
    differing = [rule for ending, rule in endings if ending == "findings"]
    state = "differs" if differing else "held" if held else "not_tried"
    rest = len(endings) - held - len(differing)
    return Tally(state, held, len(differing), rest, tuple(sorted(set(differing))))


def _page_lines(revision: Revision, field: BodyField, results: Sequence[Result]) -> tuple[int, ...]:
    cited = {int(line) for result in results for line in re.findall(r"page line (\d+)", result.source)}
    steps = "/".join("items" if isinstance(step, int) else f"properties/{step}" for step in field.path)
    where = f"/request/{steps}/"
    known = revision.facts.get("sources", {})
    cited |= {line for pointer, line in known.items() if pointer.startswith(where) and _own(pointer[len(where) :])}
    if not cited:
        cited = {int(line) for line in re.findall(r"page line (\d+)", sources.of_revision(revision, where))}
    return tuple(sorted(cited))


def _own(rest: str) -> bool:
    return not rest.startswith(("properties/", "items/"))


def _rules(schema: Mapping[str, Any], required: bool | None) -> Iterator[str]:
    if required is not None:
        yield "required" if required else "optional"
    if "type" in schema or "format" in schema:
        yield words.type_of(schema)
    yield from words.limits(schema)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            yield " or ".join(f"({rules(part)})" for part in schema[union] if isinstance(part, Mapping))
