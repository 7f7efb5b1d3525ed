"""Counts of what code under test asks for over and over, which would never end where time is skipped."""

from fakie.core.conduct.entries import arrived, endpoint_of, is_paid
from fakie.core.conduct.watched import MADE
from fakie.core.control.errors import NotThereError
from fakie.core.handling.endpoints import PATHS
from fakie.core.journal import Entry
from fakie.harness.fake_time import FakeTime
from fakie.harness.forward.spinning import Patience
from fakie_schemas.families.family import ENDS, endpoints


class Asking:
    """Hears every poll and every create of a test's fake; raises EndlessLoopError to a loop without an end."""

    def __init__(self, fake: FakeTime) -> None:
        self._fake = fake
        self._tasks = fake.service.control.tasks
        self._patience = Patience()
        fake.service.state.journal.listen(self._hear_create)

    @property
    def _counts(self) -> bool:
        keeper = self._fake.timekeeper
        return keeper is not None and keeper.skips

    def hear_poll(self, path: str, task_id: str | None) -> None:
        """Hear that a task, or a record of none, was asked for; raises EndlessLoopError when this has no end."""
        if not self._counts or (task_id is None and not _tells_of_a_task(path)):
            return
        asked = task_id or ""
        self._patience.polled(asked, self._fake.clock.now(), lambda: self._why_no_more(asked))

    def _why_no_more(self, task_id: str) -> tuple[str, int]:
        """Return why a task need not be asked for any more, empty while it runs, and how often it was until then."""
        try:
            task = self._tasks.get(task_id)
        except NotThereError:
            return "though there is no such task", 0
        state = self._tasks.state_of(task)
        return f"after it had ended in {state}" if state in ENDS else "", task.polls

    def _hear_create(self, entry: Entry) -> None:
        if self._counts and is_paid(entry):
            came = entry.spoiled if not arrived(entry) else "" if entry.situation in MADE else entry.situation
            self._patience.tried(endpoint_of(entry) or "", entry.sent, came)


def _tells_of_a_task(path: str) -> bool:
    found = endpoints().get(PATHS.get(("GET", path), ""))
    return found is not None and found.kind == "record"
