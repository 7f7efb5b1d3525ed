"""Bodies as recorders keep them: plain, in base64, in chunks, still compressed."""

import base64
import importlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from fakie_schemas.recordings.bodies import compact

# What a small answer may grow to: a compressed body is no reason to fill the memory.
_LARGEST = 64 * 1024 * 1024


def from_base64(text: str) -> bytes | None:
    """Decode base64, also as a JSON list of chunks (Polly.js); None when it is neither."""
    try:
        if text.lstrip().startswith("["):
            return b"".join(base64.b64decode(chunk, validate=True) for chunk in json.loads(text))
        return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, TypeError, RecursionError):
        return None


def from_hex_chunks(text: str) -> bytes | None:
    """Decode a JSON list of hexadecimal chunks, as older Polly.js recordings have them; None when it is none."""
    try:
        return b"".join(bytes.fromhex(chunk) for chunk in json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return None


def expanded(body: bytes | None, headers: Mapping[str, str]) -> bytes | None:
    """Undo a content encoding that the recorder left in; a body that is plain already stays as it is."""
    encodings = [name.strip().lower() for name in headers.get("content-encoding", "").split(",") if name.strip()]
    if not body or not encodings or _is_text(body):
        return body
    for encoding in reversed(encodings):
        body = _undone(body, encoding)
        if body is None:
            return None
    return body


def as_bytes(value: Any) -> bytes | None:
    """Return a body that stands as data: text as it is, other JSON values written out."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    try:
        return compact(value)
    except (TypeError, ValueError, RecursionError):
        return None


def _is_text(body: bytes) -> bool:
    return body.lstrip()[:1] in b'{[<"' and b"\x00" not in body[:100]


def _undone(body: bytes, encoding: str) -> bytes | None:
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflated(body)
    if encoding == "br":
        return _brotli(body)
    return body if encoding == "identity" else None


def _inflated(body: bytes) -> bytes | None:
    # 47: gzip or zlib, by what it begins with; -15: the bare deflate that some servers send.
    for bits in (47, -15):
        try:
            return zlib.decompressobj(bits).decompress(body, _LARGEST)
        except zlib.error:
            continue
    return None


def _brotli(body: bytes) -> bytes | None:
    try:
        brotli = importlib.import_module("brotli")
        return bytes(brotli.decompress(body))
    except Exception:  # noqa: BLE001 - not installed, or not brotli: its error class cannot be named without it
        return None
