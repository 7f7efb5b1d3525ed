"""The control of one fake, in one piece."""

import threading
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import ONE_ACCOUNT, check
from fakie.core.control.excerpts import Excerpts
from fakie.core.control.health import HealthControl
from fakie.core.control.last_of import last_of
from fakie.core.control.order_maker import OrderMaker
from fakie.core.control.orders import OrderControl
from fakie.core.control.scenarios import ScenarioControl
from fakie.core.control.tasks import TaskControl
from fakie.core.control.time import TimeControl
from fakie.core.files.shelf import FileShelf
from fakie.core.handling.register import AccountRegister
from fakie.core.journal import Entry
from fakie.core.limits import AccountLimits
from fakie.core.orders import Orders
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, FakeState
from fakie.core.scenario.player import ScenarioPlayer
from fakie_schemas.account_words import NamedAccount

if TYPE_CHECKING:
    from fakie.core.conduct.finding import ConductFinding
    from fakie.core.control.files import FileControl


class Control:
    """Orders, tasks, files, accounts, time, journal, reset, catalog; each call that is refused leaves all as it was."""

    def __init__(
        self,
        contracts: Contracts,
        state: FakeState,
        orders: Orders,
        register: AccountRegister,
        runner: Runner,
        shelf: FileShelf,
        player: ScenarioPlayer,
        limits: AccountLimits,
        named: tuple[NamedAccount, ...] = (),
    ) -> None:
        self.contracts = contracts
        self._state = state
        self._waiting = orders
        self._named = named
        self._judging = threading.Lock()
        self.accounts = AccountControl(state, register, runner, limits)
        self.time = TimeControl(state, runner)
        self.tasks = TaskControl(contracts.profile, state, self.accounts, runner)
        self.excerpts = Excerpts(state, self.accounts, self.tasks)
        self.health = HealthControl(contracts, state, self.tasks)
        self._shelf = shelf
        maker = OrderMaker(contracts)
        self.orders = OrderControl(maker, orders, self.accounts)
        self._player = player
        self.scenarios = ScenarioControl(maker, player, self.accounts)

    @cached_property
    def files(self) -> "FileControl":
        """The uploaded files and the published ones, for whoever asks first: most fakes get neither."""
        from fakie.core.control.files import FileControl

        return FileControl(self.accounts, self._shelf)

    def journal(
        self,
        account: str | None = None,
        situation: str | None = None,
        limit: int | None = None,
        after: int = 0,
    ) -> Iterator[Entry]:
        """Return requests and deliveries, oldest first: of an account, with a situation, the last `limit` of them.

        They come one by one, as the journal has them when their turn comes. `after` is the number of an entry: those
        that came before it, and itself, are left out; none where that is of a fake before this one, which has not come
        so far.
        """
        handle = self.accounts.handle(account)
        after = after if after and after <= self._state.journal.given else 0

        def wanted() -> Iterator[Entry]:
            for entry in self._state.journal:
                if entry.number > after and handle in (None, entry.account) and situation in (None, entry.situation):
                    yield entry

        return last_of(wanted, limit)

    def empty_journal(self) -> None:
        """Forget every entry."""
        self._state.journal.forget()

    def conduct(self, account: str | None = None) -> list["ConductFinding"]:
        """Return what the clients did that they should not, of an account or of all, as far as the journal tells."""
        from fakie.core.conduct.judge import judge
        from fakie.core.conduct.watched import watched

        handle = self.accounts.handle(account)
        # One at a time: each looks at all that the journal has.
        with self._judging:
            # Those alone that the journal still speaks of: there may be many more.
            named = dict.fromkeys(entry.task_id for entry in self._state.journal if entry.task_id)
            # What has ended by now counts as ended, looked at or not.
            tasks = [self.tasks.seen(task) for task in map(self._state.store.task, named) if task]
            clocks = {one.handle: one.clock.now() for one in self.accounts.all()}
            clients = watched(self._state.journal, tasks, clocks)
            return judge([client for client in clients if handle in (None, client.account)], self.contracts)

    def reset(self, account: str | None = None) -> None:
        """Forget one account's tasks, journal and orders, and open it anew; or forget everything."""
        check(ONE_ACCOUNT, {"account": account})
        one = None if account is None else self.accounts.get(account)
        handle = None if one is None else one.handle
        self._state.journal.forget(handle)
        self._waiting.forget(handle)
        self._player.stop(handle)
        if one is None:
            self.files.forget_published()
        self.accounts.reopen_all() if one is None else self.accounts.reopen(one)
        self.orders.add_standing(self._named, handle)

    def reload(self) -> None:
        """Read the revisions again, so that what has changed in the folders counts."""
        self.contracts.catalog.reload()
