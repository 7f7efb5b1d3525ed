"""One HTTP/1.1 connection without a socket: bytes of a client in, bytes of the door's answers out."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import h11

from fakie.adapters.reach.claims import Claim
from fakie.adapters.reach.refusals import CallRefusedError, refused_path
from fakie.adapters.reach.spoiling import HungUp, Pause, Step, steps_of
from fakie.core.http.messages import Request
from fakie.core.ports import Door

_HEADER_BYTES = 256 * 1024
# What is more is not kept: no door reads as much, each refuses by the length.
_MOST_BODY_BYTES = 128 * 1024 * 1024
_BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Line:
    """The client's end of a connection to a door, whose own end is h11's; `noted` hears of a refusal."""

    def __init__(self, door: Door, claim: Claim, noted: Callable[[CallRefusedError], CallRefusedError]) -> None:
        self._door = door
        self._claim = claim
        self._noted = noted
        self._server = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEADER_BYTES)
        self._asked: h11.Request | None = None
        self._body = bytearray()
        self._size = 0
        self._steps: deque[Step] = deque()

    def send(self, data: bytes) -> None:
        """Take what the client sends; a whole request is answered at once. Raises CallRefusedError for a wrong path."""
        try:
            self._server.receive_data(data)
            self._steps += self._answers()
        except h11.RemoteProtocolError:
            self._steps += [_BAD, HungUp()]

    def next_step(self) -> Step | None:
        """Take what comes next: bytes, a pause, or the end; None: nothing until the client sends more."""
        if not self._steps:
            return None
        return self._steps[0] if isinstance(self._steps[0], HungUp) else self._steps.popleft()

    def reading(self, limit: int, timeout: float | None) -> Generator[float, None, bytes]:
        """Yield each time the seconds to sleep, and return up to `limit` bytes, none at the end.

        Raises TimeoutError when nothing comes within `timeout` seconds (None: for ever), and a reset's error.
        """
        while not isinstance(step := self.next_step(), bytes):
            if isinstance(step, HungUp):
                if step.error:
                    raise step.error
                return b""
            pause = step or Pause()
            if timeout is not None and pause.seconds > timeout:
                yield timeout
                self._steps.appendleft(Pause(pause.seconds - timeout))
                raise TimeoutError("timed out")
            yield pause.seconds
            timeout = None if timeout is None else timeout - pause.seconds
            if step is None:
                self._steps.append(HungUp())
        if len(step) > limit:
            self._steps.appendleft(step[limit:])
        return step[:limit]

    def read(self, limit: int, timeout: float | None) -> bytes:
        """Do so, and sleep in this thread; skipped when the test is fast-forwarded."""
        reading = self.reading(limit, timeout)
        try:
            while True:
                time.sleep(next(reading))
        except StopIteration as end:
            return bytes(end.value)

    def _answers(self) -> Iterator[Step]:
        while (event := self._server.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Request):
                self._asked, self._body, self._size = event, bytearray(), 0
            elif isinstance(event, h11.Data):
                self._size += len(event.data)
                if self._size <= _MOST_BODY_BYTES:
                    self._body += event.data
            elif isinstance(event, h11.EndOfMessage) and self._asked:
                yield from self._answer(self._asked)
            else:
                return
        if self._server.they_are_waiting_for_100_continue:
            yield self._server.send(h11.InformationalResponse(status_code=100, headers=[])) or b""

    def _answer(self, asked: h11.Request) -> Iterator[Step]:
        answer = self._door.handle(self._request(asked))
        yield from steps_of(self._server, answer)
        if self._server.our_state is h11.DONE:
            self._server.start_next_cycle()
        else:
            yield HungUp()

    def _request(self, asked: h11.Request) -> Request:
        headers: dict[str, str] = {}
        for name, value in asked.headers:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        # It names the vendor's host, which was answered without a port: nobody else can be asking.
        headers.pop("host", None)
        target = asked.target.decode("latin-1")
        request = Request.of(asked.method.decode("ascii"), self._own(target), bytes(self._body), headers)
        return replace(request, length=self._size)

    def _own(self, sent: str) -> str:
        # A client of a proxy sends the whole URL.
        start = sent.find("/", sent.find("://") + 3) if not sent.startswith("/") else 0
        target = self._claim.target(sent[start:] if start >= 0 else "/")
        if target is None:
            raise self._noted(refused_path(self._claim.host, sent, self._claim.below))
        return target
