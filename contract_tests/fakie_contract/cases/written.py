"""Good bodies as no create is to be sent: not JSON as its standard has it, of another type, by another method."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.case import Case
from fakie_contract.http.exchange import LiveExchange, SentRequest
from fakie_contract.http.json_values import json_or
from fakie_contract.subjects import endpoint_of, name_of
from fakie_contract.trial import answers, money
from fakie_contract.trial.asking import JSON_TYPE, WITH_CHARSET_IN_CAPITALS
from fakie_contract.trial.environment import bearer
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision

_FORM_TYPE = ("Content-Type", "application/x-www-form-urlencoded")
_TEXT_TYPE = ("Content-Type", "text/plain")
_BOUNDARY = "fakie-boundary"
_PARTS_TYPE = ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}")
_METHODS = ("PUT", "PATCH", "DELETE")
_WRONG_METHOD = "method_wrong"


class _Form(Struct, frozen=True):
    """A way to write a body that must be refused in a situation: `write` makes its bytes of a good body.

    A `lenient` reader may take it all the same: no page says otherwise, and no client that follows one sends it.
    With `query` its fields stand in the URL.
    """

    name: str
    write: Callable[[Any], bytes]
    situation: str = "body_malformed"
    content_type: tuple[str, str] = JSON_TYPE
    lenient: bool = False
    query: bool = False


def written_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of a good body in forms, and by methods, in which it must be refused."""
    endpoint, subject = endpoint_of(revision), name_of(revision)
    good = body(revision.plain_schema, full=False)
    if endpoint.kind != "create" or endpoint.method != "POST" or endpoint.parent or not revision.holds(good):
        return
    for form in _FORMS:
        case_id, what = f"{subject}::written::{form.name}", f"a good body as {form.name}: refused as {form.situation}"
        code = profile.row(form.situation, endpoint.name).code
        run, sends = partial(_written, form, good), partial(_as_read, form, good)
        about: dict[str, Any] = {"kind": form.situation, "lenient": form.lenient}
        yield Case(case_id, what, run, "may_cost", subject, code, sends=sends, **about)
    sends = partial(tuple[Any], (good,))
    run, code = partial(_charset_told, revision, good), profile.row("accepted", endpoint.name).code
    what = "a good body, its keys the other way round, whose type tells its charset: accepted"
    yield Case(f"{subject}::written::with-a-charset", what, run, "may_cost", subject, code, sends=sends)
    for method in _METHODS:
        case_id, what = f"{subject}::method::{method}", f"a good body by {method} instead of POST: not taken"
        run = partial(_by_method, method, good)
        yield Case(case_id, what, run, "may_cost", subject, sends=sends, kind=_WRONG_METHOD)
    what = "the fields of a good body in the query of a GET: not taken"
    yield Case(f"{subject}::method::GET", what, partial(_by_get, good), "may_cost", subject, kind=_WRONG_METHOD)


def send(trial: Trial, request: SentRequest, *, is_refused: bool = True) -> tuple[LiveExchange, money.BalanceAround]:
    """Send a create with the key of an account of the case; returns the exchange, and the balance around it."""
    account = trial.shared_account(is_refused=is_refused)
    if not account.own and trial.env.purse is None:
        trial.env.pace.wait()
    with money.watched(trial, account) as seen:
        exchange = seen.exchange = trial.ask(replace(request, headers=(*bearer(account.key), *request.headers)))
    return exchange, seen


def judge_method(trial: Trial, exchange: LiveExchange) -> None:
    """Judge the answer to a method that an endpoint does not have."""
    answers.check_heard(trial, exchange)
    answer = exchange.answer
    if answer.code == trial.env.profile.row("accepted").code:
        trial.find("answer.wrong_method", answer.shown(), exchange, endpoint=trial.endpoint.name)
        trial.surprised(_WRONG_METHOD, answer.data.get("taskId") if isinstance(answer.data, dict) else "without an id")
    elif answer.status not in {200, 404, 405, 501}:
        trial.find("answer.wrong_method_status", answer.shown(), exchange)


def _written(form: _Form, good: Any, trial: Trial) -> None:
    query = f"?{_fields(good).decode()}" if form.query else ""
    request = SentRequest("POST", trial.endpoint.path + query, (form.content_type,), form.write(good))
    exchange, seen = send(trial, request)
    if form.lenient and exchange.answer.code == trial.env.profile.row("accepted").code:
        _read_anyway(trial, exchange, form.situation)
    else:
        answers.refused(trial, exchange, form.situation)
    money.judge_refusal(trial, seen)


def _charset_told(revision: Revision, good: Any, trial: Trial) -> None:
    """Send a body as many clients do, whose libraries tell the charset of JSON; its keys come the other way round."""
    content = _json(dict([*good.items()][::-1]))
    request = SentRequest("POST", trial.endpoint.path, (WITH_CHARSET_IN_CAPITALS,), content)
    exchange, seen = send(trial, request, is_refused=False)
    if answers.accepted(trial, exchange, revision) is not None:
        money.judge_price(trial, seen, revision, good)


def _read_anyway(trial: Trial, exchange: LiveExchange, situation: str) -> None:
    """Tell that a lenient reader has taken a body; what it made of it is judged where it is to be accepted."""
    row = trial.env.profile.row(situation, trial.endpoint.name)
    trial.find("answer.read_anyway", exchange.answer.shown(), exchange, code=row.code, situation=situation)


def _as_read(form: _Form, good: Any) -> tuple[Any]:
    """Return what the purse reads of the body, for the bill: what it cannot read counts as the dearest."""
    return (json_or(None, form.write(good)),)


def _by_method(method: str, good: Any, trial: Trial) -> None:
    request = SentRequest(method, trial.endpoint.path, (JSON_TYPE,), _json(good))
    exchange, seen = send(trial, request)
    judge_method(trial, exchange)
    money.judge_refusal(trial, seen)


def _by_get(good: Any, trial: Trial) -> None:
    if trial.env.target.live:
        raise OutsideScope("a GET is no create to the purse: none with a create's fields is sent to a live target")
    exchange, seen = send(trial, SentRequest("GET", f"{trial.endpoint.path}?{_fields(good).decode()}", ()))
    judge_method(trial, exchange)
    money.judge_refusal(trial, seen)


def _json(good: Any) -> bytes:
    return json.dumps(good).encode()


def _fields(good: dict[str, Any]) -> bytes:
    """Write a form, with JSON in the fields that are no text."""
    return urlencode({key: one if isinstance(one, str) else json.dumps(one) for key, one in good.items()}).encode()


def _parts(good: dict[str, Any]) -> bytes:
    """Write a form of parts, with JSON in the fields that are no text."""
    head = 'Content-Disposition: form-data; name="'
    texts = {key: one if isinstance(one, str) else json.dumps(one) for key, one in good.items()}
    parts = [f'--{_BOUNDARY}\r\n{head}{key}"\r\n\r\n{text}\r\n' for key, text in texts.items()]
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode()


# A reader may pass over a mark and find out an encoding, as many do: to take those breaks nothing.
_FORMS = (
    _Form("trailing-comma", lambda good: _json(good)[:-1] + b",}"),
    _Form("single-quotes", lambda good: _json(good).replace(b'"', b"'")),
    _Form("comment", lambda good: _json(good) + b" // done"),
    _Form("not-a-number", lambda good: _json(good)[:-1] + b', "fakie_unknown": NaN}', lenient=True),
    _Form("two-documents", lambda good: _json(good) * 2),
    _Form("list-of-one", lambda good: _json([good])),
    _Form("json-in-a-text", lambda good: _json(json.dumps(good))),
    _Form("form-under-json", _fields),
    _Form("in-the-query", lambda _: b"", query=True),
    _Form("form-of-parts", _parts, "content_type_wrong", _PARTS_TYPE),
    _Form("form", _fields, "content_type_wrong", _FORM_TYPE),
    _Form("json-under-form", _json, "content_type_wrong", _FORM_TYPE, lenient=True),
    _Form("json-under-text", _json, "content_type_wrong", _TEXT_TYPE, lenient=True),
)
