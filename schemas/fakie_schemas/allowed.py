"""Which hosts and addresses may be dialled: the rule behind callbacks, and what is fetched for others."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

from fakie_schemas.hosts import is_address, is_loopback, is_private_name

__all__ = ["address_problem", "host_problem"]


_THIS_NETWORK = IPv4Network("0.0.0.0/8")
# Kept for the protocols of networks themselves; Oracle's metadata by IPv4 is in it (RFC 6890, 2.2.2).
_PROTOCOLS = IPv4Network("192.0.0.0/24")
# Two of them are public (RFC 7723 and 8155).
_ANYCAST = frozenset(map(IPv4Address, ("192.0.0.9", "192.0.0.10")))
# 169.254.169.254, the address of metadata, as a part of one of IPv6: Oracle's has it at its end (its Python SDK 2,
# instance_principals_security_token_signer.py), Linode's amid it (ours: no source was found).
_WITHIN = bytes((169, 254, 169, 254))
# Where clouds tell a machine its secrets by addresses that no rule covers, each with where that stands. "Ours": no
# source was found, and one address too many refuses nobody.
_METADATA = frozenset(
    map(
        ip_address,
        (
            "fd00:ec2::254",  # AWS: botocore 1, utils.py; cloud-init 22.4, DataSourceEc2.py
            "fd00:ec2::23",  # AWS, its EKS: botocore 1, utils.py
            "100.100.100.200",  # Alibaba: cloud-init 22.4, DataSourceAliYun.py
            "168.63.129.16",  # Azure: cloud-init 22.4, helpers/azure.py; waagent 2.7, restutil.py
            "fd20:ce::254",  # Google: ours
            "fd00:42::42",  # Scaleway: ours
        ),
    )
)

# A pattern such as 10.1.2.* is of addresses: a stranger can have the name 10.1.2.example.com.
_OF_ADDRESSES = r"[^a-z]*[0-9][^a-z]*"


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
    if isinstance(address, IPv6Address):
        is_odd = address.is_site_local or address.teredo is not None or _WITHIN in address.packed
        return is_odd or (address.is_reserved and not address.is_loopback)
    return address.is_reserved or address in _THIS_NETWORK or (address in _PROTOCOLS and address not in _ANYCAST)


def _fits(text: str, patterns: Iterable[str]) -> bool:
    lowered = (pattern.lower() for pattern in patterns)
    fitting = [pattern for pattern in lowered if fnmatchcase(text, pattern)]
    return bool(fitting) and (is_address(text) or not all(re.fullmatch(_OF_ADDRESSES, one) for one in fitting))
