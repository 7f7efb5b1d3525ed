"""Judging a request against its page, and the code of the answer by what the page says of that request."""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

from jsonschema.protocols import Validator

from fakie_contract import sources
from fakie_contract.finding import severity_of
from fakie_contract.traffic.broken import BODY, Broken, broken_rules
from fakie_contract.traffic.differences import pointer, undocumented
from fakie_contract.traffic.endpoints import Endpoint
from fakie_contract.traffic.envelope import ACCEPTED
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.taken_out import is_redacted
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.validator import contract_validator

_DIGITS = "-0123456789"


class Asked:
    """Judges requests; keeps a validator for each page that it has met."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._profile = Profile.load("documented")
        self._validators: dict[Revision, Validator] = {}

    @cached_property
    def _wire(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(files("fakie_contract.traffic").joinpath("wire.json").read_text("utf-8"))
        return found

    def judge(self, view: View, endpoint: Endpoint) -> Iterator[Found]:
        """Give every difference between the request, the answer's code, and what the pages say of both."""
        body = view.query if endpoint.method == "GET" else view.sent
        model = body.get("model") if endpoint.creates and isinstance(body, dict) else None
        revisions = self._pages(endpoint, model)
        if endpoint.creates and isinstance(model, str) and not revisions and not is_redacted(model):
            yield unknown_model(model, f"{BODY}/model")
        if endpoint.creates and isinstance(body, dict) and not isinstance(model, str) and view.code == ACCEPTED:
            yield Found("minor", "model", f"{BODY}/model", "a model's name (every page requires it)", model)
        yield from self._code(view, endpoint, revisions)
        if not isinstance(body, dict) or not revisions:
            return
        if endpoint.method != "GET":
            yield from self._undocumented(body, revisions, model)
        yield from self._outcome(view, endpoint, body, revisions, model)

    def _pages(self, endpoint: Endpoint, model: Any) -> Sequence[Revision]:
        """Give the pages that speak of a request: the one that counts, then the newest."""
        if endpoint.revision is not None:
            return [endpoint.revision]
        if not isinstance(model, str):
            return []
        found = (self._catalog.served(model), self._catalog.latest(model), self._catalog.pinned(model))
        return list(dict.fromkeys(one for one in found if one))

    def _code(self, view: View, endpoint: Endpoint, revisions: Sequence[Revision]) -> Iterator[Found]:
        """Find a code that neither this page nor any other documents."""
        code = view.code
        if type(code) is not int or not (revisions or endpoint.creates) or (revisions and code in revisions[0].codes):
            return
        elsewhere = code in self._catalog.codes or code in self._wire["of_the_account"]["codes"]
        if elsewhere and not revisions:
            return
        documented = revisions[0].codes if revisions else self._catalog.codes
        source = sources.of_revision(revisions[0], "/codes") if revisions else "all pages"
        expected = f"one of {', '.join(map(str, documented))} ({source})"
        expected += "; other pages document it" if elsewhere else ""
        yield Found("info" if elsewhere else "breaking", "code", "/body/code", expected, code, elsewhere)

    def _undocumented(self, body: dict[str, Any], revisions: Sequence[Revision], model: Any) -> Iterator[Found]:
        unknown = [dict(undocumented(one.request_schema, body)) for one in revisions]
        # A page that gives `input` without any field names nothing, and denies nothing.
        speaking = [found for one, found in zip(revisions, unknown, strict=True) if _names_fields(one)] or unknown[:1]
        for steps, value in speaking[0].items():
            if all(steps in found for found in speaking):
                expected = f"no such key ({sources.of_revision(revisions[-1], f'/request{pointer(steps)}')})"
                yield Found("minor", "undocumented_field", BODY + pointer(steps), expected, value, model=model)

    def _outcome(
        self, view: View, endpoint: Endpoint, body: Any, revisions: Sequence[Revision], model: Any
    ) -> Iterator[Found]:
        code = view.code
        if type(code) is not int or code in self._wire["of_the_account"]["codes"]:
            return
        broken = list(self._broken(revisions[0], body))
        if broken and code == ACCEPTED:
            yield from (self._accepted(one, model) for one in broken)
        elif broken and endpoint.creates:
            yield from self._other_code(broken, code)
        elif code != ACCEPTED and not broken and code in (*revisions[0].codes, *self._catalog.codes):
            yield from self._refused(view, endpoint, body, revisions, model)

    def _broken(self, revision: Revision, body: Any) -> Iterator[Broken]:
        validator = self._validators.get(revision)
        if validator is None:
            validator = self._validators[revision] = contract_validator(revision.request_schema)
        return broken_rules(validator, revision, body)

    def _accepted(self, broken: Broken, model: Any) -> Found:
        violation, entry = broken.violation, self._wire["number_for_text_accepted"]
        known = (violation.situation, violation.rule) == ("wrong_type", "string") and violation.got[:1] in _DIGITS
        expected = f"refused: {violation.rule} ({broken.source})"
        expected += f"; known of the wire: accepted [{entry['mark']}]" if known else ""
        got = f"accepted though the page refuses it: {violation.got}"
        return Found("info" if known else "minor", violation.situation, broken.place, expected, got, known, model)

    def _other_code(self, every: Sequence[Broken], code: int) -> Iterator[Found]:
        """Find a code that no broken rule explains, or one that only the wire is known to give for it."""
        rows = [self._profile.row(one.violation.situation, "createTask") for one in every]
        if any(code == row.code for row in rows):
            return
        entries = [self._wire["refusals"].get(one.violation.situation, {"codes": []}) for one in every]
        number = next((number for number, entry in enumerate(entries) if code in entry["codes"]), 0)
        broken, row, entry = every[number], rows[number], entries[number]
        situation, known = broken.violation.situation, code in entry["codes"]
        why = f"{situation} of {broken.violation.field}: {broken.violation.rule}, {broken.source}"
        expected = f"{row.code} ({why}; {sources.of_row(row)})"
        expected += f"; known of the wire: {code} [{entry['mark']}]" if known else ""
        severity = "info" if known else severity_of(row.mark)
        yield Found(severity, f"code_of_{situation}", "/body/code", expected, code, known)

    def _refused(
        self, view: View, endpoint: Endpoint, body: Any, revisions: Sequence[Revision], model: Any
    ) -> Iterator[Found]:
        """Tell of a refusal that the request does not explain: a newer page may, or what the service found itself."""
        if endpoint.name == "record-info":
            return
        newer = next(self._broken(revisions[1], body), None) if len(revisions) > 1 else None
        if newer:
            expected = f"accepted, by the page that counts; {newer.source} refuses it: {newer.violation.rule}"
            yield Found("info", "newer_page", newer.place, expected, view.code, known=True, model=model)
        else:
            expected = f"200: the request holds by {sources.of_revision(revisions[0], '/request')}"
            got = f"{view.code} {view.came.get('msg')}"
            yield Found("info", "refused", "/body/code", expected, got, model=model)


def unknown_model(model: str, place: str) -> Found:
    """Say that no page is known of a model."""
    expected = "a model that has a page (`fakie models`); nothing beyond the envelope is judged"
    return Found("info", "unknown_model", place, expected, model, model=model)


def _names_fields(revision: Revision) -> bool:
    properties = revision.request_schema.get("properties", {})
    return bool(properties.get("input", {"properties": True}).get("properties"))
