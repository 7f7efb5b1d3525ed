"""Opening a run: the target found, fakes of our own started; and the engines of each process, made from that."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from decimal import Decimal
from itertools import cycle
from math import inf
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.fake_process import CannotRun, ChildFake
from fakie_contract.http.levers import Levers
from fakie_contract.http.target import ACCOUNT_KEYS, KEY_VARIABLE, LIVE_URL, MADE_UP_KEY, Target
from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.paid_consent import may_pay
from fakie_contract.purse.purse import Purse
from fakie_contract.purse.settling import Settling
from fakie_contract.report.result import Result
from fakie_contract.report.scope import FREE, FULL, PAID, Scope
from fakie_contract.run.accounting import Accounting, of_balance
from fakie_contract.run.runner import Engine
from fakie_contract.run.settings import SuiteSettings
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.environment import CallbackRoute, Environment
from fakie_contract.trial.reachable import check_reachable, is_in_front_of_live, refuses_key
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError

_NO_CAP = "--max-credits is for a live target"
_WAIT = 5.0
_WAIT_LIVE = 300.0
# For what must not come any more: long enough for what is sent or changed some seconds later.
_LINGERING = 3.0
_LONGEST_LIVE = Decimal(3600)
# More would share the documented rates into nothing.
_MOST_LIVE_WORKERS = 8
_CORES = os.cpu_count() or 1


class RunInfo(Struct, frozen=True):
    """The target as the first process found it, for every process of the run.

    `own`: the target is a fake that was started for this run. `fake_url` is that of the fake to compare with, empty
    when nothing is compared. `ledger` and `run` say where a live run's creates are written down. `ends` is the time (s
    since the epoch) at which the run is over, `parent` the process that must live for it to go on,
    `scope` how far it may go. `waiting` are the orders that waited at a target of others when it began.
    """

    url: str
    own: bool = False
    live: bool = False
    paid: bool = False
    workers: int = 1
    fake_url: str = ""
    ledger: str = ""
    run: int = 0
    ends: float = inf
    parent: int = 0
    scope: Scope = FULL
    waiting: dict[str, int] = {}

    @property
    def is_alone(self) -> bool:
        """Whether each process of the run has a fake of its own."""
        return self.own and self.workers <= _CORES

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)

    def target(self) -> Target:
        """Return the target, its key from this process's environment."""
        return Target(self.url, MADE_UP_KEY) if self.own else Target.at(self.url, live=self.live, paid=self.paid)


class RunStart:
    """The run's first process: finds the target, holds the fakes that were started and the accounting of a live run."""

    def __init__(self, settings: SuiteSettings, workers: int) -> None:
        self._settings = settings
        self._workers = workers
        self._children: list[ChildFake] = []
        # The URLs of the fakes that are the target, for one process after the other.
        self._own: Iterator[str] | None = None
        self._accounting: Accounting | None = None

    def find(self) -> RunInfo:
        """Find the target, or start it; raises CannotRun when there is none, or when it may not be judged so."""
        settings = self._settings
        longest = settings.time_limit
        if settings.target == "fake":
            if settings.max_credits is not None:
                raise ConfigurationError(f"{_NO_CAP}; the fake costs nothing")
            urls = self._start_for_each()
            self._own = cycle(urls)
            found = RunInfo(urls[0], own=True, workers=self._workers)
            check_reachable(found.target())
        else:
            found = self._found()
            longest = _LONGEST_LIVE if found.live and longest is None else longest
        ends = inf if longest is None else time.time() + float(longest)
        scope = settings.scope or _usual_scope(found)
        return replace(found, ends=ends, parent=_starter(), scope=scope, waiting=_waiting_at(found))

    def for_another(self, found: RunInfo) -> RunInfo:
        """Return what the next one of several processes is to know: where the target is a fake, each has its own."""
        return replace(found, url=next(self._own)) if self._own else found

    def bill(self) -> dict[str, Any] | None:
        """Return what a live run has made and cost so far; None for any other run."""
        return self._accounting.bill() if self._accounting else None

    def overcharged(self) -> Result | None:
        """Return the result of the last look at a live run's balance, when it shows what no case has told."""
        found = self._accounting.overcharge if self._accounting else None
        return of_balance(found) if found else None

    def stop(self) -> None:
        """Let no process of the run send another create; what is under way is still accounted for."""
        if self._accounting:
            self._accounting.stop()

    def close(self, *, interrupted: bool = False) -> None:
        """Stop the fakes that were started, end the ledger's run unless it was interrupted."""
        for child in self._children:
            child.stop()
        if self._accounting:
            self._accounting.end(interrupted=interrupted)

    def _found(self) -> RunInfo:
        settings = self._settings
        url = LIVE_URL if settings.target == "live" else settings.target
        target = Target.at(url, live=settings.live)
        if not target.live and is_in_front_of_live(target):
            target = Target.at(url, live=True)
        cap = settings.max_credits
        if cap is not None and not target.live:
            raise ConfigurationError(f"{_NO_CAP}; {target.url} is on this machine (see --live)")
        target = Target.at(url, live=target.live, paid=target.live and may_pay(cap))
        if target.live:
            self._check_live(paid=target.paid)
        check_reachable(target)
        _check_key(target, settings.profile())
        compared = self._start() if settings.report or settings.html else ""
        found = RunInfo(target.url, False, target.live, target.paid, self._workers, compared)
        if not target.live:
            return found
        self._accounting = Accounting.opened(
            target, settings.ledger if target.paid else None, cap, Settling(settings.settle)
        )
        self._accounting.ask_first()
        return replace(found, ledger=str(self._accounting.file), run=self._accounting.run)

    def _check_live(self, *, paid: bool) -> None:
        settings = self._settings
        if self._workers > _MOST_LIVE_WORKERS:
            raise ConfigurationError(f"-n: a live target is judged by at most {_MOST_LIVE_WORKERS} processes")
        if settings.callback_url and not settings.callback_port:
            raise ConfigurationError("--callback-url needs --callback-port, the port here that the URL leads to")
        if settings.callback_port and not settings.callback_url:
            raise ConfigurationError("--callback-port needs --callback-url, the public URL that leads to it")
        if settings.scope in (PAID, FULL) and not paid:
            raise ConfigurationError(
                f"--scope {settings.scope} makes tasks, and the target is live:"
                " FAKIE_ALLOW_PAID=1 and --max-credits N together allow it"
            )
        if settings.callback_url and self._workers > 1:
            raise ConfigurationError("--callback-url leads to one process: leave -n out")

    def _start_for_each(self) -> list[str]:
        """Start a fake for each process, which would wait for each other at one, as far as there are cores for them."""
        count = min(self._workers, _CORES)
        with ThreadPoolExecutor(count) as starting:
            return [started.result() for started in [starting.submit(self._start) for _ in range(count)]]

    def _start(self) -> str:
        keys = (f"--key={key}" for key in (MADE_UP_KEY, *ACCOUNT_KEYS))
        child = ChildFake((*keys, f"--credits={PLENTY}", "--log=quiet", *self._settings.of_the_fake()))
        self._children.append(child)
        return child.url


def _usual_scope(found: RunInfo) -> Scope:
    """Return how far a run goes unless told otherwise: as far as such a target lets everybody go."""
    if found.own:
        return FULL
    if found.live:
        return PAID if found.paid else FREE
    client = Client(found.url)
    try:
        return FULL if Levers.found(client) else PAID
    finally:
        client.close()


def _check_key(target: Target, profile: Profile) -> None:
    """Raise CannotRun where a target knows no account by the key, unless accounts are had of it by lever."""
    with closing(Client(target.url)) as client:
        # Levers first: what is asked to look at the key would meet the orders that wait there.
        if (not target.live and Levers.found(client)) or not refuses_key(target, profile):
            return
    if target.key != MADE_UP_KEY:
        raise CannotRun(f"{target.url} refuses the key in {KEY_VARIABLE}")
    raise CannotRun(f"{target.url} knows no made-up key: put one for it into the environment as {KEY_VARIABLE}")


def _waiting_at(found: RunInfo) -> dict[str, int]:
    """Return the orders that wait at a fake that others started: the run meets them in place of whom they are for."""
    if found.own or found.live:
        return {}
    with closing(Client(found.url)) as client, suppress(NoAnswer):
        levers = Levers.found(client)
        return levers.waiting_orders() if levers else {}
    return {}


def _starter() -> int:
    """Return the process whose death ends the run: `fakie test`, or a pytest that was started by hand."""
    given = os.environ.get("FAKIE_STARTED_BY", "")
    return int(given) if given.isdecimal() else os.getpid()


class Engines:
    """One process's engines: for the target, and for the fake that it is compared with."""

    def __init__(self, found: RunInfo, settings: SuiteSettings) -> None:
        self._envs: list[Environment] = []
        self._found = found
        self._settings = settings
        wait = settings.wait
        patience = float(wait) if wait is not None else _WAIT_LIVE if found.paid else _WAIT
        target = found.target()
        keys = ACCOUNT_KEYS if found.is_alone else ()
        options: dict[str, Any] = {"purse": self._purse(), "callbacks": self._callbacks()}
        self.target = self._engine(target, patience, keys=keys, tidy=found.own, **options)
        self.fake: Engine | None = None
        if found.fake_url:
            # On the fake everything can be tried, so that it stands beside what was left out on the target too.
            keys = ACCOUNT_KEYS if found.workers == 1 else ()
            compared = Target(found.fake_url, MADE_UP_KEY)
            self.fake = self._engine(compared, _WAIT, keys=keys, scope=FULL, tidy=True)

    def close(self) -> None:
        """Close connections and receivers."""
        for env in self._envs:
            env.close()

    def _engine(
        self, target: Target, patience: float, keys: tuple[str, ...], scope: Scope | None = None, **options: Any
    ) -> Engine:
        settings, found = self._settings, self._found
        env = Environment.at(
            target,
            settings.catalog,
            settings.profile(),
            workers=found.workers,
            mirror_status=settings.mirror_status,
            patience=patience,
            fake_keys=keys,
            spare_keys=[*keys],
            as_usual=settings.wait is None,
            prices=settings.pricing().prices,
            media_seconds=settings.media_seconds,
            lingering=_LINGERING,
            deadline=time.monotonic() + found.ends - time.time(),
            **options,
        )
        self._envs.append(env)
        return Engine(env, found.parent, scope or found.scope)

    def _purse(self) -> Purse | None:
        found = self._found
        if not found.ledger:
            return None
        pricing, settle = self._settings.pricing(), self._settings.settle
        return Purse(
            Ledger(Path(found.ledger)), found.run, pricing, paid=found.paid, settle=settle, parent=found.parent
        )

    def _callbacks(self) -> CallbackRoute | None:
        public, port = self._settings.callback_url, self._settings.callback_port
        return CallbackRoute(public, int(port)) if public and port and self._found.live else None
