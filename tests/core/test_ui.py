"""The fake's own pages, without a browser: over every door, with hostile clients, tokens, origins, forms."""

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from fakie.adapters.ui.notices import notice_of
from fakie.core.accounts import handle_of
from fakie.core.http.messages import Request
from fakie.core.levers.lever import Lever
from fakie.core.service import Service
from support.clients.doors import DOORS, JSON, KEY, MODEL, Answer, Door, open_door
from support.reports import data_of, finding, result
from support.servers.fakes import Collector, HandClock
from support.some import some

UI = "/_fakie/ui"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{7*7}}"
TOKEN = "the-admin-token"
Make = Callable[..., Service]


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


def shown(door: Door, path: str) -> str:
    """A page, which must be there."""
    answer = door.get(UI + path, {})
    assert answer.status == 200, text(answer)
    return text(answer)


PLACES = ("/", "/tasks", "/accounts", "/levers", "/models", f"/models/{MODEL}", "/conduct", "/report")


@pytest.mark.parametrize("place", PLACES)
def test_every_page_is_shown_over_every_door(door: Door, place: str) -> None:
    """HTML, in a fresh fake and in one with tasks, the same in each."""
    for _ in range(2):
        answer = door.get(UI + place, {})
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "</html>" in text(answer)
        door.new_task()
    assert not door.service.bugs


def test_what_clients_do_is_shown_over_every_door(door: Door) -> None:
    """A request, its task and its account, each with a page of its own."""
    task = door.new_task()
    assert "accepted" in shown(door, "/")
    assert task in shown(door, f"/tasks/{task}")
    assert "createTask" in shown(door, "/entries/1")
    assert "Credits" in shown(door, f"/accounts/{handle_of('test-key')}")
    assert f"{UI}/tasks/{task}" in shown(door, "/tasks")


def test_nobody_leads_a_page_out_of_its_quotes(service: Service) -> None:
    """Prompts, models, paths, queries, headers, task ids and callback URLs of an enemy are text, everywhere."""
    with open_door("direct", service) as door:
        door.create({"model": "z-image", "input": {"prompt": EVIL, "aspect_ratio": "1:1"}})
        door.create({"model": EVIL, "input": {}})
        door.create(callBackUrl=f"http://127.0.0.1:9/{EVIL}")
        door.get(f"/{EVIL}?{EVIL}", {**KEY, EVIL: EVIL, "user-agent": EVIL})
        door.get(f"/api/v1/jobs/recordInfo?taskId={EVIL}")
        door.post("/_fakie/faults", {"code": 500, "msg": EVIL, "when": EVIL})
        service.control.accounts.move_clock(advance=900)
        tasks = [task.id for task in service.control.tasks.all()]
        entries = [f"/entries/{entry.number}" for entry in service.control.journal()]
        places = (*PLACES, *entries, *(f"/tasks/{task}" for task in tasks), f"/?model={EVIL}", f"/tasks?account={EVIL}")
        places += (f"/accounts?account={EVIL}", f"/models?q={EVIL}", f"/models/{EVIL}", f"/tasks/{EVIL}", f"/{EVIL}")
        for place in some(places):
            tags = Tags()
            tags.feed(door.get(UI + place, {}).body.decode())
            assert tags.found.count("script") == 1, place
            assert tags.found.count("img") == 1, place
            assert tags.handlers == [], place
    assert not service.bugs


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


@pytest.mark.parametrize("place", [*PLACES, "/nothing", "/login", "/events"])
def test_every_answer_has_a_strict_policy(service: Service, place: str) -> None:
    """No script, style or request but the fake's own, no frame, no guess of types, nothing kept by the browser."""
    _, headers = whole(service, place)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_nothing_is_fetched_from_elsewhere(service: Service) -> None:
    """Each address in page, style and script leads to the fake itself, and each file is there."""
    page = whole(service, "/")[0].body.decode()
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [link for link in some(links) if not link.startswith((f"{UI}/", "#"))] == []
    files = sorted({link for link in links if "/static/" in link})
    assert len(files) == 3
    for file in files:
        response, headers = whole(service, file.removeprefix(UI))
        assert response.status == 200
        assert "immutable" in headers["cache-control"]
        assert b"//" not in response.body.replace(b"http://www.w3.org/2000/svg", b"").replace(b"// ", b"")
    assert whole(service, "/static/ui.css")[0].status == 404
    assert whole(service, "/static/../ui.py")[0].status == 404


def test_requests_and_tasks_are_narrowed_and_paged(service: Service) -> None:
    """By key or handle, model, situation, state; the pages together show each entry once."""
    with open_door("direct", service) as door:
        for _ in range(60):
            door.get("/api/v1/chat/credit")
        task = door.new_task()
        door.create({"model": "none"}, headers={"Authorization": "Bearer other"})
        seen: list[str] = []
        place = "/"
        for _ in range(3):
            page = shown(door, place)
            seen += re.findall(r'id="entry-(\d+)"', page)
            found = re.search(rf'href="{UI}([^"]*)" rel="next"', page)
            place = found[1] if found else "/?before=1"
        assert seen == [str(number) for number in range(62, 0, -1)]
        assert re.findall(r'id="entry-(\d+)"', shown(door, "/?account=other")) == ["62"]
        assert re.findall(r'id="entry-(\d+)"', shown(door, f"/?account={handle_of('other')}")) == ["62"]
        assert re.findall(r'id="entry-(\d+)"', shown(door, "/?situation=accepted&model=audio")) == ["61"]
        assert "No request is like this" in shown(door, "/?kind=delivery")
        assert f"task-{task}" in shown(door, "/tasks?state=waiting")
        assert f"task-{task}" not in shown(door, "/tasks?state=success")
        assert 'id="entry-' in shown(door, "/?before=zwei")


def test_a_life_is_told_in_its_order(service: Service, clock: HandClock, sent: Collector) -> None:
    """Create, polls, states, end, each attempt of the callback, the download."""
    sent.statuses = [500]
    with open_door("direct", service) as door:
        task = door.new_task(callBackUrl="http://127.0.0.1:9/hook", input={"audio_url": "https://x.test/a.mp3"})
        for seconds in (0, 1, 1, 100):
            clock.seconds += seconds
            door.record(task)
        service.run_due()
        clock.seconds += 10
        service.run_due()
        url = service.control.files.results(service.control.tasks.get(task))["resultUrls"][0]
        door.get(url.removeprefix(service.settings.public_url), {})
        told = re.findall(r"<li class=\"(\w+)\">.*?<strong>(.*?)</strong>", shown(door, f"/tasks/{task}"), re.S)
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "create"
    assert kinds[-1] == "download"
    assert [what for kind, what in told if kind == "callback"] == ["callback failed", "callback delivered"]
    assert ("end", "ended: success") in told
    assert [what for kind, what in told if kind == "state"] == ["now queuing", "now generating"]
    assert kinds.count("poll") >= 2
    assert kinds.index("end") < kinds.index("callback")


@pytest.mark.parametrize("name", DOORS)
def test_levers_are_pulled_by_forms_over_every_door(service: Service, name: str) -> None:
    """Finish, fail, hold, faults, plans with a quirk, time, credits, reset, a callback once more: as the levers do."""
    with open_door(name, service) as door:
        tasks = [door.new_task(callBackUrl="http://127.0.0.1:9/hook") for _ in range(3)]
        control = service.control
        assert pull(door, "POST", f"/tasks/{tasks[0]}/finish").status == 303
        assert pull(door, "POST", f"/tasks/{tasks[1]}/fail", code="422", msg="no").status == 303
        assert pull(door, "POST", f"/tasks/{tasks[2]}/hold").status == 303
        assert pull(door, "POST", f"/tasks/{tasks[0]}/callback").status == 303
        failed = control.tasks.get(tasks[1]).end
        assert failed
        assert (failed.failure and failed.failure.msg) == "no"
        assert len([one for one in control.journal() if one.kind == "delivery"]) == 3
        pull(door, "POST", "/faults", code="500", times="null", when='{"input": {"a": 1}}')
        pull(door, "POST", "/plans", quirk="duplicate", seconds="1.5")
        [fault], [plan] = control.orders.books["faults"], control.orders.books["plans"]
        assert (fault.where.times, fault.where.when) == (None, {"input": {"a": 1}})
        assert (plan.what.quirk, plan.what.seconds) == ("duplicate", 1.5)
        assert "duplicate" in shown(door, "/levers")
        pull(door, "DELETE", f"/faults/{fault.id}")
        assert len(control.orders.books["faults"]) == 0
        handle = handle_of("test-key")
        pull(door, "POST", "/accounts", key=handle, credits="7")
        assert control.accounts.get("test-key").credits == 7
        before = control.accounts.get(handle).clock.now()
        pull(door, "POST", "/clock", advance="60", account=handle)
        assert control.accounts.get(handle).clock.now() == before + 60
        pull(door, "POST", "/clock", freeze="true", account=handle)
        assert control.accounts.get(handle).clock.frozen
        pull(door, "POST", "/reset", account=handle)
        assert control.tasks.all() == []
    assert not service.bugs


def in_forms(lever: Lever, forms: list[tuple[str, str]]) -> bool:
    """Whether one of the forms, each a method and a path, pulls a lever."""
    return any(lever.match(method, f"/_fakie{path}") is not None for method, path in forms)


def test_every_lever_has_a_form(service: Service) -> None:
    """What can be moved by HTTP can be moved by these pages: on that of the levers, of a task, of an order."""
    with open_door("direct", service) as door:
        service.control.orders.add_plan(by="hold")
        task = door.new_task(callBackUrl="http://127.0.0.1:9/hook")
        pull(door, "POST", "/faults", code="500")
        pull(door, "POST", "/plans", by="hold")
        pull(door, "POST", "/spoils", kind="lost")
        pages = [shown(door, "/levers"), shown(door, f"/tasks/{task}")]
        service.control.tasks.finish(task)
        pages.append(shown(door, f"/tasks/{task}"))
    forms = re.findall(r'name="method" value="(\w+)"><input type="hidden" name="path" value="([^"]*)"', "".join(pages))

    moving = [lever for lever in service.levers.levers if lever.method != "GET"]
    assert [lever.path for lever in moving if not notice_of(f"{lever.method} {lever.path}")] == []
    assert [f"{lever.method} {lever.path}" for lever in some(moving) if not in_forms(lever, forms)] == []


def test_a_refused_form_says_why_and_keeps_what_was_typed(service: Service) -> None:
    """With the control's own words, and nothing has changed."""
    with open_door("direct", service) as door:
        answer = pull(door, "POST", "/faults", situation="rate_limitd", msg=EVIL)
        assert answer.status == 422
        assert "did you mean 'rate_limited'" in text(answer)
        assert "rate_limitd" in text(answer)
        assert EVIL.encode() not in answer.body
        assert pull(door, "POST", "/tasks/nothing/finish").status == 422
        assert pull(door, "GET", "/journal").status == 404
        assert pull(door, "POST", "/nothing").status == 404
        assert len(service.control.orders.books["faults"]) == 0


def test_a_form_leads_to_these_pages_alone(service: Service) -> None:
    """Whatever `back` says: no address elsewhere, no header of an enemy."""
    for back in ("https://evil.example/", "//evil.example", f"{UI}/\\evil", f"{UI}/\r\nX-Evil: 1", "/results/x", ""):
        with open_door("direct", service) as door:
            form = {"form_secret": secret(door), "method": "POST", "path": "/reload", "back": back}
        _, headers = whole(service, "/pull", FORM, "POST", urlencode(form).encode())
        assert headers["location"] == f"{UI}/?notice=POST+%2Freload"


FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
    {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("place", ["/", "/static/x", "/events", "/login"])
def test_a_page_elsewhere_sees_nothing(service: Service, headers: dict[str, str], place: str) -> None:
    """Another origin, another site, a name that was pointed here: refused as by the levers."""
    response, _ = whole(service, place, headers)
    assert response.status == 403
    assert b"form_secret" not in response.body


@pytest.mark.parametrize(
    "headers",
    [
        *FOREIGN,
        {"Origin": "http://localhost:3000", "Host": "localhost:8080"},
        {"Sec-Fetch-Site": "same-site", "Host": "localhost:8080"},
    ],
)
def test_a_page_elsewhere_moves_nothing(service: Service, headers: dict[str, str]) -> None:
    """Not even one of another port of this machine, and not with the right secret."""
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door), "method": "POST", "path": "/faults", "arg.code": "500"}
    for path in ("/pull", "/login", "/logout"):
        response, _ = whole(service, path, {**FORM, **headers}, "POST", urlencode(form).encode())
        assert response.status == 403
    assert len(service.control.orders.books["faults"]) == 0


@pytest.mark.parametrize("given", [{}, {"form_secret": ""}, {"form_secret": "0" * 64}, {"form_secret": "ü"}])
def test_a_form_without_its_secret_moves_nothing(service: Service, given: dict[str, str]) -> None:
    """The secret is of one fake: nobody who has not read its page can know it."""
    body = urlencode({**given, "method": "POST", "path": "/faults", "arg.code": "500"}).encode()
    response, _ = whole(service, "/pull", FORM, "POST", body)
    assert response.status == 403
    assert len(service.control.orders.books["faults"]) == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--b\r\n\r\n"),
        ("", b"form_secret=1"),
        ("application/x-www-form-urlencoded", b"a=1&" * 600),
        ("application/x-www-form-urlencoded", b"\xff=\xfe"),
        ("application/x-www-form-urlencoded", b"x" * (4 * 1024 * 1024 + 1)),
    ],
)
def test_a_body_that_is_no_form_is_refused(service: Service, kind: str, body: bytes) -> None:
    """With a page and a reason, never an error of ours."""
    response, _ = whole(service, "/pull", {"Content-Type": kind}, "POST", body)
    assert 400 <= response.status < 500
    assert not service.bugs


def test_other_methods_and_paths_are_answered_by_a_page(service: Service) -> None:
    """Nothing there, and no such method; a path that only begins alike is no page."""
    assert whole(service, "/nothing")[0].status == 404
    assert whole(service, "/entries/99")[0].status == 404
    assert whole(service, "/tasks/none")[0].status == 404
    assert whole(service, "", method="PUT")[0].status == 405
    assert whole(service, "")[1]["location"] == f"{UI}/"
    assert b"No such lever" in whole(service, "x")[0].body


def session(service: Service, token: str = TOKEN) -> dict[str, str]:
    """Sign in, and return the cookie as a browser sends it."""
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door, "/"), "token": token}
    response, headers = whole(service, "/login", FORM, "POST", urlencode(form).encode())
    assert response.status == 303, response.body
    cookie = headers["set-cookie"]
    assert "HttpOnly; SameSite=Strict" in cookie
    assert f"Path={UI};" in cookie
    assert token not in cookie
    return {"Cookie": cookie.partition(";")[0]}


def test_with_a_token_nothing_is_shown_or_moved_without_it(make: Make) -> None:
    """Each page asks for the token, a wrong one is told so, the right one begins a session that ends by signing out."""
    service = make(admin_token=TOKEN)
    for place in (*PLACES, "/events", "/entries/1", f"/models/{MODEL}"):
        response, _ = whole(service, place)
        assert response.status == 401
        assert b"Admin token" in response.body
        assert b"<nav" not in response.body
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door, "/"), "method": "POST", "path": "/reload", "token": "wrong"}
        assert whole(service, "/pull", FORM, "POST", urlencode(form).encode())[0].status == 401
        response, headers = whole(service, "/login", FORM, "POST", urlencode(form).encode())
        assert (response.status, "set-cookie" in headers) == (403, False)
        mine = session(service)
        assert whole(service, "/tasks", mine)[0].status == 200
        assert send(door, "/pull", {"method": "POST", "path": "/reload"}, mine).status == 303
        # The form of somebody who is not signed in is not that of a session.
        assert whole(service, "/pull", {**FORM, **mine}, "POST", urlencode(form).encode())[0].status == 403
        assert send(door, "/logout", {}, mine).status == 303
    assert not service.bugs


def test_a_session_is_of_one_token_and_ends(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It outlives a restart, not a change of the token, nor twelve hours, nor the change of a digit."""
    mine = session(make(admin_token=TOKEN))
    assert whole(make(admin_token=TOKEN), "/", mine)[0].status == 200
    assert whole(make(admin_token="another"), "/", mine)[0].status == 401
    name, _, value = mine["Cookie"].partition("=")
    until, _, signed = value.partition(".")
    for changed in (
        f"{int(until) + 1}.{signed}",
        f"{until}.{signed[:-1]}",
        f"{until}.",
        ".",
        "x.y",
        "",
        f"-1.{signed}",
    ):
        assert whole(make(admin_token=TOKEN), "/", {"Cookie": f"{name}={changed}"})[0].status == 401
    monkeypatch.setattr("time.time", lambda: float(until) + 1)
    assert whole(make(admin_token=TOKEN), "/", mine)[0].status == 401


def test_a_page_at_an_address_of_a_network_may_be_used_with_a_token(make: Make) -> None:
    """Its own forms come from that address; without a token it is not shown there."""
    headers = {"Host": "192.168.1.5:8080", "Origin": "http://192.168.1.5:8080"}
    service = make(admin_token=TOKEN)
    mine = {**session(service), **headers}
    with open_door("direct", service) as door:
        assert send(door, "/pull", {"method": "POST", "path": "/reload"}, mine).status == 303
    assert whole(make(), "/", headers)[0].status == 403


def test_a_task_is_created_by_the_form_of_its_model(door: Door) -> None:
    """As it is filled in at first, over every door; what is refused is told with the API's own words."""
    page = shown(door, "/models/z-image")
    assert "line" in page.lower()
    assert "2026-04" in page
    given = {"key": "k", "field.input.prompt": "a cat", "field.input.aspect_ratio": "1:1"}
    answer = send(door, "/models/z-image", given)
    assert answer.status == 303
    [task] = door.service.control.tasks.all()
    assert task.body == {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}
    answer = send(door, "/models/z-image", {**given, "field.input.aspect_ratio": "7:1"})
    assert answer.status == 200
    assert "input.aspect_ratio must be one of" in text(answer)
    assert send(door, "/models/z-image", {**given, "key": "two words"}).status == 200
    assert not door.service.bugs


def test_the_form_of_every_model_makes_a_request_that_works(make: Make) -> None:
    """Sent as it was filled in, it is accepted: all models."""
    service = make(limits="off")
    with open_door("direct", service) as door:
        hidden = secret(door)
        for model in some(service.contracts.catalog.models):
            page = door.get(f"{UI}/models/{model}", {}).body.decode()
            fields = dict(filled_in(page))
            body = urlencode({**fields, "form_secret": hidden}).encode()
            answer = door.send("POST", f"{UI}/models/{model}", body, FORM)
            assert answer.status == 303, (model, text(answer)[-900:])


def filled_in(page: str) -> list[tuple[str, str]]:
    """The fields of a model's form as a browser would send them."""
    form = page.split('class="lever">')[1].split("</form>")[0]
    found = re.findall(r'<input id="[^"]*" name="([^"]*)" value="([^"]*)"', form)
    found += re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option selected>(.*?)</option>", options)
        found.append((name, chosen[1] if chosen else ""))
    return [(name, html.unescape(value)) for name, value in found]


def test_findings_of_conduct_are_shown(service: Service) -> None:
    """Each with what was seen, what to do instead, and its requests."""
    with open_door("direct", service) as door:
        task = door.new_task(input={"audio_url": "https://x.test/a.mp3"})
        for _ in range(4):
            door.record(task)
        page = shown(door, "/conduct")
        assert "polled_too_fast" in page or "too fast" in page
        assert f"{UI}/entries/" in page
        assert "Nothing to complain about" in shown(door, "/conduct?account=somebody")


def test_events_tell_that_something_is_new(service: Service) -> None:
    """A page that has seen less is told so at once, one that has seen all is not; the feed tells the rest."""
    with open_door("direct", service) as door:
        door.new_task()
        response, headers = whole(service, "/events")
        assert headers["content-type"].startswith("text/event-stream")
        assert b'event: news\ndata: {"last": 1}\n\n' in response.body
        seen = re.search(rb"id: (.*)\n", response.body)
        assert seen
        again, _ = whole(service, "/events", {"Last-Event-ID": seen[1].decode()})
        assert b"event:" not in again.body
        feed = again.feed
        assert feed.start()
        assert feed.news() == b""
        door.new_task()
        assert b"event: news" in feed.news()
        assert feed.news() == b""
        door.post("/_fakie/clock", {"advance": 1})
        assert b"event: news" in feed.news()
        pull(door, "POST", "/clock", advance="1")
        assert b"event: news" in feed.news()
        feed.close()


def test_viewers_are_bounded_and_gone_ones_make_room(service: Service) -> None:
    """The seventeenth is not kept, and comes again by itself; one that goes lets the next one in."""
    feeds = [whole(service, "/events")[0].feed for _ in range(17)]
    assert [feed.start() for feed in feeds] == [True] * 16 + [False]
    feeds[-1].close()
    feeds[0].close()
    feeds[0].close()
    assert whole(service, "/events")[0].feed.start()
    assert not whole(service, "/events")[0].feed.start()


def report_form(door: Door, content: bytes) -> Answer:
    """Send a file to the page of reports."""
    hidden = secret(door, "/report")
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="form_secret"\r\n\r\n{hidden}\r\n'.encode(),
        b'--b\r\nContent-Disposition: form-data; name="report"; filename="r.json"\r\n\r\n' + content + b"\r\n--b--\r\n",
    ]
    return door.send("POST", f"{UI}/report", b"".join(parts), {"Content-Type": "multipart/form-data; boundary=b"})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"format_version": 1}'])
def test_what_is_no_report_is_refused_with_a_reason(service: Service, content: bytes) -> None:
    """And the form is there again."""
    with open_door("direct", service) as door:
        answer = report_form(door, content)
    assert answer.status == 422
    assert "fakie test --report FILE" in text(answer)
    assert not service.bugs


def test_json_is_no_form_of_levers(service: Service) -> None:
    """A body that scripts of other pages could send without being asked does nothing."""
    with open_door("direct", service) as door:
        answer = door.send("POST", f"{UI}/pull", json.dumps({"method": "POST"}).encode(), JSON)
    assert answer.status == 422 or 400 <= answer.status < 500


def test_a_report_is_opened(service: Service) -> None:
    """Verdict, counts, findings that are alike as one with the line that shows them again, what was not judged."""
    ids = [f"{MODEL}::life::{name}" for name in "abcde"]
    alike = [result(case, ending="findings", findings=(finding(case, got=EVIL, curl=f"curl {EVIL}"),)) for case in ids]
    report = data_of(*alike, result("other::case", ending="not_run", reason="it was stopped"))
    with open_door("direct", service) as door:
        page = report_form(door, json.dumps(report).encode())
    assert page.status == 200
    tags = Tags()
    tags.feed(page.body.decode())
    assert (tags.found.count("script"), tags.found.count("article"), tags.handlers) == (1, 1, [])
    for words in ("There are findings", "5 times", "/body/data/*/costTime", "it was stopped", ids[0], "curl"):
        assert words in text(page)
