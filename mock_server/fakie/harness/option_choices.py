"""The words that orders may use, for whoever checks them before a fake is made."""

from fakie.core.control.order_words import PLANS
from fakie.core.transport_faults import TRANSPORT_FAULTS
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.profile_files import profile_names
from fakie_schemas.errors import ConfigurationError


def known_faults() -> tuple[str, ...]:
    """Return every situation that can be ordered, and every documented code as text."""
    return (*Profile.load("documented").orderable, *(str(code) for code in Catalog.shipped().codes))


def known_spoils() -> tuple[str, ...]:
    """Return every way to spoil an answer."""
    return TRANSPORT_FAULTS


def known_plans() -> tuple[str, ...]:
    """Return every plan that has a word of its own."""
    return tuple(PLANS)


def known_profiles() -> tuple[str, ...]:
    """Return every shipped profile that words answers."""
    return profile_names()


def why_no_profile(name: str) -> str:
    """Say what is wrong with a profile, on one line; empty when it can be used."""
    try:
        Profile.load(name)
    except ConfigurationError as error:
        return str(error)
    return ""
