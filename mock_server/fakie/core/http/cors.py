"""Cross-origin requests: what a browser must be told before it shows an answer to a page of an allowed origin."""

from msgspec.structs import replace

from fakie.core.http.guard import Guard
from fakie.core.http.messages import Request, Response

_ALLOWED = (
    ("Access-Control-Allow-Methods", "GET, POST"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Prefer"),
    ("Access-Control-Max-Age", "600"),
)
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
        more = _ALLOWED if self.is_preflight(request) else _SHOWN
        return replace(response, headers=(*response.headers, *told, *more))
