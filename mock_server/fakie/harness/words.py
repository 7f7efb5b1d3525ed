"""The words that orders may use, for whoever checks them before a fake is made."""

import fakie_schemas
from fakie.core.http.transport_faults import TRANSPORT_FAULTS
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile


def known_faults() -> tuple[str, ...]:
    """Give every situation that can be ordered, and every documented code as text."""
    return (*Profile.load("documented").orderable, *(str(code) for code in Catalog.shipped().codes))


def known_spoils() -> tuple[str, ...]:
    """Give every way to spoil an answer."""
    return TRANSPORT_FAULTS


def known_profiles() -> tuple[str, ...]:
    """Give every shipped profile."""
    return tuple(sorted(path.stem for path in fakie_schemas.data_folder("profiles").glob("*.json")))
