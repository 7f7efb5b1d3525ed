"""Comparing what pages say beside their schemas: where and how is asked, the key, remarks on what no keyword holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from fakie_schemas.catalog.drift_change import Change
from fakie_schemas.schema.fields import BodyField

# What holds for a page that says nothing else.
_SERVER, _JSON = "https://api.kie.ai", "application/json"
_Facts = Mapping[str, Any]


class _Remarks(Struct, frozen=True):
    """A kind of remarks: the rules of one that comes and of one that goes, and what it is called."""

    kinds: frozenset[str]
    added: str
    removed: str
    called: str

    @property
    def is_of_fields(self) -> bool:
        """Whether it tells of fields that come and go themselves."""
        return "answer-field" in self.kinds


_REMARKS = (
    _Remarks(frozenset({"limit"}), "drift.words_limit_added", "drift.words_limit_removed", "a limit in words"),
    _Remarks(
        frozenset({"conflict", "contradicted"}), "drift.conflict_added", "drift.conflict_removed", "a contradiction"
    ),
    _Remarks(frozenset({"answer-form"}), "drift.answer_type", "drift.answer_type", "another form of the answer"),
    _Remarks(
        frozenset({"answer-field"}), "drift.answer_field_added", "drift.answer_field_removed", "a key of the answer"
    ),
    _Remarks(
        frozenset({"answer-always"}), "drift.answer_now_required", "drift.answer_no_longer_required", "what is there"
    ),
    _Remarks(
        frozenset({"answer-maybe"}), "drift.answer_no_longer_required", "drift.answer_now_required", "what may lack"
    ),
    _Remarks(frozenset({"answer-rule"}), "drift.answer_narrower", "drift.answer_wider", "a rule of the answer"),
    _Remarks(frozenset({"body-stated"}), "drift.meaning", "drift.meaning", "a remark on the body"),
    _Remarks(
        frozenset({"answer-without"}), "drift.answer_field_removed", "drift.answer_field_added", "an answer without it"
    ),
    _Remarks(
        frozenset({"parameter-required"}), "drift.required_field", "drift.required_field_removed", "what must be sent"
    ),
    _Remarks(frozenset({"parameter"}), "drift.optional_field", "drift.field_removed", "what may be sent"),
    _Remarks(frozenset({"depends"}), "drift.depends_added", "drift.depends_removed", "what goes together"),
    _Remarks(frozenset({"number"}), "drift.number_added", "drift.number_removed", "a number in words"),
    _Remarks(frozenset({"closed"}), "drift.closed", "drift.opened", "that other keys are refused"),
    _Remarks(frozenset({"deprecated"}), "drift.deprecated", "drift.no_longer_deprecated", "that it is deprecated"),
)
# Remarks and doubts on the answer, which pages in words do not have, and the formats of pages that have them.
_OF_ANSWERS = frozenset({"answer-always", "answer-maybe", "answer-rule", "answer-form"})
_ON_ANSWERS = ("of the answer: ", "the answer ")
_WITH_SCHEMAS = frozenset({"official-page", "openapi-document"})


def changed_ways(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Compare on which servers, in which content types and with which key an endpoint is asked."""
    before, after = (_ways(side) for side in (old, new))
    for place, was in before.items():
        now = after[place]
        for rule, verb, one, other in (
            ("drift.way_removed", "removed", was, now),
            ("drift.way_added", "added", now, was),
        ):
            for told in (value for value in one if value not in other):
                yield Change(rule, name, f"endpoint.{place}", f"{told} {verb}")
    yield from _keys(name, old, new)


def _ways(facts: _Facts) -> dict[str, list[str]]:
    asked = facts["endpoint"]
    servers = asked.get("servers") or [asked.get("server", _SERVER)]
    return {
        "servers": [_plain_url(url) for url in servers],
        "content_types": [_plain_type(kind) for kind in asked.get("content_types") or [asked.get("request_in", _JSON)]],
        "answer_types": [_plain_type(kind) for kind in asked.get("answer_types") or [_JSON]],
    }


def _plain_url(url: str) -> str:
    """Return a server's URL as all its spellings have it: schemes and hosts know no case."""
    scheme, separator, rest = url.rstrip("/").rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}"


def _plain_type(kind: str) -> str:
    """Return a content type without case and parameters, such as a charset, which change nothing for a client."""
    return kind.partition(";")[0].strip().lower()


def _keys(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = (side.get("auth") for side in (old, new))
    if any("auth" in side.get("inherited", {}) for side in (old, new)) or before == after:
        return
    # A page that says nothing of keys denies none.
    if before is None or after is None:
        what = "the new page says nothing of keys" if after is None else "the new page says how keys are sent"
        yield Change("drift.auth_stated", name, "auth", what, before, after)
    else:
        yield Change("drift.auth", name, "auth", "changed", before, after)


def changed_remarks(
    name: str,
    sides: tuple[Mapping[str, Any], Mapping[str, Any]],
    fields: tuple[Iterable[BodyField], Iterable[BodyField]],
) -> Iterator[Change]:
    """Compare what was remarked of both pages: limits and conditions in words, contradictions, what was not read.

    What is remarked of a field that only one page has is told of with the field.
    """
    places = [{field.place.rpartition(".")[2]: field.place for field in side} for side in fields]
    apart = [{str(one["field"]) for one in side.get("notes", ()) if one["kind"] == "answer-field"} for side in sides]
    alone = (places[0].keys() ^ places[1].keys()) | (apart[0] ^ apart[1])
    for kind in _REMARKS:
        if kind.kinds & _OF_ANSWERS and not all(map(_describes_answer, sides)):
            continue
        before, after = ({_told(one) for one in side.get("notes", ()) if one["kind"] in kind.kinds} for side in sides)
        for rule, verb, told in (
            (kind.added, "added", after - before),
            (kind.removed, "removed", before - after),
        ):
            for field, text in sorted(one for one in told if one[0] not in alone or kind.is_of_fields):
                yield Change(rule, name, places[1].get(field, field), f"{kind.called} {verb}: {text}")
    yield from _answer_stated(name, *sides)
    yield from _callbacks(name, *sides)
    yield from _unread(name, *sides)


def _callbacks(name: str, old: _Facts, new: _Facts) -> Iterator[Change]:
    before, after = (
        next((one["text"] for one in side.get("notes", ()) if one["kind"] == "callbacks"), None) for side in (old, new)
    )
    if before == after:
        return
    # A page that says nothing of callbacks denies none.
    if before is None or after is None:
        yield Change("drift.about", name, "callbacks", "described" if after else "no longer described", before, after)
    else:
        yield Change("drift.unread_added", name, "callbacks", f"added: {after}")
        yield Change("drift.unread_removed", name, "callbacks", f"removed: {before}")


def _describes_answer(side: _Facts) -> bool:
    """Tell whether a page says by a schema what it answers; what is inherited or assumed says nothing."""
    sources = side.get("sources")
    stated = not sources or any(pointer.startswith("/answers/success") for pointer in sources)
    return stated and _has_schemas(side)


def _has_schemas(side: _Facts) -> bool:
    """Tell whether a page is of a format with schemas, and none of its answer is inherited."""
    format_of = side["provenance"].get("format", "official-page")
    return format_of in _WITH_SCHEMAS and "answers" not in side.get("inherited", {})


def _answer_stated(name: str, old: _Facts, new: _Facts) -> Iterator[Change]:
    before, after = _describes_answer(old), _describes_answer(new)
    if before != after and _has_schemas(old) and _has_schemas(new):
        yield Change("drift.about", name, "answer", "described" if after else "no longer described")


def _unread(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = ({_without_lines(one["why"]) for one in side.get("unread", ())} for side in (old, new))
    if not (_describes_answer(old) and _describes_answer(new)):
        before, after = ({one for one in side if not one.startswith(_ON_ANSWERS)} for side in (before, after))
    for text in sorted(after - before):
        yield Change("drift.unread_added", name, "unread", f"added: {text}")
    for text in sorted(before - after):
        yield Change("drift.unread_removed", name, "unread", f"removed: {text}")


def _told(note: Mapping[str, Any]) -> tuple[str, str]:
    return str(note.get("field") or "").rpartition("/")[2], _without_lines(str(note.get("text") or ""))


def _without_lines(text: str) -> str:
    """Return a remark without the lines that it names: they move with every edit."""
    return re.sub(r"\b(?:on )?line \d+", "elsewhere", text)
