"""Facts that a document leaves out, taken from an earlier revision of its model or endpoint: codes, authorization, the answer."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fakie_schemas
from fakie_schemas.compiler.facts import Code, Fact, PageFacts
from fakie_schemas.compiler.schema import DIALECT
from fakie_schemas.families.family import is_kind, places

_FACTS = ".revision.json"
# What the wire answers for every model, and nearly all pages of 2026-04 too; and what all families answer that make a task.
_OF_MODELS, _OF_CREATES = "task-created-with-record-id", "task-created"
# What every answer has.
_ENVELOPE = {"type": "object", "required": ["code"], "properties": {"code": {"const": 200}, "msg": {"type": "string"}}}
# The facts of the earlier revision of a model or endpoint by its name, or None.
Earlier = Callable[[str], Mapping[str, Any] | None]


def earlier_in(folder: Path, date: str) -> Earlier:
    """Look in a folder of revisions for the newest one of a model or endpoint that is older than a date."""

    def find(model: str) -> Mapping[str, Any] | None:
        files = folder.joinpath(*model.split("/")).glob(f"*{_FACTS}")
        older = [file for file in files if file.name.removesuffix(_FACTS) < date]
        return fakie_schemas.read_json(max(older)) if older else None

    return find


def inherit(facts: PageFacts, earlier: Mapping[str, Any] | None) -> None:
    """Take over what the page does not say, marked by the date of the revision that says it, or as common.

    Whatever makes a task answers with its id; what others answer in `data` is not known without an earlier revision.
    """
    source = earlier["provenance"]["date"] if earlier else "common"
    if not facts.codes and earlier:
        facts.codes = [Code(entry["code"], entry["label"], 0, inherited=True) for entry in earlier["codes"]]
    if not facts.codes_line:
        facts.inherited["codes"] = source
    if facts.answer is None:
        facts.answer = Fact(earlier["answers"]["success"] if earlier else _common_answer(facts), 0)
        facts.inherited["answers"] = source
        # The example of an answer that is the endpoint's own says where its page contradicts itself.
        if earlier and not facts.model and earlier["examples"]["answer"] is not None:
            facts.answer_example = facts.answer_example or Fact(earlier["examples"]["answer"], 0)
    if facts.auth is None:
        facts.auth = Fact("bearer", 0)
        facts.inherited["auth"] = source if earlier and earlier["auth"] else "common"


def _common_answer(facts: PageFacts) -> Any:
    """Return the answer that all of a kind have: by the name of its schema for models, else as a schema."""
    if facts.model:
        return _OF_MODELS
    makes = is_kind(places().get(facts.endpoint[:2]), "create")
    shared = fakie_schemas.answer_schema(_OF_CREATES) if makes else _ENVELOPE
    return {"$schema": DIALECT} | {key: shared[key] for key in _ENVELOPE}
