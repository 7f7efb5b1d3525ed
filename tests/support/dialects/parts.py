"""What every dialect writes of an exchange."""

import base64
import json

from support.recordings import Exchange, whole


def sent(one: Exchange) -> str:
    """The request's body as text; empty when there is none."""
    return "" if one["request"]["body"] is None else json.dumps(one["request"]["body"])


def came(one: Exchange) -> str:
    """The answer's body as text."""
    body = one["response"]["body"]
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def url(one: Exchange) -> str:
    """The absolute URL."""
    return str(whole(one)["request"]["url"])


def b64(text: str) -> str:
    """Base64 of a text."""
    return base64.b64encode(text.encode()).decode()


def kind(one: Exchange) -> str:
    """The answer's content type."""
    return str(one["response"]["headers"].get("content-type", ""))
