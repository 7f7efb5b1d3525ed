"""The catalog: every model, and one with its fields, its page, and a form that makes a request."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fakie.adapters.ui.lever_forms import CREATED
from fakie.adapters.ui.model_form import body_of, fields_of, filled
from fakie.adapters.ui.parts import OnTo, Parts, Sight
from fakie.adapters.ui.visit import Visit, root_of
from fakie.core.http.messages import Request
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import endpoints
from fakie_schemas.schema.alternatives import all_fields
from fakie_schemas.schema.fields import BodyField
from fakie_schemas.schema.values import as_json
from fakie_schemas.schema.words import limits, type_of

_KEY = "a-key-of-the-page"
_MARKET = endpoints()["createTask"].family


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the models, or those with a text in their names."""
    catalog = parts.service.contracts.catalog
    words = visit.query.get("q", "").casefold()
    rows = [(model, catalog.served(model)) for model in catalog.models if words in model.casefold()]
    facts = {"rows": [row for row in rows if row[1]], "q": visit.query.get("q", ""), "docs": catalog.docs}
    return Sight("models.html.j2", "Models", facts)


def has_page(name: str | None, endpoint: str | None) -> bool:
    """Tell whether what a request calls its model may be one of these; a family has names of its own."""
    about = endpoints().get(endpoint or "")
    return name not in endpoints() and (about is None or about.family == _MARKET)


def model(parts: Parts, visit: Visit) -> Sight:
    """Show one model, with a form for a request that works."""
    return _sight(parts, visit.names[0], {})


def create(parts: Parts, visit: Visit) -> Sight | OnTo:
    """Send the request of the form through the API, and show its task, or why it was refused."""
    name, form = visit.names[0], visit.form
    revision = parts.service.contracts.catalog.served(name)
    if revision is None:
        return _sight(parts, name, {})
    body = body_of(revision, name, form)
    headers = {"Authorization": f"Bearer {form.get('key', '')}", "Content-Type": "application/json"}
    response = parts.service.handle(
        Request.of("POST", endpoints()["createTask"].path, json.dumps(body).encode(), headers)
    )
    answer = response.body.decode("utf-8", "replace")
    task_id = _task_of(answer)
    if task_id and parts.service.state.store.task(task_id):
        return OnTo(f"{root_of(visit.request)}/tasks/{task_id}", CREATED)
    return _sight(parts, name, {"answer": answer, "body": body, "key": form.get("key", "")})


def _task_of(answer: str) -> str | None:
    try:
        data = json.loads(answer)["data"]
        return str(next(iter(data.values())))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return None


def _sight(parts: Parts, name: str, facts: Mapping[str, Any]) -> Sight:
    catalog = parts.service.contracts.catalog
    revision = catalog.served(name)
    if revision is None:
        near = ", ".join(catalog.near(name))
        reason = f"no model has this name; the nearest are: {near}"
        return Sight("problem.html.j2", "No such model", {"reason": reason}, HTTPStatus.NOT_FOUND)
    body = facts.get("body", revision.example)
    shown = {
        "model": name,
        "revision": revision,
        "dates": [one.date for one in catalog.revisions(name)],
        "fields": [_shown(revision, field) for field in all_fields(revision.request_schema) if field.place != "model"],
        "prices": [str(row) for row in Prices.load().rows(name)],
        "written": json.dumps(body, ensure_ascii=False, indent=2),
        "form": filled(fields_of(revision), body),
        "answer": "",
        "key": _KEY,
        **facts,
    }
    return Sight("model.html.j2", name, shown)


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
