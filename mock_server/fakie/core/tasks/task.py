"""A task: its request, its progress and its end."""

from collections.abc import Mapping
from decimal import Decimal
from json import loads
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fakie.core.tasks.plans import HeldPlan, Plan
from fakie.core.tasks.quirks import Quirk
from fakie.core.tasks.result_order import ResultOrder
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.families.family import ENDS, endpoints
from fakie_schemas.recordings.urls import without_openings


class End(Struct, frozen=True, gc=False):
    """How a task ended: the state, the moment (seconds since the epoch), and why if it failed."""

    state: str
    at: float
    failure: Failure | None = None


# It refers to nothing that could refer to it, so that no look for garbage needs to see it.
class Task(Struct, gc=False):
    """One job of an account; times are seconds since the epoch on the account's clock.

    There may be a million of them, so it is small: `sent` is the request's body as it came, which is read when needed.
    `endpoint` is the one that made it, `page` the date of the model's page, `added` what `param` shows in the input
    though nobody sent it, `shown_cost` what the record tells of credits while the task runs, `staged` how many of its
    stages have been called back, `pending` how many callbacks are to come, where the URL has a secret.
    """

    id: str
    account: str
    model: str
    sent: bytes
    cost: Decimal
    created_at: float
    plan: Plan
    failure: Failure
    callback_url: str | None = None
    quirk: Quirk = ""
    page: str = ""
    added: Mapping[str, Any] = field(default_factory=dict)
    shown_cost: Decimal = Decimal(0)
    result: ResultOrder | None = None
    # The body as it may be written down, where the API key stands in it.
    masked: bytes | None = None
    endpoint: str = "createTask"
    polls: int = 0
    end: End | None = None
    settled: bool = False
    # The body as recordInfo and callbacks show it, once one of them did; it follows from the rest, and is not kept.
    param: str = ""
    staged: int = 0
    pending: int = 0

    @property
    def has_secret_url(self) -> bool:
        """True when the callback URL holds what must not be kept for longer than it is needed."""
        url = self.callback_url
        return url is not None and ("@" in url or "=" in url) and without_openings(url) != url

    @property
    def called_back(self) -> bool:
        """True when no callback of it is to come any more by itself."""
        return self.settled and not self.pending

    @property
    def writable(self) -> bytes:
        """The request's body as it may be written down."""
        return self.sent if self.masked is None else self.masked

    @property
    def without_key(self) -> "Task":
        """The task as it may be written down: as if it had been asked for without the API key in its body."""
        if self.masked is None:
            return self
        url = loads(self.masked).get(endpoints()[self.endpoint].callback) or None
        return replace(self, sent=self.masked, masked=None, param="", callback_url=url)

    @property
    def body(self) -> Mapping[str, Any]:
        """The request's body."""
        body: dict[str, Any] = loads(self.sent.decode())
        return body

    @property
    def given(self) -> Mapping[str, Any]:
        """The request's `input`; empty where a revision lets it be something else than an object."""
        given = self.body.get("input")
        return given if isinstance(given, dict) else {}

    def state(self, now: float) -> str:
        """Return the state as of `now`, and change nothing; a task that has ended stays ended."""
        return self.end.state if self.end else self.plan.state(self.created_at, now, self.polls)

    def seen(self, now: float) -> "Task":
        """Return the task as it is at `now`: a copy where it has ended by then, and nobody has moved it since."""
        end = self._end_by(now)
        return self if end is self.end else replace(self, end=end)

    def move(self, now: float) -> None:
        """Let it end, if it has ended by `now`."""
        self.end = self._end_by(now)

    def poll(self, now: float) -> str:
        """Count one poll of a task that still runs, and return the state it shows."""
        if self.end is None:
            self.polls += 1
            self.move(now)
        return self.state(now)

    def expect(self, callbacks: int) -> None:
        """Count so many callbacks that are to come; of a URL without a secret nobody needs to know."""
        if self.has_secret_url:
            self.pending = max(0, self.pending + callbacks)

    def hold(self, now: float) -> None:
        """Keep the task in its present state until it is finished or failed by hand."""
        self.plan = HeldPlan(self.state(now))

    def finish(self, now: float) -> None:
        """End the task with success."""
        self.end = End("success", now)

    def fail(self, now: float, failure: Failure | None = None) -> None:
        """End the task with a failure, in the given words or the planned ones."""
        self.end = End("fail", now, failure or self.failure)

    def _end_by(self, now: float) -> End | None:
        if self.end is not None:
            return self.end
        state = self.plan.state(self.created_at, now, self.polls)
        if state not in ENDS:
            return None
        after = self.plan.ends_after
        at = now if after is None else self.created_at + after
        return End(state, at, self.failure if state == "fail" else None)
