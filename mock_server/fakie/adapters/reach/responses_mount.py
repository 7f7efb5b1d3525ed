"""Mounts a door in a user's own `responses.RequestsMock`, which then answers by it."""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ProtocolError

from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.http_client import Idle, LineSocket
from fakie.adapters.reach.reach import Reach
from fakie.adapters.wire.limits import Limits
from fakie.core.ports import Door


def mount(door: Door, mock: responses.RequestsMock, base: str, large_bodies: Mapping[str, int]) -> None:
    """Answer calls to the vendor's hosts, and below `base`, by a door wherever this mock is active.

    `large_bodies` are the paths that take larger ones, and how many bytes each.
    """
    mock.add(MountedAnswer(Reach(door, Claims.of([base]), Limits(large_bodies=large_bodies))))


class MountedAnswer(responses.BaseResponse):
    """Matches every method and path of the hosts that a door answers."""

    def __init__(self, reach: Reach) -> None:
        super().__init__("*", "https://api.kie.ai/")
        self._reach = reach

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Tell whether the door answers the host."""
        return self._reach.answers(*_place(request)), "the fake does not answer this host"

    def get_response(self, request: requests.PreparedRequest) -> Any:
        """Return the door's answer as urllib3 reads it; its errors are those of requests."""
        connection = HTTPConnection(_place(request)[0], timeout=_patience(request))
        connection.sock = LineSocket(self._reach, self._reach.line(*_place(request)), Idle(), connection.timeout)
        try:
            connection.request(
                str(request.method),
                request.path_url,
                body=request.body,
                headers=dict(request.headers),
                chunked=bool(request.body) and "Content-Length" not in request.headers,
                preload_content=False,
                decode_content=False,
            )
            return connection.getresponse()
        except TimeoutError as error:
            raise requests.ReadTimeout(f"read timed out (read timeout={_patience(request)})") from error
        except (OSError, HTTPException) as error:
            raise requests.ConnectionError(ProtocolError("Connection aborted.", error)) from error


def _place(request: requests.PreparedRequest) -> tuple[str, int | None]:
    parts = urlsplit(str(request.url))
    return parts.hostname or "", parts.port


def _patience(request: requests.PreparedRequest) -> float | None:
    # `responses` keeps there what the adapter was called with.
    timeout = getattr(request, "req_kwargs", {}).get("timeout")
    read: float | None = timeout[-1] if isinstance(timeout, tuple) else timeout
    return read
