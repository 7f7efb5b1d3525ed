"""The fake that a shared server speaks for."""

import logging
from http import HTTPStatus

from fakie.core.http.messages import Request, Response
from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import BusyLoopError, CaughtStopError, EndlessLoopError

_log = logging.getLogger("fakie")
_TEXT = (("Content-Type", "text/plain"),)


class CurrentFake:
    """The fake that a shared server speaks for just now; a request between two tests is refused."""

    def __init__(self) -> None:
        # Whom it speaks for from now on.
        self.fake: Fake | None = None
        # Of whose client it was said that it does not end.
        self._told: Fake | None = None

    def handle(self, request: Request) -> Response:
        """Pass a request on to it."""
        fake = self.fake
        if fake is None:
            return Response(503, _TEXT, b"no test is running")
        try:
            return fake.handle(request)
        except (BusyLoopError, EndlessLoopError, CaughtStopError) as stop:
            # Raised in the server's thread, it would stop nobody's loop.
            if self._told is not fake:
                self._told = fake
                _log.error("%s", stop)
            return Response(HTTPStatus.LOOP_DETECTED, _TEXT, f"fakie: {stop}".encode())
