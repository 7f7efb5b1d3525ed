"""The tasks, and the life of one."""

from http import HTTPStatus

from fakie.adapters.ui.offers import page_of
from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.timeline import timeline
from fakie.adapters.ui.visit import Visit
from fakie.core.control.errors import NotThereError
from fakie.core.control.excerpts import ListFilter
from fakie.core.tasks.wire import compact
from fakie_schemas import answer_schema
from fakie_schemas.families.family import endpoints, with_pages
from fakie_schemas.recordings.fields import body_without_secrets

ROWS = 50
# Those of models first, then those that some family has alone.
_STATES = tuple(
    dict.fromkeys(
        (
            *answer_schema("record-info")["properties"]["data"]["properties"]["state"]["enum"],
            *(state for one in endpoints().values() if one.job for state, _ in one.job.plan),
        )
    )
)


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the newest tasks, narrowed as visit."""
    control = parts.service.control
    narrowed = {name: visit.query.get(name) for name in ("account", "model", "state")}
    excerpt = control.excerpts.tasks(ListFilter(**narrowed), ROWS, visit.number("before"))
    facts = {
        "rows": [(task, control.tasks.state_of(task)) for task in excerpt.rows],
        "older": excerpt.older,
        "narrowed": narrowed,
        "states": _STATES,
        "count": control.excerpts.task_count,
        "before": visit.number("before"),
    }
    return Sight("tasks.html.j2", "Tasks", facts)


def task(parts: Parts, visit: Visit) -> Sight:
    """Show the life of one task."""
    control = parts.service.control
    try:
        found = control.tasks.seen(control.tasks.get(visit.names[0]))
    except NotThereError:
        reason = "no task has this id; it may have been reset, or be older than the fake keeps tasks"
        return Sight("problem.html.j2", "No such task", {"reason": reason}, HTTPStatus.NOT_FOUND)
    entries = control.excerpts.about(found.id)
    state = control.tasks.state_of(found)
    account = parts.service.state.store.account(found.account)
    facts = {
        "task": found,
        "model_page": page_of(found.model, found.endpoint),
        "endpoint": found.endpoint if found.endpoint in with_pages() and found.endpoint != found.model else None,
        "state": state,
        "body": body_without_secrets(compact(found.without_key.body)),
        "moments": timeline(found, entries, account.clock.now() if account else found.created_at),
        "entries": len(entries),
        "results": control.files.results(found),
    }
    return Sight("task.html.j2", f"Task {found.id[:8]}…", facts)
