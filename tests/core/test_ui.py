"""The fake's own pages, without a browser: over every door, escaped, narrowed, in order."""

import re
from collections.abc import Callable

import pytest

from fakie.core.accounts import handle_of
from fakie.core.service import Service
from support.clients.doors import KEY, Door, open_door
from support.servers.fakes import Collector, HandClock
from support.some import some
from support.ui import EVIL, PLACES, UI, Tags, copied, shown, text, whole

Make = Callable[..., Service]


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


HALF = '{"model": "z-image", "input": {"prompt": "\\ud800"}, "n": "\\udfff"}'
TWICE = '{"model": "z-image", "model": "another", "input": {}}'


@pytest.mark.parametrize("body", [HALF, HALF.replace("z-image", "\\udc00"), HALF.replace("input", "\\ud83d")])
def test_half_a_character_is_shown_by_its_name(service: Service, body: str) -> None:
    """An escape in JSON can hold it, a page cannot: in the body that was sent, in the reason, in what is copied."""
    with open_door("direct", service) as door:
        door.send("POST", "/api/v1/jobs/createTask", body.encode(), {**KEY, "content-type": "application/json"})
        for place in (*PLACES, "/entries/1"):
            shown(door, place)
        assert "\\ud" in shown(door, "/entries/1")
    assert not service.bugs


def test_a_body_with_a_name_twice_is_shown_as_it_was_sent(service: Service) -> None:
    """Made pretty it would have lost one, and said other than the reason."""
    with open_door("direct", service) as door:
        door.send("POST", "/api/v1/jobs/createTask", TWICE.encode(), {**KEY, "content-type": "application/json"})
        assert copied(service, 1, "sent") == TWICE


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
    """Create, polls, states, end, each attempt of the callback, the downloads, by URL and by link."""
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
        link = door.post("/api/v1/common/download-url", {"url": url}).data
        for each in (url, link):
            door.get(each.removeprefix(service.settings.public_url), {})
        told = re.findall(r"<li class=\"(\w+)\">.*?<strong>(.*?)</strong>", shown(door, f"/tasks/{task}"), re.S)
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "create"
    assert told[-2:] == [("download", "result fetched")] * 2
    assert [what for kind, what in told if kind == "callback"] == ["callback failed", "callback delivered"]
    assert ("end", "ended: success") in told
    assert [what for kind, what in told if kind == "state"] == ["now queuing", "now generating"]
    assert kinds.count("poll") >= 2
    assert kinds.index("end") < kinds.index("callback")


def test_a_browser_that_asks_for_leave_has_fetched_nothing(make: Make) -> None:
    """Neither by the life of its task, nor by what is said of its client."""
    service, page = make(cors_origin=("https://app.test",)), {"origin": "https://app.test"}
    with open_door("direct", service) as door:
        task = door.new_task(input={"audio_url": "https://x.test/a.mp3"})
        service.control.tasks.finish(task)
        door.record(task)
        [url] = service.control.files.results(service.control.tasks.get(task))["resultUrls"]
        path = url.removeprefix(service.settings.public_url)
        assert door.send("OPTIONS", path, b"", {**page, "access-control-request-method": "GET"}).status == 200
        assert "result fetched" not in shown(door, f"/tasks/{task}")
        assert "no file fetched" in shown(door, "/conduct")
        door.get(path, page)
        assert "result fetched" in shown(door, f"/tasks/{task}")
        assert "no file fetched" not in shown(door, "/conduct")


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


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x1b", "\x85"])
def test_a_sign_that_nobody_sees_is_shown_by_its_name(service: Service, sign: str) -> None:
    """No prompt, name or path turns the text of a page round, or hides in it; nothing else is changed."""
    with open_door("direct", service) as door:
        task = door.new_task(model="z-image", input={"prompt": f"a{sign}b ü 你 \u200f", "aspect_ratio": "1:1"})
        door.create({"model": f"c{sign}d", "input": {}})
        pages = [shown(door, place) for place in ("/", f"/tasks/{task}", "/entries/1", "/entries/2")]
    assert not any(sign in page for page in pages)
    assert f"a\\u{ord(sign):04x}b ü 你 \u200f" in pages[1]
    assert f"c\\u{ord(sign):04x}d" in pages[0]


def test_a_name_of_any_length_keeps_a_list_readable(service: Service) -> None:
    """A client's model of 20,000 characters is cut where it stands in a row, and its link leads to that model."""
    with open_door("direct", service) as door:
        for name in ("W" * 20_000, "a?b#c/../d"):
            door.create({"model": name, "input": {}})
        rows, entry = shown(door, "/"), shown(door, "/entries/2")
        assert len(max(rows.split(), key=len)) < 200
    assert f'href="{UI}/models/a%3Fb%23c/../d"' in entry


def test_an_account_is_found_by_what_the_pages_call_it(service: Service) -> None:
    """What stands in a row can be put into the filter of requests, of tasks and of accounts."""
    with open_door("direct", service) as door:
        task = door.new_task()
        for place in ("/", "/tasks", "/accounts", f"/tasks/{task}", "/entries/1"):
            names = re.findall(r'href="/_fakie/ui/accounts/[^"]+">(?:<code>)?([^<]+)', shown(door, place))
            assert names, place
            for name in set(names):
                assert "entry-1" in shown(door, f"/?account={name}"), place
                assert task in shown(door, f"/tasks?account={name}"), place
                assert f">{name}<" in shown(door, f"/accounts?account={name}"), place


@pytest.mark.parametrize("place", ["/", "/tasks", "/accounts", "/conduct"])
def test_an_account_that_is_not_there_is_told(service: Service, place: str) -> None:
    """Rather than an empty page: its handle may be misspelt, or of a fake that was started anew."""
    with open_door("direct", service) as door:
        answer = door.get(f"{UI}{place}?account=account-0000000000", {})
    assert answer.status == 404
    assert "no account has the handle account-0000000000" in text(answer)
    assert not service.bugs
