"""Real time: events are carried out when they become due, in a thread of their own or in the loop of a server."""

import asyncio
import logging
import threading
from time import perf_counter

from fakie.adapters.rarely import Rarely
from fakie.core.ports import StoreUnwritableError
from fakie.core.service import Service

# How much later (seconds) than its moment an event may be carried out.
_GATHER_SECONDS = 0.005
# One event waits for its account as long as a store is patient, and for a disk as long as that takes.
_STOP_SECONDS = 2.0
# So long requests wait for events, however many are due.
_TURN_SECONDS = 0.002
_log = logging.getLogger("fakie")


class _Looks:
    """The looks at a service's agenda, until it is stopped.

    The next one is at most `longest` seconds away: nobody tells of a clock that was set, or a machine that slept.
    """

    longest = 10.0

    def __init__(self, service: Service) -> None:
        self._service = service
        self._unwritten = Rarely(
            "what is due waits, for it could not be written down, looked at in vain %d times more: %s"
        )
        self.stopped = False

    def _look(self, until: float | None = None) -> float | None:
        """Carry out what is due, or what can be begun `until` a moment; return the seconds to the next look."""
        try:
            wait = self._service.run_due(lambda: self.stopped or (until is not None and perf_counter() > until))
            return None if wait is None else min(wait, self.longest)
        except StoreUnwritableError as error:
            self._unwritten.say(error)
        except Exception:  # noqa: BLE001 - one bad event must not end all callbacks
            _log.exception("an event could not be carried out")
        return 1.0


class Ticker(_Looks):
    """Keeps a service's agenda by the system's clock, in a thread of its own."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._pause = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakie-ticker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once the event in work is done, or after two seconds without it: it stays due, where a store is kept."""
        self.stopped = True
        self._pause.set()
        self._service.state.alarm.set()
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            _tell_left()

    def _run(self) -> None:
        alarm = self._service.state.alarm
        while True:
            alarm.clear()
            # Only now: of a stop before it, nobody would wake the wait below.
            if self.stopped:
                return
            alarm.wait(self._look())
            # Requests come in bursts, and one look serves many.
            self._pause.wait(_GATHER_SECONDS)


class LoopTicker(_Looks):
    """Keeps a service's agenda in the loop that answers its requests.

    A thread that wants to go on, too, would be woken at each of the loop's calls of the system, only to find that the
    loop has gone on before it; that cost a busy server a third of its time.
    """

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(service)
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        # The moment, on the loop's clock, of the next look.
        self._next = 0.0
        self._rung = False
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin."""
        self._service.state.alarm.listen(self._hear)
        self._hear()

    def stop(self) -> None:
        """End, once the event in work is done, or after two seconds without it: it stays due, where a store is kept."""
        self.stopped = True
        self._service.state.alarm.listen(None)
        self._loop.call_soon_threadsafe(self._end)
        if not self._ended.wait(_STOP_SECONDS):
            _tell_left()

    def _hear(self) -> None:
        """Hear of an event that is before all others, in whichever thread it was planned."""
        if not self._rung:
            self._rung = True
            self._loop.call_soon_threadsafe(self._soon)

    def _soon(self) -> None:
        self._rung = False
        # Requests come in bursts, and one look serves many.
        self._set(_GATHER_SECONDS)

    def _set(self, seconds: float) -> None:
        """Look in so many seconds, or as soon as was to be done before."""
        moment = self._loop.time() + seconds
        if self._timer is not None:
            if self._next <= moment:
                return
            self._timer.cancel()
        self._next = moment
        self._timer = None if self.stopped else self._loop.call_later(seconds, self._turn)

    def _turn(self) -> None:
        self._timer = None
        until = perf_counter() + _TURN_SECONDS
        wait = self._look(until)
        if wait is not None:
            self._set(wait + _GATHER_SECONDS)
        elif perf_counter() > until:
            # There may be more; whoever waits for an answer goes before it.
            self._set(0)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._ended.set()


def ticking(service: Service, loop: asyncio.AbstractEventLoop | None) -> Ticker | LoopTicker:
    """Return what keeps a service's agenda: a loop, where one is given, or a thread."""
    return LoopTicker(service, loop) if loop else Ticker(service)


def _tell_left() -> None:
    _log.warning("an event in work has not ended within %g s, and is left", _STOP_SECONDS)
