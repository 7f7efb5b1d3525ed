"""One HTTP/1.1 connection without a socket: bytes of a client in, bytes of the door's answers out."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from os import getpid
from time import sleep

from fakie.adapters.reach.claims import Claim
from fakie.adapters.reach.refusals import CallRefusedError, refused_copy, refused_path
from fakie.adapters.reach.steps import HungUp, Pause, Step, steps_of
from fakie.adapters.wire.answers import GO_AHEAD
from fakie.adapters.wire.coming import Inbound
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, without_host
from fakie.core.ports import Door


class Line:
    """The client's end of a connection to a door, read within `limits`; `noted` hears of a refusal.

    `heads` reads the headers of all lines to it. `process` is the one that the door answers in.
    """

    def __init__(
        self,
        door: Door,
        claim: Claim,
        limits: Limits,
        heads: Heads,
        noted: Callable[[CallRefusedError], CallRefusedError],
        process: int,
    ) -> None:
        self._door = door
        self._claim = claim
        self._noted = noted
        self._process = process
        self._inbox = Inbox(limits, "127.0.0.1", heads=heads)
        self._steps: deque[Step] = deque()

    def send(self, data: bytes) -> None:
        """Take what the client sends; a whole request is answered at once. Raises CallRefusedError for a wrong path."""
        inbox = self._inbox
        if inbox.over:
            return
        inbox.feed(data)
        while inbox.waiting:
            inbox.advance()
            while inbox.ready:
                self._steps += self._answer(inbox.ready.popleft())
        if inbox.go_ahead_awaited:
            inbox.go_ahead_awaited = False
            self._steps.append(GO_AHEAD)

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
        return self._up_to(limit, step)

    def read(self, limit: int, timeout: float | None) -> bytes:
        """Do so, and sleep in this thread; skipped when the test is fast-forwarded."""
        step = self._steps[0] if self._steps else None
        if isinstance(step, bytes):
            # Mostly the answer is there, and nothing is slept for.
            self._steps.popleft()
            return self._up_to(limit, step)
        reading = self.reading(limit, timeout)
        try:
            while True:
                sleep(next(reading))
        except StopIteration as end:
            return bytes(end.value)

    def _up_to(self, limit: int, step: bytes) -> bytes:
        """Return so much of what was taken, and put back the rest."""
        if len(step) > limit:
            self._steps.appendleft(step[limit:])
        return step[:limit]

    def _answer(self, inbound: Inbound) -> Sequence[Step]:
        request = inbound.request
        try:
            return steps_of(inbound, self._door.handle(request if request.fault else self._claimed(request)))
        finally:
            request.body.close()

    def _claimed(self, request: Request) -> Request:
        """Return the request as the door knows it: below its own root, and with no host of somebody else's."""
        if getpid() != self._process:
            raise self._noted(refused_copy(self._claim.host))
        headers = request.headers.hostless
        sent = request.target
        path = without_host(sent)
        target = self._claim.target(path if path.startswith("/") else "/")
        if target is None:
            raise self._noted(refused_path(self._claim.host, sent, self._claim.below))
        if target == sent:
            return request.with_headers(headers)
        own = Request.of(request.method, target, headers=headers)
        return own.replaced(body=request.body, length=request.length)
