"""An entry as a line of curl."""

import shlex
from collections.abc import Iterator
from urllib.parse import quote

from fakie.core.journal import Entry
from fakie_schemas.recordings.secrets import MARK
from fakie_schemas.recordings.urls import without_openings

# Others belong to the connection that was, or are the client's own.
KEPT = ("content-type", "prefer")
_SIGNED = "x-webhook-"


def curl_of(entry: Entry, base: str) -> str:
    """Return a command that sends the request, or the callback, again; the key comes from the environment."""
    url = entry.path if entry.kind == "delivery" else base.rstrip("/") + target_of(entry)
    lines = [f"curl --request {shlex.quote(entry.method or 'GET')} --url {shlex.quote(url)}"]
    if "authorization" in entry.headers:
        lines.append('--header "Authorization: Bearer $KIE_API_KEY"')
    lines += [f"--header {shlex.quote(f'{name}: {value}')}" for name, value in _headers(entry)]
    if entry.sent:
        lines.append(f"--data-binary {shlex.quote(without_openings(entry.sent.decode('utf-8', 'replace')))}")
    return " \\\n  ".join(lines)


def target_of(entry: Entry) -> str:
    """Return path and query as they stand in a URL."""
    return quote(entry.path, safe="/:@!$&'()*+,;=~") + (f"?{entry.query}" if entry.query else "")


def _headers(entry: Entry) -> Iterator[tuple[str, str]]:
    for name, value in entry.headers.items():
        if name.lower() in KEPT or (name.lower().startswith(_SIGNED) and value != MARK):
            yield name, value
