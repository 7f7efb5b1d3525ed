"""Who may pull levers: this machine, or whoever has the admin token, and no page of another site."""

from hmac import compare_digest

from fakie.core.http.guard import Guard, foreign_page, is_for_a_client, referring_page, sent_on_for, shown_page
from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.hosts import is_loopback

_ONLY_FROM_HERE = "only from this machine, unless the fake has an --admin-token"


class Admission:
    """The checks of a request that wants to see or move something; each raises Refused with what would work."""

    def __init__(self, admin_token: str | None, guard: Guard) -> None:
        self._token = admin_token
        self._guard = guard

    @property
    def needs_token(self) -> bool:
        """Whether the admin token is asked for."""
        return self._token is not None

    def is_token(self, given: str) -> bool:
        """Tell whether this is the admin token, in a time that does not depend on how much of it is right."""
        return self._token is not None and compare_digest(given.encode(), self._token.encode())

    def check_page(self, request: Request) -> None:
        """Refuse a request that a browser sent for a page of another site, or a fake because a client named its URL."""
        page = foreign_page(request, self._guard.own)
        if page is None and request.method not in {"GET", "HEAD"}:
            page = referring_page(request, self._guard.own)
        if page is not None:
            raise Refused("lever_forbidden", reason=f"a page from {page} may not call levers")
        if is_for_a_client(request):
            raise Refused(
                "lever_forbidden", reason="a fake does not call its own levers for a client, as a file or as a callback"
            )

    def check_own_page(self, request: Request) -> None:
        """Refuse a request that a browser sent for a page which the fake itself has not served.

        Another port of this machine is another page, though not another site.
        """
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none").strip().lower()
        authority = origin.partition("://")[2] if origin is not None else request.headers.get("host")
        if site not in {"same-origin", "none"} or authority != request.headers.get("host"):
            page = shown_page(origin) if origin else "another site"
            raise Refused("lever_forbidden", reason=f"a page from {page} may not pull levers here; open the fake's own")

    def check_token(self, request: Request) -> None:
        """Refuse a request without the admin token in its Authorization header, if there is one."""
        if self._token is not None and not self.is_token(request.headers.get("authorization", "").partition(" ")[2]):
            raise Refused("lever_forbidden", reason="expected the header 'Authorization: Bearer <admin token>'")

    def check_place(self, request: Request) -> None:
        """Refuse a request from elsewhere, or to a name that anybody could have pointed here."""
        if self._token is not None:
            self._check_name(self._guard.rebound_name(request), "an address, a name without dots")
            return
        if not is_loopback(request.remote):
            raise Refused("lever_forbidden", reason=_ONLY_FROM_HERE)
        elsewhere = sent_on_for(request)
        if elsewhere is not None:
            raise Refused("lever_forbidden", reason=f"{_ONLY_FROM_HERE}; a proxy sent this on for {elsewhere!r}")
        self._check_name(self._guard.foreign_host(request), "localhost, 127.0.0.1")

    def _check_name(self, host: str | None, works: str) -> None:
        if host is not None:
            known = f"{works}, the --public-url's host, or a name that --allow-host gives"
            reason = f"{host!r} is not a name of this machine; expected {known}"
            raise Refused("lever_forbidden", reason=reason)
