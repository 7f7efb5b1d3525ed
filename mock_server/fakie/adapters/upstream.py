"""Ends urllib3 for the recorder: one upstream, asked with time limits and a size limit."""

import ssl
import time
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import SKIP_HEADER, Timeout

from fakie.recorder.upstream import NoAnswer, UpstreamAnswer, passed_on

_MOST_BYTES = 50 * 1024 * 1024
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 10.0


class HttpUpstream:
    """An upstream by its base URL; an answer must be whole after `seconds` and at most `most_bytes` long."""

    def __init__(self, url: str, seconds: float = 120.0, most_bytes: int = _MOST_BYTES) -> None:
        self.url = url.rstrip("/")
        self._seconds = seconds
        self._most = most_bytes
        # No environment is asked for proxies, and certificates are always checked.
        self._pool = urllib3.PoolManager(retries=False, maxsize=16, cert_reqs="CERT_REQUIRED")

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> UpstreamAnswer:
        """Ask and give the answer; raises NoAnswer."""
        started = time.monotonic()
        sent = {"user-agent": SKIP_HEADER, **passed_on(headers), "accept-encoding": "identity"}
        try:
            response = self._pool.request(
                method,
                self.url + target,
                headers=sent,
                body=body or None,
                redirect=False,
                preload_content=False,
                timeout=Timeout(connect=min(self._seconds, _CONNECT_SECONDS), read=self._seconds),
            )
            with response:
                content = self._read(response, started)
        except (HTTPError, OSError, ValueError) as error:
            raise NoAnswer(_reason(error, self._seconds), sent=not _never_left(error)) from error
        return UpstreamAnswer(response.status, _kept(response), content)

    def _read(self, response: Any, started: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        # Not read(), which would wait for a whole chunk, however slowly it trickles in.
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._most:
                raise ValueError(f"the answer is longer than {self._most} bytes")
            if time.monotonic() - started > self._seconds:
                raise urllib3.exceptions.TimeoutError("the body did not end")
        if response.length_remaining:
            raise ValueError(f"the answer broke off, {response.length_remaining} bytes before its end")
        return b"".join(chunks)


def _kept(response: Any) -> tuple[tuple[str, str], ...]:
    """Give the headers to hand on; the body has been decoded, and is handed on as it now is."""
    names = passed_on({name.lower(): value for name, value in response.headers.items()}).keys() - {"content-encoding"}
    return tuple((name, value) for name, value in response.headers.iteritems() if name.lower() in names)


def _never_left(error: Exception) -> bool:
    # Any other error of TLS can come after the request.
    refused = isinstance(_first_cause(error), ssl.SSLCertVerificationError)
    return refused or isinstance(error, NewConnectionError | ConnectTimeoutError)


def _reason(error: Exception, seconds: float) -> str:
    # urllib3 counts a refused connection among its timeouts.
    if isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(error, NewConnectionError):
        return f"no whole answer within {seconds:g} s"
    cause = _first_cause(error)
    return " ".join(f"{type(cause).__name__}: {cause}".split())[:200]


def _first_cause(error: BaseException) -> BaseException:
    while error.__context__ is not None:
        error = error.__context__
    return error
