"""The fake that a shared server speaks for."""

import threading

from fakie.core.http.messages import Request, Response
from fakie.harness.fake import Fake


class CurrentFake:
    """The fake that a shared server speaks for just now; a request between two tests is refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fake: Fake | None = None

    def set(self, fake: Fake | None) -> None:
        """Speak for this fake from now on."""
        with self._lock:
            self._fake = fake

    def handle(self, request: Request) -> Response:
        """Pass a request on to it."""
        fake = self._fake
        if fake is None:
            return Response(503, (("Content-Type", "text/plain"),), b"no test is running")
        return fake.handle(request)
