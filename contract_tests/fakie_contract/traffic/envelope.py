"""Judging what every answer has in common: HTTP status, content type, a JSON object with code and msg."""

from collections.abc import Iterator
from dataclasses import replace

from fakie_contract.http.exchange import cut, shown
from fakie_contract.traffic.differences import Sides, differences, pointer
from fakie_contract.traffic.endpoints import Endpoint, Schema, wire_schema
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.taken_out import is_redacted
from fakie_contract.traffic.view import View

ACCEPTED = 200
# What proxies and browsers answer in the API's place; of a redirect the answer is elsewhere.
_GATEWAY = {*range(300, 400), 403, 408, 413, 414, 429, 431, *range(500, 600)}
_REDIRECTS = range(300, 400)
_ON_EVERY_ANSWER = "observed on every answer"


class Envelope:
    """Judges envelopes by the shared error schema."""

    def __init__(self) -> None:
        self._error: Schema = wire_schema("error")

    def judge(self, view: View, endpoint: Endpoint) -> Iterator[Found]:
        """Give every difference of an answer's outside; of a refusal also those of its inside."""
        yield from _content_type(view)
        if not isinstance(view.came, dict):
            yield _not_an_object(view)
            return
        if type(view.code) is not int:
            if not is_redacted(view.code):
                yield from self._no_code(view)
            return
        yield from _status(view, endpoint)
        if view.code != ACCEPTED:
            body = _without(view.came, "success" if endpoint.bare_errors else "")
            yield from (_weighed(one) for one in Sides(None, None, self._error).judge(body))
            yield from _absent_data(view, endpoint)
            yield from _success(view, endpoint)

    def _no_code(self, view: View) -> Iterator[Found]:
        body = view.came
        if {"timestamp", "error", "path"} <= body.keys():
            expected = f"an object with code and msg ({self._error.name} schema)"
            yield Found("breaking", "error_shape", "/body", expected, f"a page of the framework: {shown(body, 160)}")
            return
        if isinstance(view.code, float) and view.code.is_integer():
            yield Found("breaking", "type", "/body/code", f"an integer ({self._error.name} schema)", view.code)
            return
        for one in differences(self._error, body).values():
            hint = " (it has 'message')" if one.steps == ("msg",) and "message" in body else ""
            got = one.got if one.rule == "missing_field" else shown(one.got)
            expected = f"{one.wanted} ({self._error.name} schema)"
            yield Found("breaking", one.rule, f"/body{pointer(one.steps)}", expected, f"{got}{hint}")


def _weighed(one: Found) -> Found:
    """Weigh less what says nothing in another way: no text, or an empty one in place of null."""
    empty = (one.place == "/body/msg" and one.got in ("", None)) or (one.place == "/body/data" and one.got == "")
    return replace(one, severity="minor") if empty and one.rule != "missing_field" else one


def _success(view: View, endpoint: Endpoint) -> Iterator[Found]:
    told = view.came.get("success", False)
    if endpoint.bare_errors and told is not False and not is_redacted(told):
        yield Found("breaking", "value", "/body/success", "false: it is a refusal (observed on uploads)", told)


def _without(body: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != key}


def _content_type(view: View) -> Iterator[Found]:
    told = view.exchange.response_headers.get("content-type", "")
    kind, _, parameters = told.lower().partition(";")
    place = "/headers/content-type"
    if not isinstance(view.came, dict) or not kind or is_redacted(told):
        return
    if kind.strip() != "application/json":
        yield Found("breaking", "content_type", place, f"application/json ({_ON_EVERY_ANSWER})", told)
    elif "charset=" in parameters and "utf-8" not in parameters and "utf8" not in parameters:
        yield Found("minor", "content_type", place, "charset UTF-8, if any", told)


def _not_an_object(view: View) -> Found:
    status = view.exchange.status
    text = " ".join((view.exchange.response_body or b"")[:400].decode("utf-8", "replace").split())
    got = f"HTTP {status} {cut(text, 160)}"
    if status in _GATEWAY:
        return Found("info", "not_json", "/body", "a JSON object; a gateway answered in the API's place", got)
    return Found("breaking", "not_json", "/body", f"a JSON object with code and msg ({_ON_EVERY_ANSWER})", got)


def _status(view: View, endpoint: Endpoint) -> Iterator[Found]:
    status, code = view.exchange.status, view.code
    got = f"HTTP {status} with code {code}"
    if status == ACCEPTED:
        if code != ACCEPTED and endpoint.page_mirrors and endpoint.revision and code in endpoint.revision.codes:
            expected = (
                f"HTTP {code} (the page of {endpoint.name}); known of the wire: HTTP 200, the code in the body [obs]"
            )
            yield Found("info", "http_status", "/status", expected, got, known=True)
    elif status in _REDIRECTS:
        yield Found(
            "info", "http_status", "/status", "HTTP 200; a cache or a redirect answered in the API's place", got
        )
    elif status == code:
        yield Found("minor", "http_status", "/status", f"HTTP 200, the code in the body ({_ON_EVERY_ANSWER})", got)
    else:
        expected = f"HTTP 200 ({_ON_EVERY_ANSWER}), or the code's own status"
        yield Found("breaking", "http_status", "/status", expected, got)


def _absent_data(view: View, endpoint: Endpoint) -> Iterator[Found]:
    if "data" in view.came or "msg" not in view.came:
        return
    known = view.code == _UNAUTHORIZED or endpoint.bare_errors
    why = "; known of the wire: 401 and uploads come without [obs]" if known else ""
    expected = f"data: null, as refusals carry it (observed on /jobs){why}"
    yield Found("info" if known else "minor", "missing_field", "/body/data", expected, "nothing", known)


_UNAUTHORIZED = 401
