"""Orders in words: what a named account meets, and what a prompt asks for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.control.order_maker import OrderMaker
from fakie.core.handling.routes import ENDPOINTS
from fakie.core.orders import ANY_ENDPOINT, Fault, texts_in
from fakie.core.scenario.player import NOTHING_MET, RequestEffects
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.quirks import QUIRKS
from fakie.core.transport_faults import TransportFault
from fakie_schemas.account_words import OrderWord, read_order

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
_SAID = re.compile(r"(?<![\w./@:-])fakie:([\w@:.*-]*[\w*]|)")


def effect_of(word: OrderWord, maker: OrderMaker) -> Effect:
    """Return what a word orders; raises WrongOrderError for what no request could meet."""
    endpoints = (*ENDPOINTS.values(), ANY_ENDPOINT)
    if word.endpoint not in endpoints:
        raise WrongOrderError(hinted("endpoint", word.endpoint, endpoints))
    if word.kind == "plan":
        if word.what not in PLANS:
            raise WrongOrderError(hinted("plan", word.what, PLANS))
        return maker.plan(**PLANS[word.what])
    if word.kind == "spoil":
        kind: Any = word.what
        return maker.transport_fault(kind=kind, seconds=LATENCY_SECONDS if kind == "latency" else 0.0)
    what: Any = {"code": int(word.what)} if word.what.isdecimal() else {"situation": word.what}
    return maker.fault(**what, endpoint=word.endpoint)


def prompted(body: Mapping[str, Any] | None, endpoint: str, maker: OrderMaker) -> RequestEffects:
    """Return what the texts of a job's input ask for at an endpoint, by words such as `fakie:fault:429`.

    Raises WrongOrderError for a word that cannot be meant.
    """
    found: dict[str, Any] = {}
    for text in _said(body):
        try:
            word = read_order(text)
        except ValueError as error:
            raise WrongOrderError(f"fakie:{text[:80]}: {error}") from None
        if word.times is not None:
            raise WrongOrderError(f"fakie:{text[:80]}: a prompt is for its own task; leave out how many times")
        effect = effect_of(word, maker)
        if word.endpoint in (endpoint, ANY_ENDPOINT):
            found.setdefault(KINDS[word.kind], effect)
    return RequestEffects(**found) if found else NOTHING_MET


def _said(body: Mapping[str, Any] | None) -> Iterator[str]:
    for text in texts_in((body or {}).get("input")):
        for found in _SAID.finditer(text) if "fakie:" in text else ():
            yield found[1]
