"""The journal: requests and deliveries, and one of them with all that is known of it."""

from http import HTTPStatus

from fakie.adapters.ui.copying.curl import curl_of
from fakie.adapters.ui.copying.pytest_code import pytest_of
from fakie.adapters.ui.offers import page_of
from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.visit import Visit
from fakie.core.control.excerpts import ListFilter
from fakie.core.handling.routes import endpoint_of
from fakie_schemas.families.family import with_pages

ROWS = 50


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the newest requests and deliveries, narrowed as visit."""
    query = visit.query
    names = ("account", "model", "situation", "kind")
    narrowed = {name: query.get(name) for name in names}
    excerpt = parts.service.control.excerpts.entries(ListFilter(**narrowed), ROWS, visit.number("before"))
    facts = {
        "rows": excerpt.rows,
        "older": excerpt.older,
        "narrowed": narrowed,
        "situations": sorted(
            set(parts.service.contracts.profile.situations)
            | {"callback_delivered", "callback_failed", "callback_blocked"}
        ),
        "before": visit.number("before"),
    }
    return Sight("requests.html.j2", "Requests", facts)


def entry(parts: Parts, visit: Visit) -> Sight:
    """Show one entry: request, answer, why, and how to send it again."""
    found = parts.service.control.excerpts.entry(int(visit.names[0]))
    if found is None:
        reason = f"the journal has no entry {visit.names[0]}; it keeps the last 10,000, and forgets them when emptied"
        return Sight("problem.html.j2", "No such entry", {"reason": reason}, HTTPStatus.NOT_FOUND)
    task = parts.service.state.store.task(found.task_id or "")
    asked = task.endpoint if task and found.kind == "delivery" else endpoint_of(found.method, found.path)
    facts = {
        "entry": found,
        "has_task": task is not None,
        "model_page": page_of(found.model, task.endpoint if task else asked),
        "endpoint": asked if asked in with_pages() and asked != found.model else None,
        "curl": curl_of(found, parts.service),
        "pytest": pytest_of(found, task, parts.service),
    }
    return Sight("entry.html.j2", f"{'Delivery' if found.kind == 'delivery' else 'Request'} {found.number}", facts)
