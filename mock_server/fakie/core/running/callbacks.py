"""Callbacks: what is sent, how it is signed, and where it may go."""

from base64 import b64encode
from collections.abc import Iterable
from hmac import digest

from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.allowed import host_problem
from fakie_schemas.hosts import is_loopback

JSON_HEADER = ("Content-Type", "application/json")


def signature(task_id: str, timestamp: int | str, key: str) -> str:
    """Sign as the webhook page says: base64(HMAC-SHA256(key, taskId + "." + Unix seconds))."""
    message = f"{task_id}.{timestamp}".encode()
    return b64encode(digest(key.encode(), message, "sha256")).decode()


def signed_headers(task_id: str, timestamp: int, key: str | None) -> tuple[tuple[str, str], ...]:
    """Return a callback's headers; the signature only when the account has a webhook key."""
    if key is None:
        return (JSON_HEADER,)
    signed = signature(task_id, timestamp, key)
    return (JSON_HEADER, ("X-Webhook-Timestamp", str(timestamp)), ("X-Webhook-Signature", signed))


def may_receive(url: str, patterns: Iterable[str]) -> bool:
    """Tell whether a callback may go to this URL: loopback always, other hosts only by a pattern such as `*.test`."""
    return why_blocked(url, patterns) is None


def why_blocked(url: str, patterns: Iterable[str]) -> str | None:
    """Say why a callback may not go to this URL, or None when it may."""
    try:
        host = read_url(url).host
    except UnclearUrl as unclear:
        return f"blocked: it is unclear where the URL leads: {unclear}"
    if is_loopback(host) or host_problem(host, patterns) is None:
        return None
    return "blocked: the host is not loopback; allow it by --callback-allow PATTERN"
