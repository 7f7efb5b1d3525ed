"""An entry as a test that reproduces it, with the fixture `fakie`."""

import json
from collections.abc import Iterator
from textwrap import indent

from fakie.adapters.ui.copying.bodies import is_form, whole_body
from fakie.adapters.ui.copying.curl import KEPT, target_of
from fakie.adapters.ui.copying.parents import goes_on, sending
from fakie.adapters.ui.copying.preparing import marker_of, needs_task, prepared, record_of, shown_in
from fakie.core.journal import Entry
from fakie.core.service import Service
from fakie.core.tasks.task import Task
from fakie_schemas.families.reading import MISSING
from fakie_schemas.families.shown import ShownTask

_BREAKING = ("lost", "reset", "empty", "truncated", "malformed")
_BY_URL = ("result_shown", "file_shown")
_REFUSE = """

def refuse(environ, start_response):
    start_response("500 Internal Server Error", [])
    return [b""]
"""


def pytest_of(entry: Entry, task: Task | None, service: Service) -> str:
    """Return the source of a test that passes where the entry's situation comes about again.

    What depends on more than the request itself (a limit, a balance, an order) is ordered first.
    """
    marker = marker_of(service)
    before = [*prepared(entry, task, service)]
    after = [*(_delivery(entry, task) if entry.kind == "delivery" else _request(entry, task))]
    needs_pytest = marker or any("pytest." in line for line in after)
    names = ["json", "re"] if any("json.dumps" in line for line in before) else []
    imports = "\n".join(f"import {name}" for name in names) + "\n" if names else ""
    head = [imports, *(["import pytest"] if needs_pytest else []), "import requests"]
    said = f"{'Callback' if entry.kind == 'delivery' else f'{entry.method} {entry.path}'}: {entry.situation}."
    lines = [_docstring(said), 'key = {"Authorization": f"Bearer {fakie.key}"}', *before, *after]
    return (
        "\n".join(line for line in head if line)
        + ("\n" + _REFUSE.rstrip() if any("refuse)" in line for line in before) else "")
        + (f"\n\n\n@pytest.mark.fakie({marker})" if marker else "\n\n")
        + f"\ndef test_entry_{entry.number}(fakie):\n"
        + indent("\n".join(lines), "    ")
        + "\n"
    )


def _docstring(text: str) -> str:
    """Write a text of anybody's as a docstring that it cannot leave."""
    plain = "".join(sign if sign.isprintable() and sign not in '"\\' else "?" for sign in text[:90])
    return f'"""{plain}"""'


def _request(entry: Entry, task: Task | None) -> Iterator[str]:
    send = _sending(entry, task)
    if entry.spoiled in _BREAKING:
        yield "with pytest.raises(requests.RequestException):"
        yield f"    {send}"
        yield f"assert fakie.journal[-1].situation == {entry.situation!r}"
        return
    yield f"answer = {send}"
    if entry.situation == "task_shown":
        yield from _until_shown(send, shown_in(entry, task))
    yield f"assert answer.status_code == {entry.status}"
    yield f'assert answer.headers["X-Fakie-Situation"] == {entry.situation!r}'
    if entry.code is not None and entry.method != "HEAD":
        yield f'assert answer.json()["code"] == {entry.code}'


def _until_shown(send: str, shown: ShownTask) -> Iterator[str]:
    word = _word(shown)
    if not shown.is_end:
        yield "for _ in range(9):"
        yield f"    if {word[0]} != {word[1]!r}:"
        yield f"        answer = {send}"
    yield f"assert {word[0]} == {word[1]!r}"


def _word(shown: ShownTask) -> tuple[str, object]:
    """Return how a test reads the state that an answer shows, and in which word."""
    told = next((one for one in shown.told if one.fact in shown.job.words and one.value is not MISSING), None)
    steps = told.steps if told else ("state",)
    where = "".join(f'["{step}"]' for step in steps)
    return f'answer.json()["data"]{where}', told.value if told else shown.state


def _sending(entry: Entry, task: Task | None) -> str:
    if goes_on(entry):
        return sending(entry)
    url = "url" if entry.situation in _BY_URL else f"fakie.url + {target_of(entry)!r}"
    if needs_task(entry) and entry.situation == "task_shown":
        url = f'fakie.url + f"{record_of(entry, task).path}?taskId={{task_id}}"'
    parts = [repr(entry.method), url, *_carried(entry), "timeout=10"]
    return f"requests.request({', '.join(parts)})"


def _carried(entry: Entry) -> Iterator[str]:
    """Return the arguments for headers and body; a body that was not kept whole has another in its place."""
    if is_form(entry):
        yield "headers=key"
        parts = json.loads(entry.body)
        given = {name: value for name, value in parts.items() if name in {"uploadPath", "fileName"}}
        yield f'files={{"file": ("a.txt", b"text", "text/plain")}}, data={given!r}'
        return
    headers = {name: value for name, value in entry.headers.items() if name in KEPT}
    with_key = "authorization" in entry.headers
    if with_key or headers:
        both = f"{{**key, **{headers!r}}}"
        yield f"headers={both if with_key and headers else 'key' if with_key else repr(headers)}"
    if entry.situation == "download_url_made":
        yield 'json={"url": url}'
    elif entry.sent:
        yield f"data={whole_body(entry)!r}"


def _delivery(entry: Entry, task: Task | None) -> Iterator[str]:
    sent, shown = json.loads(entry.body), shown_in(entry, task)
    if entry.situation == "callback_failed":
        yield "fakie.wait_until(lambda: fakie.journal.deliveries)"
        yield 'assert fakie.journal.deliveries[0].situation == "callback_failed"'
        return
    if entry.situation == "callback_blocked":
        yield "# A fixture collects every callback, wherever it would go; a fake on a port blocked this one."
    stage = "" if shown.is_end else f", stage={shown.name!r}"
    yield f"callback = fakie.wait_callback(task_id{stage})"
    if shown.job.dated:
        yield f'assert callback.json["data"]["state"] == {sent["data"]["state"]!r}'
    yield f'assert callback.json["code"] == {sent["code"]}'
