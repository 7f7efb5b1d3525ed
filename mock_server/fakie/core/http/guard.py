"""Who may not use what is meant for this machine: pages elsewhere, which make its browser send requests for them."""

from ipaddress import ip_address

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.addresses import UnclearUrl, read_authority
from fakie_schemas.hosts import is_loopback

_PRIVATE_ENDINGS = (".internal", ".localhost")


def check_headers(request: Request, longest: int) -> None:
    """Raise Refused for a header whose value has more than `longest` characters, before anybody reads it."""
    if max(map(len, request.headers.values()), default=0) > longest:
        name, value = next(header for header in request.headers.items() if len(header[1]) > longest)
        rule, got = f"{longest} characters", f"{len(value)} characters"
        raise Refused("header_too_long", field=name[:80], got=got, rule=rule)


def foreign_page(request: Request, own: str = "") -> str | None:
    """Name the page elsewhere that a browser sent this request for, or None; a page of the host `own` is at home."""
    # Browsers say where the page is from, and without an Origin at least that it is of another site.
    origin = request.headers.get("origin")
    if origin is not None:
        host = _host(origin.partition("://")[2])
        return None if is_loopback(host) or (own and host == own) else origin[:80] or "nowhere"
    return "another site" if request.headers.get("sec-fetch-site", "").strip().lower() == "cross-site" else None


def check_page(request: Request, own: str) -> None:
    """Raise Refused for a request that a browser sent for a page elsewhere, not on the host `own`."""
    page = foreign_page(request, own)
    if page is not None:
        raise Refused("page_foreign", page=page)


def foreign_host(request: Request, own: str) -> str | None:
    """Name the host that a request was sent to unless it is this machine, or `own`, or the request names none."""
    asked = [request.headers["host"]] if "host" in request.headers else []
    if "://" in request.target.partition("?")[0]:
        # The absolute form, which goes before the header.
        asked.append(request.target.partition("://")[2].partition("/")[0])
    hosts = {name: _host(name).removesuffix(".") for name in asked}
    return next((name[:80] for name, host in hosts.items() if not is_loopback(host) and host != own), None)


def own_host(public_url: str) -> str:
    """Read the host of the fake's own URL; `unreadable.invalid` where it has none."""
    return _host(public_url.partition("://")[2].partition("/")[0])


def foreign_name(request: Request) -> str | None:
    """Return the Host header when it is a name that anybody could have pointed at this machine, or None."""
    host = _host(request.headers.get("host", "")) if request.headers.get("host") else ""
    if not host or "." not in host.rstrip(".") or host.endswith(_PRIVATE_ENDINGS):
        return None
    try:
        ip_address(host)
    except ValueError:
        return host[:80]
    return None


def _host(authority: str) -> str:
    try:
        return read_authority(authority)[0]
    except UnclearUrl:
        return "unreadable.invalid"
