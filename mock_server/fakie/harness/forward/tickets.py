"""One wait of one thread, as the others see it."""

import threading
from collections.abc import Callable

NEVER = float("inf")


def not_yet() -> bool:
    """Say of a wait that what it waits for has not happened."""
    return False


def no_later() -> None:
    """Say of a wait that its moment counts."""
    return


class Ticket:
    """One wait of one thread: until a moment, or until `stirred` says that what it waits for has happened.

    Of one that `takes` it nobody can say so once it is taken, and until the thread's next step: it waits for certain
    if it has looked in vain since all others wait. `idle_until` says whether nothing happens at its moment, and until
    which one: time may move past it that far.
    """

    def __init__(
        self,
        moment: float,
        stirred: Callable[[], bool],
        *,
        takes: bool = False,
        idle_until: Callable[[], float | None] = no_later,
    ) -> None:
        self.thread = threading.current_thread()
        self.moment = moment
        self.stirred = stirred
        self._idle_until = idle_until
        self._takes = takes
        self._begun = self._vain = 0
        self._due: tuple[int, int] | None = None

    @property
    def due(self) -> float:
        """The moment at which something happens."""
        idle_until = self._idle_until()
        return self.moment if idle_until is None else max(self.moment, idle_until)

    @property
    def is_idle(self) -> bool:
        """Whether nothing happens at its moment."""
        return self.due > self.moment

    @property
    def looks(self) -> bool:
        """Whether its thread waits for something here, and does not only pass by."""
        return self._begun > 0

    def look(self, ready: Callable[[float], bool], pause: float) -> bool:
        """Look by `ready` whether it has happened."""
        self._begun = number = self._begun + 1
        found = ready(pause)
        if not found:
            self._vain = number
        return found

    def wakes(self) -> bool:
        """Tell another thread whether what it waits for has happened, or may have."""
        try:
            return self.stirred()
        except Exception:  # noqa: BLE001 - such as that of a closed socket: its own thread meets it by its next look
            return True

    def forget(self) -> None:
        """Hear that not all others wait."""
        self._due = None

    def waits_for_certain(self, waits: int) -> bool:
        """Tell whether a look was in vain that began after this was asked, with so many waits begun until then."""
        if not self._takes or self.thread is threading.current_thread():
            return True
        if self._due is None or self._due[0] != waits:
            self._due = waits, self._begun + 1
        return self._vain >= self._due[1]
