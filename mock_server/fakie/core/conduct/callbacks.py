"""Rules on callbacks: those that were sent, and that the client's receiver never took."""

from collections.abc import Iterator

from fakie.core.conduct.finding import ConductFinding, found
from fakie.core.conduct.watched import WatchedClient
from fakie_schemas.recordings.urls import bare_hook


def callback_never_taken(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find, as a note, a task of whose callbacks not one was taken: a test may be about a receiver that is away.

    What was signed wrongly on purpose is to be refused.
    """
    for task_id, deliveries in client.deliveries.items():
        task = client.tasks.get(task_id)
        is_forged = task is not None and task.quirk == "wrong_signature"
        if not is_forged and all(delivery.situation == "callback_failed" for delivery in deliveries):
            last = deliveries[-1]
            seen = f"task {task_id}: to {bare_hook(last.path)}, {last.reason}"
            yield found("conduct.callback_never_taken", seen, deliveries)
