"""Adapter for urllib3: one exchange after the other, each whole within a time limit and a size limit, or none."""

import errno
import ssl
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import urllib3
from msgspec import Struct
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ProtocolError

from fakie_schemas.hosts import is_loopback
from fakie_schemas.http.cut import Cut
from fakie_schemas.http.deadline import Deadline, DeadlinePools

_CHUNK = 64 * 1024
_CONNECT_SECONDS = 10.0
_READS = {"GET", "HEAD"}
# What OpenSSL says, by version, of a peer that speaks something else than TLS.
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"}
# Its numbers for a certificate that nobody known stands behind: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and its like.
_UNKNOWN_AUTHORITY = {18, 19, 20, 21}
# A connection that could not even be tried, which says nothing of who listens over there.
_NO_ROOM = {
    errno.EMFILE: "this process has no descriptor left to connect with: more may be had by ulimit -n",
    errno.ENFILE: "this system has no descriptor left to connect with",
    errno.ENOBUFS: "this system has no memory left to connect with",
    errno.ENOMEM: "this system has no memory left to connect with",
    errno.EADDRNOTAVAIL: "this system has no port left, or no address, to connect from",
}
_UNREACHED = (NewConnectionError, ConnectTimeoutError)
Body = bytes | Iterable[bytes] | None


class NoAnswer(Exception):
    """No whole HTTP answer came; the text says why, on one line. `sent` tells whether the request may have arrived."""

    def __init__(self, why: str, *, sent: bool = True) -> None:
        super().__init__(why)
        self.sent = sent


class HttpAnswer(Struct, frozen=True):
    """An HTTP answer: header names as they came, the body decoded, cut after `most_bytes` when it `is_longer`.

    `is_encoded` tells that the body is as it came, for nothing here undoes its encoding.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_longer: bool
    is_encoded: bool = False


class HttpClient:
    """Sends requests to any host; follows no redirect, asks no environment for proxies, repeats nothing unless told to.

    `seconds` is how long a whole exchange may take, from connecting to the last byte; several threads may share a
    client, with up to `connections` kept ones. `tls_name`: the name that certificates must be of, for URLs that hold
    an address in the place of that name.
    """

    def __init__(self, seconds: float, most_bytes: int, connections: int = 1, tls_name: str | None = None) -> None:
        self._seconds = seconds
        self._most = most_bytes
        self._tls_name = tls_name
        self._deadline = Deadline()
        # Certificates are always checked.
        options: dict[str, Any] = {
            "retries": False,
            "maxsize": connections,
            "num_pools": 4,
            "cert_reqs": "CERT_REQUIRED",
        }
        if tls_name is not None:
            options |= {"server_hostname": tls_name, "assert_hostname": tls_name}
        self._pools = DeadlinePools(self._deadline, **options)

    def close(self) -> None:
        """Close the connections; one that is in an exchange, once that has ended."""
        self.close_kept()
        self._pools.clear()

    def close_kept(self) -> None:
        """Close the connections that are kept from earlier exchanges."""
        self._pools.close_kept()

    def exchange_once(
        self, method: str, url: str, headers: Mapping[str, str], body: Body, *, costs: bool
    ) -> HttpAnswer:
        """Send what must not be done twice where it `costs`, as exchange does, whatever kept connections have come to.

        The host may have closed them: what costs goes over a new one, and what else only reads is sent once more.
        """
        if not costs:
            return self.exchange(method, url, headers, body, repeats=method in _READS)
        # A host that serves one connection at a time would wait for one that is kept, and not see the new one.
        self.close_kept()
        with closing(HttpClient(self._seconds, self._most, tls_name=self._tls_name)) as fresh:
            return fresh.exchange(method, url, headers, body)

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Body,
        seconds: float | None = None,
        cut: Cut | None = None,
        *,
        repeats: bool = False,
    ) -> HttpAnswer:
        """Send one request and return the answer; raises NoAnswer when no whole one comes in time.

        A body in pieces is sent as they come, and is as long as the headers say. `seconds` are what this exchange may
        take, in place of the client's own; `cut` may end it before. `repeats`: what met a kept connection that the host
        had closed is sent once more, over a new one.
        """
        self._deadline.start(self._seconds if seconds is None else seconds, cut)
        handled = sys.exception()
        try:
            return self._received(self._open(method, url, headers, body, repeats=repeats))
        except (HTTPError, OSError, ValueError) as error:
            _part(error, handled)
            # Not "from error": its frames hold the headers, and whoever shows a traceback may show those.
            why = self._reason(error) + (_unasked_proxy(url) if isinstance(error, _UNREACHED) else "")
            raise NoAnswer(why, sent=not _never_left(error)) from None
        finally:
            self._deadline.cut.release()

    def _open(self, method: str, url: str, headers: Mapping[str, str], body: Body, *, repeats: bool) -> Any:
        try:
            return self._asked(method, url, headers, body)
        except (HTTPError, OSError) as error:
            # Nothing was answered over a connection that was kept from an earlier exchange.
            is_lost = not self._deadline.has_connected and _is_broken_off(error)
            if not (repeats and is_lost):
                raise
        self.close_kept()
        return self._asked(method, url, headers, body)

    def _asked(self, method: str, url: str, headers: Mapping[str, str], body: Body) -> Any:
        seconds = self._deadline.left()
        timeout = urllib3.Timeout(connect=min(seconds, _CONNECT_SECONDS), read=seconds)
        return self._pools.request(
            method, url, headers=dict(headers), body=body, redirect=False, preload_content=False, timeout=timeout
        )

    def _received(self, response: Any) -> HttpAnswer:
        try:
            content = self._read(response)
        finally:
            # A body that was not read to its end takes its connection with it.
            if response.length_remaining == 0:
                response.release_conn()
            else:
                response.close()
        headers = tuple(response.headers.iteritems())
        is_longer = len(content) > self._most
        return HttpAnswer(response.status, headers, content[: self._most], is_longer, _is_encoded(response))

    def _read(self, response: Any) -> bytes:
        content = bytearray()
        while len(content) <= self._most:
            # Not read(), which would wait for a whole chunk, however slowly it trickles in.
            chunk = response.read1(_CHUNK)
            if not chunk:
                break
            content += chunk
            self._deadline.left()
        return bytes(content)

    def _reason(self, error: Exception) -> str:
        # urllib3 counts a refused connection among its timeouts.
        if isinstance(error, NewConnectionError):
            cause = _first_cause(error)
            if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
                return f"{_NO_ROOM[cause.errno]} ({_last_words(error)})"
            is_nowhere = isinstance(error, NameResolutionError)
            what = "no address is known of that host" if is_nowhere else "nothing listens there"
            return f"{what} ({_last_words(error)})"
        if self._deadline.is_over or isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
            return f"no whole answer within {round(self._deadline.seconds, 2):g} s"
        return f"no HTTP answer ({_last_words(error)}){_hint(_first_cause(error))}"


def _hint(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        trust = "; SSL_CERT_FILE=FILE names an authority to trust, such as ca.pem of `fakie serve --tls`"
        return trust if cause.verify_code in _UNKNOWN_AUTHORITY else ""
    if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
        return "; what listens there speaks no TLS: http:// may be meant"
    return ""


def _unasked_proxy(url: str) -> str:
    """Return words on a proxy that the environment names for a URL, for nothing here asks one; empty without one.

    Where it is the only way out, that is why nobody was reached.
    """
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    # Of hosts without a proxy some are named by NO_PROXY.
    is_straight = is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc.rpartition("@")[2])
    is_set = not is_straight and not {parts.scheme, "all"}.isdisjoint(getproxies())
    return f"; no proxy is asked, though the environment names one for {parts.scheme}" if is_set else ""


def _is_broken_off(error: Exception) -> bool:
    # urllib3.future has it for its cause.
    return isinstance(error, ProtocolError) and isinstance(error.__cause__ or error.args[-1], ConnectionError)


def _is_encoded(response: Any) -> bool:
    encoding = response.headers.get("content-encoding", "identity").lower()
    # Of several urllib3 undoes each, or raises.
    return encoding != "identity" and "," not in encoding and encoding not in response.CONTENT_DECODERS


def _never_left(error: Exception) -> bool:
    # Any other error of TLS can come after the request.
    refused = isinstance(_first_cause(error), ssl.SSLCertVerificationError)
    return refused or isinstance(error, _UNREACHED)


def _last_words(error: Exception) -> str:
    cause = _first_cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        # Without what OpenSSL calls it, so that what would work still fits into a line.
        return f"certificate verify failed: {cause.verify_message}"
    return " ".join(f"{type(cause).__name__}: {cause}".split())


def _part(error: BaseException, handled: BaseException | None) -> None:
    """Part an error from what its caller was about to handle when it asked: that is no cause of it."""
    while error.__context__ is not None and error.__context__ is not handled:
        error = error.__context__
    error.__context__ = None


def _first_cause(error: BaseException) -> BaseException:
    while error.__context__ is not None:
        error = error.__context__
    return error
