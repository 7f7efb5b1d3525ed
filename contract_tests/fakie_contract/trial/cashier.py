"""Money around what one case sends: leave from the purse, and the balance before and after."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal

from fakie_contract.http.exchange import SentRequest
from fakie_contract.purse.purse import CreateRequest, NotAllowed, Purse
from fakie_contract.purse.reservation import Reservation
from fakie_contract.purse.watch import Overcharge
from fakie_contract.trial.environment import CREDIT, Environment, balance, bearer

# Pauses (s) before a balance is read again that does not show yet what a create has cost.
_CHARGED_LATE = (0.25, 0.75, 2.0, 4.0)
# For so long (s) a balance needs no second look before a question: no poll comes as soon.
_FRESH = 0.5


class Cashier:
    """Asks the purse and watches the balance for one case; `blame` is told of what was charged without a reason."""

    def __init__(self, env: Environment, purse: Purse, blame: Callable[[Overcharge, SentRequest], None]) -> None:
        self._env = env
        self._purse = purse
        self._blame = blame
        # The balance before and after the last create, as far as it was read.
        self.around: tuple[Decimal | None, Decimal | None] = None, None

    def reserve(self, wanted: CreateRequest) -> Reservation:
        """Reserve what a create may cost; raises NotAllowed."""
        self.around = None, None
        return self._purse.reserve(wanted)

    def look(self, reservation: Reservation) -> None:
        """Look at the balance before a reserved create is sent; raises NotAllowed when it must not be."""
        if self._purse.must_look():
            before = self._balance()
            self.around = before, None
            found = self._purse.look(reservation.number, before)
            self._tell(found)
            if found:
                raise NotAllowed(str(found))

    @contextmanager
    def taken_back(self, reservation: Reservation) -> Iterator[None]:
        """Take a reservation back where its create is not sent after all: the turn never came, or must not be used."""
        try:
            yield
        except BaseException:
            self._purse.take_back(reservation.number)
            raise

    def see_charge(self, number: int) -> None:
        """Read the balance after a create, until it shows what that has cost, or long enough."""
        purse = self._purse
        for pause in (0.0, *_CHARGED_LATE):
            time.sleep(pause)
            after = self._balance()
            self.around = self.around[0], after
            self._tell(purse.ledger.note_balance(purse.run, after, number))
            if not purse.awaits_charge(number) or time.monotonic() > self._env.deadline:
                return

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one request be under way at a time, over all processes; raises NotAllowed where time ran out before."""
        purse = self._purse
        with ExitStack() as stack:
            if not self._env.alone:
                try:
                    stack.enter_context(purse.ledger.turn(purse.run, self._env.deadline))
                except TimeoutError as why:
                    raise NotAllowed(str(why)) from None
            yield

    def before_question(self, path: str) -> str:
        """Read the balance before a question where some time has passed; returns why it is not asked."""
        if time.monotonic() - self._env.balance_read < _FRESH:
            # Another process may have seen meanwhile what costs.
            return self._purse.why_over
        return self.after_question(path)

    def after_question(self, path: str) -> str:
        """Read the balance after a question, which must not cost; returns why no more are asked."""
        if path == CREDIT:
            return ""
        self.see_balance()
        return self._purse.why_over

    def see_balance(self) -> Decimal | None:
        """Read the balance beside the creates: what only asks must not cost either.

        Returns it; None where it cannot be read, while a create is under way, and where what is gone has been told of.
        """
        purse = self._purse
        moment = purse.ledger.moment(purse.run)
        if moment is None:
            return None
        seen = self._balance()
        found = purse.ledger.note_since(purse.run, moment, seen)
        self._tell(found)
        return None if found else seen

    def _balance(self) -> Decimal | None:
        self._env.queries.wait()
        seen = balance(self._env.client, self._env.target.key)
        self._env.balance_read = time.monotonic()
        return seen

    def _tell(self, found: Overcharge | None) -> None:
        if found:
            self._blame(found, SentRequest("GET", CREDIT, bearer(self._env.target.key)))
