"""The order behind an entry, as a wish that a request can have of its own."""

from fakie.core.handling.routes import endpoint_of
from fakie.core.journal import Entry
from fakie.core.service import Service


def wish_of(entry: Entry, service: Service) -> str:
    """Return the situation that was ordered for a request, or that its key made; empty where the request alone did."""
    if entry.kind == "delivery" or endpoint_of(entry.method, entry.path) is None or wishes_itself(entry):
        return ""
    ordered = entry.ordered or has_unknown_key(entry)
    return entry.situation if ordered and entry.situation in service.contracts.profile.orderable else ""


def wishes_itself(entry: Entry) -> bool:
    """Tell whether the request has a wish of its own, in a header or in its query."""
    return "prefer" in entry.headers or "__" in entry.query


def has_unknown_key(entry: Entry) -> bool:
    """Tell whether the request was refused for its key, which nobody keeps."""
    return entry.situation == "unauthorized" and "authorization" in entry.headers
