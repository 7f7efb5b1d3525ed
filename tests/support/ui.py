"""The fake's own pages as a browser asks for them, without one."""

import html
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import MODEL, Answer, Door

UI = "/_fakie/ui"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{7*7}}"


TOKEN = "the-admin-token"
OFFERS = ("/models", f"/models/{MODEL}", "/models/veo/extend")
PLACES = ("/", "/tasks", "/accounts", "/levers", *OFFERS, "/conduct", "/report")


def text(answer: Answer) -> str:
    """The page, as a browser would read its text."""
    return html.unescape(answer.body.decode())


def secret(door: Door, path: str = "/levers", headers: dict[str, str] | None = None) -> str:
    """The secret that the forms of a session hold."""
    found = re.search(r'name="form_secret" value="(\w+)"', text(door.get(UI + path, headers or {})))
    assert found
    return found[1]


def send(door: Door, place: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    """Send a form as a browser does."""
    form = {"form_secret": secret(door, headers=headers), **form}
    return door.send("POST", UI + place, urlencode(form).encode(), {**FORM, **(headers or {})})


def pull(door: Door, method: str, path: str, **arguments: str) -> Answer:
    """Pull a lever by its form."""
    form = {"method": method, "path": path, **{f"arg.{name}": one for name, one in arguments.items()}}
    return send(door, "/pull", form)


def filled_in(page: str) -> list[tuple[str, str]]:
    """The fields of a model's form as a browser would send them."""
    form = page.split('class="lever">')[1].split("</form>")[0]
    found = re.findall(r'<input id="[^"]*" name="([^"]*)" value="([^"]*)"', form)
    found += re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option selected>(.*?)</option>", options)
        found.append((name, chosen[1] if chosen else ""))
    return [(name, html.unescape(value)) for name, value in found]


def shown(door: Door, path: str) -> str:
    """A page, which must be there."""
    answer = door.get(UI + path, {})
    assert answer.status == 200, text(answer)
    return text(answer)


def copied(service: Service, number: int, kind: str) -> str:
    """What the page of an entry has to copy."""
    page = service.handle(Request.of("GET", f"{UI}/entries/{number}")).body.decode()
    found = re.search(rf'<pre id="{kind}".*?<code>(.*?)</code>', page, re.S)
    assert found, page
    return html.unescape(found[1])


class Tags(HTMLParser):
    """The tags of a page as a browser sees them, and the attributes that would run a script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.handlers += [name for name, value in attrs if name.startswith("on") or "script:" in (value or "")]


def whole(
    service: Service, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes = b""
) -> Any:
    """A response with all of its headers, by name."""
    response = service.handle(Request.of(method, UI + path, body, headers or {}))
    return response, {name.lower(): value for name, value in response.headers}
