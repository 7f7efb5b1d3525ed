"""Judging a request against its page, and the code of the answer by what the page says of that request."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from jsonschema.protocols import Validator

from fakie_contract import sources
from fakie_contract.checks import refusals
from fakie_contract.checks.envelope import ACCEPTED
from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.request import BODY, BrokenRule, broken_rules
from fakie_contract.checks.shape import pointer, undocumented
from fakie_contract.traffic.endpoints import Endpoint
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import families
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.schema.query import typed_arguments
from fakie_schemas.validator import contract_validator

_TASK = "taskId"


class RequestJudge:
    """Judges requests; keeps a validator for each page that it has met."""

    def __init__(self, catalog: Catalog, profile: Profile) -> None:
        self._catalog = catalog
        self._profile, self._observed = profile, Observed.load()
        self._validators: dict[Revision, Validator] = {}

    def judge(self, view: View, endpoint: Endpoint) -> Iterator[Difference]:
        """Judge the request, the answer's code, and what the pages say of both."""
        body = _asked(view, endpoint) if endpoint.method == "GET" else view.sent
        model = body.get("model") if endpoint.by_model and isinstance(body, dict) else None
        revisions = self._pages(endpoint, model)
        if endpoint.by_model and isinstance(model, str) and not revisions and not is_redacted(model):
            yield breach("request.unknown_model", model, model=model)
        if endpoint.by_model and isinstance(body, dict) and not isinstance(model, str) and view.code == ACCEPTED:
            yield refusals.accepted_without_model(model)
        yield from self._code(view, endpoint, revisions)
        if not isinstance(body, dict) or not revisions:
            return
        if endpoint.method != "GET":
            yield from self._undocumented(body, revisions, model)
        yield from self._outcome(view, endpoint, body, revisions, model)

    def _pages(self, endpoint: Endpoint, model: Any) -> Sequence[Revision]:
        """Return the pages that speak of a request: the one that counts, then the newest."""
        if endpoint.revision is not None:
            latest = self._catalog.latest_endpoint(endpoint.about.page)
            return list(dict.fromkeys(one for one in (endpoint.revision, latest) if one))
        if not isinstance(model, str):
            return []
        found = (self._catalog.served(model), self._catalog.latest(model), self._catalog.pinned(model))
        return list(dict.fromkeys(one for one in found if one))

    def _code(self, view: View, endpoint: Endpoint, revisions: Sequence[Revision]) -> Iterator[Difference]:
        """Find a code that neither this page nor any other documents."""
        code = view.code
        if type(code) is not int or not (revisions or endpoint.by_model) or (revisions and code in revisions[0].codes):
            return
        elsewhere = code in self._catalog.codes or code in self._observed.of_the_account
        if (elsewhere and not revisions) or _explained(endpoint, code):
            return
        documented = revisions[0].codes if revisions else self._catalog.codes
        source = sources.of_revision(revisions[0], "/codes") if revisions else "all pages"
        if elsewhere:
            yield breach("answer.code_of_another_page", code, source=source, codes=", ".join(map(str, documented)))
        else:
            yield refusals.undocumented_code(code, documented, source)

    def _undocumented(self, body: dict[str, Any], revisions: Sequence[Revision], model: Any) -> Iterator[Difference]:
        unknown = [_without_examples(one, dict(undocumented(one.request_schema, body))) for one in revisions]
        # A page that gives `input` without any field names nothing, and denies nothing.
        speaking = [found for one, found in zip(revisions, unknown, strict=True) if _names_fields(one)] or unknown[:1]
        for steps, value in speaking[0].items():
            if all(steps in found for found in speaking):
                source = sources.of_revision(revisions[-1], f"/request{pointer(steps)}")
                yield breach("request.undocumented_field", value, BODY + pointer(steps), source=source, model=model)

    def _outcome(
        self, view: View, endpoint: Endpoint, body: Any, revisions: Sequence[Revision], model: Any
    ) -> Iterator[Difference]:
        code = view.code
        if type(code) is not int or code in self._observed.of_the_account:
            return
        broken = list(self._broken(revisions[0], body))
        if broken and code == ACCEPTED:
            yield from refusals.accepted(broken, model)
        elif broken and (endpoint.by_model or endpoint.about.job):
            yield from self._other_code(endpoint, broken, code, model)
        elif code != ACCEPTED and not broken and code in (*revisions[0].codes, *self._catalog.codes):
            yield from self._refused(view, endpoint, body, revisions, model)

    def _broken(self, revision: Revision, body: Any) -> Iterator[BrokenRule]:
        validator = self._validators.get(revision)
        if validator is None:
            validator = self._validators[revision] = contract_validator(revision.request_schema)
        return broken_rules(validator, revision, body)

    def _other_code(
        self, endpoint: Endpoint, every: Sequence[BrokenRule], code: int, model: Any
    ) -> Iterator[Difference]:
        """Judge a code that no broken rule explains; the wire is known to give some of them."""
        rows = [
            self._profile.answering(code, one.violation.situation, endpoint.about.name, model, one.violation.field)
            for one in every
        ]
        if any(code == row.code for row in rows):
            return
        told = ((one.violation, number) for number, one in enumerate(every))
        known = (n for one, n in told if self._observed.refusal(one.situation, code, model, one.field))
        number = next(known, 0)
        broken, row = every[number], rows[number]
        violation, source = broken.violation, f"{broken.source}; {sources.of_row(row)}"
        why = f" of {violation.field}: {violation.rule}"
        yield refusals.other_code(code, row, source, why=why, model=model, broken=violation)

    def _refused(
        self, view: View, endpoint: Endpoint, body: Any, revisions: Sequence[Revision], model: Any
    ) -> Iterator[Difference]:
        """Tell of a refusal that the request does not explain: a newer page may, or what the service found itself."""
        if endpoint.shows_tasks or _explained(endpoint, view.code):
            return
        newer = next(self._broken(revisions[1], body), None) if len(revisions) > 1 else None
        if newer:
            words, source = newer.violation.rule, newer.source
            yield breach("answer.newer_page", view.code, newer.place, source=source, model=model, rule=words)
        else:
            got, source = f"{view.code} {view.answer.get('msg')}", sources.of_revision(revisions[0], "/request")
            known = self._observed.said(view.code, view.answer.get("msg"))
            yield breach("answer.refused_without_reason", got, source=source, known=known, model=model)


def _asked(view: View, endpoint: Endpoint) -> dict[str, Any]:
    """Return the arguments of a query, as the page has them: what reads as a number is one.

    Whoever answers with a task was told which; where the URL lacks its id, a recorder has taken it out.
    """
    told = view.data.get(_TASK) if endpoint.shows_tasks and isinstance(view.data, dict) else None
    taken_out = {_TASK: told} if isinstance(told, str) and told else {}
    return taken_out | typed_arguments(view.query, endpoint.revision.request_schema if endpoint.revision else {})


def _without_examples(revision: Revision, found: Mapping[Any, Any]) -> dict[Any, Any]:
    """Leave out what the page's own example has: it shows what its tables do not name."""
    example = revision.facts["examples"].get("request")
    return {steps: value for steps, value in found.items() if not (isinstance(example, dict) and _has(example, steps))}


def _has(example: Any, steps: Sequence[str | int]) -> bool:
    for step in steps:
        if isinstance(step, str) and isinstance(example, dict) and step in example:
            example = example[step]
        elif isinstance(step, int) and isinstance(example, list) and example:
            example = example[0]
        else:
            return False
    return True


def _explained(endpoint: Endpoint, code: int) -> bool:
    """Tell whether its family has a reason for a code that does not lie in the request."""
    rows = (row for family in families() for row in family.answers)
    return any(row["code"] == code and fnmatchcase(endpoint.about.name, row["endpoint"]) for row in rows)


def _names_fields(revision: Revision) -> bool:
    properties = revision.request_schema.get("properties", {})
    return bool(properties.get("input", {"properties": True}).get("properties"))
