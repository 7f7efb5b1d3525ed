"""Control of the fake's own time, on which the clock of each account hangs."""

from fakie.core.running.runner import Runner
from fakie.core.runtime import FakeState


class TimeControl:
    """Moves the time itself: of every account alike, and of the code under test where its clocks follow the fake's.

    `AccountControl.move_clock` moves clocks that hang on this one instead: what accounts see, and nothing else.
    """

    def __init__(self, state: FakeState, runner: Runner) -> None:
        self._clock = state.clock
        self._accounts = state.store.accounts
        self._runner = runner

    def advance_to(self, moment: float, *, waits: bool = True) -> None:
        """Skip to a moment, in seconds since the epoch, and carry out each event on the way at its own.

        A moment that has passed moves nothing. Receivers of callbacks are waited for; not so without `waits`.
        """
        while True:
            due_in = self._carry_out() if waits else self._runner.run_all_due()
            left = moment - self._clock.now()
            if due_in is None or due_in > left:
                break
            self._clock.skip(due_in)
        self._clock.skip(left)

    def freeze(self) -> None:
        """Stop the time; `advance_to` still moves it."""
        self._clock.freeze()

    def resume(self) -> None:
        """Let the time go on."""
        self._clock.resume()

    def _carry_out(self) -> float | None:
        while any(self._runner.step(account, account.clock.now()) for account in self._accounts()):
            pass
        return self._runner.run_all_due()
