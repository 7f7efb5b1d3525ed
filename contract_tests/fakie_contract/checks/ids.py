"""The ids of tasks: their form, and that both ids of an answer are one."""

from collections.abc import Iterator
from typing import Any

from fakie_contract.checks.redaction_marks import has_id_form
from fakie_contract.checks.shape import TYPE, Sides
from fakie_contract.http.exchange import shown
from fakie_contract.sources import part_of
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_RECORD_ID = "/body/data/recordId"


def promised(sides: Sides, body: Any, *, by_wire: bool) -> Iterator[Difference]:
    """Compare an accepted answer with page and wire; a record id is due by the wire, or where the page names one.

    Where it is there it is a text, whoever names it.
    """
    named = sides.page is not None and part_of(sides.page.schema, ("data", "recordId")) is not None
    is_told_of = _is_empty_twice(body)
    for one in sides.judge(body):
        if one.place != _RECORD_ID or one.known or (named and not is_told_of):
            yield one
        elif one.rule == TYPE or (by_wire and not is_told_of):
            # No client that its page serves reads it.
            yield breach("task.record_id", one.got, task_id=shown(body["data"].get("taskId")))


def _is_empty_twice(body: Any) -> bool:
    """Tell whether the record id only repeats what is wrong with the task id."""
    data = body.get("data") if isinstance(body, dict) else None
    return isinstance(data, dict) and data.get("taskId") == data.get("recordId") == ""


def task_ids(task_id: str, record_id: object) -> Iterator[Difference]:
    """Judge the two ids of an accepted createTask; a record id that is not a text is left to the schema."""
    if not has_id_form(task_id):
        yield breach("task.id_form", task_id)
    if isinstance(record_id, str) and record_id != task_id:
        yield breach("task.record_id", record_id, task_id=shown(task_id))


def other_task(asked: str, told: str) -> Difference:
    """Return the difference of a record that tells of another task than the one that was asked for."""
    return breach("record.task", told, task_id=asked)
