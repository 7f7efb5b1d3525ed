"""Which hosts are this machine: the one rule behind callbacks, levers, refusals, and what counts as live."""

from ipaddress import ip_address

__all__ = ["STAND_IN", "is_address", "is_loopback", "is_private_name"]

# By it a fake says, in an OpenAPI document, that a server stands in for the vendor's.
STAND_IN = "x-fakie"

# Names that no public server can give an address to.
_PRIVATE_ENDINGS = (".internal", ".localhost")


def is_address(host: str) -> bool:
    """Tell whether a host is given as an address, with or without a zone, and not as a name."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host, given as name or address, is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def is_private_name(host: str) -> bool:
    """Tell whether a host, in lower case, is a name that nobody outside the own network can point anywhere."""
    return ("." not in host and ":" not in host) or host.endswith(_PRIVATE_ENDINGS)
