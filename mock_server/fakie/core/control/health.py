"""Control of a fake's health: its figures, and whether it takes requests."""

from collections import Counter

from fakie.core.control.tasks import TaskControl
from fakie.core.health.entry_counts import EntryCounts
from fakie.core.health.figures import Counted, Figures
from fakie.core.runtime import Contracts, FakeState
from fakie_schemas.families.family import ENDS
from fakie_schemas.version import __version__


class HealthControl:
    """Health and figures of a fake, for those who watch it; `stopping` is set once it has been told to end."""

    def __init__(self, contracts: Contracts, state: FakeState, tasks: TaskControl) -> None:
        self._contracts = contracts
        self._state = state
        self._tasks = tasks
        self._counts = EntryCounts(contracts.catalog)
        self.stopping = False
        state.journal.listen(self._counts.take)

    def trouble(self) -> str | None:
        """Say why the fake should get no requests: it is about to stop, or could keep nothing; None where it should."""
        if self.stopping:
            return "it is stopping"
        trouble = self._state.store.condition().trouble
        return None if trouble is None else f"its store cannot be written: {trouble}"

    def figures(self) -> Figures:
        """Return the figures as of now; looks at every task and account."""
        contracts, store = self._contracts, self._state.store
        condition = store.condition()
        counts = store.together(self.counts(condition.errors))
        states = Counter(self._tasks.state_of(task) for task in store.each_task())
        return Figures(
            version=__version__,
            profile=contracts.profile.name,
            docs=contracts.catalog.docs,
            requests=counts.requests,
            levers=counts.levers,
            callbacks=counts.callbacks,
            tasks={**dict.fromkeys((*(state for state, _ in contracts.profile.facts.plan), *ENDS), 0), **states},
            accounts=store.count_accounts(),
            events=condition.events,
            lag=self._lag(),
            store_errors=counts.store_errors,
            processes=counts.processes,
        )

    def counts(self, store_errors: int) -> Counted:
        """Return what this process has counted, with so many changes that its store could not keep."""
        counts = self._counts
        return Counted(counts.requests, counts.levers, counts.callbacks, store_errors)

    def _lag(self) -> float:
        turn = self._state.store.next_turn()
        return max(0.0, self._state.clock.now() - turn.moment) if turn else 0.0
