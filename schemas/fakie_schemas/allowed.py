"""Which hosts and addresses may be dialled: the rule behind callbacks, and what is fetched for others."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

from fakie_schemas.hosts import is_loopback, is_private_name

__all__ = ["address_problem", "host_problem"]


_THIS_NETWORK = IPv4Network("0.0.0.0/8")
# Where clouds tell a machine its secrets, beside link-local addresses: AWS and its EKS, Google, Oracle, Scaleway and
# Linode by IPv6; Alibaba, Oracle and Azure.
_METADATA = frozenset(
    map(
        ip_address,
        (
            *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"),
            *("fd00:a9fe:a9fe::1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        ),
    )
)


def host_problem(host: str, patterns: Iterable[str]) -> str | None:
    """Say why a host, as a URL names it, may not be dialled, or None when one of the patterns allows it."""
    return None if _fits(host, patterns) else f"the host {host[:80]!r} is not allowed"


def address_problem(address: str, host: str, patterns: Iterable[str]) -> str | None:
    """Say why an address that a host's name was resolved to may not be dialled, or None when it may.

    An address within a network of its own needs a pattern that fits the address itself, or a name that only this
    network knows and that is allowed as it stands, so that a name which anybody can point there does not reach it.
    Link-local and other special addresses are never dialled.
    """
    found = _inner(ip_address(address.partition("%")[0]))
    if _is_special(found):
        return f"{host[:80]!r} leads to {found}, a link-local or special address"
    if is_private_name(host) and host in {pattern.lower() for pattern in patterns}:
        return None
    if found.is_global or _fits(str(found), patterns) or (found.is_loopback and is_loopback(host)):
        return None
    return f"{host[:80]!r} leads to {found}, which is not public and not allowed itself"


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that one of IPv6 leads to by its form, mapped or by 6to4, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or address.sixtofour or address


def _is_special(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is no host's own: of a link, a group, a tunnel, this network, a cloud's metadata."""
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return True
    if isinstance(address, IPv6Address) and (address.is_site_local or address.teredo):
        return True
    return (address.is_reserved and not address.is_loopback) or (address.version == 4 and address in _THIS_NETWORK)


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern.lower()) for pattern in patterns)
