"""Faults of the links to files."""

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import on_answer, put
from support.servers.broken import Door, Mutant

_LINK = "/api/v1/common/download-url"
_MADE = {"code": 200, "msg": "success", "data": "http://127.0.0.1:9/a.mp3"}


def _without_key(door: Door, request: Request, _: Service) -> Response:
    if request.path == _LINK:
        request = request.replaced(headers=Headers({**request.headers, "authorization": "Bearer the-key"}))
    return door(request)


LINKS = (
    Mutant("a link for any URL", "download-url::foreign", handle=on_answer(_LINK, put(**_MADE), 422)),
    Mutant("a link for anybody", "download-url::without-key", handle=_without_key),
    Mutant("another code for a wrong URL", "download-url::foreign", handle=on_answer(_LINK, put(code=400), 422)),
    Mutant("no link to a result", "life::success", handle=on_answer(_LINK, put(code=422, data=None), 200)),
    Mutant(
        "a link in an object",
        "life::success",
        handle=on_answer(_LINK, lambda body: body.update(data={"url": "x"}), 200),
    ),
    Mutant(
        "a link to another file",
        "life::success",
        handle=on_answer(_LINK, lambda body: body.update(data=body["data"] + "x"), 200),
    ),
)
