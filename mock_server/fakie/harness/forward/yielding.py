"""Loops that yield without ever waiting: they go round while the time stands still that others of them wait for.

`while not done: await asyncio.sleep(0)` is one, `time.sleep(0)` in a thread another. Each round lets others run, so it
is not work if nothing changes by it, and time moves on.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from msgspec import Struct, field

from fakie.harness.forward import real
from fakie.harness.forward.doubts import Worker
from fakie.harness.forward.sights import LoopSight, LoopTurn
from fakie.harness.forward.spinning import BusyLoopError
from fakie.harness.forward.tickets import not_yet
from fakie.harness.forward.timekeeper import Timekeeper

# So many turns without a wait are not looked at: requests in this process take some.
_FEW = 30
# So many in a row in which nothing new is seen let those run who were woken.
_QUIET = 10
_MOST_SIGHTS = 64
# A turn that takes longer (seconds of work) does something. One that counts may, and is given so long (seconds).
_COSTLY, _WORKING = 0.0003, 3.0
# A loop that nothing can end, as far as is known, is stopped after so long (seconds). A turn that took longer than the
# last figure was held up by the machine.
_HOPELESS, _LONGEST = 10.0, 0.01


class _Round(Struct):
    """The turns of one thread since it last waited."""

    turns: int = 0
    quiet: int = 0
    place: str = ""
    known: dict[Hashable, list[object]] = field(default_factory=dict)
    numbers: list[object] = field(default_factory=list)
    does_something: bool = False
    # Whether it was ever taken for one that does nothing, and waits between its turns.
    passes: bool = False
    cost: float = 0.0
    # Seconds, as far as they were spent going round.
    spent: float = 0.0
    hopeless: float = 0.0
    looked: float = field(default_factory=real.clock)
    worked: float = field(default_factory=time.thread_time)

    def see(self, sight: LoopSight, seconds: float) -> None:
        """Compare with what was seen before."""
        self.spent += seconds
        if sight.places in self.known:
            self.quiet += 1
            self.does_something |= sight.numbers != self.numbers
        else:
            if len(self.known) >= _MOST_SIGHTS:
                self.known.clear()
            self.known[sight.places] = sight.held
            # Of several the last new one: the same for as long as nothing else comes.
            self.place = sight.words
            self.quiet, self.spent, self.does_something = 0, 0.0, False
        self.numbers = sight.numbers

    @property
    def works(self) -> bool:
        """Whether it is taken to do something in its turns."""
        return self.cost > _COSTLY or (self.does_something and self.spent < _WORKING)


class Yields:
    """Tells loops that only go round from those at work, for each thread."""

    def __init__(self, keeper: Timekeeper) -> None:
        self._keeper = keeper
        keeper.any_amid_a_turn = self._any_amid_a_turn
        self._rounds: dict[int, _Round] = {}

    def waited(self) -> None:
        """Hear that this thread waits, or that something has come for it."""
        self._rounds.pop(threading.get_ident(), None)

    def at_work(self, waiting: set[threading.Thread]) -> Iterator[Worker]:
        """Name the loops that go round, as perhaps at work."""
        idents = {thread.ident for thread in waiting}
        for ident, each in list(self._rounds.items()):
            if ident in idents and each.quiet >= _QUIET:
                words = f"{each.place}, which goes round and round without a wait"
                yield Worker(("round", ident, each.place), words)

    def _any_amid_a_turn(self, waiting: set[threading.Thread]) -> bool:
        """Tell whether one will look again right away, or has just found what it looked for."""
        idents, now = {thread.ident for thread in waiting}, real.clock()
        others = (each for ident, each in list(self._rounds.items()) if ident not in idents and each.passes)
        return any(now - each.looked < _LONGEST for each in others)

    def turn(self, turn: LoopTurn, found: Callable[[float], Any], stirred: Callable[[], bool] = not_yet) -> Any:
        """Take note of a turn without a wait; if it is one of many alike, let time move, and return what `found` gives.

        `found` is given the real seconds that it may take, `stirred` says whether something has come. Raises
        BusyLoopError, in the way of the turn's loop, if nothing is due for anybody.
        """
        mine = self._rounds.setdefault(threading.get_ident(), _Round())
        mine.turns += 1
        if mine.turns < _FEW or not self._keeper.skips:
            return None
        now, worked = real.clock(), time.thread_time()
        mine.cost = 0.8 * mine.cost + 0.2 * (worked - mine.worked)
        taken = min(now - mine.looked, _LONGEST)
        mine.see(turn.look(), taken)
        try:
            return self._pass(mine, taken, turn, found, stirred) if mine.quiet >= _QUIET and not mine.works else None
        finally:
            mine.looked, mine.worked = now, time.thread_time()

    def _pass(self, mine: _Round, taken: float, turn: LoopTurn, found: Any, stirred: Any) -> Any:
        mine.passes = True
        seen, moved, is_hopeless = self._keeper.pass_by(turn.seconds_to_next(), found, stirred)
        if moved or seen:
            mine.quiet = 0
        mine.hopeless = mine.hopeless + taken if is_hopeless else 0.0
        if mine.hopeless > _HOPELESS:
            self.waited()
            turn.stop(
                BusyLoopError(
                    f"{mine.place} goes round and round without a wait, and nothing is due that could end it;"
                    " expected a sleep or a wait in it"
                )
            )
        return seen
