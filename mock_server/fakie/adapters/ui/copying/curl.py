"""An entry as a line of curl."""

import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from fakie.adapters.ui.copying.bodies import is_form, whole_body
from fakie.adapters.ui.copying.wishes import wish_of
from fakie.core.journal import Entry
from fakie.core.service import Service
from fakie_schemas.recordings.secrets import MARK

# Others belong to the connection that was, or are the client's own.
KEPT = ("content-type", "prefer")
_SIGNED = "x-webhook-"
# What printf takes for itself.
_OF_PRINTF = "\\%"


def curl_of(entry: Entry, service: Service) -> str:
    """Return a command that sends the request, or the callback, again; the key comes from the environment.

    A body that no argument can carry, or that would not be seen as it is, is piped in.
    """
    lines = [f"curl {' '.join(_about_target(entry, service))}"]
    if "authorization" in entry.headers:
        lines.append('--header "Authorization: Bearer $KIE_API_KEY"')
    lines += [f"--header {_quoted(line)}" for line in _headers(entry, service)]
    if is_form(entry):
        lines += [f"--form {_quoted(part)}" for part in _form(entry)]
        return " \\\n  ".join(lines)
    body = whole_body(entry)
    plain = _plain(body)
    if body:
        lines.append("--data-binary @-" if plain is None else f"--data-raw {_quoted(plain)}")
    return (f"printf {_octal(body)} | " if body and plain is None else "") + " \\\n  ".join(lines)


def target_of(entry: Entry) -> str:
    """Return path and query as they stand in a URL."""
    return quote(entry.path, safe="/:@!$&'()*+,;=~") + (f"?{entry.query}" if entry.query else "")


def _about_target(entry: Entry, service: Service) -> Iterator[str]:
    """Return the method and the URL, with what keeps curl from making another one of it."""
    url = entry.path if entry.kind == "delivery" else service.settings.public_url.rstrip("/") + target_of(entry)
    # Of HEAD, curl would wait for the body.
    yield "--head" if entry.method == "HEAD" else f"--request {_quoted(entry.method or 'GET')}"
    if any(sign in url for sign in "[]{}"):
        yield "--globoff"
    if "/." in entry.path:
        yield "--path-as-is"
    yield f"--url {_quoted(url)}"


def _headers(entry: Entry, service: Service) -> Iterator[str]:
    named = {name.lower(): value for name, value in entry.headers.items()}
    for name, value in named.items():
        of_form = name == "content-type" and is_form(entry)
        if not of_form and (name in KEPT or (name.startswith(_SIGNED) and value != MARK)):
            yield f"{name}: {value}" if value else f"{name};"
    if entry.sent and "content-type" not in named:
        # Without it, curl would call the body a form.
        yield "content-type:"
    wish = wish_of(entry, service)
    if wish:
        yield f"prefer: situation={wish}"


def _form(entry: Entry) -> Iterator[str]:
    """Return the parts of a form; its file, whose bytes the journal does not keep, has others."""
    for name, value in json.loads(entry.body).items():
        if name == "file":
            yield f'file=text;filename="{_escaped(str(value))}"'
        elif isinstance(value, str):
            yield f'{name}="{_escaped(value)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _plain(body: bytes) -> str | None:
    """Return the body as text that an argument can carry and everybody sees as it is; None where there is none."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if all(sign.isprintable() or sign in "\n\t" for sign in text) else None


def _octal(body: bytes) -> str:
    """Write any bytes as the format of printf, which each shell has alike."""
    return _quoted("".join(_sign(byte) for byte in body))


def _sign(byte: int) -> str:
    sign = chr(byte)
    if sign in _OF_PRINTF:
        return sign * 2
    return sign if sign.isascii() and (sign.isprintable() or sign in "\n\t") else f"\\{byte:03o}"


def _quoted(text: str) -> str:
    return shlex.quote(text)
