"""Adapter for Flask: every HTTP request becomes a `Request`, every `Response` an HTTP response."""

import io
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, cast

from flask import Flask
from flask import Response as FlaskResponse
from flask import request as http

from fakie.adapters.wsgi_faults import spoiled
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, quoted, without_host
from fakie.core.ports import Door
from fakie.core.situations import Refused
from fakie_schemas.decimals import whole_number

# So much of a body that the answer did not need is read all the same, in pieces of so many bytes.
_MOST_LEFT = 16 * 1024 * 1024
_PIECE = 64 * 1024


class _Plain(FlaskResponse):
    """A response without a default content type: a recorded or passed-on answer may have none."""

    default_mimetype = None


def door_app(door: Door) -> Flask:
    """Make the Flask app of a door.

    The service knows the routes and words every answer, wrong paths and methods included, so the app answers
    before Flask's own routing can.
    """
    app = Flask("fakie", static_folder=None)
    # A spoiled answer must break the connection that carries it, not become a page of Flask's.
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.before_request
    def answer() -> FlaskResponse:
        environ = http.environ
        sent = _SentBody(environ["wsgi.input"], _length(environ))
        response = door.handle(_request(sent))
        sent.finish()
        # With a rest there is no length, and the server says where it ends.
        body = response.body if response.rest is None else chain([response.body], response.rest)
        plain = _Plain(body, response.status, list(response.headers))
        if response.length is not None:
            plain.headers["Content-Length"] = str(response.length)
        if response.transport_fault:
            # The length is that of the whole answer, whatever comes of it.
            plain.headers["Content-Length"] = str(len(response.body))
            plain.response = spoiled(response.transport_fault, response.body, http.environ)
        return plain

    return app


class _SentBody:
    """A body as the server below hands it on, read to its end or broken off, whatever that server says of it."""

    def __init__(self, stream: Any, length: int | None) -> None:
        self.length = length
        self._read = 0
        self._broken = False
        # Werkzeug's own server fills what is read from it with less than it says that it did, where a client sends
        # less than it announced, and Python reads on behind that, in memory of others. A buffer between is not fooled.
        self._stream = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream

    def read(self, size: int = -1) -> bytes:
        try:
            data = cast(bytes, self._stream.read(size))
            self._read += len(data)
            return data
        except Exception as error:
            # Each server has errors of its own for bytes that are no HTTP.
            self._broken = True
            raise OSError(f"{type(error).__name__}: {error}") from error

    def finish(self) -> None:
        """Read what the answer did not need: many a server closes on it, and the client would meet a reset.

        Nobody knows where a broken body ends, and its client may wait for the answer before it sends more.
        """
        if self._broken or (self.length is not None and self.length > _MOST_LEFT):
            return
        with suppress(OSError):
            while self._left() and self.read(self._left()):
                pass

    def _left(self) -> int:
        most = _MOST_LEFT if self.length is None else self.length
        return max(0, min(_PIECE, most - self._read))


def _request(sent: _SentBody) -> Request:
    environ = http.environ
    return Request(
        # Not Flask's own, which is in capitals.
        method=environ["REQUEST_METHOD"],
        # Nor its path, which drops leading slashes. An empty one is that of a whole URL without any, or of a mount.
        path=without_host(_text(environ, "PATH_INFO")) or "/",
        query=quoted(http.query_string).decode(),
        headers=Headers((name.lower(), value.strip(" \t")) for name, value in http.headers.items()),
        body=cast(BinaryIO, sent),
        length=sent.length,
        remote=http.remote_addr or "",
        target=_target(environ),
        fault=_fault(environ),
        prefix=_prefix(environ),
    )


def _target(environ: Mapping[str, Any]) -> str:
    return quoted(str(environ.get("RAW_URI") or environ.get("REQUEST_URI", "")).encode("latin-1", "replace")).decode()


def _prefix(environ: Mapping[str, Any]) -> str:
    # With two slashes at its beginning it would be a host.
    inner = _text(environ, "SCRIPT_NAME").strip("/")
    return f"/{inner}" if inner else ""


def _text(environ: Mapping[str, Any], name: str) -> str:
    return str(environ.get(name, "")).encode("latin-1").decode("utf-8", "replace")


def _length(environ: Mapping[str, Any]) -> int | None:
    """Return how many bytes the body has; None for one that ends where the server below says so.

    Many servers say so of every body, also of one whose length is known, or where there is none.
    """
    if http.content_length is not None or not environ.get("wsgi.input_terminated"):
        return http.content_length or 0
    return None if _in_chunks(environ) or not environ.get("SERVER_PROTOCOL", "").startswith("HTTP/1") else 0


def _fault(environ: Mapping[str, Any]) -> Refused | None:
    """Return the refusal of a body that cannot be read: a lever would take it for none, and move everything."""
    told = (environ.get("CONTENT_LENGTH") or "").strip(" \t")
    if told and whole_number(told) is None:
        reason = f"the Content-Length is {told[:20]!r}; expected a number of bytes"
    elif _in_chunks(environ) and http.content_length is None and not environ.get("wsgi.input_terminated"):
        reason = "the body came in chunks, which this WSGI server does not hand on; expected a Content-Length"
    else:
        return None
    return Refused("body_malformed", reason=reason)


def _in_chunks(environ: Mapping[str, Any]) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
