"""Judging recorded data of a family by what is certain: what was taken out, or pages leave open, counts as right."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakie_contract.checks.by_page import by_page
from fakie_contract.checks.param import comes_back
from fakie_contract.checks.redaction_marks import is_placeholder, is_redacted, is_whole
from fakie_contract.checks.shape import MISSING as NO_KEY
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import CALLBACK, RECORD, FamilyTask, listed_twice
from fakie_contract.sources import part_of
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.reading import MISSING, UNKNOWN, Told
from fakie_schemas.families.shown import ShownTask
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_PARAM = "record.param_input"


def judge_data(task: FamilyTask, shown: ShownTask, page: Revision, body: Any) -> Iterator[Difference]:
    """Judge the answer that shows a task's data, by the page and by what its family says of its state."""
    words = task.words_at(shown.state, body.get("data")) if shown.state else ()
    told = {RECORD + pointer(one.steps): one for one in shown.told}
    for broken in by_page(page, body):
        if broken.place not in words and not (broken.place in told and _says_nothing(told[broken.place], shown)):
            yield broken
    for one in shown.told:
        if not _is_open(one, shown, page):
            yield from _certain(one, shown, task.judge_told([one], shown.state))
    yield from listed_twice(shown.told)


def judge_posted(task: FamilyTask, shown: ShownTask, body: Any) -> Iterator[Difference]:
    """Judge the body of a callback by what the family says of its stage or its end."""
    told = {CALLBACK + pointer(one.steps): one for one in shown.told}
    for one in task.judge_callback(shown.name, body):
        at = told.get(one.place) or told.get(one.place.rpartition("/")[0])
        if at is None or not _is_open(at, shown, None):
            yield from _certain(at, shown, [one])


def _certain(
    at: Told | None, shown: ShownTask, found: Sequence[Difference] | Iterator[Difference]
) -> Iterator[Difference]:
    for one in found:
        if one.rule == _PARAM and not comes_back(one.got):
            continue
        if at is not None and at.value is MISSING and not _is_needed(at.template, shown):
            # No page requires it: that it is always there is inferred.
            yield breach(NO_KEY, one.got, one.place, evidence="inf", wanted=repr(at.steps[-1]))
        else:
            yield one


def _is_needed(template: Any, shown: ShownTask) -> bool:
    """Tell whether a client cannot go on without a key: the task's id, the words for its state, its result."""
    names = ("{id}", "{result.", '"each"', *(f"{{{name}}}" for name in shown.job.words))
    text = json.dumps(template)
    return any(name in text for name in names)


def _is_open(one: Told, shown: ShownTask, page: Revision | None) -> bool:
    """Tell whether a recording may have this value in this place, whatever the family has there."""
    if one.value is MISSING:
        return False
    if one.template is UNKNOWN:
        return page is not None and _is_named(page, ("data", *one.steps))
    if one.fact == "id":
        return isinstance(one.value, str) and is_placeholder(one.value)
    # Which texts name an endpoint, no page says.
    is_name = one.fact.partition(".")[0] == "endpoint" and isinstance(one.value, str)
    return is_redacted(one.value) or not is_whole(one.value) or is_name or _says_nothing(one, shown)


def _says_nothing(one: Told, shown: ShownTask) -> bool:
    """Tell whether a null stands where only the end has a value, or where pages are silent about null."""
    if one.value is not None or one.fact == "id" or one.fact in shown.job.words:
        return False
    made = one.fact.startswith(("result.", "failure.")) or isinstance(one.template, dict | list)
    return not (made and (shown.name or shown.is_end))


def _is_named(page: Revision, steps: Sequence[str | int]) -> bool:
    success = page.facts["answers"]["success"]
    schema: Mapping[str, Any] = success if isinstance(success, dict) else {}
    if part_of(schema, steps) is not None:
        return True
    example: Any = page.facts["examples"].get("answer")
    for step in steps:
        if isinstance(step, int):
            example = example[0] if isinstance(example, list) and example else None
        else:
            example = example.get(step, UNKNOWN) if isinstance(example, dict) else None
    return example is not UNKNOWN and example is not None
