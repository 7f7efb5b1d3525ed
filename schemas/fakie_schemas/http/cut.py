"""Ending an exchange from another thread than the one that waits for its answer."""

import socket
import threading
from contextlib import suppress
from typing import Any


class Cut:
    """Cuts one exchange off, wherever it has come to, on a connection that it has for as long as it lasts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: Any = None
        self._is_made = False

    def make(self) -> None:
        """End the exchange: whoever waits for the other end hears that it has closed."""
        with self._lock:
            self._is_made = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def hold(self, connection: Any) -> None:
        """Remember the connection of the exchange; raises TimeoutError where it was cut off before."""
        with self._lock:
            self._socket = connection
            if self._is_made:
                raise TimeoutError("the exchange was cut off")

    def release(self) -> None:
        """Leave the connection alone from now on, for it may serve another exchange."""
        with self._lock:
            self._socket = None
