"""Real time: a thread that carries out events when they become due."""

import logging
import threading

from fakie.core.ports import StoreUnwritableError
from fakie.core.service import Service

# How much later (seconds) than its moment an event may be carried out.
_GATHER_SECONDS = 0.005
# One event waits for its account as long as a store is patient, and for a disk as long as that takes.
_STOP_SECONDS = 2.0
_log = logging.getLogger("fakie")


class Ticker:
    """Keeps a service's agenda by the system's clock."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = False
        self._pause = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakie-ticker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once the event in work is done, or after two seconds without it: it stays due, where a store is kept."""
        self._stopped = True
        self._pause.set()
        self._service.state.alarm.set()
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            _log.warning("an event in work has not ended within %g s, and is left", _STOP_SECONDS)

    def _run(self) -> None:
        alarm = self._service.state.alarm
        while True:
            alarm.clear()
            # Only now: of a stop before it, nobody would wake the wait below.
            if self._stopped:
                return
            try:
                wait = self._service.run_due(lambda: self._stopped)
            except StoreUnwritableError as error:
                _log.warning("an event waits, for it could not be written down: %s", error)
                wait = 1.0
            except Exception:  # noqa: BLE001 - one bad event must not end all callbacks
                _log.exception("an event could not be carried out")
                wait = 1.0
            # Threads cannot wait for longer; what is due after three hundred years is looked at anew then.
            alarm.wait(None if wait is None else min(wait, threading.TIMEOUT_MAX))
            # Requests come in bursts, and one look serves many.
            self._pause.wait(_GATHER_SECONDS)
