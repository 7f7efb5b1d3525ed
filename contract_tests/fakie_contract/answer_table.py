"""The table of the answers' fields: page, schema, and the types that fake and target sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fakie_schemas
from fakie.catalog.catalog import Catalog
from fakie_contract.engine import Result
from fakie_contract.field_table import rules

Seen = Mapping[str, Mapping[str, set[str]]]
# The endpoint by its name in `Result.seen`: the revision that its page became, and the schema that answers are held to.
_PAGES = {"recordInfo": ("record-info", "record-info"), "credit": ("credit", "credit")}
_MOST_UNKNOWN = 60


@dataclass(frozen=True)
class AnswerLine:
    """One field of one endpoint's answers; `fake` and `target` are the JSON types seen, `differs` says how.

    `fake` is None when nothing was compared; `lines` are those of the endpoint's page.
    """

    endpoint: str
    field: str
    page: str
    lines: tuple[int, ...]
    schema: str
    fake: tuple[str, ...] | None
    target: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True)
class _Described:
    page: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, tuple[int, ...]]
    schema: Mapping[str, Mapping[str, Any]]
    allowed: Mapping[str, set[str]]


def answer_lines(results: Sequence[Result], catalog: Catalog, *, own: bool = False) -> list[AnswerLine]:
    """Give every field that page, schema, fake or target has, of the endpoints that a case asked."""
    target = _seen(field for result in results for field in result.seen)
    compared = any(result.fake is not None for result in results)
    told = _seen(field for result in results if result.fake for field in result.fake.seen)
    fake: Seen | None = told if compared else target if own else None
    # What the fake sent in a case that the target was not put to, the target had no occasion to send.
    ended = [result for result in results if result.ending in ("held", "findings")]
    due = _seen(field for result in ended if result.fake for field in result.fake.seen)
    models = {result.model for result in results if result.model}
    lines: list[AnswerLine] = []
    for endpoint in ("createTask", *_PAGES):
        if endpoint in target:
            described = _of_creates(catalog, models) if endpoint == "createTask" else _of_page(endpoint)
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
    seen = sorted({*target, *(fake or {})} - set(known))
    for field in (*known, *seen[:_MOST_UNKNOWN]):
        page, schema = described.page.get(field), described.schema.get(field)
        ours, theirs = (fake or {}).get(field, set()), target.get(field, set())
        differences = [*_undocumented(page is None and schema is None and not ours, theirs)]
        differences += _of_types(described.allowed.get(field), None if fake is None else ours, theirs)
        if ours and not theirs and field in due:
            differences.append("sent by the fake alone")
        yield AnswerLine(
            endpoint,
            field,
            "" if page is None else rules(page),
            described.lines.get(field, ()),
            "" if schema is None else rules(schema),
            None if fake is None else tuple(sorted(ours)),
            tuple(sorted(theirs)),
            tuple(differences),
        )


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
    names, lines = set(), set()
    for revision in filter(None, map(catalog.served, sorted(models))):
        answer = revision.facts["answers"]["success"]
        names.add(answer if isinstance(answer, str) else "task-created")
        lines.add(revision.facts.get("sources", {}).get("/answers/success"))
    page = {name: part for schema in sorted(names) for name, part in _flat(fakie_schemas.answer_schema(schema))}
    line = tuple(filter(None, lines)) if len(models) == 1 else ()
    return _Described(page, dict.fromkeys(page, line), page, _allowed(page))


def _of_page(endpoint: str) -> _Described:
    folder, answer = _PAGES[endpoint]
    file = max((fakie_schemas.data_folder("revisions") / "endpoints" / folder).glob("*.revision.json"))
    facts = fakie_schemas.read_json(file)
    page, lines = dict(_flat(facts["answers"]["success"])), {}
    for name in page:
        where = "/answers/success" + "".join(f"/properties/{step}" for step in name[1:].split("/"))
        found = {line for at, line in facts["sources"].items() if at.rpartition("/")[0] in (where, f"{where}/enum")}
        lines[name] = tuple(sorted(found))
    schema = dict(_flat(fakie_schemas.answer_schema(answer)))
    return _Described(page, lines, schema, _allowed(schema))


def _allowed(schema: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """Give the types that an answer may have at each place, that of a refusal among them."""
    allowed = {name: _types(part) for name, part in schema.items()}
    for name, part in _flat(fakie_schemas.answer_schema("error")):
        if allowed.get(name):
            allowed[name] |= _types(part)
    return allowed


def _types(schema: Mapping[str, Any]) -> set[str]:
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else set(types)


def _flat(schema: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{pointer}/{name}", part
        yield from _flat(part, f"{pointer}/{name}")
    items = schema.get("items")
    if isinstance(items, Mapping):
        yield from _flat(items, f"{pointer}/*")
