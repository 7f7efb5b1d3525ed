"""Cases of the key: it counts in its header alone, after its scheme, and whole."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from fakie_contract.cases.case import Case
from fakie_contract.cases.task.accounts import UNKNOWN_KEY, balance
from fakie_contract.http.exchange import SentRequest
from fakie_contract.trial import answers
from fakie_contract.trial.environment import CREDIT, bearer
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.profile import Profile

_HEADER = "Authorization"
_QUERY, _BODY = "query", "body"
# Where a good key is sent so that it must not count: headers with their values, the arguments of a query, or fields.
_PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "missing": (),
    "empty": ((_HEADER, "Bearer "),),
    "other-scheme": tuple((_HEADER, f"{scheme} {{key}}") for scheme in ("Basic", "Token", "Key", "ApiKey", "Digest")),
    "as-a-password": ((_HEADER, "Basic {login}"),),
    "without-scheme": ((_HEADER, "{key}"), (_HEADER, "Bearer:{key}"), (_HEADER, "Bearer={key}")),
    "in-quotes": ((_HEADER, 'Bearer "{key}"'), (_HEADER, "Bearer <{key}>")),
    "in-another-header": (
        *((name, "{key}") for name in ("X-Api-Key", "Api-Key", "X-Auth-Token")),
        ("X-Authorization", "Bearer {key}"),
        ("Proxy-Authorization", "Bearer {key}"),
    ),
    "in-a-cookie": (("Cookie", "token={key}; api_key={key}; key={key}; Authorization=Bearer {key}"),),
    "in-the-query": tuple(
        (_QUERY, f"{start}{{key}}")
        for start in ("key=", "api_key=", "apiKey=", "apikey=", "token=", "access_token=", "Authorization=Bearer%20")
    ),
}
_IN_THE_BODY = tuple((_BODY, name) for name in ("apiKey", "api_key", "key", "token"))


def key_cases(profile: Profile, endpoint: str, request: SentRequest) -> Iterator[Case]:
    """Return the cases of one endpoint, asked by a request without a key."""
    code = profile.row("unauthorized", endpoint).code
    in_the_body = {"in-the-body": _IN_THE_BODY} if request.body is not None else {}
    for name, places in {**_PLACES, **in_the_body}.items():
        what = f"{endpoint} with the key {name}: refused"
        refused = partial(_refused, endpoint, request, places)
        yield Case(f"api::key::{endpoint}::{name}", what, refused, "free", code=code, kind="unauthorized")


def _refused(endpoint: str, request: SentRequest, places: tuple[tuple[str, str], ...], trial: Trial) -> None:
    key = trial.account().key
    login = base64.b64encode(f"{key}:".encode()).decode()
    trial.keys.hold_back(login, "$BASIC_LOGIN")
    # Creates are few in any stretch of time: a live target is tried with one of each kind.
    few = trial.env.target.live and request.method == "POST"
    for place in (places[:1] if few else places) or (None,):
        sent = request if place is None else _placed(request, place, key, login)
        answers.refused(trial, trial.ask(sent), "unauthorized", endpoint)


def _placed(request: SentRequest, place: tuple[str, str], key: str, login: str) -> SentRequest:
    where, how = place
    return _with_field(request, how, key) if where == _BODY else _with(request, where, how.format(key=key, login=login))


def _with(request: SentRequest, name: str, value: str) -> SentRequest:
    if name == _QUERY:
        return replace(request, path=f"{request.path}{'&' if '?' in request.path else '?'}{value}")
    return replace(request, headers=((name, value), *request.headers))


def _with_field(request: SentRequest, name: str, key: str) -> SentRequest:
    return replace(request, body=json.dumps({**json.loads(request.body or b"{}"), name: key}).encode())


def unknown_keys(trial: Trial) -> None:
    """Send keys that are none, some of them much like a good one."""
    if trial.env.any_key:
        raise OutsideScope("the target takes every well-formed key for an account")
    account = trial.account()
    # A good one first: what is like no good key tells nothing.
    balance(trial, account)
    key = account.key
    # As a shell makes them of the variable.
    near = {"${FAKIE_API_KEY%?}": key[:-1], "${FAKIE_API_KEY~~}": key.swapcase(), "${FAKIE_API_KEY}0": f"{key}0"}
    # Another digit at its end, for those who look at the start alone, and at its start.
    near |= {"${FAKIE_API_KEY%?}_": f"{key[:-1]}_", "_${FAKIE_API_KEY#?}": f"_{key[1:]}"}
    for name, one in {"": UNKNOWN_KEY, **near}.items():
        if one and one != key:
            trial.keys.hold_back(one, name)
            answers.refused(trial, trial.ask(SentRequest("GET", CREDIT, bearer(one))), "unauthorized", "credit")


def lower_case(trial: Trial) -> None:
    """Send a good key after its scheme in lower case, which HTTP takes for the same."""
    request = SentRequest("GET", CREDIT, ((_HEADER, f"bearer {trial.account().key}"),))
    exchange = trial.ask(request)
    if exchange.answer.code == trial.env.profile.row("unauthorized", "credit").code:
        trial.find("answer.scheme_case", exchange.answer.shown(), exchange)
    else:
        answers.answered(trial, exchange, "credit_shown", "credit", "credit")
