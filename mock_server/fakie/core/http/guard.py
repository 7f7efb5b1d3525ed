"""Who may not use what is meant for this machine: pages elsewhere, which make its browser send requests for them."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.hosts import is_loopback

_PRIVATE_ENDINGS = (".internal", ".localhost")


def check_headers(request: Request, longest: int) -> None:
    """Raise Refused for a header whose value has more than `longest` characters, before anybody reads it."""
    for name, value in request.headers.items():
        if len(value) > longest:
            rule, got = f"{longest} characters", f"{len(value)} characters"
            raise Refused("header_too_long", field=name[:80], got=got, rule=rule)


def foreign_page(request: Request) -> str | None:
    """Name the page elsewhere that a browser sent this request for, or None."""
    # Browsers say where the page is from.
    origin = request.headers.get("origin")
    return origin[:80] if origin is not None and not is_loopback(_host(origin)) else None


def foreign_name(request: Request) -> str | None:
    """Give the Host header when it is a name that anybody could have pointed at this machine, or None."""
    host = _host("//" + request.headers.get("host", ""))
    if not host or "." not in host.rstrip(".") or host.endswith(_PRIVATE_ENDINGS):
        return None
    try:
        ip_address(host)
    except ValueError:
        return host[:80]
    return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return "unreadable.invalid"
