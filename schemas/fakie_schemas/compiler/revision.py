"""A revision: what one page says of one model or endpoint, with the line of every fact."""

from typing import Any

from jsonschema import SchemaError
from msgspec import Struct

from fakie_schemas.compiler import codes
from fakie_schemas.compiler.completing import check_example, finish, name_of
from fakie_schemas.compiler.contradictions import contradictions
from fakie_schemas.compiler.examples import shorten
from fakie_schemas.compiler.facts import Code, Fact, Field, PageFacts, Remark
from fakie_schemas.compiler.impossible import drop_impossible
from fakie_schemas.compiler.inherit import Earlier
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.schema import DIALECT, to_schema

FORMAT_VERSION = 1


class DerivedRevision(Struct, frozen=True):
    """A derived revision: its name (the model, or `endpoints/…`), its date, its schema and its facts."""

    name: str
    date: str | None
    request: dict[str, Any]
    facts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return one object with `request` holding the schema itself; `sources` points into this object."""
        out: dict[str, Any] = {}
        for key, value in self.facts.items():
            out[key] = value
            if key == "answers":
                out["request"] = self.request
        return out

    @property
    def stem(self) -> str:
        """The beginning of the names of the revision's files."""
        return self.date or "undated"


class Origin(Struct, frozen=True):
    """The origin of a page: its date and address, a remark on who gathered it, and what earlier revisions say."""

    date: str | None = None
    url: str | None = None
    note: str | None = None
    earlier: Earlier | None = None


def make_revision(page: Page, facts: PageFacts, origin: Origin) -> DerivedRevision:
    """Build the revision of a page's facts; raises `PageError` when the page names no model."""
    date = origin.date
    finish(page, facts, origin.earlier)
    for field in facts.body.walk():
        drop_impossible(field, facts.log)
    line = facts.endpoint[2]
    name = name_of(facts)
    sources: dict[str, int] = {"/endpoint": line}
    head = {"$schema": DIALECT, "$id": f"urn:fakie:{name}:{date or 'undated'}:request"}
    request = head | to_schema(facts.body, "/request", sources)
    try:
        check_example(page, facts, request)
    except SchemaError as error:
        place = "/request/" + "/".join(str(part) for part in error.absolute_path)
        raise page.fail(sources.get(place, line), f"no JSON Schema can hold what is said at {place}") from error
    shown = [facts.request_example] if facts.request_example else []
    found = contradictions(request, [*shown, *facts.more_examples])
    for one in found:
        where = sources.get(one.pointer, line)
        facts.log.note("contradicted", where, one.field, f"{one.rule}: {one.why}")
    written = _facts(page, facts, sources, origin)
    written |= {"contradicted": [one.as_dict() for one in found]} if found else {}
    return DerivedRevision(name, date, request, written)


def _facts(page: Page, facts: PageFacts, sources: dict[str, int], origin: Origin) -> dict[str, Any]:
    method, path, _ = facts.endpoint
    out: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "model": facts.model.value if facts.model else None,
        "endpoint": {"method": method, "path": path} | facts.extra,
        "auth": _auth(facts, sources),
        "codes": _codes(facts, sources),
        "answers": {"success": _success(facts.answer, sources), "error": "error"},
        "examples": _examples(facts, sources),
    }
    for pointer, fact in (("/model", facts.model), ("/answers/success", facts.answer)):
        if fact and fact.line:
            sources[pointer] = fact.line
    out["sources"] = dict(sorted(sources.items()))
    out["unread"] = [{"line": line, "why": why} for line, why in sorted(facts.log.unread)]
    out["notes"] = [
        _note(remark) for remark in sorted(facts.log.remarks, key=lambda r: (r.line, r.kind, r.field or "", r.text))
    ]
    out["provenance"] = {
        "title": facts.title, "url": origin.url or facts.url, "date": origin.date, "sha256": page.sha256,
        "format": facts.format,
    }  # fmt: skip
    out["provenance"] |= {"note": origin.note} if origin.note else {}
    out |= {"inherited": facts.inherited} if facts.inherited else {}
    return out


def _success(answer: Fact | None, sources: dict[str, int]) -> Any:
    """Return the name of a shared answer schema, or the documented answer as a schema of its own."""
    if answer and isinstance(answer.value, Field):
        return {"$schema": DIALECT} | to_schema(answer.value, "/answers/success", sources)
    return answer.value if answer else None


def _auth(facts: PageFacts, sources: dict[str, int]) -> dict[str, Any] | None:
    if facts.auth is None:
        facts.log.note("assumed", facts.endpoint[2], None, "the page does not document the authorization")
        return None
    if facts.auth.line:
        sources["/auth"] = facts.auth.line
    if isinstance(facts.auth.value, dict):
        return facts.auth.value
    return {"scheme": "bearer", "in": "header", "name": "Authorization", "required": True}


def _codes(facts: PageFacts, sources: dict[str, int]) -> list[dict[str, Any]]:
    if facts.codes_line:
        sources["/codes"] = facts.codes_line
    listed = facts.codes or codes.inherited()
    return [_code(code) for code in listed]


def _code(code: Code) -> dict[str, Any]:
    out: dict[str, Any] = {"code": code.code, "label": code.label}
    return out | ({"inherited": True} if code.inherited else {})


def _examples(facts: PageFacts, sources: dict[str, int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    pairs: tuple[tuple[str, Fact | None], ...] = (
        ("request", facts.request_example),
        ("answer", facts.answer_example),
    )
    for name, fact in pairs:
        out[name] = shorten(fact.value) if fact else None
        if fact and fact.line:
            sources[f"/examples/{name}"] = fact.line
    return out


def _note(remark: Remark) -> dict[str, Any]:
    out: dict[str, Any] = {
        "kind": remark.kind,
        "line": remark.line,
        "field": remark.field,
        "text": remark.text,
    }
    return {key: value for key, value in out.items() if value is not None}
