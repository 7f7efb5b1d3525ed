"""The alarm: it says that an event waits which is due before all others."""

import threading
from collections.abc import Callable


class Alarm(threading.Event):
    """An event of the threading module that somebody waits for, or a call of whoever listens instead."""

    def __init__(self) -> None:
        super().__init__()
        self._listener: Callable[[], None] | None = None

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Call `listener` from now on, in the thread that sets the alarm; None: nobody listens."""
        self._listener = listener

    def set(self) -> None:
        """Wake whoever waits, or call whoever listens."""
        listener = self._listener
        if listener is None:
            super().set()
        else:
            listener()
