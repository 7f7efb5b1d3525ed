"""The fake that a shared server speaks for."""

from fakie.core.http.messages import Request, Response
from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import CaughtStopError, EndlessLoopError


class CurrentFake:
    """The fake that a shared server speaks for just now; a request between two tests is refused."""

    def __init__(self) -> None:
        # Whom it speaks for from now on.
        self.fake: Fake | None = None

    def handle(self, request: Request) -> Response:
        """Pass a request on to it."""
        fake = self.fake
        if fake is None:
            return Response(503, (("Content-Type", "text/plain"),), b"no test is running")
        try:
            return fake.handle(request)
        except CaughtStopError as stop:
            # In the server's thread, which others need, it would stop nobody's loop.
            raise EndlessLoopError(str(stop)) from stop
