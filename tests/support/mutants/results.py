"""Faults in what a task results in: the bytes of its files, whose they are, and how many."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from fakie.adapters.media_making import png, wav
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import Handle, on_data, on_file
from support.servers.broken import Door, Mutant

_PAGE = b"<!DOCTYPE html><html><body>The file has expired.</body></html>"
_SEVERAL = "qwen/image-edit"


def _bytes(content: bytes) -> Handle:
    return on_file(lambda response: replace(response, body=content))


def _page_of_no_type(response: Response) -> Response:
    return replace(response, body=_PAGE, headers=())


def _picture_of_no_type(response: Response) -> Response:
    return replace(response, body=png(8, 8), headers=(("Content-Type", "application/octet-stream"),))


def _broken_off(response: Response) -> Response:
    return replace(response, body=response.body[: len(response.body) * 3 // 4])


def _with_key() -> Handle:
    """Tell in a header of each file which key was used last."""
    used: list[str] = []

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if request.path.startswith("/results/"):
            return replace(response, headers=(*response.headers, ("X-Made-By", used[-1])))
        used.extend(filter(None, [request.headers.get("authorization")]))
        return response

    return handle


def _second(change: Callable[[Response], Response]) -> Handle:
    asked: set[str] = set()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        again = request.path in asked
        if request.path.startswith("/results/"):
            asked.add(request.path)
        return change(response) if again else response

    return handle


def _urls(change: Callable[[list[str]], list[str]]) -> Handle:
    def apply(data: dict[str, Any]) -> None:
        result = json.loads(data["resultJson"])
        result["resultUrls"] = change(result["resultUrls"])
        data["resultJson"], data["response"] = json.dumps(result), result

    return on_data(apply, "success")


def _in_an_object() -> Handle:
    def apply(data: dict[str, Any]) -> None:
        result = {"resultObject": {"url": json.loads(data["resultJson"])["resultUrls"][0]}}
        data["resultJson"], data["response"] = json.dumps(result), result

    return on_data(apply, "success")


def _first_of_all() -> Handle:
    first: dict[str, list[str]] = {}

    # Each server has its own first.
    def same(urls: list[str]) -> list[str]:
        return first.setdefault(urlsplit(urls[0]).netloc, urls)

    return _urls(same)


def _picture() -> Handle:
    """Result in a picture, whatever the model makes."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        if request.path.startswith("/results/"):
            response = door(request.replaced(path=request.path.removesuffix(".png") + ".mp3"))
            headers = (("Content-Type", "image/png"),)
            return replace(response, body=png(8, 8), headers=headers)
        return renamed(door, request, service)

    renamed = _urls(lambda urls: [url.removesuffix(".mp3") + ".png" for url in urls])
    return handle


RESULTS = (
    Mutant("the result is a page, typed as sound", "life::success", handle=_bytes(_PAGE)),
    Mutant("the result is a page of no type", "life::success", handle=on_file(_page_of_no_type)),
    Mutant("the result is a picture of no type", "life::success", handle=on_file(_picture_of_no_type)),
    Mutant("the result is JSON, typed as sound", "life::success", handle=_bytes(b'{"code":404,"msg":"gone"}')),
    Mutant("the result is a picture, typed as sound", "life::success", handle=_bytes(png(8, 8))),
    Mutant("the result is of another format", "life::success", handle=_bytes(wav(0.1))),
    Mutant(
        "the result is noise after a head of sound", "life::success", handle=_bytes(b"\xff\xfb\x10\xc0" + bytes(900))
    ),
    Mutant("the result is noise", "life::success", handle=_bytes(bytes(range(128, 192)) * 9)),
    Mutant("the result breaks off", "life::success", "google/nano-banana", handle=on_file(_broken_off)),
    Mutant("the key with a file", "life::success", handle=_with_key()),
    Mutant("a picture from a model of sound", "life::success", handle=_picture()),
    Mutant(
        "another file at the second download",
        "life::success",
        handle=_second(lambda response: replace(response, body=response.body + b"\0")),
    ),
    Mutant(
        "no file at the second download",
        "life::success",
        handle=_second(lambda response: replace(response, status=404, body=b"")),
    ),
    Mutant("a file listed twice", "life::success", handle=_urls(lambda urls: urls * 2)),
    Mutant("an object where a file is made", "life::success", handle=_in_an_object()),
    Mutant("one result for all tasks", "life::at-once", handle=_first_of_all()),
    Mutant("one result where three are asked for", "life::number", _SEVERAL, handle=_urls(lambda urls: urls[:1])),
    Mutant("more results than asked for", "life::number", _SEVERAL, handle=_urls(lambda urls: [*urls, urls[0]])),
)
