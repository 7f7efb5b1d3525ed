"""One recorded exchange, whatever file it stood in."""

from collections.abc import Mapping

from msgspec import Struct

__all__ = ["RecordedExchange"]


class RecordedExchange(Struct, frozen=True):
    """A request and its answer as they were written down.

    `url` is absolute, with its query; header names are in lower case. A body is None where none was sent or kept.
    `at` is an ISO 8601 time or empty; `took` the seconds from then to the answer, None where `at` is when that had
    come; `in_order` tells that its file holds exchanges in the order of their recording. `origin` says where it stands,
    such as `traffic.har, entry 12`; `cut` tells that a body was shortened by whoever recorded it, `lost` why the
    answer's body is not there where its file says so.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes | None
    at: str = ""
    origin: str = ""
    cut: bool = False
    took: float | None = None
    in_order: bool = False
    lost: str = ""
