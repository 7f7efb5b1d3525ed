"""The ids of tasks: their form, and that both ids of an answer are one."""

from collections.abc import Iterator

from fakie_contract.checks.redaction_marks import is_real_id
from fakie_contract.http.exchange import shown
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach


def task_ids(task_id: str, record_id: object) -> Iterator[Difference]:
    """Judge the two ids of an accepted createTask; a record id that is not a text is left to the schema."""
    if not is_real_id(task_id):
        yield breach("task.id_form", task_id)
    if isinstance(record_id, str) and record_id != task_id:
        yield breach("task.record_id", record_id, task_id=shown(task_id))


def other_task(asked: str, told: str) -> Difference:
    """Return the difference of a record that tells of another task than the one that was asked for."""
    return breach("record.task", told, task_id=asked)
