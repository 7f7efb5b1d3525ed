"""Limits on how often an account may ask, by one mechanism for creates, polls and the catalogue; and on its tasks."""

from collections import deque
from math import inf

from msgspec import Struct

from fakie.core.accounts import Account
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas.catalog.profile_facts import Facts
from fakie_schemas.limits import LIMITS, WindowLimit

_MOST_WINDOWS = 1_000
_POLLS = "polls "


# Not frozen, which makes an object three times as dear; nobody changes a gate.
class RateGate(Struct):
    """One limit of one account: what it let through within the window counts, what it refused does not."""

    account: Account
    name: str
    limit: WindowLimit

    @property
    def wait(self) -> float:
        """The seconds until one more is let through: 0 for at once."""
        if self.limit.is_off:
            return 0.0
        moments, now = self._moments(), self.account.clock.now()
        if len(moments) < self.limit.count:
            return 0.0
        # The next may come when the window has let go of enough of the requests in it.
        return moments[len(moments) - int(self.limit.count)] + self.limit.seconds - now

    @property
    def used(self) -> int:
        """How many requests the window holds."""
        return len(self._moments())

    @property
    def oldest_leaves(self) -> float:
        """The seconds until the window lets go of the oldest request in it; 0 when there is none."""
        moments = self._moments()
        return moments[0] + self.limit.seconds - self.account.clock.now() if moments else 0.0

    def check(self) -> None:
        """Raise Refused when one more would exceed the limit."""
        if self.limit.is_off:
            return
        wait = self.wait
        if wait > 0:
            raise Refused("rate_limited", count=self.limit.count, seconds=self.limit.seconds, wait=wait)

    def count(self) -> None:
        """Count a request that was let through."""
        if not self.limit.is_off:
            self._moments().append(self.account.clock.now())

    def pass_through(self) -> None:
        """Check, and count at once."""
        self.check()
        self.count()

    def _moments(self) -> deque[float]:
        windows = self.account.windows
        if self.name not in windows and len(windows) >= _MOST_WINDOWS:
            # Of the tasks the one that was polled first: it is the least likely to be polled again.
            del windows[next(name for name in windows if name.startswith(_POLLS))]
        moments = windows.setdefault(self.name, deque())
        now = self.account.clock.now()
        while moments and moments[0] <= now - self.limit.seconds:
            moments.popleft()
        # Of a clock that was set back since: nobody waits for hours that he has lived through.
        while moments and moments[-1] > now + self.limit.seconds:
            moments.pop()
        return moments


class AccountLimits:
    """The limits of one fake: the profile's, as far as the settings switch them on."""

    def __init__(self, facts: Facts, settings: Settings) -> None:
        known = (WindowLimit.off(), facts.create_limit, facts.catalogue_limit, facts.poll_limit)
        on = LIMITS.index(settings.limits)
        _, create, self._catalogue, self._poll = (one if level <= on else known[0] for level, one in enumerate(known))
        self.create = settings.create_limit or create
        # Asked by every request that makes a task.
        self._no_create_limit = self.create.is_off
        self._polls_by_task = facts.poll_limit_per == "task"
        # Whoever wants creates without end wants their tasks too.
        self._running = facts.running_limit if settings.limits == LIMITS[-1] and not self.create.is_off else inf

    def creates(self, account: Account) -> RateGate:
        """Return the limit on accepted tasks."""
        return RateGate(account, "creates", self.create)

    def check_create(self, account: Account) -> None:
        """Raise Refused when one more accepted task would exceed the limit on them."""
        if not self._no_create_limit:
            self.creates(account).check()

    def count_create(self, account: Account) -> None:
        """Count an accepted task."""
        if not self._no_create_limit:
            self.creates(account).count()

    def count_poll(self, account: Account, task_id: str) -> bool:
        """Count a poll, and tell whether that changed the account; raises Refused when it would exceed the limit."""
        if self._poll.is_off:
            return False
        self.polls(account, task_id).pass_through()
        return True

    def catalogue(self, account: Account) -> RateGate:
        """Return the limit that the endpoints of the catalogue share."""
        return RateGate(account, "catalogue", self._catalogue)

    def polls(self, account: Account, task_id: str) -> RateGate:
        """Return the limit on asking for one task, or for any, whichever the profile counts."""
        return RateGate(account, _POLLS + (task_id if self._polls_by_task else ""), self._poll)

    def check_running(self, account: Account) -> None:
        """Raise Refused when no more tasks of an account may run at once."""
        if account.running >= self._running:
            raise Refused("too_many_running", running=account.running, most=self._running)
