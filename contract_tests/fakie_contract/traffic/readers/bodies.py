"""Bodies as recorders keep them: plain, in base64, in chunks, still compressed."""

import base64
import importlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from fakie_schemas.recordings.bodies import compact

# What a small answer may grow to: a compressed body is no reason to fill the memory.
_LARGEST = 64 * 1024 * 1024
_BYTE = 256
_GZIP = b"\x1f\x8b"
# The line that begins a chunk: its length, and extensions that nobody uses.
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")
_URL_SAFE = str.maketrans("-_", "+/")


def from_base64(text: str) -> bytes | None:
    """Decode base64, also as a JSON list of chunks (Polly.js); plain JSON stays, None for anything else."""
    try:
        if text.lstrip().startswith("["):
            return b"".join(map(_decoded, json.loads(text)))
        return _decoded(text)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return text.encode("utf-8", "surrogatepass") if text.lstrip().startswith(("{", '["', "[{")) else None


def _decoded(text: str) -> bytes:
    plain = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def from_hex(found: str | list[str]) -> bytes | None:
    """Decode hexadecimal, or a list of such chunks, also as JSON (Polly.js, nock); None when it is neither."""
    try:
        if isinstance(found, str):
            found = json.loads(found) if found.lstrip().startswith("[") else [found]
        return b"".join(map(bytes.fromhex, found))
    except (ValueError, TypeError, RecursionError):
        return None


def expanded(body: bytes | None, headers: Mapping[str, str]) -> bytes | None:
    """Undo what a recorder left in, chunks and content encodings; a body that is plain already stays as it is."""
    if not body or _is_text(body):
        return body
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _joined(body)
    encodings = [name.strip().lower() for name in headers.get("content-encoding", "").split(",") if name.strip()]
    if not encodings and body.startswith(_GZIP):
        # Some keep the body as it came, and not the header that says so.
        encodings = ["gzip"]
    if not encodings or _is_text(body):
        return body
    for encoding in reversed(encodings):
        body = _undone(body, encoding)
        if body is None:
            return None
    return body


def as_bytes(value: Any) -> bytes | None:
    """Return a body that stands as data: text as it is, a list of its bytes as such, other JSON values written out."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    # A Buffer of Node, written as JSON.
    listed = value.get("data") if isinstance(value, Mapping) and value.get("type") == "Buffer" else value
    if isinstance(listed, list) and listed and all(type(one) is int and 0 <= one < _BYTE for one in listed):
        return bytes(listed)
    try:
        return compact(value)
    except (TypeError, ValueError, RecursionError):
        return None


def _joined(body: bytes) -> bytes:
    """Put chunks together; a body that is not made of them stays as it is."""
    place = 0
    parts: list[bytes] = []
    while match := _CHUNK.match(body, place):
        size, start = int(match[1], 16), match.end()
        if not size:
            return b"".join(parts)
        if body[start + size : start + size + 2] != b"\r\n":
            break
        parts.append(body[start : start + size])
        place = start + size + 2
    return body


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
        whole = zlib.decompressobj(bits)
        try:
            found = whole.decompress(body, _LARGEST)
        except zlib.error:
            continue
        # What breaks off says nothing of the answer; some leave the end of a stream out, and nothing of the text.
        return found if whole.eof or _is_json(found) else None
    return None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _brotli(body: bytes) -> bytes | None:
    try:
        whole = importlib.import_module("brotli").Decompressor()
        found = bytes(whole.process(body, output_buffer_limit=_LARGEST))
        return found if whole.is_finished() and len(found) <= _LARGEST else None
    except Exception:  # noqa: BLE001 - not installed, or not brotli: its error class cannot be named without it
        return None
