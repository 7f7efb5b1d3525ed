"""The time of a test's fake: seen, skipped, stopped, and waited for."""

import time
from contextlib import AbstractContextManager, nullcontext

from fakie.core.clock import Clock
from fakie.core.service import Service
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward.timekeeper import Timekeeper


class FakeTime:
    """What a fake's object can do with time; `timekeeper` is there while the test skips it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.timekeeper: Timekeeper | None = None
        self._control = service.control

    @property
    def clock(self) -> Clock:
        """The clock of all accounts."""
        return self.service.state.clock

    def advance(self, seconds: float, *, account: str | None = None) -> None:
        """Skip time, of all or of one account, and carry out what becomes due, each event at its own moment.

        Raises WrongOrderError for less than no time.
        """
        if account is None:
            self._control.accounts.check_clock(advance=seconds)
            self.advance_to(self.clock.now() + seconds)
        else:
            self._control.accounts.move_clock(advance=seconds, account=account)

    def advance_to(self, moment: float) -> None:
        """Skip to a moment, in seconds since the epoch; one that has passed moves nothing."""
        while True:
            wait = self.service.run_due()
            left = moment - self.clock.now()
            if wait is None or wait > left:
                break
            self.clock.skip(wait)
        self.clock.skip(left)

    def freeze(self, *, account: str | None = None) -> None:
        """Stop the time, of all or of one account; `advance` still moves it."""
        if account is None:
            self.clock.freeze()
        else:
            self._control.accounts.move_clock(freeze=True, account=account)

    def fast_forward(self) -> AbstractContextManager[Timekeeper]:
        """Skip instead of waiting for a `with` block, in a test that lets time pass for real."""
        return fast_forward(self)

    def real_time(self) -> AbstractContextManager[object]:
        """Let time pass for real for a `with` block, in a test that skips it; clocks go on from where they are."""
        return self.timekeeper.pace(skipping=False) if self.timekeeper else nullcontext()

    def resume(self, *, account: str | None = None) -> None:
        """Let the time go on."""
        if account is None:
            self.clock.resume()
        else:
            self._control.accounts.move_clock(freeze=False, account=account)

    def receivers_now(self) -> float:
        """Return the time, seconds since the epoch, that receivers in this process see; callbacks are signed by it."""
        return self.timekeeper.wall() if self.timekeeper else time.time()

    def seconds_to_next(self) -> float | None:
        """Return the seconds until a task ends or a callback is due, or None while nothing is."""
        return self.service.runner.seconds_to_next()

    def run_due(self) -> None:
        """Carry out what is due by now; the doors do this with every request."""
        self.service.run_due()
