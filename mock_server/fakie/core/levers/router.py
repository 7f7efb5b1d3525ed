"""Which lever a request calls, and who may call it."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from fakie.core.control.arguments import check
from fakie.core.control.control import Control
from fakie.core.control.errors import NotThereError, WrongOrderError
from fakie.core.exchange import Exchange
from fakie.core.http.guard import Guard, foreign_page, is_for_a_client
from fakie.core.http.messages import JSON_TYPE, Request
from fakie.core.levers import shown
from fakie.core.levers.lever import PREFIX, Call, Lever
from fakie.core.levers.table import levers
from fakie.core.openapi.document import fake_document
from fakie.core.ports import Exposition, Media, NotInstalledError
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.wire import compact
from fakie_schemas.hosts import is_loopback
from fakie_schemas.version import __version__

FORMAT_VERSION = 1
_HEALTH, _READY = "/health", "/ready"
# Asked by balancers and supervisors, which have no token and know the fake by its address alone.
_OPEN = frozenset({PREFIX + _HEALTH, PREFIX + _READY})
_RENAMED = {"race": "quirk"}


class LeverRouter:
    """All levers behind one door; what the control refuses is refused with its reason."""

    def __init__(self, control: Control, settings: Settings, guard: Guard, exposition: Exposition) -> None:
        self._health = control.health
        self._exposition = exposition
        self._contracts = control.contracts
        self._wire = settings.wire or control.contracts.profile.wire
        self._admin_token = settings.admin_token
        self.public_url = settings.public_url
        self._guard = guard
        self._levers = (
            Lever("GET", "", "what this fake is and can do", self._about),
            Lever("GET", _HEALTH, "tells that it answers", lambda _: {"status": "ok"}),
            Lever("GET", _READY, "tells that it takes requests, or HTTP 503 and why it should get none", self._ready),
            Lever("GET", "/metrics", "what has happened, in figures for Prometheus", self._metrics),
            Lever("GET", "/openapi.json", "API and levers by OpenAPI; ?model=", self._openapi, query=("model",)),
            *levers(control),
        )

    def answer(self, exchange: Exchange) -> Outcome:
        """Carry out a request under `/_fakie`; raises Refused when it may not or cannot be."""
        request = exchange.request
        page = foreign_page(request, self._guard.own)
        if page is not None:
            raise Refused("lever_forbidden", reason=f"a page from {page} may not call levers")
        if is_for_a_client(request):
            raise Refused("lever_forbidden", reason="what a client lets a fake fetch or call back is no lever")
        if request.path not in _OPEN:
            self._admit(request)
        lever, names = self._find(request)
        body, advice = _renamed(exchange.payload() if request.length != 0 else {}, lever)
        try:
            check(lever.body, body)
            return Outcome("lever_pulled", lever.act(Call(request, names, body)), advice=advice)
        except NotThereError as error:
            raise Refused("lever_unknown", reason=str(error)) from None
        except WrongOrderError as error:
            raise Refused("lever_misused", reason=str(error)) from None

    def _admit(self, request: Request) -> None:
        token = self._admin_token
        if token is not None:
            given = request.headers.get("authorization", "").partition(" ")[2]
            if not compare_digest(given.encode(), token.encode()):
                raise Refused("lever_forbidden", reason="expected the header 'Authorization: Bearer <admin token>'")
            self._check_name(self._guard.rebound_name(request), "an address, a name without dots")
            return
        if not is_loopback(request.remote):
            raise Refused("lever_forbidden", reason="only from this machine, unless the fake has an --admin-token")
        self._check_name(self._guard.foreign_host(request), "localhost, 127.0.0.1")

    def _check_name(self, host: str | None, works: str) -> None:
        if host is not None:
            known = f"{works}, the --public-url's host, or a name that --allow-host gives"
            reason = f"{host!r} is not a name of this machine; expected {known}"
            raise Refused("lever_forbidden", reason=reason)

    def _find(self, request: Request) -> tuple[Lever, tuple[str, ...]]:
        path = request.path.rstrip("/")
        for lever in self._levers:
            names = lever.match(request.method, path)
            if names is not None:
                return lever, names
        raise Refused("lever_unknown", reason=f"nothing answers {request.method} {path[:80]}")

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
        written = fake_document(self._contracts, self._levers, self.public_url, call.request.argument("model") or "*")
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
            "levers": [lever.described() for lever in self._levers],
        }


def _renamed(body: Mapping[str, Any], lever: Lever) -> tuple[Mapping[str, Any], str]:
    """Put the present names in the place of former ones; return the body, and a line that says so."""
    taken = lever.body["properties"]
    old = [name for name, new in _RENAMED.items() if name in body and new in taken and new not in body]
    advice = "; ".join(f"{name} is now called {_RENAMED[name]}" for name in old)
    return {_RENAMED[name] if name in old else name: value for name, value in body.items()}, advice
