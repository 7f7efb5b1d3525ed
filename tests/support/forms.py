"""Multipart forms as clients send them."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from urllib3.filepost import encode_multipart_formdata

from support.clients.doors import KEY, Answer, Door

BASE64, STREAM, URL = (f"/api/file-{kind}-upload" for kind in ("base64", "stream", "url"))
DOWNLOAD_URL = "/api/v1/common/download-url"
PNG_TEXT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFCcSAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PNG = base64.b64decode(PNG_TEXT)
# What a base64 upload takes.
GOOD = {"base64Data": PNG_TEXT, "uploadPath": "images/test-uploads", "fileName": "test-base64.png"}
Part = tuple[str, Any]


def form(parts: Sequence[Part], headers: Mapping[str, str] = KEY) -> tuple[bytes, dict[str, str]]:
    """Write a form: a part is a name with a text, or with (file name, content) or (file name, content, type)."""
    body, content_type = encode_multipart_formdata(list(parts))
    return body, {**headers, "Content-Type": content_type}


def stream(door: Door, *parts: Part) -> Answer:
    """Upload a form by a door."""
    body, headers = form(parts)
    return door.ask("POST", STREAM, body, headers)


def put(door: Door, content: bytes, name: str, **headers: Any) -> Any:
    """Upload a file, and return what the answer says of it."""
    answer = stream(door, ("uploadPath", "in"), ("file", (name, content)))
    assert answer.situation == "file_uploaded", answer.body
    return answer.data


def local(url: str) -> str:
    """Return the path of a URL of the test's fake."""
    assert url.startswith("http://fake.test/"), url
    return url.removeprefix("http://fake.test")


def capture(shared: Path, name: str) -> Any:
    """Read a captured exchange."""
    return json.loads((shared / "observed" / f"{name}.json").read_text(encoding="utf-8"))
