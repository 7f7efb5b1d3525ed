"""The table of the answers' fields: page, schema, and the types that fake and target sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

import fakie_schemas
from fakie_contract.report.field_table import rules
from fakie_contract.report.result import Result
from fakie_contract.sources import endpoint_page
from fakie_contract.subjects import is_endpoint
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.families.family import BY_MODEL, endpoints
from fakie_schemas.schema.fields import fields, stated_types

Seen = Mapping[str, Mapping[str, set[str]]]
# The endpoint by its name in `Result.seen`: the name of its page, and of the schema that its answers are held to.
_PAGES = {"recordInfo": "record-info", "credit": "credit"}
_AS_SCHEMA = "as the schema"


class AnswerLine(Struct, frozen=True):
    """One field of one endpoint's answers; `fake` and `target` are the JSON types seen, `differs` says how.

    `fake` is None when nothing was compared; `lines` are those of the endpoint's page; `known` says how that page
    differs from the schema, which holds what was seen on the wire.
    """

    endpoint: str
    field: str
    page: str
    lines: tuple[int, ...]
    schema: str
    fake: tuple[str, ...] | None
    target: tuple[str, ...]
    differs: tuple[str, ...]
    known: tuple[str, ...] = ()


class _Described(Struct, frozen=True):
    page: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, tuple[int, ...]]
    schema: Mapping[str, Mapping[str, Any]]
    allowed: Mapping[str, set[str]]
    own_page: bool = True


def answer_lines(results: Sequence[Result], catalog: Catalog, *, own: bool = False) -> list[AnswerLine]:
    """Return every field that page, schema, fake or target has, of the endpoints that a case asked."""
    target = _seen(field for result in results for field in result.seen)
    compared = any(result.fake is not None for result in results)
    told = _seen(field for result in results if result.fake for field in result.fake.seen)
    fake: Seen | None = told if compared else target if own else None
    # What the fake sent in a case that the target was not put to, the target had no occasion to send.
    ended = [result for result in results if result.ending in ("held", "findings")]
    due = _seen(field for result in ended if result.fake for field in result.fake.seen)
    models = {result.model for result in results if result.model}
    lines: list[AnswerLine] = []
    for endpoint in endpoints():
        if endpoint in target:
            described = _described(endpoint, catalog, models)
            if described is None:
                continue
            ours = None if fake is None else fake[endpoint]
            lines += _lines(endpoint, described, ours, target[endpoint], set(due[endpoint]))
    return lines


def _lines(
    endpoint: str,
    described: _Described,
    fake: Mapping[str, set[str]] | None,
    target: Mapping[str, set[str]],
    due: set[str],
) -> Iterator[AnswerLine]:
    known = list(dict.fromkeys((*described.page, *described.schema)))
    for field in (*known, *sorted({*target, *(fake or {})} - set(known))):
        page, schema = described.page.get(field), described.schema.get(field)
        ours, theirs = (fake or {}).get(field, set()), target.get(field, set())
        differences = [*_undocumented(page is None and schema is None and not ours, theirs)]
        differences += _of_types(described.allowed.get(field), None if fake is None else ours, theirs)
        if ours and not theirs and field in due:
            differences.append("sent by the fake alone")
        yield AnswerLine(
            endpoint,
            field,
            "" if page is None else rules(page) if described.own_page else _AS_SCHEMA,
            described.lines.get(field, ()),
            "" if schema is None else rules(schema),
            None if fake is None else tuple(sorted(ours)),
            tuple(sorted(theirs)),
            tuple(differences),
            tuple(_known(page, schema)) if page and schema else (),
        )


def _known(page: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Say how a page and what was seen on the wire differ."""
    said, seen = set(stated_types(page)), set(stated_types(schema))
    more = seen - _widened(said)
    if said and more:
        yield f"the page says {', '.join(sorted(said))}, the wire sends {', '.join(sorted(seen))}"
    units = page.get("x-unit"), schema.get("x-unit")
    if None not in units and units[0] != units[1]:
        yield f"the page says {units[0]}, the wire sends {units[1]}"


def _undocumented(unknown: bool, theirs: set[str]) -> Iterator[str]:
    if unknown and theirs:
        yield "undocumented field of the target"


def _of_types(allowed: set[str] | None, ours: set[str] | None, theirs: set[str]) -> Iterator[str]:
    wrong = theirs - _widened(allowed) if allowed else set()
    if wrong:
        yield f"type {', '.join(sorted(wrong))} is not in the schema"
    other = theirs - _widened(ours) - wrong
    if ours and other:
        yield f"type {', '.join(sorted(other))} is not seen on the fake"
    elif allowed is not None and ours is not None and theirs and not ours:
        yield "sent by the target alone"


def _widened(types: set[str] | None) -> set[str]:
    return {*(types or ()), "integer"} if "number" in (types or ()) else set(types or ())


def _seen(fields: Iterable[str]) -> Seen:
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for field in fields:
        endpoint, _, rest = field.partition(" ")
        pointer, _, kind = rest.rpartition(" ")
        seen[endpoint][pointer].add(kind)
    return seen


def _of_creates(catalog: Catalog, models: set[str]) -> _Described:
    """Describe createTask: what the pages of these models say of its answer is in the shared schemas alone."""
    named = (model for model in sorted(models) if not is_endpoint(model))
    pages = [revision for revision in map(catalog.served, named) if revision]
    names = {page.facts["answers"]["success"] for page in pages} or {"task-created"}
    flat = {name: part for schema in sorted(names) for name, part in _flat(fakie_schemas.answer_schema(schema))}
    told = pages[0].facts["sources"] if len(pages) == 1 else {}
    # Of the answer itself a line is known for the codes, and for the ids that it has.
    at = {"/code": "/codes", "/data/taskId": "/answers/success", "/data/recordId": "/answers/success"}
    lines = {field: (told[pointer],) for field, pointer in at.items() if pointer in told}
    return _Described(flat, lines, flat, _allowed(flat), own_page=False)


def _described(endpoint: str, catalog: Catalog, models: set[str]) -> _Described | None:
    """Describe an endpoint's answers by its page and, where it has one, a shared schema; None where it has no page."""
    about = endpoints()[endpoint]
    if about.page == BY_MODEL:
        return _of_creates(catalog, models)
    if endpoint in _PAGES:
        return _of_page(
            endpoint_page(_PAGES[endpoint]).facts, dict(_flat(fakie_schemas.answer_schema(_PAGES[endpoint])))
        )
    page = catalog.endpoint(about.page)
    return None if page is None else _of_page(page.facts, {})


def _of_page(facts: Mapping[str, Any], schema: Mapping[str, Mapping[str, Any]]) -> _Described:
    page, lines = dict(_flat(facts["answers"]["success"])), {}
    for name in page:
        where = "/answers/success" + "".join(f"/properties/{step}" for step in name[1:].split("/"))
        found = {line for at, line in facts["sources"].items() if at.rpartition("/")[0] in (where, f"{where}/enum")}
        lines[name] = tuple(sorted(found))
    return _Described(page, lines, schema, _allowed(schema))


def _allowed(schema: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return the types that an answer may have at each place, that of a refusal among them."""
    allowed = {name: set(stated_types(part)) for name, part in schema.items()}
    for name, part in _flat(fakie_schemas.answer_schema("error")):
        if allowed.get(name):
            allowed[name] |= set(stated_types(part))
    return allowed


def _flat(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((field.pointer, field.schema) for field in fields(schema) if not field.is_item)
