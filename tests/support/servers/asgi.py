"""An ASGI receiver's answer, and what it saw."""

from typing import Any

Seen = list[dict[str, Any]]


async def answer_call(scope: Any, receive: Any, send: Any, seen: Seen) -> None:
    body = b""
    while True:
        part = await receive()
        body += part["body"]
        if not part["more_body"]:
            break
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    where = {name: scope[name] for name in ("scheme", "path", "query_string")}
    seen.append({**where, "host": headers["host"], "client": scope["client"][0], "body": body, "state": scope["state"]})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
