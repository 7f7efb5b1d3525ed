"""The answers of the pages: HTML, a way on to another page, a file; each with the headers that keep a browser safe."""

from http import HTTPStatus

from fakie.core.http.messages import Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_SAFE = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # Not `no-referrer`, with which a browser would hide where a form was sent from.
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_FRESH = ("Cache-Control", "no-store")
# A proxy such as nginx would hold an answer back until it is long enough, or over.
_UNHELD = ("X-Accel-Buffering", "no")
_KEPT = ("Cache-Control", "max-age=31536000, immutable")


def html(text: str, status: int = HTTPStatus.OK, *more: tuple[str, str]) -> Response:
    """Return a page."""
    return Response(status, (("Content-Type", "text/html; charset=utf-8"), _FRESH, *_SAFE, *more), text.encode())


def on_to(path: str, *more: tuple[str, str]) -> Response:
    """Return the way on to another of the pages, as after a form."""
    return Response(HTTPStatus.SEE_OTHER, (("Location", path), _FRESH, *_SAFE, *more), b"")


def file(content: bytes, content_type: str) -> Response:
    """Return a file whose name changes with its content, so that it can be kept."""
    return Response(HTTPStatus.OK, (("Content-Type", content_type), _KEPT, *_SAFE), content)


def stream(start: bytes) -> Response:
    """Return the start of server-sent events."""
    own = ("Content-Type", "text/event-stream; charset=utf-8"), _FRESH, _UNHELD
    return Response(HTTPStatus.OK, (*own, *_SAFE), start)
