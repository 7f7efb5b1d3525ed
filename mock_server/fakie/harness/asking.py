"""Counts of what code under test asks for over and over, which would never end where time is skipped."""

from fakie.core.conduct.entries import arrived, endpoint_of, is_paid
from fakie.core.conduct.watched import MADE
from fakie.core.control.errors import NotThereError
from fakie.core.journal import Entry
from fakie.core.tasks.plans import ENDS
from fakie.harness.fake_time import FakeTime
from fakie.harness.forward.spinning import Patience


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

    def hear_poll(self, task_id: str | None) -> None:
        """Hear that a task was asked for; raises EndlessLoopError when it is asked for without end."""
        if task_id is not None and self._counts:
            self._patience.polled(task_id, self._fake.clock.now(), lambda: self._why_no_more(task_id))

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
