"""The suite accuses no target that is right in an unusual way: how its JSON is written, and what it leaves open."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants.edits import Handle, drop, on_data, put, with_headers
from support.servers.broken import Door, Mutant, judged

_ENDS, _CALLED = ("success", "fail"), "callback::"
_TYPES = ('Application/JSON; Charset="utf-8"', "application/json")


def _answered(change: Callable[[Request, Response], Response]) -> Handle:
    """Change how the API's answers are sent."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        return change(request, response) if request.path.startswith("/api/") else response

    return handle


def _written(write: Callable[[Any], str]) -> Handle:
    return _answered(lambda _, response: replace(response, body=write(json.loads(response.body)).encode()))


def _sent(write: Callable[[Any], str]) -> Callable[[Outgoing], list[Outgoing]]:
    return lambda outgoing: [replace(outgoing, body=write(json.loads(outgoing.body)).encode())]


def _reversed(value: Any) -> Any:
    return {key: _reversed(value[key]) for key in list(value)[::-1]} if isinstance(value, dict) else value


def _backwards(value: Any) -> str:
    return " \n" + json.dumps(_reversed(value), indent=1) + "\r\n"


def _slashes(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("/", "\\/")


def _typed(told: str) -> Callable[[Request, Response], Response]:
    return lambda _, response: with_headers(response, Content_Type=told)


def _in_gzip(request: Request, response: Response) -> Response:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    return replace(
        response, body=gzip.compress(response.body), headers=(*response.headers, ("Content-Encoding", "gzip"))
    )


def _more_headers(_: Request, response: Response) -> Response:
    more = ("Set-Cookie", "a=b; Path=/"), ("Set-Cookie", "c=d"), ("X-Request-Id", "f" * 32), ("Vary", "Accept")
    return replace(response, headers=(*response.headers, *more))


def _file_as(told: str) -> Handle:
    """Send files as of this type; empty: as of none."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if not request.path.startswith("/results/"):
            return response
        return with_headers(response, Content_Type=told) if told else replace(response, headers=())

    return handle


_UNSAID = ("application/octet-stream", "Binary/Octet-Stream; charset=binary", "")
_UNUSUAL = (
    *(Mutant(f"a file of {told or 'no'} type", "life::success", handle=_file_as(told)) for told in _UNSAID),
    Mutant("keys backwards, over several lines", "life::", handle=_written(_backwards)),
    Mutant("slashes escaped", "life::", handle=_written(_slashes)),
    *(Mutant(told, "code-4", handle=_answered(_typed(told))) for told in _TYPES),
    Mutant("gzip where it is taken", "api::credit", handle=_answered(_in_gzip)),
    Mutant("more headers", "api::credit", handle=_answered(_more_headers)),
    Mutant("no time on failure", _CALLED, handle=on_data(put(costTime=None, completeTime=None), "fail")),
    Mutant("nothing of credits", _CALLED, handle=on_data(drop("creditsConsumed"), *_ENDS)),
    Mutant("credits left open", _CALLED, handle=on_data(put(creditsConsumed=None), "fail")),
    Mutant("updateTime and progress left open", "life::", handle=on_data(put(updateTime=None, progress=None), *_ENDS)),
    Mutant("a callback backwards", _CALLED, outgoing=_sent(_backwards)),
    Mutant("a callback with slashes escaped", _CALLED, outgoing=_sent(_slashes)),
)


@pytest.mark.parametrize("mutant", _UNUSUAL, ids=[one.name.replace(" ", "-") for one in _UNUSUAL])
def test_what_is_right_is_not_accused(mutant: Mutant, tmp_path: Path) -> None:
    """None of the cases that look at it has a finding."""
    found = [finding.text() for result in judged(mutant, tmp_path, likely_alone=True) for finding in result.findings]
    assert found == []
