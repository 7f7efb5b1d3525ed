"""The tasks that requests name: those that they go on from, and those that they ask about."""

from collections.abc import Iterable, Mapping
from typing import Any

from fakie.core.ports import Work
from fakie.core.situations import Refused
from fakie.core.tasks.result_parts import part_ids, tasks_of
from fakie.core.tasks.task import Task
from fakie_schemas.families.family import FamilyEndpoint
from fakie_schemas.schema.values import as_json

_SHOWN = 100


class Parents:
    """Finds tasks of an account that is open; records are kept for `kept` seconds."""

    def __init__(self, kept: float) -> None:
        self._kept = kept

    def own_task(self, task_id: str, work: Work) -> Task | None:
        """Return a task of this account that is still on record, or None."""
        task = work.task(task_id)
        too_old = task and work.account.clock.now() - task.created_at > self._kept
        return None if too_old else task

    def refuse_old(self, endpoint: FamilyEndpoint, task: Task, work: Work) -> None:
        """Raise Refused for a task that is older than those that an endpoint has to do with."""
        if endpoint.within and work.account.clock.now() - task.created_at > endpoint.within:
            raise Refused("task_too_old", days=f"{endpoint.within / 86400:g}")

    def of(self, endpoint: FamilyEndpoint, body: Mapping[str, Any], work: Work) -> Task | None:
        """Return the task that a request goes on from, or None where it needs none; raises Refused for a wrong one.

        The page has judged the body: one that names nothing is of an alternative that needs none, such as an upload.
        """
        parent = endpoint.parent
        if parent is None or not any(name in body for name in parent.fields):
            return None
        named, part = body.get(parent.field), body.get(parent.part)
        ids: Iterable[str] = (named,) if isinstance(named, str) else tasks_of(part) if isinstance(part, str) else ()
        known = (self.own_task(one, work) for one in ids)
        task = next((one for one in known if one and one.endpoint in parent.made_by), None)
        if task is None or (part is not None and part not in part_ids(task.id).values()):
            got = named if task is None and parent.field else part
            raise Refused("parent_unknown", got=as_json(got)[:_SHOWN])
        if task.state(work.account.clock.now()) != "success":
            raise Refused("parent_unfinished")
        self.refuse_old(endpoint, task, work)
        return task
