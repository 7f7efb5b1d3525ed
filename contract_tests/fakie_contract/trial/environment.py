"""The tools of one run in one process: target, client, levers, listener, and the contracts to judge by."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from decimal import Decimal
from math import inf
from typing import Any

from msgspec import Struct, field

from fakie_contract.http.callback_listener import CallbackListener
from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.exchange import SentRequest
from fakie_contract.http.levers import Levers
from fakie_contract.http.target import Target
from fakie_contract.purse.purse import Purse
from fakie_contract.trial.keys import SharedAccount
from fakie_contract.trial.too_often import TooOften
from fakie_schemas.account_words import MOST_CREDITS
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import MEDIA_SECONDS, Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints
from fakie_schemas.limits import WindowLimit
from fakie_schemas.pace import Pace
from fakie_schemas.payment import ACCEPTED

CREATE, RECORD, CREDIT = (endpoints()[name].path for name in ("createTask", "recordInfo", "credit"))
# One below the documented limit leaves room for a clock that differs a little.
_PACED = 18
# In 10 s; ten a second are documented.
_QUERIES = 80
_PAUSE = 0.5
# So many accounts are opened on a fake that others started: it keeps a bounded number, for all who use it.
_MANY = 1_000
# More accounts than a case uses.
_LEAST_SPARE = 10
# How long (s) to wait for what would come at once: the first time, and from then on.
_MOMENTS = 0.1, 0.01
# How many times as long as usual a task may take.
_USUAL_TIMES = 1.2
# Until so many seconds have passed: the pause between polls, as the pages advise.
_LIVE_PAUSES = ((30.0, 2.5), (120.0, 7.0), (inf, 20.0))
# As a float, with which every number can be compared.
_MOST = float(MOST_CREDITS)


def _pace(count: int) -> Pace:
    return Pace(WindowLimit(count, 10.0))


class CallbackRoute(Struct, frozen=True):
    """How a live target reaches the listener: a public URL that leads to a loopback port."""

    url: str
    port: int


class Environment(Struct):
    """The target, the settings and the helpers that all cases of a run share.

    `purse` is what a live target's creates need leave of. `patience` is how long (s) to wait for what the target does
    by itself, and `as_usual`: longer, where its tasks usually take longer; `deadline` (monotonic s) is when the run
    ends. `tidy`: accounts are forgotten after each case, so that a fake of our own stays small over thousands of them;
    `opened` is how many any target was asked for.
    `callbacks` says how a live target reaches the listener. `prices` is what creates may cost, with media of
    `media_seconds`. `alone`: no other process of the run uses the accounts. `lingering` is how long (s) to wait for
    what must not come any more. `followed` holds by model the task that cases share on a live target,
    `spare_keys` those of accounts that were used and are as new again, `fake_keys` those that a fake of this process
    alone has from its start.
    """

    target: Target
    catalog: Catalog
    profile: Profile
    client: Client
    purse: Purse | None = None
    levers: Levers | None = None
    any_key: bool = False
    mirror_status: bool = False
    patience: float = 5.0
    tidy: bool = False
    opened: int = 0
    pace: Pace = field(default_factory=lambda: _pace(_PACED))
    queries: Pace = field(default_factory=lambda: _pace(_QUERIES))
    too_often: TooOften = field(default_factory=lambda: TooOften(live=True))
    deadline: float = inf
    callbacks: CallbackRoute | None = None
    followed: dict[str, Any] = field(default_factory=dict)
    # The ids of the tasks that were made of models.
    made: set[str] = field(default_factory=set)
    fake_keys: tuple[str, ...] = ()
    spare_keys: list[str] = field(default_factory=list)
    # Those that are in use, or whose balance is still to be read.
    shared: list[SharedAccount] = field(default_factory=list)
    # A shared account was charged for what was refused: from now on each case reads what it has cost.
    reads_each: bool = False
    as_usual: bool = False
    prices: Prices = field(default_factory=Prices.load)
    media_seconds: Decimal = MEDIA_SECONDS
    alone: bool = True
    lingering: float = 0.1
    # A task that did not end in its time; the next ones are not waited for as long.
    is_stuck: bool = False
    # When a live target's balance was read last (monotonic s).
    balance_read: float = -inf
    # Each result's URL, and the task whose it is.
    results: dict[str, str] = field(default_factory=dict)
    _lingered: bool = False
    _awaited: set[str] = field(default_factory=set)
    _listener: CallbackListener | None = None

    def __post_init__(self) -> None:
        if self.purse is not None:
            self.purse.deadline = self.deadline

    @classmethod
    def at(
        cls, target: Target, catalog: Catalog, profile: Profile, *, workers: int = 1, **options: Any
    ) -> "Environment":
        """Look at a target for what it offers: levers, and whether every key is an account."""
        client = Client(target.url)
        options |= {"alone": workers == 1}
        options |= {"pace": _pace(max(1, _PACED // workers)), "queries": _pace(max(1, _QUERIES // workers))}
        options |= {"too_often": TooOften(live=target.live)}
        env = cls(target, catalog, profile, client, **options)
        # Nothing but the API's own requests may go to a live target.
        if not target.live:
            env.levers = Levers.found(client)
            env.any_key = _takes_any_key(client, profile)
        return env

    def listener(self) -> CallbackListener:
        """Return the receiver of callbacks, started when first asked for."""
        if self._listener is None:
            given = self.callbacks
            self._listener = CallbackListener(given.port, given.url) if given else CallbackListener()
        return self._listener

    @property
    def has_one_account(self) -> bool:
        """Whether all cases share the account of one key."""
        return not self.any_key and self.levers is None

    @property
    def forgets(self) -> bool:
        """Whether accounts are forgotten after each case, and used again."""
        return self.levers is not None and (self.tidy or self.opened >= _MANY)

    @property
    def is_used_up(self) -> bool:
        """Whether hardly any account of this process's fake is new any more."""
        return len(self.spare_keys) < min(_LEAST_SPARE, len(self.fake_keys))

    def usual_seconds(self, model: str) -> float:
        """Return how long (s) a model's tasks usually take on the wire."""
        return self.profile.habits.steps(model, measured=True)[-1][1]

    def patience_for(self, model: str) -> float:
        """Return how long (s) to wait for the end of a model's task."""
        longer = self.as_usual and not self.is_stuck
        return max(self.patience, _USUAL_TIMES * self.usual_seconds(model)) if longer else self.patience

    def linger(self, what: str) -> float:
        """Return how long (s) to wait for what must not come: once where levers move time, never on our own fake."""
        if self.levers is not None and (self.tidy or self._lingered):
            return min(self.lingering, self.moment(what))
        self._lingered = True
        return self.lingering

    def moment(self, what: str) -> float:
        """Return how long (s) to wait for `what`, which would come at once; of a fake of our own not for long again."""
        longest, short = _MOMENTS
        is_first = what not in self._awaited
        self._awaited.add(what)
        return longest if is_first or not self.tidy else short

    def waits(self, patience: float) -> Iterator[float]:
        """Return the pauses (s) after polls, until patience or the run ends; a live target is asked less and less."""
        started, waited = time.monotonic(), 0.0
        while True:
            yield _PAUSE if not self.target.live else next(pause for until, pause in _LIVE_PAUSES if waited < until)
            waited = time.monotonic() - started
            if waited > patience or time.monotonic() > self.deadline:
                return

    def close(self) -> None:
        """Close connections and receiver."""
        self.client.close()
        if self._listener is not None:
            self._listener.close()


def new_key() -> str:
    """Make a key that no other case uses."""
    return f"contract-{secrets.token_hex(8)}"


def bearer(key: str) -> tuple[tuple[str, str], ...]:
    """Return the header that carries a key."""
    return (("Authorization", f"Bearer {key}"),)


def ask_for_no_task(target: Target) -> None:
    """Ask for a task that does not exist, which costs nothing, whatever is answered."""
    __tracebackhide__ = True
    with closing(Client(target.url)) as client, suppress(NoAnswer):
        client.send(SentRequest("GET", f"{RECORD}?taskId=0", bearer(target.key)))


def balance(client: Client, key: str) -> Decimal | None:
    """Read the account's credits; None when the target does not show them."""
    # The key is an argument, which a traceback of Ctrl-C may show.
    __tracebackhide__ = True
    try:
        answer = client.send(SentRequest("GET", CREDIT, bearer(key)))
    except NoAnswer:
        return None
    # What no account can have, infinite or beyond every number, is not a balance.
    is_shown = answer.code == ACCEPTED and type(answer.data) in {int, float} and abs(answer.data) <= _MOST
    return Decimal(str(answer.data)) if is_shown else None


def free_requests(target: Target) -> tuple[SentRequest, ...]:
    """Return requests that cost nothing and that the API answers each in its own way, the plainest first.

    Not even a createTask that cannot cost leaves for a live target outside of a case.
    """
    requests = _free_requests(target.key)
    return requests[: 2 if target.live else 3]


def _free_requests(key: str) -> tuple[SentRequest, ...]:
    unknown = b'{"model":"fakie/no-such-model","input":{}}'
    return (
        SentRequest("GET", CREDIT, bearer(key)),
        SentRequest("GET", f"{RECORD}?taskId=0", bearer(key)),
        SentRequest("POST", CREATE, (*bearer(key), ("Content-Type", "application/json")), unknown),
    )


def _takes_any_key(client: Client, profile: Profile) -> bool:
    """Tell whether a key that nobody has is an account's, wherever it is asked with."""
    key = new_key()
    # A balance alone tells little: it may be shown to anybody, or come from a cache.
    try:
        shown = client.send(SentRequest("GET", CREDIT, bearer(key))).code == ACCEPTED
    except NoAnswer:
        return False
    return shown and not any(is_denied(client, request, profile) for request in _free_requests(key))


def is_denied(client: Client, request: SentRequest, profile: Profile) -> bool:
    """Tell whether the answer to a request is that its key is none."""
    try:
        answer = client.send(request)
    except NoAnswer:
        return False
    return profile.row("unauthorized", "credit").code in (answer.code, answer.status)
