"""Which lever a request calls, and who may call it."""

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from fakie.core.control.arguments import check
from fakie.core.control.control import Control
from fakie.core.control.errors import NotThereError, WrongOrderError, hinted
from fakie.core.control.errors import shown as shown_value
from fakie.core.exchange import Exchange
from fakie.core.http.messages import JSON_TYPE, Request
from fakie.core.levers import shown
from fakie.core.levers.admission import Admission
from fakie.core.levers.keys import NamesOfPath, refuse_keys
from fakie.core.levers.lever import PREFIX, Call, Lever
from fakie.core.levers.listing import Listing
from fakie.core.ports import AccountGoneError, Exposition, Media, NotInstalledError
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.wire import compact
from fakie_schemas.nearest import nearest
from fakie_schemas.version import __version__

FORMAT_VERSION = 1
_HEALTH, _READY = "/health", "/ready"
# Answered without a look at the store.
HEALTH = PREFIX + _HEALTH
# Asked by balancers and supervisors, which have no token and know the fake by its address alone. They are answered at
# once, whoever keeps all threads waiting: a fake that does not answer gets no requests, and is restarted.
PROBES = frozenset({HEALTH, PREFIX + _READY})
_RENAMED = {"race": "quirk"}


class LeverRouter:
    """All levers behind one door; what the control refuses is refused with its reason."""

    def __init__(self, control: Control, settings: Settings, admission: Admission, exposition: Exposition) -> None:
        self._health = control.health
        self._exposition = exposition
        self._contracts = control.contracts
        self._mirrored = settings.mirror_status
        self._wire = settings.wire or control.contracts.profile.wire
        self.public_url = settings.public_url
        self._admission = admission
        self._control = control
        self._writing = threading.Lock()
        ready = "tells that it takes requests, or HTTP 503 and why it should get none"
        self._probes = (
            Lever("health", "GET", _HEALTH, "tells that it answers", lambda _: {"status": "ok"}),
            Lever("ready", "GET", _READY, ready, self._ready),
        )

    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        """Every lever, made when the first is asked for: most fakes of tests are never asked."""
        from fakie.core.levers.table import levers

        return (
            Lever("about", "GET", "", "what this fake is and can do", self._about),
            *self._probes,
            Lever(
                "metrics",
                "GET",
                "/metrics",
                "what has happened, in figures for Prometheus",
                self._metrics,
                media="text/plain",
            ),
            Lever(
                "openapi",
                "GET",
                "/openapi.json",
                "API and levers by OpenAPI; ?model=",
                self._openapi,
                query={"model": {"type": "string"}},
                media="application/json",
            ),
            *levers(self._control),
        )

    def names_in(self, path: str) -> NamesOfPath:
        """Return the names in the path of a lever that was not pulled."""
        return NamesOfPath(path, self._words)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for lever in self.levers for word in lever.path.split("/"))

    def answer(self, exchange: Exchange) -> Outcome:
        """Carry out a request under `/_fakie`; raises Refused when it may not or cannot be."""
        request = exchange.request
        self._admission.check_page(request)
        if request.path not in PROBES:
            self._admission.check_token(request)
            self._admission.check_place(request)
        lever, names = self._find(request)
        if request.path not in PROBES:
            _check_query(lever, request.query)
        body, advice = _renamed(exchange.payload_if_any(), lever)
        pulled = self._pull(lever, Call(request, names, body))
        return Outcome("lever_pulled", Listing(pulled) if isinstance(pulled, Iterator) else pulled, advice=advice)

    def pull(self, request: Request, body: Mapping[str, Any]) -> Any:
        """Pull the lever of a request that was admitted elsewhere; raises Refused when that cannot be done."""
        lever, names = self._find(request)
        return self._pull(lever, Call(request, names, body))

    def _pull(self, lever: Lever, call: Call) -> Any:
        try:
            # First: what a schema does not allow is shown.
            refuse_keys(call.body, self._control.accounts.is_key)
            check(lever.body, call.body)
            return lever.act(call)
        except NotThereError as error:
            raise Refused("lever_unknown", reason=str(error)) from None
        except WrongOrderError as error:
            raise Refused("lever_misused", reason=str(error)) from None
        except AccountGoneError:
            reason = "its account was forgotten meanwhile, and nothing has changed; call it again"
            raise Refused("lever_misused", reason=reason) from None

    def _find(self, request: Request) -> tuple[Lever, tuple[str, ...]]:
        path = request.path.rstrip("/")
        # Load balancers ask for the head alone.
        method = "GET" if request.method == "HEAD" and path in PROBES else request.method
        for lever in self._probes if path in PROBES else self.levers:
            names = lever.match(method, path)
            if names is not None:
                return lever, names
        reason = f"no lever answers {request.method} {path[:80]}{self._hint(path)}"
        raise Refused("lever_unknown", reason=f"{reason}; GET /_fakie/ lists them")

    def _hint(self, path: str) -> str:
        """Say how the path is asked, or else which one is spelt almost so."""
        methods = dict.fromkeys(lever.method for lever in self.levers if lever.match(lever.method, path) is not None)
        if methods:
            return f"; expected {' or '.join(methods)}"
        # Without what all begin with, which alone would make any two alike.
        near = nearest(path.removeprefix(PREFIX), [lever.path for lever in self.levers])
        return f"; did you mean {PREFIX}{near[0]}?" if near else ""

    def _ready(self, _: Call) -> Any:
        trouble = self._health.trouble()
        if trouble is not None:
            raise Refused("fake_not_ready", reason=trouble)
        return {"status": "ready"}

    def _metrics(self, _: Call) -> Media:
        try:
            return self._exposition(self._health.figures())
        except NotInstalledError as error:
            raise NotThereError(str(error)) from None

    def _openapi(self, call: Call) -> Media:
        from fakie.core.levers.fake_document import fake_document

        # One at a time: while it is made it is many times its bytes.
        with self._writing:
            model = call.request.argument("model") or "*"
            written = fake_document(self._contracts, self.levers, self.public_url, model, mirrored=self._mirrored)
            return Media(compact(written).encode(), JSON_TYPE, ".json")

    def _about(self, _: Call) -> Any:
        return {
            "format_version": FORMAT_VERSION,
            "fakie": __version__,
            "profile": self._contracts.profile.name,
            "docs": self._contracts.catalog.docs,
            "wire": self._wire,
            # First, because looking at every file can take a model off the list.
            "broken": shown.broken_files(self._contracts.catalog),
            "models": list(self._contracts.catalog.models),
            "codes": list(self._contracts.catalog.codes),
            "situations": list(self._contracts.profile.orderable),
            "levers": [lever.described() for lever in self.levers],
        }


def _check_query(lever: Lever, query: str) -> None:
    """Raise Refused for an argument that the lever does not read: what it was to choose would be everything."""
    for name, _ in parse_qsl(query, keep_blank_values=True):
        if name in lever.query:
            continue
        if name in lever.body["properties"]:
            reason = f"{name}: expected in the body, as JSON; got it in the query"
        elif lever.query:
            reason = hinted("query", name, lever.query)
        else:
            reason = f"query: expected none; got {shown_value(name)}"
        raise Refused("lever_misused", reason=reason)


def _renamed(body: Mapping[str, Any], lever: Lever) -> tuple[Mapping[str, Any], str]:
    """Put the present names in the place of former ones; return the body, and a line that says so."""
    taken = lever.body["properties"]
    old = [name for name, new in _RENAMED.items() if name in body and new in taken and new not in body]
    advice = "; ".join(f"{name} is now called {_RENAMED[name]}" for name in old)
    return {_RENAMED[name] if name in old else name: value for name, value in body.items()}, advice
