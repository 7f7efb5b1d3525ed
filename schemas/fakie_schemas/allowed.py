"""Which hosts and addresses may be dialled: the rule behind callbacks, and what is fetched for others."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address

from fakie_schemas.hosts import is_loopback, is_private_name

__all__ = ["address_problem", "host_problem"]


def host_problem(host: str, patterns: Iterable[str]) -> str | None:
    """Say why a host, as a URL names it, may not be dialled, or None when one of the patterns allows it."""
    return None if _fits(host, patterns) else f"the host {host[:80]!r} is not allowed"


def address_problem(address: str, host: str, patterns: Iterable[str]) -> str | None:
    """Say why an address that a host's name was resolved to may not be dialled, or None when it may.

    An address within a network of its own needs a pattern that fits the address itself, or a name that only this
    network knows and that is allowed as it stands, so that a name which anybody can point there does not reach it.
    Link-local and other special addresses are never dialled.
    """
    found = _unmapped(ip_address(address.partition("%")[0]))
    if (
        found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or (found.is_reserved and not found.is_loopback)
    ):
        return f"{host[:80]!r} leads to {found}, a link-local or special address"
    if is_private_name(host) and host in {pattern.lower() for pattern in patterns}:
        return None
    if found.is_global or _fits(str(found), patterns) or (found.is_loopback and is_loopback(host)):
        return None
    return f"{host[:80]!r} leads to {found}, which is not public and not allowed itself"


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return getattr(address, "ipv4_mapped", None) or address


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern.lower()) for pattern in patterns)
