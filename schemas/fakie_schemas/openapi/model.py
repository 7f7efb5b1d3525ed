"""One model's contract as an OpenAPI 3.1 document, in the form of the vendor's live catalogue."""

from collections.abc import Mapping
from typing import Any

import fakie_schemas
from fakie_schemas.openapi.parts import Json, answered, bare, content, document, task_callback


def model_document(facts: Mapping[str, Any], request: Mapping[str, Any], server: str) -> Json:
    """Write a revision (its facts, the schema of its request) as the document that says the same of it.

    The compiler reads it back to an equal request, codes and answers; lines and remarks are the page's own, and lost.
    """
    provenance = facts["provenance"]
    model, endpoint = facts["model"], facts["endpoint"]
    title = provenance["title"] or model
    # Refusals have this status too: the code in the body tells.
    responses = answered(
        "Request accepted or refused; `code` tells", _answer(facts), example=facts["examples"].get("answer")
    )
    operation = {
        "operationId": model.replace("/", "-"),
        "summary": title,
        "requestBody": {"required": True, "content": content(bare(request), example=facts["examples"].get("request"))},
        "responses": responses,
        "callbacks": task_callback(),
    }
    paths = {endpoint["path"]: {endpoint["method"].lower(): operation}}
    date, page = provenance["date"], provenance["url"]
    key = (facts.get("auth") or {}).get("required", False) if "auth" in facts else True
    return document(title, date or "undated", server, paths, key=key, x_page=page)


def _answer(facts: Mapping[str, Any]) -> Json:
    """Return the envelope of every answer: the documented codes with their labels, and the data of the success."""
    named = facts["answers"]["success"]
    success = fakie_schemas.answer_schema(named) if isinstance(named, str) else named
    codes = sorted(facts["codes"], key=lambda entry: int(entry["code"]))
    labels = "\n".join(f"- **{entry['code']}**: {entry['label']}" for entry in codes)
    data = success["properties"]["data"]
    return {
        "type": "object",
        "required": ["code", "msg"],
        "properties": {
            "code": {"type": "integer", "enum": [entry["code"] for entry in codes], "description": labels},
            "msg": {"type": "string"},
            # Refusals have null here, or nothing at all.
            "data": {**data, "type": [data["type"], "null"]} if isinstance(data.get("type"), str) else data,
        },
    }
