"""The lines of a test that make what a request to a family goes on from: a task of its own, which has succeeded."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from fakie.core.conduct.entries import about
from fakie.core.http.body import object_in
from fakie.core.journal import Entry
from fakie.core.service import Service
from fakie_schemas.families.family import FamilyEndpoint, Parent, endpoints

# What is answered to a request that went on from a task which was there.
_WENT_ON = frozenset({"accepted", "transform_running", "transform_shown", "transform_repeated", "download_url_made"})
_IDS = 're.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", json.dumps(shown))'


def goes_on(entry: Entry) -> bool:
    """Tell whether a request went on from a task that a test has to make first."""
    found = about(entry)
    return found is not None and found.parent is not None and entry.situation in _WENT_ON


def parent_lines(endpoint: FamilyEndpoint, body: dict[str, Any], service: Service) -> Iterator[str]:
    """Return the lines that make the task which a body goes on from; `named` has its id, and that of a part of it."""
    parent = endpoint.parent
    if parent is None:
        return
    maker = endpoints()[parent.made_by[0]]
    page = service.contracts.catalog.endpoint(maker.page)
    given = dict(page.example) if page else {}
    yield from parent_lines(maker, given, service)
    sent = f"{{**{given!r}, **named}}" if maker.parent else repr(given)
    yield f'fakie.plan_next(by="hold", endpoint={maker.name!r})'
    yield f'made = requests.post(fakie.url + "{maker.path}", json={sent}, headers=key, timeout=10)'
    yield 'parent = made.json()["data"]["taskId"]'
    yield "fakie.task(parent).finish()"
    yield from _named(parent, maker, body)


def _named(parent: Parent, maker: FamilyEndpoint, body: dict[str, Any]) -> Iterator[str]:
    record = endpoints()[maker.makes.records[0]]
    named = [f'"{parent.field}": parent'] if parent.field else []
    if parent.part in body or parent.file in body:
        yield f'record = requests.get(fakie.url + f"{record.path}?taskId={{parent}}", headers=key, timeout=10)'
        yield 'shown = record.json()["data"]'
    if parent.part in body:
        # A record names the part that its own task goes on from too.
        others = f"[one for one in {_IDS} if one != part]" if maker.parent and maker.parent.part else _IDS
        yield f"part = {others}[0]"
        named.append(f'"{parent.part}": part')
    if parent.file in body:
        yield "url = next(text for text in re.findall(r'https?://[^\"]+', json.dumps(shown)) if parent in text)"
        named.append(f'"{parent.file}": url')
    yield f"named = {{{', '.join(named)}}}"


def before(entry: Entry, service: Service) -> Iterator[str]:
    """Return the lines that have to come before a request that goes on from a task."""
    endpoint = about(entry)
    if endpoint is None:
        return
    yield from parent_lines(endpoint, asked_in(entry), service)
    if entry.situation == "transform_shown" and endpoint.same:
        yield f"fakie.plan_next(seconds=0, endpoint={endpoint.name!r})"
    elif entry.situation == "transform_repeated":
        yield f"fakie.plan_next(seconds=0, endpoint={endpoint.name!r})"
        yield sending(entry)


def sending(entry: Entry) -> str:
    """Return the call that sends a request again, on the task that the test has made."""
    url = f"fakie.url + {entry.path!r}"
    return f"requests.request({entry.method!r}, {url}, {carried(entry)}, headers=key, timeout=10)"


def carried(entry: Entry) -> str:
    """Return the argument of `requests` that carries what was asked, with the task that the test has made."""
    name = "json" if entry.method == "POST" else "params"
    return f"{name}={{**{asked_in(entry)!r}, **named}}"


def asked_in(entry: Entry) -> dict[str, Any]:
    """Return what a request asked for, by its body or its query; nothing where that was cut."""
    if entry.method != "POST":
        return {name: values[-1] for name, values in parse_qs(entry.query, keep_blank_values=True).items()}
    return object_in(entry.body) or {}
