"""The way to the pages: whoever never asks for one does not wait for them when a fake starts."""

import threading
from typing import TYPE_CHECKING

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service

if TYPE_CHECKING:
    from fakie.adapters.ui.ui import Ui


class UiDoor:
    """A `Door` to the pages of a service, which are made for the first who asks."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._making = threading.Lock()
        self._ui: Ui | None = None

    @property
    def pages(self) -> "Ui":
        """The pages."""
        with self._making:
            if self._ui is None:
                from fakie.adapters.ui.ui import Ui

                self._ui = Ui(self._service)
            return self._ui

    def handle(self, request: Request) -> Response:
        """Answer one request to a page, its files or its events."""
        return self.pages.handle(request)
