"""The catalog: every model and endpoint, and one with its fields, its page, and a form that makes a request."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fakie.adapters.ui.lever_forms import CREATED, text_of
from fakie.adapters.ui.model_form import body_of, fields_of, filled
from fakie.adapters.ui.offers import Offer, endpoints_alone, models, near, offer_of
from fakie.adapters.ui.parts import OnTo, Parts, Sight
from fakie.adapters.ui.visit import Visit, root_of
from fakie.core.http.messages import Request
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.alternatives import all_fields
from fakie_schemas.schema.fields import BodyField
from fakie_schemas.schema.values import as_json
from fakie_schemas.schema.words import limits, type_of

_KEY = "a-key-of-the-page"


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the models and the endpoints, or those with a text in their names."""
    catalog, words = parts.service.contracts.catalog, visit.query.get("q", "")
    facts = {"models": models(catalog, words), "endpoints": endpoints_alone(catalog, words)}
    return Sight("models.html.j2", "Models", {**facts, "q": words, "docs": catalog.docs})


def model(parts: Parts, visit: Visit) -> Sight:
    """Show one model or endpoint, with a form for a request that works."""
    found = offer_of(parts.service.contracts.catalog, visit.names[0])
    return _sight(found, {}) if found else _nothing(parts, visit.names[0])


def create(parts: Parts, visit: Visit) -> Sight | OnTo:
    """Send the request of the form through the API, and show its task, or what was answered."""
    name, form = visit.names[0], visit.form
    found = offer_of(parts.service.contracts.catalog, name)
    if found is None:
        return _nothing(parts, name)
    body = body_of(found.revision, name, form)
    answer = parts.service.handle(_request(found, body, form.get("key", ""))).body.decode("utf-8", "replace")
    task_id = _task_of(answer) if found.endpoint.job else None
    if task_id and parts.service.state.store.task(task_id):
        return OnTo(f"{root_of(visit.request)}/tasks/{task_id}", CREATED)
    return _sight(found, {"answer": answer, "body": body, "key": form.get("key", "")})


def _request(offer: Offer, body: Mapping[str, Any], key: str) -> Request:
    endpoint, headers = offer.endpoint, {"Authorization": f"Bearer {key}"}
    if endpoint.method == "GET":
        asked = urlencode({name: text_of(value) for name, value in body.items()})
        return Request.of("GET", f"{endpoint.path}?{asked}", headers=headers)
    headers["Content-Type"] = "application/json"
    return Request.of(endpoint.method, endpoint.path, json.dumps(body).encode(), headers)


def _task_of(answer: str) -> str | None:
    try:
        data = json.loads(answer)["data"]
        return str(next(iter(data.values())))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return None


def _nothing(parts: Parts, name: str) -> Sight:
    reason = f"no model and no endpoint has this name; the nearest are: {near(parts.service.contracts.catalog, name)}"
    return Sight("problem.html.j2", "No such model", {"reason": reason}, HTTPStatus.NOT_FOUND)


def _sight(offer: Offer, facts: Mapping[str, Any]) -> Sight:
    revision = offer.revision
    body = facts.get("body", revision.example)
    fields = all_fields(revision.request_schema)
    shown = {
        "offer": offer,
        "revision": revision,
        # The one of a model says its name, which stands above.
        "fields": [_shown(revision, field) for field in fields if field.place != "model" or not revision.model],
        "prices": [str(row) for row in Prices.load().rows(offer.name)],
        "written": json.dumps(body, ensure_ascii=False, indent=2),
        "form": filled(fields_of(revision), body),
        "answer": "",
        "key": _KEY,
        **facts,
    }
    return Sight("model.html.j2", offer.name, shown)


def _shown(revision: Revision, field: BodyField) -> dict[str, Any]:
    schema = field.schema
    return {
        "place": field.place,
        "type": type_of(schema),
        "required": field.required,
        "limits": "; ".join(limits(schema)),
        "default": as_json(schema["default"]) if "default" in schema else "",
        "line": min(_lines(revision, field), default=None),
    }


def _lines(revision: Revision, field: BodyField) -> Iterator[int]:
    """Return the lines of the page that say something of a field itself."""
    steps = ["/items" if isinstance(step, int) else f"/properties/{step}" for step in field.path]
    start = f"/request{''.join(steps)}/"
    for pointer, line in revision.facts.get("sources", {}).items():
        if pointer.startswith(start) and "/" not in pointer.removeprefix(start):
            yield line
