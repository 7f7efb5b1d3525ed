"""A made-up model with every kind of constraint, as a folder of revisions."""

import json
from pathlib import Path
from typing import Any

MODEL = "fakie/everything"
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:fakie:fakie/everything:2026-01:request",
    "type": "object",
    "required": ["model", "input"],
    "properties": {
        "model": {"type": "string", "enum": [MODEL]},
        "callBackUrl": {"type": "string", "format": "uri"},
        "input": {
            "type": "object",
            "required": ["prompt", "voice"],
            "properties": {
                "prompt": {"type": "string", "minLength": 3, "maxLength": 20},
                "voice": {"type": "string", "enum": ["Alice", "Bob", "Carol"]},
                "size": {"type": "integer", "enum": [1, 2, 4]},
                "seed": {"type": "integer", "minimum": 0, "maximum": 100},
                "speed": {"type": "number", "minimum": 0.7, "maximum": 1.2, "multipleOf": 0.1},
                "scale": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 5},
                "loop": {"type": "boolean", "default": False},
                "image_urls": {
                    "type": "array",
                    "items": {"type": "string", "format": "uri"},
                    "minItems": 1,
                    "maxItems": 3,
                },
                "turns": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["text"],
                        "properties": {
                            "text": {"type": "string", "maxLength": 5},
                            "mood": {"type": "string", "enum": ["calm", "glad"]},
                        },
                    },
                },
                "camera": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string"}, "angle": {"type": "number", "maximum": 360}},
                },
                "note": {"type": ["string", "null"]},
            },
        },
    },
}
_CODES = (200, 401, 402, 404, 422, 429, 433, 455, 500, 501, 505)


def write(folder: Path, schema: dict[str, Any] | None = None, success: str = "task-created-with-record-id") -> Path:
    """Write the model's revision below a folder; gives the folder."""
    place = folder / MODEL
    place.mkdir(parents=True)
    facts = {
        "format_version": 1,
        "model": MODEL,
        "endpoint": {"method": "POST", "path": "/api/v1/jobs/createTask"},
        "codes": [{"code": code, "label": f"label {code}"} for code in _CODES],
        "answers": {"success": success, "error": "error"},
        "examples": {},
        "sources": {"/codes": 9, "/request/properties/input/properties/prompt/maxLength": 12},
        "unread": [],
        "notes": [],
        "provenance": {"title": "made up", "url": None, "date": "2026-01", "sha256": "", "format": "made-up"},
    }
    (place / "2026-01.revision.json").write_text(json.dumps(facts), encoding="utf-8")
    (place / "2026-01.request.schema.json").write_text(json.dumps(schema or SCHEMA), encoding="utf-8")
    return folder
