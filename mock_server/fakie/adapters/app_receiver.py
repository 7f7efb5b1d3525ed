"""Callbacks delivered into an app of this process, WSGI or ASGI, without a port."""

import sysconfig
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from fakie.adapters.apps.asgi_app import AsgiApp
from fakie.adapters.apps.beside_loop import beside_loop, loop_here
from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.client_app import ClientApp, is_client
from fakie.adapters.apps.kind import kind_of
from fakie.adapters.apps.said import AppAnswer, words_of
from fakie.adapters.apps.wsgi_app import WsgiApp
from fakie.core.clock import Now
from fakie.core.ports import Delivered, Outgoing

_PLAIN = CalledAt()
Limited = Callable[[float], AbstractContextManager[None]]


def no_limit(_seconds: float) -> AbstractContextManager[None]:
    """Let waits take as long as they take."""
    return nullcontext()


class AppReceiver:
    """A `Sender` that calls a webhook receiver's app, or a client of one that runs, and reports what it answered.

    The app sees the callback's own URL, or the one of `called`. An app that raises has not taken the callback; the
    error is the delivery's. `now` is the clock by which an answer is late; in a block that `limited` makes, this
    thread's waits end after some seconds. Raises WrongOrderError for what is no app.
    """

    def __init__(
        self, app: Any, called: CalledAt = _PLAIN, now: Now = time.monotonic, limited: Limited = no_limit
    ) -> None:
        self._app = _callable(app, called, now)
        self._called = called
        self._limited = limited
        self._hosts_taken: set[str] = set()

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Deliver at once, but beside an event loop that waits; an answer after the sender's patience is none."""
        if not isinstance(self._app, WsgiApp) and self._app.post_later(
            outgoing, lambda future: done(self._delivered(outgoing, future.result))
        ):
            return

        def deliver() -> None:
            done(self._delivered(outgoing, lambda: self.post(outgoing)))

        if loop_here() == "waiting":
            # It goes on: the app may need it.
            threading.Thread(target=deliver, name="fakie-receiver", daemon=True).start()
        else:
            deliver()

    def _delivered(self, outgoing: Outgoing, answer: Callable[[], AppAnswer]) -> Delivered:
        try:
            answered = answer()
        except Exception as error:  # noqa: BLE001 - whatever the app raises is its answer
            return Delivered(None, f"{type(error).__name__}: {error}{place_of(error)}")
        if answered.seconds > outgoing.timeout:
            return Delivered(None, f"no answer within {outgoing.timeout:g} s; it took {answered.seconds:.1f} s")
        said = words_of(answered.status, answered.headers, answered.body)
        return Delivered(answered.status, self.refusal(outgoing, answered.status) or None, said)

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> AppAnswer:
        """Call the app and return its answer; raises what the app raises."""

        def call() -> AppAnswer:
            with self._limited(outgoing.timeout):
                return self._app.post(outgoing, slowly=slowly)

        return beside_loop(call).result()

    def refusal(self, outgoing: Outgoing, status: int) -> str:
        """Say what may be behind a refusal of the call, or return an empty text.

        It is not the host where the app has taken another call of the same one.
        """
        host = self._called.target(outgoing).host
        if 200 <= status < 300:
            self._hosts_taken.add(host)
        return "" if host in self._hosts_taken else self._called.refusal(status, host)

    def needs_this_loop(self) -> bool:
        """Tell whether the app answers in the event loop that runs by this thread: who blocks it waits in vain."""
        return isinstance(self._app, ClientApp) and self._app.runs_here()

    def close(self) -> None:
        """Shut the app down, if it is one that is started."""
        self._app.close()


def _callable(app: Any, called: CalledAt, now: Now) -> WsgiApp | AsgiApp | ClientApp:
    if is_client(app):
        return ClientApp(app, called, now)
    kind = kind_of(app)
    return WsgiApp(app, called, now) if kind == "wsgi" else AsgiApp(app, called, now, version=int(kind[-1]))


def place_of(error: BaseException) -> str:
    """Return the file and line of a user's code at which an error arose, as the end of a message, or nothing."""
    frames = list(walk_tb(error.__traceback__))
    # Our own errors say where by themselves.
    if not frames or _is_ours(frames[-1][0]):
        return ""
    written = (each for each in reversed(frames) if not each[0].f_code.co_filename.startswith(_LIBRARIES))
    frame, line = next((each for each in written if not _is_ours(each[0])), frames[-1])
    name = frame.f_code.co_filename
    # A future tells of some errors without where they came from.
    return "" if name.startswith(_FROZEN) or name == _FUTURES else f" ({Path(name).name}:{line})"


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("fakie.")


# The standard library's own start is part of the interpreter: no file that anybody could open.
_FROZEN = "<frozen "
_FUTURES = Future.result.__code__.co_filename
_LIBRARIES = (_FROZEN, *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))
