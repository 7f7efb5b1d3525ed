"""Which requests to a live upstream may cost, however they are spelled."""

import posixpath
from typing import Any
from urllib.parse import unquote

from fakie.core.http.messages import Request
from fakie.recorder.gate import PaidRequest
from fakie_schemas.recordings.bodies import json_value

_FREE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FREE_POSTS = frozenset(
    {
        "/api/file-base64-upload",
        "/api/file-stream-upload",
        "/api/file-url-upload",
        "/api/v1/common/download-url",
    }
)
# With these a request that looks free can be taken for another.
_DISGUISES = frozenset(
    {"x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"}
)
_CREATE = "/jobs/createtask"


def paid_request(request: Request, body: bytes) -> PaidRequest | None:
    """Give what stands at the gate when a request may cost; None when it is known to be free."""
    path = request.target.partition("?")[0]
    # Exactly so spelled: another spelling may be another endpoint.
    free = request.method in _FREE_METHODS or (request.method == "POST" and path in _FREE_POSTS)
    if free and not _DISGUISES & request.headers.keys():
        return None
    asked: Any = json_value(body)
    model = asked.get("model") if isinstance(asked, dict) else None
    creates = plain_path(path).endswith(_CREATE)
    return PaidRequest(request.method, path, creates, model if isinstance(model, str) else None, asked)


def plain_path(path: str) -> str:
    """Bring a path into one spelling: unquoted, lower case, without doubled slashes, dots, parameters and ends."""
    for _ in range(4):
        path = unquote(path)
    segments = [segment.partition(";")[0].strip() for segment in path.replace("\\", "/").lower().split("/")]
    return posixpath.normpath("/" + "/".join(segment for segment in segments if segment))
