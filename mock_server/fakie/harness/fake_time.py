"""The time of a test's fake: seen, skipped, stopped, and waited for."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import sleep
from typing import TypeVar

from fakie.adapters.apps.beside_loop import loop_here, trio_runs_here
from fakie.core.clock import Clock
from fakie.core.control.arguments import check
from fakie.core.control.control import Control
from fakie.core.control.errors import WrongOrderError
from fakie.core.service import Service
from fakie.harness.arguments import MOMENT, WAIT
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward import real
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.named_accounts import NamedAccounts
from fakie.harness.outstanding import Outstanding
from fakie.harness.service_time import ServiceTime
from fakie_schemas.families.family import ENDS

T = TypeVar("T")
# How often (seconds, as the test sees them, and real ones) somebody looks whether background work is done.
_LOOK, _LOOK_REAL = 0.5, 0.02
# The longer it is waited, the less often: so much later (a part of the wait, and seconds) may be found what was done.
_LATE, _LATEST = 0.01, 5.0
# So many tasks are told of who waits in vain, those that still run first.
_MOST_TOLD = 20


class FakeTime:
    """The part of a fake's object that deals with time; `timekeeper` is there while the test skips it."""

    # Whoever sets what is no attribute, such as `fakie.credits = 0`, meant something else: it is refused.
    __slots__ = ("_control", "_ended", "_named", "outstanding", "passing", "service", "timekeeper")

    def __init__(self, service: Service) -> None:
        self.service = service
        self.timekeeper: Timekeeper | None = None
        self.outstanding = Outstanding(service.state.clock.now)
        self.passing = ServiceTime(service, self.outstanding)
        self._control = service.control
        self._named = NamedAccounts(service.control.accounts)
        self._ended = ""

    def end(self, why: str) -> None:
        """Refuse orders and moves from now on, saying why; what happened can still be looked at."""
        self._ended = why

    def require_running(self) -> None:
        """Raise WrongOrderError once the test of this fake has ended."""
        if self._ended:
            raise WrongOrderError(self._ended)

    @property
    def _in_test(self) -> Control:
        """The control, for orders and moves; raises WrongOrderError once the test of this fake has ended."""
        self.require_running()
        return self._control

    @property
    def clock(self) -> Clock:
        """The clock of all accounts."""
        return self.service.state.clock

    def advance(self, seconds: float, *, account: str | None = None) -> None:
        """Skip time, of all or of one account, and carry out what becomes due, each event at its own moment.

        That of all is the test's time too: every clock of the code under test moves along, where time is skipped; that
        of one account is what this account sees, and nothing else. Raises WrongOrderError for less than no time, and in
        the event loop of an AsyncClient that callbacks are delivered to.
        """
        self._leave_loop_free("advance")
        if account is None:
            self._in_test.accounts.check_clock(advance=seconds)
            self._move_to(self.clock.now() + seconds)
        else:
            with self._named.expecting(account):
                self._in_test.accounts.move_clock(advance=seconds, account=account)

    def advance_to(self, moment: float) -> None:
        """Skip to a moment, in seconds since the epoch; one that has passed moves nothing. Raises WrongOrderError."""
        self.require_running()
        self._leave_loop_free("advance_to")
        check(MOMENT, {"moment": moment})
        self._move_to(moment)

    def _move_to(self, moment: float) -> None:
        # A receiver in the loop that this blocks cannot answer before it goes on.
        with nullcontext() if loop_here() == "none" else self.outstanding.kept():
            self._control.time.advance_to(moment)

    def _leave_loop_free(self, name: str) -> None:
        """Raise WrongOrderError where a call would block an event loop that it waits for."""

    def freeze(self, *, account: str | None = None) -> None:
        """Stop the time, of all or of one account; `advance` still moves it."""
        if account is None:
            self._in_test.time.freeze()
        else:
            with self._named.expecting(account):
                self._in_test.accounts.move_clock(freeze=True, account=account)

    def fast_forward(self) -> AbstractContextManager[Timekeeper]:
        """Skip instead of waiting for a `with` block, in a test that lets time pass for real."""
        self.require_running()
        return fast_forward(self)

    def real_time(self) -> AbstractContextManager[object]:
        """Let time pass for real for a `with` block, in a test that skips it; clocks go on from where they are."""
        return self.timekeeper.pace(skipping=False) if self.timekeeper else nullcontext()

    def resume(self, *, account: str | None = None) -> None:
        """Let the time go on."""
        if account is None:
            self._in_test.time.resume()
        else:
            with self._named.expecting(account):
                self._in_test.accounts.move_clock(freeze=False, account=account)

    def receivers_now(self) -> float:
        """Return the time, seconds since the epoch, that receivers in this process see; callbacks are signed by it."""
        return self.timekeeper.wall() if self.timekeeper else real.shown_wall()

    def seconds_to_next(self) -> float | None:
        """Return the seconds until a task ends or a callback is due, or None while nothing is."""
        return self.service.runner.seconds_to_next()

    def run_due(self) -> None:
        """Carry out what is due by now; the doors do this with every request."""
        self.service.run_due()

    def wait_until(self, predicate: Callable[[], T], *, timeout: float = 600.0) -> T:
        """Wait for work in the background until `predicate` holds, and return what it gave.

        `timeout` is in seconds as the test sees them; in a test that skips time they take no time, unless somebody is
        at work. Raises TimeoutError with the tasks' states, and WrongOrderError in an event loop that it would block.
        """
        self.require_running()
        refuse_in_loop("wait_until")
        check(WAIT, {"timeout": timeout})
        if not callable(predicate):
            raise WrongOrderError(f"wait_until: expected a function to ask again and again; got {predicate!r}")
        began = self.clock.now()
        while not (found := predicate()):
            waited = self.clock.now() - began
            if waited >= timeout:
                asked = getattr(predicate, "__name__", "what was waited for")
                raise TimeoutError(f"{asked} did not hold within {timeout:g} s; tasks: {self._outlooks()}")
            sleep(min(self._until_look(waited), max(_LOOK, timeout - waited)))
            self.run_due()
        return found

    def _outlooks(self) -> str:
        control = self._control.tasks
        tasks = sorted(control.all(), key=lambda task: control.state_of(task) in ENDS)
        more = f" and {len(tasks) - _MOST_TOLD} more" if len(tasks) > _MOST_TOLD else ""
        return "; ".join(f"{task.id} {control.outlook(task)}" for task in tasks[:_MOST_TOLD]) + more or "none"

    def _until_look(self, waited: float) -> float:
        if self.timekeeper is None:
            return _LOOK_REAL
        if not self.timekeeper.skips:
            return _LOOK
        pause, due = min(waited * _LATE, _LATEST), self.seconds_to_next()
        return max(_LOOK, pause if due is None else min(pause, due))


def refuse_in_loop(name: str) -> None:
    """Raise WrongOrderError where a call would block the event loop that it waits for."""
    if loop_here() != "none":
        beside = "trio.to_thread.run_sync" if trio_runs_here() else "asyncio.to_thread"
        raise WrongOrderError(f"{name} would block the running event loop; write: await {beside}(fakie.{name}, …)")
