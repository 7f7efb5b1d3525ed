"""Where a served fake keeps its state: in memory, in a file, or in Redis."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fakie.adapters.log_lines import moment_of
from fakie.core.clock import ForwardClock, Now
from fakie.core.control.arguments import LATEST_MOMENT
from fakie.core.ports import Door, Store
from fakie.core.retention import Retention
from fakie.core.service import Service
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.schema.words import counted

if TYPE_CHECKING:
    from fakie.adapters.redis.connection import RedisConnection
    from fakie.adapters.state.state_file import StateFile
    from fakie.adapters.store_secret import StoreSecret


class Keeping(Protocol):
    """One place for a fake's state; `far` is True where each answer waits for a network.

    `now` is its clock. `secret` goes into the names of accounts; it is not in that place itself.
    """

    now: Now
    far: bool
    secret: bytes

    def store(self, now: Now, retention: Retention) -> Store:
        """Return the store there."""

    def begin(self, service: Service) -> None:
        """Do by the way what the store needs while it is used."""

    def door(self, service: Service) -> Door:
        """Return what answers requests there."""

    def told(self, service: Service) -> str:
        """Return what the ready line says of it."""

    def close(self) -> None:
        """Let go of it."""


class InMemory:
    """State that ends with the process."""

    far = False
    secret = b""

    def __init__(self) -> None:
        self.now: Now = ForwardClock()

    def store(self, now: Now, retention: Retention) -> Store:
        """Return a store in memory."""
        from fakie.core.memory.store import MemoryStore

        return MemoryStore(now, retention)

    def begin(self, service: Service) -> None:
        """Do nothing."""

    def door(self, service: Service) -> Door:
        """Return the fake itself."""
        return service

    def told(self, service: Service) -> str:  # noqa: ARG002
        """Return nothing, as for what everybody expects."""
        return ""

    def close(self) -> None:
        """Do nothing."""


class InFile:
    """State in a file; its time goes on from when something last happened to a task there."""

    far = False

    def __init__(self, path: Path, secret: "StoreSecret | None", clock: ForwardClock | None = None) -> None:
        from fakie.adapters.state.keying import bind
        from fakie.adapters.state.state_file import StateFile

        self._clock = clock or ForwardClock()
        self.now: Now = self._clock
        self._path = path
        self._file = StateFile(path)
        try:
            self._secret = secret or _beside(self._file)
            bind(self._file, self._secret)
        except ConfigurationError:
            self._file.close()
            raise
        self.secret = self._secret.value

    def store(self, now: Now, retention: Retention) -> Store:
        """Return the store in the file."""
        from fakie.adapters.state.sqlite_store import SqliteStore

        store = SqliteStore(self._file, now, retention, self._secret.seals)
        # A system's clock that was set back before a restart may be earlier still.
        self._clock.reach(_latest_moment(store))
        return store

    def begin(self, service: Service) -> None:
        """Do nothing."""

    def door(self, service: Service) -> Door:
        """Return the fake itself."""
        return service

    def told(self, service: Service) -> str:
        """Return the file, what was in it, and from when it goes on where that is later than the system's time."""
        late = ""
        if self._clock.ahead >= 1:
            late = f"; goes on from its newest task, {moment_of(self._clock())}: the system's clock is behind that"
        return f"; state: {self._path}, {_count(service)}{late}"

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


class InRedis:
    """State in Redis or Valkey, which others may share."""

    far = True

    def __init__(self, url: str, webhook_key: str | None, secret: "StoreSecret | None") -> None:
        from fakie.adapters.store_secret import made_secret

        self._connection = connected(url)
        self._secret = secret or made_secret(_of_this_user())
        self.secret = self._secret.value
        self._connection.bind(self._secret.fingerprint)
        from fakie.adapters.redis.redis_clock import RedisClock

        self._webhook_key = webhook_key
        clock = RedisClock(self._connection)
        self.now: Now = clock
        self._look = clock.look
        self._stop: Callable[[], None] | None = None

    def store(self, now: Now, retention: Retention) -> Store:
        """Return the store there."""
        from fakie.adapters.redis.redis_store import RedisStore

        self._store = RedisStore(
            self._connection, now, retention, webhook_key=self._webhook_key, seals=self._secret.seals
        )
        return self._store

    def begin(self, service: Service) -> None:
        """Say from now on that this process lives, and wake the fake when there is work."""
        from fakie.adapters.redis.pulse import Pulse

        self._store.wake = service.state.alarm.set
        health, connection = service.control.health, self._connection
        sign, count = service.runner.deliveries.sign_again, lambda: health.counts(connection.errors)
        pulse = Pulse(self._store, sign, count, self._look)
        pulse.start()
        self._stop = pulse.stop

    def door(self, service: Service) -> Door:
        """Return the fake, each of whose requests goes to Redis as seldom as it can."""
        from fakie.adapters.redis.glances import GlancingDoor

        return GlancingDoor(service, self._store.glances)

    def told(self, service: Service) -> str:
        """Return the place, what was there, and what of it survives Redis."""
        return f"; store: {self._connection.told}, {_count(service)}; {self._connection.survival}"

    def close(self) -> None:
        """Leave it to the others."""
        if self._stop:
            self._stop()
        self._connection.close()


def keeping(state: Path | None, store: str | None, webhook_key: str | None, secret: str | None) -> Keeping:
    """Open where state is to be kept; raises ConfigurationError for what cannot be used."""
    if state and store:
        raise ConfigurationError("--state and --store are two places for the same; leave one out")
    given = None if secret is None else _given(secret)
    if store:
        return InRedis(store, webhook_key, given)
    if given and not state:
        raise ConfigurationError("--secret goes with --state or --store; memory needs none")
    return InFile(state, given) if state else InMemory()


def connected(url: str) -> "RedisConnection":
    """Return a connection to a store; raises ConfigurationError for one that cannot be used."""
    try:
        import cryptography  # noqa: F401 - without it the URLs of callbacks could not be sealed

        from fakie.adapters.redis.connection import RedisConnection
    except ModuleNotFoundError as missing:
        raise ConfigurationError(f"--store needs {missing.name}: pip install 'fakie[redis]' brings it") from None
    return RedisConnection(url)


def _latest_moment(kept: Store) -> float:
    """Return when something last happened to a task, on the clock that the accounts' clocks hang on; 0 for never."""
    clocks = {account.handle: account.clock for account in kept.accounts()}
    times = ((task.account, task.end.at if task.end else task.created_at) for task in kept.each_task())
    moments = (clocks[account].moment(at) for account, at in times if account in clocks)
    return max((moment for moment in moments if moment < LATEST_MOMENT), default=0.0)


def _given(secret: str) -> "StoreSecret":
    from fakie.adapters.store_secret import StoreSecret

    return StoreSecret(secret)


def _beside(file: "StateFile") -> "StoreSecret":
    """Return the secret that lies beside a state file, made where the file has none yet."""
    from fakie.adapters.state.keying import fingerprint_of
    from fakie.adapters.state.state_file import unusable
    from fakie.adapters.store_secret import made_secret, read_secret

    path = _place_of_secret(file.path)
    if fingerprint_of(file) is None:
        return made_secret(path)
    found = read_secret(path)
    if found is None:
        raise unusable(file.path, f"its secret {path.name} is not beside it; put it back, or give it by --secret @FILE")
    return found


def _place_of_secret(state: Path) -> Path:
    """Return where the secret of a state file lies: beside its name, or beside the file that a link leads to."""
    beside, real = (one.with_name(f"{one.name}.secret") for one in (state, state.resolve()))
    return real if real.exists() and not beside.exists() else beside


def _of_this_user() -> Path:
    """Return where the secret lies that all stores of a user have who gives none; a user may have no such place."""
    try:
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    except RuntimeError:
        raise ConfigurationError(
            "this user has no home, where the secret of --store would lie; give one by --secret @FILE or FAKIE_SECRET"
        ) from None
    return state / "fakie" / "store.secret"


def _count(service: Service) -> str:
    store = service.state.store
    return f"{counted(store.count_accounts(), 'account')}, {counted(store.count_tasks(), 'task')}"


def begin_day(service: Service, scenario: Mapping[str, Any] | None) -> None:
    """Play a scenario, or none: what a store still has is of fakes that have ended, unless one of them lives."""
    if service.state.store.shared:
        return
    service.control.scenarios.stop()
    if scenario is not None:
        service.control.scenarios.play(scenario)
