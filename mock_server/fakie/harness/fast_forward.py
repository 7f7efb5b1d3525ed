"""Fast-forward: code under test that would wait skips instead, and every clock it reads moves along."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from fakie.adapters.reach.arrivals import at_import
from fakie.core.clock import Clock
from fakie.harness.forward import real, senders, travel
from fakie.harness.forward.begun_before import BegunBefore
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.children import Children
from fakie.harness.forward.clocks import Clocks
from fakie.harness.forward.doubts import Doubts, Source
from fakie.harness.forward.greenlets import refuse_patched
from fakie.harness.forward.held import Method, swapped_where_held
from fakie.harness.forward.in_place import Replacement, SwappedCode, SwappedFunction, SwappedMethod, is_possible
from fakie.harness.forward.left_timers import LeftTimers
from fakie.harness.forward.loops import Timers, system_loops
from fakie.harness.forward.names import NamedFunction
from fakie.harness.forward.threads import Threads
from fakie.harness.forward.timekeeper import Passing, Timekeeper
from fakie.harness.forward.waits import Waits
from fakie.harness.forward.yielding import Yields
from fakie.harness.outstanding import Outstanding

if TYPE_CHECKING:
    from fakie.harness.forward.sockets import Sockets

# How long (seconds, real) somebody is waited for of whom it cannot be told whether he is at work.
PATIENCE = 0.05


class Forwarded(Protocol):
    """A fake whose time is fast-forwarded."""

    timekeeper: Timekeeper | None

    @property
    def clock(self) -> Clock:
        """The clock that is moved."""

    @property
    def passing(self) -> Passing:
        """The time that passes while everybody waits."""

    @property
    def outstanding(self) -> Outstanding:
        """The callbacks that are out."""


@contextmanager
def fast_forward(fake: Forwarded, patience: float = PATIENCE) -> Iterator[Timekeeper]:
    """Skip instead of waiting, in all threads but those of fakie's own server and of tools, for a `with` block.

    Raises PatchedProgramError in a program that gevent or eventlet has patched.
    """
    if fake.timekeeper:
        with fake.timekeeper.pace(skipping=True) as keeper:
            yield keeper
        return
    refuse_patched("skipped time")
    callers, children = Callers(), Children()
    sources: list[Source] = [
        Threads(callers, children).at_work,
        children.at_work,
        fake.outstanding.at_work,
    ]
    sockets = _watched_sockets(sources, callers)
    keeper = Timekeeper(fake.passing, Doubts(sources, patience))
    clocks = Clocks(fake.clock.now, callers, keeper)
    yields, left = Yields(keeper), LeftTimers(callers, clocks.ahead)
    waits, timers = Waits(keeper, callers, yields, left), Timers(keeper, callers, clocks.ahead, yields)
    sources += [timers.at_work, yields.at_work]
    keeper.on_request = lambda: timers.begin() if children.are_there else None
    replacements = _replacements(clocks, waits, sockets.methods() if sockets else ())
    with ExitStack() as stack:
        stack.callback(setattr, keeper, "is_over", True)
        stack.callback(timers.end)
        stack.enter_context(left.kept())
        of_loops = (patch for kind in system_loops() for patch in timers.patches(kind))
        for patch in (*waits.patches(children), *of_loops):
            stack.enter_context(patch)
        stack.callback(_put_back, replacements)
        for replacement in replacements:
            replacement.put_in()
        # Not earlier: a thread may have begun to wait for real just before they were in place.
        sources.append(BegunBefore(callers).at_work)
        stack.enter_context(at_import(_libraries(stack, timers, replacements, sockets, children)))
        stack.callback(keeper.end)
        stack.callback(clocks.hand_over, keeper.hand_over)
        stack.callback(setattr, fake, "timekeeper", None)
        shown = clocks.own.time
        # freezegun puts a clock of its own in its place, which is then what everybody sees.
        keeper.wall = lambda: clocks.wall() if time.time is shown else real.shown_wall()
        fake.timekeeper = keeper
        yield keeper


def _put_back(replacements: Sequence[Replacement]) -> None:
    for replacement in reversed(replacements):
        replacement.put_back()


def _libraries(
    stack: ExitStack,
    timers: Timers,
    replacements: Sequence[Replacement],
    sockets: "Sockets | None",
    children: Children,
) -> dict[str, Callable[[ModuleType], None]]:
    """Return what is done to libraries that keep time by themselves, by the module whose import brings each."""

    def enter(*patches: Iterable[AbstractContextManager[object]]) -> None:
        for patch in chain(*patches):
            stack.enter_context(patch)

    def sending(of: Callable[[ModuleType, senders.Note], senders.Patches], module: ModuleType) -> senders.Patches:
        return of(module, sockets.sends) if sockets else iter(())

    return {
        "ssl": lambda ssl: enter(sending(senders.of_ssl, ssl)),
        "trio": lambda trio: enter(sending(senders.of_trio, trio)),
        "uvloop": lambda uvloop: enter(
            timers.patches(uvloop.Loop), children.of_uvloop(uvloop), sending(senders.of_uvloop, uvloop)
        ),
        "multiprocessing.process": lambda processes: enter(children.of_multiprocessing(processes)),
        "time_machine": lambda time_machine: enter(travel.patches(time_machine, replacements)),
    }


def _replacements(clocks: Clocks, waits: Waits, sends: Iterable[Method]) -> list[Replacement]:
    travel.load_first()
    functions = clocks.functions() | waits.functions()
    if not is_possible():
        return [NamedFunction(*pair) for pair in functions.items()]
    of_waits, of_clocks = list(waits.methods()), clocks.methods()
    return [
        *(SwappedFunction(*pair) for pair in functions.items()),
        *(SwappedMethod(*method) for method in (*of_waits, *sends)),
        *(SwappedMethod(owner, name, classmethod(stand_in)) for owner, name, stand_in in of_clocks),
        # What is kept where nobody finds it calls the code.
        *(SwappedCode(*method) for method in of_clocks),
        *swapped_where_held([*of_waits, *of_clocks]),
    ]


def _watched_sockets(sources: list[Source], callers: Callers) -> "Sockets | None":
    """Let sockets be looked at, where the system tells of them."""
    if sys.platform == "linux":
        from fakie.harness.forward.sockets import Sockets

        sockets = Sockets(callers)
        sources.append(sockets.at_work)
        return sockets
    return None
