"""Judging the outside of recorded answers: what every answer has in common."""

from collections.abc import Iterator

from fakie_contract.checks import envelope
from fakie_contract.checks.envelope import ACCEPTED
from fakie_contract.checks.key_shown import key_in_answer
from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.strictness import of_another_encoding, strict
from fakie_contract.traffic.endpoints import Endpoint
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.shortening import cut

# What proxies and browsers answer in the API's place; of a redirect the answer is elsewhere.
_GATEWAY = {*range(300, 400), 403, 408, 413, 414, 429, 431, *range(500, 600)}
_REDIRECTS = range(300, 400)


def judge_envelope(view: View, endpoint: Endpoint, profile: Profile) -> Iterator[Difference]:
    """Judge an answer's outside; of a refusal also its inside, by the rows of a profile."""
    yield from _content_type(view)
    yield from _key(view)
    if not isinstance(view.answer, dict):
        yield from list(of_another_encoding(view.exchange.response_body or b"")) or [_not_an_object(view)]
        return
    yield from strict(view.exchange.response_body or b"")
    if type(view.code) is not int:
        if not is_redacted(view.code):
            yield from envelope.code(view.answer)
        return
    yield from _status(view, endpoint)
    if view.code != ACCEPTED:
        bare = endpoint.bare_errors
        yield from envelope.refusal(_without(view.answer, "success" if bare else ""))
        if not profile.shows_without_data(view.code, view.answer.get("msg")):
            yield from envelope.no_data(view.answer, bare=bare)
        yield from envelope.success_flag(view.answer) if bare else ()
    else:
        yield from envelope.acceptance(view.answer)


def _without(body: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != key}


def _content_type(view: View) -> Iterator[Difference]:
    told = view.exchange.response_headers.get("content-type", "")
    # Headers that were not kept say nothing.
    if isinstance(view.answer, dict) and told.partition(";")[0] and not is_redacted(told):
        yield from envelope.content_type(told)


def _key(view: View) -> Iterator[Difference]:
    """Find the request's own key in its answer, where the recording has kept it."""
    scheme, _, key = view.exchange.request_headers.get("authorization", "").strip().partition(" ")
    if key and scheme.lower() == "bearer" and not is_redacted(key):
        yield from key_in_answer((key,), view.exchange.response_headers, view.exchange.response_body or b"")


def _not_an_object(view: View) -> Difference:
    status = view.exchange.status
    text = " ".join((view.exchange.response_body or b"")[:400].decode("utf-8", "replace").split())
    rule = "answer.gateway_page" if status in _GATEWAY else "answer.not_json"
    return breach(rule, f"HTTP {status} {cut(text, 160)}")


def _status(view: View, endpoint: Endpoint) -> Iterator[Difference]:
    status, code = view.exchange.status, view.code
    got = f"HTTP {status} with code {code}"
    if status in _REDIRECTS:
        yield breach("answer.from_cache", got)
    elif status != ACCEPTED:
        yield from envelope.http_status(status, code, ACCEPTED)
    elif code != ACCEPTED and endpoint.page_mirrors and endpoint.revision and code in endpoint.revision.codes:
        yield breach("answer.page_status", got, code=code)
