"""The forms of the fake's own pages: levers, models, reports."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from fakie.core.accounts import handle_of
from fakie.core.levers.lever import Lever
from fakie.core.service import Service
from fakie_schemas import format_schema
from support.clients.doors import DOORS, JSON, MODEL, Answer, Door, open_door
from support.reports import data_of, finding, result
from support.some import some
from support.ui import EVIL, FORM, UI, Tags, filled_in, pull, secret, send, shown, text, whole

Make = Callable[..., Service]


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
    assert [f"{lever.method} {lever.path}" for lever in some(moving) if not in_forms(lever, forms)] == []


def test_a_page_says_what_a_lever_has_done(service: Service) -> None:
    """The sentence of the lever that was moved stands at the head; a made-up name says nothing."""
    with open_door("direct", service) as door:
        for lever in some([one for one in service.levers.levers if one.method != "GET"]):
            assert lever.done in text(door.get(f"{UI}/?notice={lever.name}")), lever.name
        assert "Done." not in text(door.get(f"{UI}/?notice=made_up"))


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
        assert headers["location"] == f"{UI}/?notice=reload"


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
        task = door.new_task()
        reset = {"form_secret": secret(door), "method": "POST", "path": "/reset"}
        answer = door.send("POST", f"{UI}/pull", json.dumps(reset).encode(), JSON)
        assert answer.status == 403
        assert door.record(task)["taskId"] == task


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


def test_findings_that_differ_by_an_id_are_shown_as_one(service: Service) -> None:
    """As on the page that the suite writes; a report need not tell of situations."""
    tasks = [f"{number:032x}" for number in range(3)]
    found = [finding(f"{MODEL}::life::{one}", expected=f"the task {one}") for one in tasks]
    report = data_of(*(result(one.case, ending="findings", findings=(one,)) for one in found))
    for one in (each for told in report["results"] for each in told["findings"]):
        del one["situation"]
    with open_door("direct", service) as door:
        page = report_form(door, json.dumps(report).encode())
    assert page.status == 200
    assert (page.body.count(b"<article"), "3 times" in text(page)) == (1, True)


@pytest.mark.parametrize("verdict", format_schema("report")["properties"]["verdict"]["enum"])
def test_a_report_is_opened_whatever_its_verdict(service: Service, verdict: str) -> None:
    """Each has its words."""
    report = {**data_of(result("other::case", ending="not_run", reason="it was stopped")), "verdict": verdict}
    with open_door("direct", service) as door:
        page = report_form(door, json.dumps(report).encode())
    assert (page.status, list(service.bugs)) == (200, [])
    assert "it was stopped" in text(page)


def test_a_button_bids(service: Service) -> None:
    """A lever without arguments is pulled by a button that says what to do, in one thing."""
    with open_door("direct", service) as door:
        page = shown(door, "/levers")
    for label in ("Take all faults back", "Empty the journal", "End all scenarios", "Read the revisions again"):
        assert f">{label}</button>" in page


def test_an_order_that_waits_is_told_in_words(service: Service) -> None:
    """What is as usual is left out; an order without an end says so."""
    service.control.orders.add_plan(by="hold")
    service.control.orders.add_fault(code=500, times=None)
    with open_door("direct", service) as door:
        page = shown(door, "/levers")
    assert "<span>by hold</span>" in page
    assert "<span>situation server_error, until taken back</span>" in page
