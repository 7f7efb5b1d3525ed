"""The guard of a fake against pages of other sites, whose scripts make a browser here send requests for them."""

import re

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.addresses import UnclearUrl, read_authority
from fakie_schemas.hosts import is_address, is_loopback, is_private_name
from fakie_schemas.recordings.urls import authority_without_user, without_openings

# How the fake introduces itself where it asks for a client: to fetch, to probe, to call back.
OWN_AGENT = "fakie"
_SENT_ON_FOR = ("x-forwarded-for", "x-real-ip")


def is_for_a_client(request: Request) -> bool:
    """Tell whether a fake sent this request, because a client named its URL: so nobody reaches levers through it."""
    return request.headers.get("user-agent", "") == OWN_AGENT


def check_headers(request: Request, longest: int) -> None:
    """Raise Refused for a header whose value has more than `longest` characters, before anybody reads it."""
    if request.headers.longest > longest:
        name, value = next(header for header in request.headers.items() if len(header[1]) > longest)
        rule, got = f"{longest} characters", f"{len(value)} characters"
        raise Refused("header_too_long", field=name[:80], got=got, rule=rule)


class Guard:
    """The pages and names that may use a fake: those of this machine, its own, and those it was told to allow.

    `own` is the host of the fake's own URL; `hosts` are names beside it that the levers answer to; pages of `origins`
    may use the API.
    """

    def __init__(self, public_url: str, hosts: tuple[str, ...] = (), origins: tuple[str, ...] = ()) -> None:
        self.move_to(public_url)
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)

    def move_to(self, public_url: str) -> None:
        """Be found at another URL from now on."""
        self.own = _host(public_url.partition("://")[2].partition("/")[0])

    def check_page(self, request: Request) -> None:
        """Raise Refused for a request that a browser sent for a page elsewhere which no origin allows."""
        if "origin" not in request.headers and "sec-fetch-site" not in request.headers:
            return
        page = None if self.allowed_origin(request) else foreign_page(request, self.own)
        if page is not None:
            raise Refused("page_foreign", page=page)

    def allowed_origin(self, request: Request) -> str | None:
        """Return the allowed origin that a request comes from, or None."""
        origin = request.headers.get("origin", "")
        return origin if origin.lower() in self._origins else None

    def foreign_host(self, request: Request) -> str | None:
        """Return the host that a request names, unless it is this machine, the own or an allowed one, or none."""
        known = {self.own, *self._hosts}
        return next((name for name, host in _asked(request) if not is_loopback(host) and host not in known), None)

    def rebound_name(self, request: Request) -> str | None:
        """Return the host that a request names if anybody could have pointed that name here and nobody allowed it."""
        known = {self.own, *self._hosts}
        return next((name for name, host in _asked(request) if _is_public_name(host) and host not in known), None)


def _asked(request: Request) -> list[tuple[str, str]]:
    """Return the hosts that a request was sent to, as written and as read."""
    asked = [request.headers["host"]] if "host" in request.headers else []
    if "://" in request.target.partition("?")[0]:
        # The absolute form, which goes before the header.
        asked.append(request.target.partition("://")[2].partition("/")[0])
    return [(authority_without_user(name)[:80], _host(name).removesuffix(".")) for name in asked]


def _is_public_name(host: str) -> bool:
    return not (is_private_name(host) or is_address(host))


def foreign_page(request: Request, own: str = "") -> str | None:
    """Return the page elsewhere that a browser sent this request for, or None; a page of the host `own` is at home."""
    # Browsers say where the page is from, and without an Origin at least that it is of another site.
    origin = request.headers.get("origin")
    if origin is not None:
        host = _host(origin.partition("://")[2])
        return None if is_loopback(host) or (own and host == own) else shown_page(origin) or "nowhere"
    return "another site" if request.headers.get("sec-fetch-site", "").strip().lower() == "cross-site" else None


def referring_page(request: Request, own: str = "") -> str | None:
    """Return the page elsewhere that a request names as the one it is from, or None; without secrets of its URL.

    The word of a browser that says nothing else. A page at the host that the request was sent to is at home.
    """
    page = request.headers.get("referer", "")
    authority = page.partition("://")[2].partition("/")[0]
    if not page or authority == request.headers.get("host") or "sec-fetch-site" in request.headers:
        return None
    host = _host(authority)
    return None if is_loopback(host) or (own and host == own) else shown_page(page)


def sent_on_for(request: Request) -> str | None:
    """Return the one elsewhere for whom a proxy says that it sent this request on, or None."""
    headers = request.headers
    said = [one for name in _SENT_ON_FOR if name in headers for one in headers[name].split(",")]
    if "forwarded" in headers:
        said += re.findall(r'(?i)\bfor\s*=\s*"?([^",;]*)', headers["forwarded"])
    names = filter(None, map(str.strip, said))
    return next((name[:80] for name in names if not (is_loopback(name) or is_loopback(_host(name)))), None)


def shown_page(url: str) -> str:
    """Return a page's URL or origin as a refusal may tell it: its beginning, without what opens it."""
    return without_openings(url)[:80]


def foreign_name(request: Request) -> str | None:
    """Return the Host header when it is a name that anybody could have pointed at this machine, or None."""
    host = _host(request.headers["host"]) if request.headers.get("host") else ""
    return host[:80] if _is_public_name(host.removesuffix(".")) else None


def _host(authority: str) -> str:
    try:
        return read_authority(authority)[0]
    except UnclearUrl:
        return "unreadable.invalid"
