"""Who may pull a lever, and which one a request means."""

from hmac import compare_digest
from typing import Any

from fakie.core.exchange import Exchange
from fakie.core.http.guard import foreign_host, foreign_page, own_host
from fakie.core.http.messages import Request
from fakie.core.levers.accounts import AccountLevers
from fakie.core.levers.catalog import CatalogLevers, broken_files
from fakie.core.levers.journal import JournalLevers
from fakie.core.levers.lever import PREFIX, Call, Lever
from fakie.core.levers.orders import OrderLevers
from fakie.core.levers.tasks import TaskLevers
from fakie.core.parts import Parts
from fakie.core.running.runner import Runner
from fakie.core.situations import Outcome, Refused
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.hosts import is_loopback
from fakie_schemas.validator import contract_validator
from fakie_schemas.version import __version__

FORMAT_VERSION = 1
_HEALTH = "/health"


class LeverDesk:
    """All levers behind one door."""

    def __init__(self, parts: Parts, runner: Runner) -> None:
        self._parts = parts
        self._levers = (
            Lever("GET", "", "what this fake is and can do", self._about),
            Lever("GET", _HEALTH, "tells that it answers", lambda _: {"status": "ok"}),
            *JournalLevers(parts).table(),
            *TaskLevers(parts, runner).table(),
            *AccountLevers(parts, runner).table(),
            *OrderLevers(parts).table(),
            *CatalogLevers(parts).table(),
        )

    def pull(self, exchange: Exchange) -> Outcome:
        """Carry out a request under `/_fakie`; raises Refused when it may not or cannot be."""
        request = exchange.request
        page = foreign_page(request, own_host(self._parts.settings.public_url))
        if page is not None:
            raise Refused("lever_forbidden", reason=f"a page from {page} may not pull levers")
        if request.path != PREFIX + _HEALTH:
            self._admit(request)
        lever, names = self._find(request)
        body = exchange.payload() if request.length != 0 else {}
        violation = first_violation(contract_validator(lever.body), body)
        if violation:
            rule = f"{violation.field}: {violation.rule}; got {violation.got}; for example {violation.works}"
            raise Refused("lever_misused", reason=rule)
        return Outcome("lever_pulled", lever.act(Call(request, names, body)))

    def _admit(self, request: Request) -> None:
        token = self._parts.settings.admin_token
        if token is not None:
            given = request.headers.get("authorization", "").partition(" ")[2]
            if not compare_digest(given.encode(), token.encode()):
                raise Refused("lever_forbidden", reason="expected the header 'Authorization: Bearer <admin token>'")
            return
        if not is_loopback(request.remote):
            raise Refused("lever_forbidden", reason="only from this machine, unless the fake has an --admin-token")
        host = foreign_host(request, own_host(self._parts.settings.public_url))
        if host is not None:
            reason = f"{host!r} is no name of this machine; expected localhost, 127.0.0.1 or the --public-url's host"
            raise Refused("lever_forbidden", reason=reason)

    def _find(self, request: Request) -> tuple[Lever, tuple[str, ...]]:
        path = request.path.rstrip("/")
        for lever in self._levers:
            names = lever.match(request.method, path)
            if names is not None:
                return lever, names
        raise Refused("lever_unknown", reason=f"nothing answers {request.method} {path[:80]}")

    def _about(self, _: Call) -> Any:
        return {
            "format_version": FORMAT_VERSION,
            "fakie": __version__,
            "profile": self._parts.profile.name,
            "docs": self._parts.catalog.docs,
            # First, because looking at every file can take a model off the list.
            "broken": broken_files(self._parts.catalog),
            "models": list(self._parts.catalog.models),
            "codes": list(self._parts.catalog.codes),
            "situations": list(self._parts.profile.orderable),
            "levers": [lever.described() for lever in self._levers],
        }
