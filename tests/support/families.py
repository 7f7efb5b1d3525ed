"""Requests to the endpoints of families, made of their pages, with the tasks that they go on from."""

from typing import Any

from fakie.core.tasks.result_parts import part_ids
from fakie_schemas.families.family import FamilyEndpoint, endpoints
from fakie_schemas.schema.alternatives import all_fields
from fakie_schemas.schema.values import working_value
from support.clients.doors import Answer, Door
from support.servers.fakes import HandClock

HOOK = "http://127.0.0.1:9/hook"
# Longer than any task of the fake takes.
WHOLE = 20.0
FAMILIES = [one for one in endpoints().values() if one.family != "market"]
MAKING = [one for one in FAMILIES if one.kind == "create"]
RECORDS = [one for one in FAMILIES if one.kind == "record"]


class FamilyClient:
    """Asks a service's families through a door, as an account that lets its clock run to each task's end."""

    def __init__(self, door: Door, clock: HandClock) -> None:
        self.door = door
        self.clock = clock

    def body(self, name: str, **more: Any) -> dict[str, Any]:
        """Return a good body for an endpoint: its page's example, with what it goes on from."""
        about = endpoints()[name]
        page = self.door.service.contracts.catalog.endpoint(about.page)
        assert page is not None, f"{name} has no page"
        example = page.facts["examples"]["request"]
        body: dict[str, Any] = dict(example if isinstance(example, dict) else working_value(page.request_schema))
        fields = {field.path[0] for field in all_fields(page.request_schema)}
        if about.callback in fields:
            body[about.callback] = HOOK
        return {**body, **self._parent(about, fields), **more}

    def ask(self, name: str, body: dict[str, Any]) -> Answer:
        """Send a body to an endpoint, as its method has it."""
        about = endpoints()[name]
        if about.method == "POST":
            return self.door.post(about.path, body)
        return self.door.get(f"{about.path}?{'&'.join(f'{key}={value}' for key, value in body.items())}")

    def new_task(self, name: str, **more: Any) -> str:
        """Make a task by an endpoint; return its id."""
        answer = self.ask(name, self.body(name, **more))
        assert answer.code == 200, answer.json
        task_id: str = answer.data["taskId"]
        return task_id

    def done_task(self, name: str, **more: Any) -> str:
        """Make a task and let it run to its end."""
        task_id = self.new_task(name, **more)
        self.pass_time()
        return task_id

    def record(self, name: str, task_id: str) -> Any:
        """Return the data of the record of a task that an endpoint made."""
        return self.shown(endpoints()[name].makes.records[0], task_id).data

    def shown(self, record: str, task_id: str) -> Answer:
        """Ask a record's endpoint for a task."""
        return self.door.get(f"{endpoints()[record].path}?taskId={task_id}")

    def pass_time(self, seconds: float = WHOLE) -> None:
        """Let the clock run, and what is due happen."""
        self.clock.seconds += seconds
        self.door.service.run_due()

    def _parent(self, about: FamilyEndpoint, fields: Any) -> dict[str, Any]:
        if about.parent is None:
            return {}
        task_id = self.done_task(about.parent.made_by[0])
        named = {about.parent.field: task_id} if about.parent.field else {}
        part = {about.parent.part: part_ids(task_id)["1"]} if about.parent.part in fields else {}
        return {**named, **part}
