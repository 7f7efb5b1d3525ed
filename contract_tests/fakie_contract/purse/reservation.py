"""One create on its way, and what becomes of it."""

from collections.abc import Callable
from types import TracebackType

from fakie_contract.http.exchange import Answer
from fakie_contract.purse.ledger import Ledger, State
from fakie_schemas.payment import ACCEPTED, outcome_of

# The ledger cuts it, once it has taken the key out.
_ENOUGH = 2_000


class Reservation:
    """One create on its way, `number` in the ledger: say what was answered, or leave the block, and it is settled."""

    def __init__(self, ledger: Ledger, number: int, was_accepted: Callable[[str], None]) -> None:
        self._ledger = ledger
        self.number = number
        self._was_accepted = was_accepted
        self._settled = False

    def __enter__(self) -> "Reservation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._settled:
            self.unknown("no answer" if error is None else f"{type(error).__name__}: {error}")

    def answered(self, answer: Answer, path: str = "") -> None:
        """Settle by an answer from a path: one with a task id, or with the code of success, is a paid create.

        But what is made once is not paid for again: a refusal that names its task, as that of a video in 4K does.
        """
        outcome = outcome_of(answer.json, path)
        if outcome.state == "accepted":
            if answer.code != ACCEPTED and self._ledger.is_paid(self.number, outcome.task_id):
                self.refused(f"code {answer.code}, with the task {outcome.task_id} of before")
            else:
                self.accepted(outcome.task_id)
        elif outcome.state == "refused":
            self.refused(f"code {answer.code}")
        else:
            self.unknown(answer.shown(_ENOUGH))

    def accepted(self, task_id: str) -> None:
        """Note a task, before anything else happens; one that should have been refused stops its kind."""
        self._settle("accepted", task_id)
        self._was_accepted(task_id)

    def refused(self, why: str = "") -> None:
        """Note a refusal: it cost nothing."""
        self._settle("refused", why=why)

    def unknown(self, why: str) -> None:
        """Note that nobody knows: it counts as if it had cost."""
        self._settle("unknown", why=why)

    def _settle(self, state: State, task_id: str = "", why: str = "") -> None:
        self._ledger.settle(self.number, state, task_id, why)
        self._settled = True
