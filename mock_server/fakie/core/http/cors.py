"""Cross-origin requests: what a browser must be told before it shows an answer to a page of an allowed origin."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from fakie.core.http.guard import Guard
from fakie.core.http.messages import Request, Response

_ALLOWED = (("Access-Control-Allow-Methods", "GET, POST"), ("Access-Control-Max-Age", "600"))
_READ = ("Authorization", "Content-Type", "Prefer")
# The names of headers in HTTP; what else may stand between commas is not told back.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}", re.ASCII)
_MOST_ASKED = 50
_SHOWN = (("Access-Control-Expose-Headers", "X-Fakie-Situation, X-Fakie-Advice"),)


class Cors:
    """Lets pages of the allowed origins read the answers of the API; the levers are never among them."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def is_preflight(self, request: Request) -> bool:
        """Tell whether a browser asks, for a page of an allowed origin, what it may send."""
        asks = request.method == "OPTIONS" and "access-control-request-method" in request.headers
        return asks and self._guard.allowed_origin(request) is not None

    def shared(self, request: Request, response: Response) -> Response:
        """Return the response with what the browser of an allowed page needs to see."""
        origin = self._guard.allowed_origin(request)
        if origin is None:
            return response
        told = (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
        if not self.is_preflight(request):
            return replace(response, headers=(*response.headers, *told, *_SHOWN))
        names = ("Access-Control-Allow-Headers", ", ".join((*_READ, *_asked_beside(request))))
        return replace(response, headers=(*response.headers, *told, *_ALLOWED, names))


def _asked_beside(request: Request) -> Iterator[str]:
    """Return the headers that a page wants to send beside those that the API reads, such as those of traces."""
    told = {name.lower() for name in _READ}
    for name in request.headers.get("access-control-request-headers", "").split(",")[:_MOST_ASKED]:
        name = name.strip().lower()
        if name not in told and _NAME.fullmatch(name):
            told.add(name)
            yield name
