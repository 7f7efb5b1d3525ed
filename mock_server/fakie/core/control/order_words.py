"""Orders in words: what a named account meets, and what a prompt asks for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.control.order_maker import OrderMaker
from fakie.core.handling.routes import ENDPOINTS
from fakie.core.orders import ANY_ENDPOINT, USUAL_ENDPOINT, Fault, texts_in
from fakie.core.scenario.player import NOTHING_MET, RequestEffects
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.quirks import QUIRKS
from fakie.core.transport_faults import TransportFault
from fakie_schemas.account_words import OrderWord, read_order
from fakie_schemas.decimals import whole_number
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, of_kind

Effect = Fault | TransportFault | PlanOrder
# How a task goes, in one word: its end, what it waits for, or what is odd about its callback.
PLANS: Mapping[str, Mapping[str, Any]] = {
    "fail": {"outcome": "fail"},
    "hold": {"by": "hold"},
    "polls": {"by": "polls"},
    **{quirk: {"quirk": quirk} for quirk in QUIRKS if quirk},
}
# How late an answer is of which a word cannot say more.
LATENCY_SECONDS = 5.0
# The kinds of words, by what they order.
KINDS: Mapping[str, str] = {"fault": "fault", "spoil": "transport_fault", "plan": "plan"}
# Not within a URL, where `fakie:8080` is a host.
_SAID = r"(?<![\w./@:-])fakie:([\w:.-]*(?:@[\w:.*/-]*)?[\w*]|)"
# What a word of an account is about that names no endpoint: its tasks are made by any.
_USUAL: Mapping[str, str] = {"fault": USUAL_ENDPOINT, "spoil": USUAL_ENDPOINT, "plan": ANY_ENDPOINT}
_MARKET = next(one.family for one in endpoints().values() if one.page == BY_MODEL)
_MAKERS = (*of_kind("create"), ANY_ENDPOINT)


def usual_endpoint(word: OrderWord) -> str:
    """Return the endpoint at which an account meets what a word orders."""
    return word.endpoint or _USUAL[word.kind]


def effect_of(word: OrderWord, endpoint: str, maker: OrderMaker) -> Effect:
    """Return what a word orders at an endpoint; raises WrongOrderError for what no request could meet."""
    known = (*ENDPOINTS.values(), ANY_ENDPOINT)
    if endpoint not in known:
        raise WrongOrderError(hinted("endpoint", endpoint, known))
    if word.kind == "plan":
        return _plan(word, endpoint, maker)
    if word.kind == "spoil":
        kind: Any = word.what
        return maker.transport_fault(kind=kind, seconds=LATENCY_SECONDS if kind == "latency" else 0.0)
    return maker.fault(**code_or_situation(word.what), endpoint=endpoint)


def code_or_situation(word: str) -> dict[str, Any]:
    """Return what a fault is ordered by: a code, which may come as a text, or else the name of a situation."""
    code = whole_number(word)
    return {"situation": word} if code is None else {"code": code}


def _plan(word: OrderWord, endpoint: str, maker: OrderMaker) -> PlanOrder:
    if endpoint not in _MAKERS:
        works = "leave @ENDPOINT out, or name one that does, such as veo/generate"
        raise WrongOrderError(f"plan: a plan is that of a task, and {endpoint} makes none; {works}")
    if word.what not in PLANS:
        raise WrongOrderError(hinted("plan", word.what, PLANS))
    return maker.plan(**PLANS[word.what], endpoint=endpoint)


def prompted(body: Mapping[str, Any] | None, endpoint: str, maker: OrderMaker) -> RequestEffects:
    """Return what the texts of a job's input ask for at an endpoint, by words such as `fakie:fault:429`.

    A word without an endpoint is for the request that brings it. Raises WrongOrderError for one that cannot be meant.
    """
    found: dict[str, Any] = {}
    about = endpoints().get(endpoint)
    for text in _said(about, body):
        try:
            word = read_order(text)
        except ValueError as error:
            raise WrongOrderError(f"fakie:{text[:80]}: {error}") from None
        if word.times is not None:
            raise WrongOrderError(f"fakie:{text[:80]}: a prompt is for its own task; leave out how many times")
        meant = word.endpoint or (endpoint if about and about.method == "POST" else None)
        effect = effect_of(word, meant, maker) if meant else None
        if effect and meant in (endpoint, ANY_ENDPOINT):
            found.setdefault(KINDS[word.kind], effect)
    return RequestEffects(**found) if found else NOTHING_MET


def _said(about: FamilyEndpoint | None, body: Mapping[str, Any] | None) -> Iterator[str]:
    for text in texts_in(_input(about, body or {})):
        for found in re.finditer(_SAID, text) if "fakie:" in text else ():
            yield found[1]


def _input(about: FamilyEndpoint | None, body: Mapping[str, Any]) -> Any:
    """Return what a job is made of: the `input` of a model, of a family's task all that its body has."""
    if about is None or about.kind in ("query", "upload"):
        return None
    if about.family == _MARKET:
        return body.get("input")
    return {name: value for name, value in body.items() if name != about.callback}
