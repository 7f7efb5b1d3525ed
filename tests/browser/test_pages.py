"""The fake's own pages in a real browser."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from fakie.adapters.live_server import LiveServer
from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.browsers import Browsing
from support.clients.doors import KEY, MODEL, Door, open_door
from support.servers.fakes import HandClock

EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'"
HOOK = "http://127.0.0.1:9/hook"
Serve = Callable[..., tuple[Service, str]]
Browse = Callable[..., Browsing]


def used(service: Service, clock: HandClock) -> str:
    """A fake with something of everything; return the id of a task with a whole life."""
    with open_door("direct", service) as door:
        task = door.new_task(callBackUrl=HOOK, input={"audio_url": "https://x.test/a.mp3", "note": EVIL})
        for _ in range(4):
            door.record(task)
        clock.seconds += 60
        service.run_due()
        door.record(task)
        service.control.orders.add_plan(by="hold")
        door.new_task(
            model="wan/2-2-a14b-image-to-video-turbo", input={"image_url": "https://x.test/a.png", "prompt": EVIL}
        )
        door.create({"model": EVIL, "input": {}})
        door.get(f"/{EVIL}")
        service.control.orders.add_fault(code=500, msg=EVIL)
        service.control.orders.add_plan(quirk="duplicate")
    return task


def places(task: str) -> dict[str, str]:
    """Every page, by a name for its picture."""
    return {
        "requests": "/",
        "entry": "/entries/1",
        "tasks": "/tasks",
        "task": f"/tasks/{task}",
        "accounts": "/accounts",
        "levers": "/levers",
        "models": "/models",
        "model": "/models/z-image",
        "endpoint": "/models/veo/extend",
        "conduct": "/conduct",
        "report": "/report",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 768, 1000, 1081, 1600])
def test_every_page_at_every_width_in_light_and_dark(
    serve_ui: Serve, browse: Browse, clock: HandClock, width: int, scheme: str
) -> None:
    """No finding of axe, nothing wider than the window, no error, no request elsewhere; a picture is kept."""
    service, url = serve_ui()
    window = browse(url, width=width, scheme=scheme)
    for name, place in places(used(service, clock)).items():
        window.go(place)
        for details in window.page.locator("details").all()[:3]:
            details.evaluate("one => one.open = true")
        assert window.axe() == [], name
        assert window.overflow <= 0, name
        window.picture(f"{name}-{width}-{scheme}")


def test_requests_and_tasks_appear_by_themselves(serve_ui: Serve, browse: Browse) -> None:
    """Without a reload, with the focus where it was; not while paused, and then all of them at once."""
    service, url = serve_ui()
    window = browse(url).go("/")
    with open_door("direct", service) as door:
        window.page.get_by_text("Live", exact=True).wait_for()
        door.new_task()
        window.page.locator("#entry-1").wait_for()
        window.page.locator("#entry-1").focus()
        door.new_task()
        window.page.locator("#entry-2").wait_for()
        assert window.page.evaluate("document.activeElement.id") == "entry-1"
        window.page.get_by_role("button", name="Pause").click()
        door.new_task()
        window.page.get_by_text("Paused").wait_for()
        window.page.wait_for_timeout(1200)
        assert window.page.locator("#entry-3").count() == 0
        window.page.get_by_role("button", name="Pause").click()
        window.page.locator("#entry-3").wait_for()


def test_a_running_task_is_seen_to_end(serve_ui: Serve, browse: Browse, clock: HandClock) -> None:
    """No request tells of it: the page looks again while something runs."""
    service, url = serve_ui()
    with open_door("direct", service) as door:
        task = door.new_task()
    window = browse(url).go(f"/tasks/{task}")
    clock.seconds += 100
    window.page.get_by_text("ended: success").wait_for()


def test_a_page_of_what_a_reset_took_away_says_so_until_it_is_back(serve_ui: Serve, browse: Browse) -> None:
    """By itself: what is gone is not shown any more, and an account that is opened anew is shown again."""
    service, url = serve_ui()
    with open_door("direct", service) as door:
        task = door.new_task()
        window = browse(url).go(f"/tasks?account={door.get('/_fakie/tasks').data[0]['account']}")
        window.page.get_by_text("Live", exact=True).wait_for()
        window.page.get_by_role("link", name=task[:8]).wait_for()
        door.post("/_fakie/reset")
        window.page.get_by_text("no account has the handle").wait_for()
        assert window.page.get_by_role("link", name=task[:8]).count() == 0
        window.page.get_by_role("link", name=door.new_task()[:8]).wait_for()


def by_keyboard(window: Browsing, name: str) -> None:
    """Go on by the tabulator to a button or a link, and press it."""
    for _ in range(60):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.textContent.trim()") == name:
            window.page.keyboard.press("Enter")
            return
    raise AssertionError(f"the tabulator never comes to {name!r}")


@pytest.mark.parametrize("script", [True, False])
def test_levers_are_pulled_by_keyboard_with_and_without_a_script(
    serve_ui: Serve, browse: Browse, *, script: bool
) -> None:
    """Finish a task, send its callback again, order a fault, take it back, create a task."""
    service, url = serve_ui()
    with open_door("direct", service) as door:
        task = door.new_task(callBackUrl=HOOK)
    window = browse(url, script=script).go(f"/tasks/{task}")
    by_keyboard(window, "Finish")
    window.page.get_by_text("The task has ended with success.").wait_for()
    by_keyboard(window, "Send the callback again")
    window.page.get_by_text("The callback was sent once more.").wait_for()
    window.go("/levers").page.get_by_text("Orders a situation or a code").click()
    window.page.locator("[name='arg.situation']").first.fill("maintenance")
    window.page.keyboard.press("Enter")
    window.page.get_by_text("The fault waits for its requests.").wait_for()
    assert len(service.control.orders.books["faults"]) == 1
    by_keyboard(window, "Take back")
    window.page.get_by_text("Done.").wait_for()
    window.go("/models/z-image").page.get_by_role("button", name="Create the task").click()
    window.page.get_by_text("The task was created.").wait_for()
    window.go("/models/veo/generate").page.get_by_role("button", name="Create the task").click()
    window.page.get_by_text("The task was created.").wait_for()
    assert len(service.control.tasks.all()) == 3


def test_what_is_copied_is_the_test(serve_ui: Serve, browse: Browse) -> None:
    """The button puts the whole text into the clipboard, and says so."""
    service, url = serve_ui()
    with open_door("direct", service) as door:
        door.create({"model": EVIL, "input": {}})
    page = browse(url).go("/entries/1").page
    page.locator("[data-copy=pytest]").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#pytest").text_content()
    compile(copied, "copied.py", "exec")


def test_signing_in_and_out(serve_ui: Serve, browse: Browse) -> None:
    """A wrong token is told so, the right one leads to the page that was wanted; axe finds nothing serious."""
    _, url = serve_ui(admin_token="the-token")
    window = browse(url).go("/tasks")
    assert window.axe() == []
    window.picture("sign-in-1280-light")
    window.page.get_by_label("Admin token").fill("wrong")
    window.page.keyboard.press("Enter")
    window.page.get_by_role("alert").wait_for()
    window.go("/tasks").page.get_by_label("Admin token").fill("the-token")
    window.page.keyboard.press("Enter")
    window.page.get_by_text("0 tasks in all").wait_for()
    assert window.page.evaluate("document.cookie") == ""
    window.page.get_by_role("button", name="Sign out").click()
    window.page.get_by_label("Admin token").wait_for()


def test_a_page_whose_fake_stops_says_so_and_comes_back(make: Callable[..., Service], browse: Browse) -> None:
    """The list stays, the state tells; when the fake is there again, so is the list."""
    service = make(limits="off")
    first = LiveServer("127.0.0.1", 0)
    first.start(service, service.is_quick)
    window = browse(first.url).go("/")
    window.page.get_by_text("Live", exact=True).wait_for()
    first.stop()
    window.page.get_by_text("The fake does not answer").wait_for()
    second = LiveServer("127.0.0.1", int(first.url.rpartition(":")[2]))
    second.start(service, service.is_quick)
    try:
        service.handle(Request.of("GET", "/api/v1/chat/credit", b"", KEY))
        window.page.locator("#entry-1").wait_for()
    finally:
        window.close()
        second.stop()


def test_a_hundred_thousand_tasks(serve_ui: Serve, browse: Browse) -> None:
    """The first list holds fifty of them and stays light; how long it took is noted beside the pictures."""
    service, url = serve_ui()
    with open_door("direct", service) as door:
        many(door)
    window = browse(url).go("/tasks")
    window.page.get_by_text("100,000 tasks in all").wait_for()
    assert window.page.locator("tbody tr").count() == 50
    told = window.page.evaluate(
        "(() => { const [n] = performance.getEntriesByType('navigation');"
        " const all = [n, ...performance.getEntriesByType('resource')];"
        " return {ms: n.domContentLoadedEventEnd, bytes: all.reduce((sum, one) => sum + one.encodedBodySize, 0)}; })()"
    )
    window.note("numbers", {"first_list_ms": round(told["ms"]), "page_bytes": told["bytes"]})
    assert 0 < told["bytes"] < 200_000
    window.page.get_by_role("link", name="Older").click()
    window.page.get_by_role("link", name="Newest").wait_for()
    assert window.page.locator("tbody tr").count() == 50


def many(door: Door) -> None:
    """Fill a fake: one task by the API, the others alike."""
    store = door.service.state.store
    first = store.task(door.create({"model": MODEL, "input": {}}).data["taskId"])
    assert first
    with store.work(first.account) as work:
        for number in range(99_999):
            work.save_task(replace(first, id=f"{number:032x}"))
