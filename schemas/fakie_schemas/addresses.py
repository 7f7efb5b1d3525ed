"""The one reading of an http URL that is dialled: what two parsers could read differently is refused."""

import re
from ipaddress import IPv6Address, ip_address

from msgspec import Struct

__all__ = ["HttpUrl", "UnclearUrl", "read_authority", "read_url"]

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_LONGEST_NAME = 254
_LAST_PORT = 65535


class UnclearUrl(ValueError):
    """A URL that cannot be dialled for certain; the text says why, on one line, without the URL."""


class HttpUrl(Struct, frozen=True):
    """A URL's parts: `host` in lower case without brackets, `port` always a number, `target` from the path on."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them: without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """The URL to dial, without a fragment, spelled in the one way that all parsers read alike."""
        return f"{self.scheme}://{self.authority}{self.target}"


def read_url(text: str) -> HttpUrl:
    """Read an absolute http or https URL; raises UnclearUrl."""
    if not text.isprintable() or "\\" in text or any(sign.isspace() for sign in text):
        raise UnclearUrl("it holds blanks, control characters or backslashes; write them percent-encoded")
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _PORTS:
        raise UnclearUrl("it does not begin with http:// or https://")
    end = min(at for at in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if at >= 0)
    host, port = read_authority(rest[:end])
    target = rest[end:].partition("#")[0]
    return HttpUrl(scheme, host, port or _PORTS[scheme], target if target.startswith("/") else f"/{target}")


def read_authority(text: str) -> tuple[str, int | None]:
    """Read a host and port, as a Host header has them, into the host in lower case and the port; raises UnclearUrl."""
    if "@" in text:
        raise UnclearUrl("it holds a user name or an @ before the host; leave it out")
    host, colon, port = text.rpartition(":") if ":" in text.rpartition("]")[2] else (text, "", "")
    if colon and not (_PORT.fullmatch(port) and int(port) <= _LAST_PORT):
        raise UnclearUrl(f"its port {port[:10]!r} is none of 1 to {_LAST_PORT}")
    return _host(host), int(port) if colon else None


def _host(text: str) -> str:
    lowered = text.lower() if text.isascii() else ""
    try:
        if lowered.startswith("[") and lowered.endswith("]") and "%" not in lowered:
            return str(IPv6Address(lowered[1:-1]))
        labels = lowered.removesuffix(".").split(".")
        if labels[-1].isdigit() or labels[-1].startswith("0x"):
            # Some read 127.1, 0177.0.0.1 or 2130706433 as addresses, and others as names.
            return str(ip_address(lowered))
    except ValueError:
        raise UnclearUrl("its host is an address in an odd form; expected one such as 127.0.0.1 or [::1]") from None
    if len(lowered) > _LONGEST_NAME or not all(_NAME.fullmatch(label) for label in labels):
        raise UnclearUrl("its host is not a plain ASCII name or address; expected one such as example.com")
    return lowered
