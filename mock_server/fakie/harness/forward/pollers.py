"""Events of a poller: as the thread takes them that waits for it, and as others see them."""

import select
import threading
from collections.abc import Callable
from typing import Any, Protocol

from fakie.harness.forward import real

# Asks a poller for its events, with the real seconds that it may wait.
Take = Callable[[float], list[Any]]


class PolledEvents(Protocol):
    """The events that one call of a poller waits for."""

    def found(self, pause: float) -> list[Any]:
        """Take them, after a wait of so many real seconds at most."""

    def stirred(self) -> bool:
        """Tell other threads whether there are any; also of those just taken, until their thread has gone on."""

    def leave(self) -> None:
        """Hear that the call asks no more by `found`: from now on its thread has the poller for itself."""


def events_of(poller: Any, take: Take) -> PolledEvents:
    """Return the events of a call that takes them by `take`."""
    return _ByDescriptor(poller, take) if hasattr(poller, "fileno") else _InTurns(take)


class _ByDescriptor:
    """Those of a poller with a descriptor, which is itself waited for and looked at.

    An event of a one-shot registration, as trio makes them, is there no more once it is taken.
    """

    def __init__(self, poller: Any, take: Take) -> None:
        self._take = take
        # Each is for one thread at once.
        self._own, self._of_others = _readable(poller), _readable(poller)
        self._is_taken = False

    def found(self, pause: float) -> list[Any]:
        if not self._own(pause):
            return []
        self._is_taken = True
        found = self._take(0.0)
        self._is_taken = bool(found)
        return found

    def stirred(self) -> bool:
        return self._is_taken or self._of_others(0.0)

    def leave(self) -> None:
        """Do nothing: a descriptor may be asked by many at once."""


class _InTurns:
    """Those of a poller that one thread at a time may ask; none is taken away by that.

    Whoever has seen the call may look late, when its thread already asks anew.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._turns = threading.Lock()
        self._is_left = False

    def found(self, pause: float) -> list[Any]:
        if pause:
            real.sleep(pause)
        with self._turns:
            return self._take(0.0)

    def stirred(self) -> bool:
        with self._turns:
            return self._is_left or bool(self._take(0.0))

    def leave(self) -> None:
        with self._turns:
            self._is_left = True


def _readable(poller: Any) -> Callable[[float], bool]:
    look = select.poll()
    look.register(poller.fileno(), select.POLLIN)
    return lambda pause: bool(real.poll(look, pause * 1000))
