"""Ways to make a fault: change an answer of one endpoint, or what one endpoint is asked."""

import io
import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from fakie.core.accounts import Account, handle_of
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.servers.broken import Door, edited

CREATE = "/api/v1/jobs/createTask"
RECORD = "/api/v1/jobs/recordInfo"
CREDIT = "/api/v1/chat/credit"
Handle = Callable[[Door, Request, Service], Response]
Change = Callable[[dict[str, Any]], Any]


def on_answer(path: str, change: Change, when: int | None = None, status: int | None = None) -> Handle:
    """Change the JSON of the answers of one path (`*`: all), of those with the code `when` alone."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if path not in ("*", request.path) or request.path.startswith("/results"):
            return response
        if when is not None and json.loads(response.body)["code"] != when:
            return response
        return edited(response, change, status)

    return handle


def on_data(change: Change, *states: str) -> Handle:
    """Change `data` of recordInfo, for tasks in one of these states."""

    def apply(body: dict[str, Any]) -> None:
        if isinstance(body.get("data"), dict) and body["data"]["state"] in states:
            change(body["data"])

    return on_answer(RECORD, apply)


def on_file(change: Callable[[Response], Response]) -> Handle:
    """Change what comes where a result lies."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        return change(response) if request.path.startswith("/results/") else response

    return handle


def in_result(change: Change) -> Change:
    """Change the result within the data of a record, in both of its forms."""

    def apply(data: dict[str, Any]) -> None:
        result = json.loads(data["resultJson"])
        change(result)
        data["resultJson"], data["response"] = json.dumps(result), result

    return apply


def moved_by(name: str, milliseconds: int) -> Change:
    """Move a time."""
    return lambda data: data.update({name: data[name] + milliseconds})


def on_body(change: Change) -> Handle:
    """Change createTask's body, where it is a JSON object, before the fake sees it."""
    return on_sent(CREATE, change)


def on_sent(path: str, change: Change) -> Handle:
    """Change the body that a path is asked with, where it is a JSON object, before the fake sees it."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        if request.path != path or request.length is None:
            return door(request)
        content = request.body.read(request.length)
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        if isinstance(body, dict):
            change(body)
            content = json.dumps(body).encode()
        return door(request.replaced(body=io.BytesIO(content), length=len(content)))

    return handle


def with_headers(response: Response, **headers: str) -> Response:
    """Return a response with other headers."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(response, headers=tuple(changed.items()))


def put(**values: Any) -> Change:
    """Set keys."""
    return lambda body: body.update(values)


def drop(name: str) -> Change:
    """Remove a key."""
    return lambda body: body.pop(name, None)


def rename(old: str, new: str) -> Change:
    """Rename a key."""
    return lambda body: body.update({new: body.pop(old)}) if old in body else None


def account_of(request: Request, service: Service) -> Account | None:
    """Return the account of a request's key, if there is one."""
    return service.state.store.account(handle_of(request.headers.get("authorization", "").partition(" ")[2]))


def decoded(response: Response) -> dict[str, Any]:
    """Return an answer's JSON object; empty for what is none."""
    try:
        body = json.loads(response.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
