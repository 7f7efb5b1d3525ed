"""Requests to endpoints: how they are written, which page speaks of them, and where it says what an answer is to be."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fakie_contract import sources, subjects
from fakie_contract.http.exchange import SentRequest
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, places
from fakie_schemas.schema.pointers import steps_of

JSON_TYPE = ("Content-Type", "application/json")
# The shared schema of what all uploads are answered with.
UPLOADED = "file-uploaded"
# As many clients send it, whose libraries tell the charset of JSON.
WITH_CHARSET = ("Content-Type", "application/json; charset=utf-8")
WITH_CHARSET_IN_CAPITALS = ("Content-Type", "application/json;charset=UTF-8")


def request_to(
    endpoint: FamilyEndpoint, body: Any, *headers: tuple[str, str], content_type: tuple[str, str] = JSON_TYPE
) -> SentRequest:
    """Write the request that asks an endpoint with a body: as JSON, unless it is written yet, or by its fields."""
    if endpoint.method == "GET":
        return SentRequest("GET", f"{endpoint.path}?{urlencode(body)}", headers)
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return SentRequest(endpoint.method, endpoint.path, (*headers, content_type), content)


def place_of(request: SentRequest) -> str:
    """Return the name of the endpoint that a request goes to; empty where there is none."""
    return places().get((request.method, request.path.partition("?")[0]), "")


def page_of(catalog: Catalog, request: SentRequest, subject: str | None) -> Revision | None:
    """Return the page that speaks of what was asked: the endpoint's own, else that of the subject."""
    about = endpoints().get(place_of(request))
    if about is not None and about.page != BY_MODEL:
        return catalog.endpoint(about.page)
    return subjects.page_of(catalog, subject or catalog.first)


def cited(page: Revision | None, request: SentRequest, place: str) -> str:
    """Cite what is said of a place in an answer's body; of an answer as a whole no page speaks."""
    steps = [int(step) if step.isdecimal() else step for step in steps_of(place)]
    if steps[:2] == ["callback", "body"]:
        return _of_callback(request, steps[2:])
    if page is None or steps[:1] != ["body"] or len(steps) == 1:
        return ""
    return sources.of_answer(_shared_schema(place_of(request), page), page, steps[1:])


def _of_callback(request: SentRequest, steps: Sequence[str | int]) -> str:
    """Cite the shared schema of callbacks, which is that of models; what a family's are its own file says."""
    return "" if subjects.is_endpoint(place_of(request)) else sources.of_answer("callback", None, steps)


def _shared_schema(endpoint: str, page: Revision) -> str | None:
    """Return the shared schema that an endpoint's answers have beside their page, or None."""
    about, success = endpoints().get(endpoint), page.facts["answers"]["success"]
    if about is not None and about.page != BY_MODEL and not subjects.is_endpoint(endpoint):
        return UPLOADED if about.kind == "upload" else about.page
    return success if isinstance(success, str) else None
