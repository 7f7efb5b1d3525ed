"""The store in Redis or Valkey: all processes that use it are one fake."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from fakie.adapters.redis import codec, scripts
from fakie.adapters.redis.connection import RedisConnection, StoreAwayError
from fakie.adapters.redis.locks import CLOCK_OF_NEW, LEASE, ORDERS, Locks
from fakie.adapters.redis.reading import RedisReading
from fakie.adapters.redis.redis_log import RedisLog
from fakie.adapters.redis.redis_scenarios import RedisScenarios
from fakie.adapters.redis.redis_work import RedisOrders, RedisWork, Said
from fakie.adapters.redis.room import Room
from fakie.adapters.redis.shared_counts import SharedCounts
from fakie.core.accounts import Account
from fakie.core.clock import ClockState, Now
from fakie.core.health.figures import Counted
from fakie.core.journal import EntryLog
from fakie.core.kept.accounts import account_data
from fakie.core.kept.seals import NO_SEALS, Seals
from fakie.core.kept.texts import written
from fakie.core.ports import AccountGoneError, StoreUnwritableError
from fakie.core.retention import Retention
from fakie.core.scenario.shelf import ScenarioShelf
from fakie.core.tasks.due import Turn

_USUAL = Retention()
# Seconds after which a process that says nothing counts as dead, and after which one's own delivery counts as lost.
SILENCE, LOST = 5, 120
# Seconds for which it is looked whether a commit of which nobody heard has begun events, and after which one is such.
DOUBT, STRAY = 15, 3


def _nobody() -> None:
    """Wake nobody."""


class RedisStore(RedisReading):
    """A `Store` in Redis; the accounts' clocks hang on `parent`, and `webhook_key` signs where the fake's does.

    `wake` is called when a written event may be the next of all. `pulse` is to be called every second or so: it says
    that this process lives, and gives back events that others have begun and did not live to finish.
    """

    def __init__(
        self,
        connection: RedisConnection,
        parent: Now,
        retention: Retention = _USUAL,
        *,
        webhook_key: str | None = None,
        lease: float = LEASE,
        silence: float = SILENCE,
        seals: Seals = NO_SEALS,
    ) -> None:
        super().__init__(connection, parent, webhook_key, seals)
        self.worker = secrets.token_hex(8)
        self.wake: Callable[[], None] = _nobody
        self.locks = Locks(connection, lease)
        self.open_work = threading.local()
        self.log: EntryLog = RedisLog(connection)
        self.scenarios: ScenarioShelf = RedisScenarios(connection, self.glances)
        self._silence = silence
        self._doubt_until = 0.0
        # The events that this process has begun and knows of.
        self._under_way: set[str] = set()
        self._open = connection.script(scripts.OPEN)
        self._set_clock = connection.script(scripts.SET_CLOCK_OF_NEW)
        self._commit = connection.script(scripts.COMMIT)
        self._next_turn = connection.script(scripts.NEXT_TURN)
        self._pulse = connection.script(scripts.PULSE)
        self._clear = connection.script(scripts.CLEAR)
        self._shared_counts = SharedCounts(connection, self.worker)
        self._room = Room(self, parent, retention)
        self.shared = self.pulse() > 0

    def pulse(self) -> int:
        """Say that this process lives, and give back what the dead had begun; return how many others live."""
        self._connection.mark_again()
        strays: list[bytes] = []
        if time.monotonic() < self._doubt_until:
            begun = self._connection.command("HKEYS", f"begun:{self.worker}")
            strays = [name for name in begun if name.decode() not in self._under_way]
        return int(self._pulse(self.worker, self._silence, LOST, STRAY, *strays))

    def is_away(self) -> bool:
        """Tell whether Redis does not answer, and did not soon."""
        try:
            self._connection.probe()
        except StoreAwayError:
            return True
        except StoreUnwritableError:
            return False
        return False

    def leave(self) -> None:
        """Say that this process ends; what it has begun and not finished is given to others."""
        self.keys.close()
        with suppress(StoreUnwritableError):
            self._connection.command("ZADD", "workers", 0, self.worker)

    def work(self, handle: str) -> RedisWork:
        """Return exclusive work on one account, for a `with` block; that raises AccountGoneError when there is none."""
        self._room.make()
        return RedisWork(self, handle)

    def open(self, handle: str, make: Callable[[ClockState], Account]) -> Account:
        """Add the account that is made with the clock of new ones, or return the one of its handle that is there."""
        self.glances.forget(orders=False)
        data = None
        # Another process may move that clock while the account is made.
        while data is None:
            stands = self._connection.command("GET", "clock_of_new") or b""
            account = make(codec.clock_state(stands))
            data = self._open(handle, stands, codec.clock_text(account.clock), written(account_data(account)))
        return self.read_account(handle, data)

    def clock_of_new(self) -> ClockState:
        """Return how the clock stands with which new accounts start, in whichever process."""
        return codec.clock_state(self._connection.command("GET", "clock_of_new"))

    def change_clock_of_new(self, change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        """Let new accounts start with the clock that this makes of theirs; return all others.

        So in all processes, one after the other; raises StoreUnwritableError.
        """
        token, _ = self.locks.take(CLOCK_OF_NEW)
        try:
            found = self._set_clock(CLOCK_OF_NEW, token, codec.state_text(change(self.clock_of_new())))
        finally:
            self.locks.leave({CLOCK_OF_NEW: token})
        if found is None:
            raise _lost()
        pairs = zip(found[::2], found[1::2], strict=True)
        return [self.read_account(handle.decode(), data) for handle, data in pairs]

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""
        self._room.look()
        found = self._next_turn(repr(self._parent()))
        return Turn(float(found[1]), found[0].decode()) if found else None

    def order_work(self) -> RedisOrders:
        """Return exclusive work on the orders, for a `with` block."""
        return RedisOrders(self)

    def add_counts(self, counts: Counted) -> None:
        """Let the others know what this process has counted, which is `counts` so far."""
        self._shared_counts.add(counts)

    def together(self, counts: Counted) -> Counted:
        """Return what all processes of the fake have counted, of which this one has `counts` so far."""
        return self._shared_counts.together(counts)

    def clear(self, handle: str | None = None) -> None:
        """Forget one account with its tasks and events, or all, and how the clock of new ones was moved."""
        self.glances.forget(orders=False)
        if handle is None:
            self.change_clock_of_new(lambda _: ClockState())
        for gone in [handle] if handle is not None else [one.handle for one in self.accounts()]:
            with suppress(AccountGoneError):
                token, _ = self.locks.take(gone, gone)
                try:
                    self._clear(gone, token)
                finally:
                    self.locks.release(gone)
                self.keys.forget(gone)

    def begin(self, events: set[str], finished: set[str]) -> None:
        """Know of the events that this process has begun, and of those that it has finished."""
        self._under_way |= events
        self._under_way -= finished

    def commit(self, mark: str, handle: str, held: dict[str, str], said: Said) -> None:
        """Write all that was said, or nothing, and let the locks go; raises StoreUnwritableError."""
        self.glances.forget(orders=ORDERS in held)
        guards = [part for pair in held.items() for part in pair]
        try:
            [state, *more] = self._commit(mark, handle, self.worker, len(held), *guards, *said)
        except StoreAwayError as error:
            self._doubt_until = time.monotonic() + DOUBT
            raise StoreUnwritableError(f"{error}; once it is back, see whether it was done after all") from None
        except StoreUnwritableError:
            with suppress(StoreUnwritableError):
                self.locks.leave_there(held)
            raise
        finally:
            for name in held:
                self.locks.release(name)
        if state == b"lost":
            raise _lost()
        first, count = more
        self._room.count = count
        if first.decode() == handle:
            self.wake()


def _lost() -> StoreUnwritableError:
    return StoreUnwritableError("it took too long, and others went on meanwhile; ask again")
