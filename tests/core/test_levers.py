"""The levers under /_fakie/: what they show and move, and who may pull them."""

from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, KEY, MODEL, RECORD, Door, open_door
from support.servers.fakes import START, Collector, HandClock
from support.some import some

Make = Callable[..., Service]
OTHER = {"Authorization": "Bearer other"}


def test_the_first_answer_lists_what_it_can_do(door: Door) -> None:
    """Version, profile, models, codes, situations, and every lever with the schema of what it takes."""
    for path in ("/_fakie", "/_fakie/"):
        about = door.get(path, {}).data
        assert about["format_version"] == 1
        assert (about["profile"], about["docs"], about["broken"]) == ("documented", "pinned", [])
        assert about["wire"] == "2026-10"
        assert MODEL in about["models"]
        assert len(about["models"]) == 137
        assert about["codes"] == [200, 401, 402, 404, 408, 422, 429, 433, 455, 500, 501, 505]
        assert "rate_limited" in about["situations"]
    listed = {(lever["method"], lever["path"]) for lever in about["levers"]}
    assert ("POST", "/_fakie/tasks/{task_id}/hold") in listed
    assert all(lever["what"] and lever["body"]["type"] == "object" for lever in about["levers"])


def test_every_listed_lever_answers(fake: Door) -> None:
    """Nothing is listed that is not there."""
    for lever in some(fake.get("/_fakie/").data["levers"]):
        path = lever["path"].replace("{task_id}", "none").replace("{id}", "0")
        answer = fake.ask(lever["method"], path)
        assert (
            answer.situation in {"lever_pulled", "lever_misused"}
            or "no task has" in answer.msg
            or "the id 0" in answer.msg
        )


def test_health_is_open_to_all(make: Make) -> None:
    """Health needs neither loopback nor token."""
    service = make(admin_token="secret")
    response = service.handle(Request("GET", "/_fakie/health", remote="10.1.2.3"))
    assert response.body == b'{"code":200,"msg":"success","data":{"status":"ok"}}'


def test_without_a_token_only_this_machine_may_pull(service: Service) -> None:
    """A request from elsewhere is refused and moves nothing."""
    request = Request("POST", "/_fakie/reset", remote="192.168.1.5")
    assert service.handle(request).status == 403
    assert service.handle(Request("GET", "/_fakie/", remote="::1")).status == 200


def test_with_a_token_everybody_needs_it(make: Make) -> None:
    """The token opens the levers from anywhere; without it nobody gets in, loopback neither."""
    service = make(admin_token="secret")
    token = {"authorization": "Bearer secret"}
    assert service.handle(Request("GET", "/_fakie/")).status == 403
    assert service.handle(Request("GET", "/_fakie/", headers=Headers({"authorization": "Bearer wrongé"}))).status == 403
    assert service.handle(Request("GET", "/_fakie/", headers=Headers(token), remote="10.0.0.1")).status == 200


def test_a_page_of_another_origin_may_not_pull(fake: Door) -> None:
    """A browser that is made to send requests here is refused; a page served from this machine is not."""
    assert fake.post("/_fakie/reset", headers={"Origin": "https://evil.test"}).status == 403
    assert fake.post("/_fakie/reset", headers={"Origin": "http://localhost:3000"}).status == 200


def test_tasks_are_held_finished_and_failed_by_hand(fake: Door, clock: HandClock) -> None:
    """A held task stays where it is, whatever time passes; finish and fail end one and not the others."""
    held, finished, failed, free = (fake.new_task() for _ in range(4))
    clock.seconds += 1
    assert fake.post(f"/_fakie/tasks/{held}/hold").data["state"] == "queuing"
    assert fake.post(f"/_fakie/tasks/{finished}/finish").data["state"] == "success"
    assert fake.post(f"/_fakie/tasks/{failed}/fail", {"msg": "because"}).data["state"] == "fail"
    assert fake.record(free)["state"] == "queuing"
    clock.seconds += 1000
    assert [fake.record(task)["state"] for task in (held, finished, failed, free)] == [
        "queuing",
        "success",
        "fail",
        "success",
    ]
    assert (fake.record(failed)["failCode"], fake.record(failed)["failMsg"]) == ("500", "because")
    assert fake.post(f"/_fakie/tasks/{held}/finish").data["ended_at"] == START + 1001


def test_an_ended_task_cannot_be_moved(fake: Door) -> None:
    """What has ended is not ended again, and the answer says so."""
    task = fake.new_task()
    fake.post(f"/_fakie/tasks/{task}/finish")
    for act in ("hold", "finish", "fail"):
        answer = fake.post(f"/_fakie/tasks/{task}/{act}")
        assert (answer.status, answer.situation) == (422, "lever_misused")
    assert fake.post("/_fakie/tasks/none/finish").status == 404


@pytest.mark.parametrize(
    ("method", "path", "works"),
    [
        ("GET", "reset", "no lever answers GET /_fakie/reset; expected POST;"),
        ("PUT", "faults", "expected GET or DELETE or POST;"),
        ("GET", "tasks/abc/finish", "expected POST;"),
        ("POST", "fault", "did you mean /_fakie/faults?"),
        ("GET", "zzzzzz", "/_fakie/zzzzzz; GET /_fakie/ lists them"),
    ],
)
def test_a_lever_that_is_asked_in_another_way_is_named(fake: Door, method: str, path: str, works: str) -> None:
    """Curl asks by GET unless it is told otherwise; a name may be misspelt."""
    answer = fake.ask(method, f"/_fakie/{path}")
    assert (answer.status, answer.situation, works in answer.msg) == (404, "lever_unknown", True), answer.msg


@pytest.mark.parametrize("listed", ["tasks", "journal", "conduct", "files"])
def test_what_an_account_has_that_is_not_there_is_not_nothing(fake: Door, listed: str) -> None:
    """A handle that is misspelt, or of another fake, is told, with those that there are; a key may be a new one."""
    fake.get(CREDIT)
    answer = fake.get(f"/_fakie/{listed}?account=account-0000000000")
    [known] = [one["account"] for one in fake.get("/_fakie/accounts").data]
    assert (answer.status, answer.situation) == (404, "lever_unknown")
    assert known in answer.msg
    assert fake.get(f"/_fakie/{listed}?account=a-new-key").data == []


def test_tasks_and_journal_are_listed_by_account(fake: Door) -> None:
    """Each listing takes a key or a handle; no listing shows a key."""
    mine, theirs = fake.new_task(), fake.new_task(headers=OTHER)
    assert [task["task_id"] for task in fake.get("/_fakie/tasks").data] == [mine, theirs]
    assert [task["task_id"] for task in fake.get("/_fakie/tasks?account=other").data] == [theirs]
    [entry] = fake.get("/_fakie/journal?account=other").data
    assert [e["task_id"] for e in fake.get(f"/_fakie/journal?account={entry['account']}").data] == [theirs]
    assert len(fake.get("/_fakie/journal?limit=1").data) == 1
    assert fake.get("/_fakie/journal?limit=0").data == []
    assert fake.get("/_fakie/journal?limit=x").status == 422
    assert fake.get("/_fakie/journal?situation=accepted&limit=9").data[0]["task_id"] == mine
    assert b"test-key" not in fake.get("/_fakie/journal").body + fake.get("/_fakie/accounts").body


def test_the_last_tasks_alone_can_be_listed(fake: Door) -> None:
    """Of all, or of one account, oldest first; more than there are is no error, and words are refused."""
    ids = [fake.create().data["taskId"] for _ in range(3)]

    def listed(query: str) -> list[str]:
        return [task["task_id"] for task in fake.get(f"/_fakie/tasks{query}").data]

    assert listed("") == listed("?limit=9") == ids
    assert listed("?limit=2") == ids[1:]
    assert listed("?limit=0") == listed("?limit=1&account=another-key") == []
    assert fake.get("/_fakie/tasks?limit=x").status == 422


def test_levers_leave_no_trace_in_the_journal(fake: Door) -> None:
    """The journal is about the API alone, and can be emptied."""
    fake.create()
    fake.get("/_fakie/")
    assert [entry["path"] for entry in fake.get("/_fakie/journal").data] == [CREATE]
    fake.ask("DELETE", "/_fakie/journal")
    assert fake.get("/_fakie/journal").data == []


def test_a_fault_waits_for_the_requests_it_matches(fake: Door) -> None:
    """By times, account, model and after; then requests are answered as usual again."""
    fake.post("/_fakie/faults", {"situation": "rate_limited", "times": 2, "account": "test-key", "model": None})
    assert fake.create(headers=OTHER).code == 200
    assert [fake.create().code for _ in range(3)] == [429, 429, 200]
    fake.post("/_fakie/faults", {"code": 455, "model": "z-image"})
    assert fake.create().code == 200
    assert fake.create({"model": "z-image", "input": {}}).code == 455
    fake.post("/_fakie/faults", {"code": 500, "after": 1, "model": MODEL})
    assert [fake.create().code for _ in range(3)] == [200, 500, 200]
    assert fake.get("/_fakie/faults").data == []


def test_a_fault_is_for_create_task_unless_it_says_otherwise(fake: Door) -> None:
    """Polls do not use up a fault that waits for a create; one for recordInfo or for all can be ordered."""
    fake.post("/_fakie/faults", {"code": 500})
    assert fake.get(CREDIT).code == 200
    assert fake.create().code == 500
    fake.post("/_fakie/faults", {"code": 400, "endpoint": "recordInfo"})
    task = fake.new_task()
    assert fake.get(f"{RECORD}?taskId={task}").code == 400
    fake.post("/_fakie/faults", {"code": 429, "endpoint": "*"})
    assert fake.get(CREDIT).code == 429


def test_faults_are_listed_and_taken_back(fake: Door) -> None:
    """One by id, or all; one without `times` stays until then."""
    first = fake.post("/_fakie/faults", {"code": 500, "times": None}).data
    fake.post("/_fakie/faults", {"code": 429})
    assert [fake.create().code for _ in range(3)] == [500] * 3
    assert [(fault["what"], fault["used"]) for fault in fake.get("/_fakie/faults").data] == [
        ("server_error", 3),
        ("rate_limited", 0),
    ]
    assert fake.ask("DELETE", f"/_fakie/faults/{first['id']}").status == 200
    assert fake.ask("DELETE", f"/_fakie/faults/{first['id']}").status == 404
    assert fake.create().code == 429
    fake.post("/_fakie/faults", {"code": 500})
    assert fake.ask("DELETE", "/_fakie/faults").data == {"removed": 1}
    assert fake.create().code == 200


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "either a situation or a code"),
        ({"situation": "rate_limited", "code": 429}, "either a situation or a code"),
        ({"situation": "nonsense"}, "rate_limited"),
        ({"code": 418}, "401, 402"),
        ({"code": "429"}, "code: integer"),
        ({"code": 429, "times": 0}, "times: at least 1"),
        ({"code": 429, "tmies": 2}, "tmies"),
        ({"code": 429, "endpoint": "nowhere"}, "createTask"),
        ({"situation": "reset"}, "spoil_next"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(fake: Door, body: Any, word: str) -> None:
    """A mistake is named, and nothing waits afterwards."""
    answer = fake.post("/_fakie/faults", body)
    assert (answer.status, answer.situation) == (422, "lever_misused")
    assert word in answer.msg
    assert fake.get("/_fakie/faults").data == []


def test_the_course_of_coming_tasks_can_be_ordered(fake: Door, clock: HandClock, sent: Collector) -> None:
    """By time, by polls that skip no state, or held; to success or failure; then as usual again."""
    fake.post("/_fakie/plans", {"by": "polls"})
    polled = fake.new_task()
    assert [fake.record(polled)["state"] for _ in range(5)] == [
        "waiting",
        "queuing",
        "generating",
        "success",
        "success",
    ]
    fake.post("/_fakie/plans", {"by": "polls", "outcome": "fail", "code": "422", "msg": "no"})
    failing = fake.new_task(callBackUrl="http://127.0.0.1:9/hook")
    assert [fake.record(failing)["state"] for _ in range(4)] == ["waiting", "queuing", "generating", "fail"]
    assert fake.record(failing)["failCode"] == "422"
    fake.service.run_due()
    assert len(sent.outgoing) == 1
    fake.post("/_fakie/plans", {"by": "hold"})
    held = fake.new_task()
    fake.post("/_fakie/plans", {"seconds": 100, "account": "other"})
    slow = fake.new_task(headers=OTHER)
    usual = fake.new_task()
    clock.seconds += 99
    assert [fake.record(task)["state"] for task in (held, usual)] == ["waiting", "success"]
    assert fake.record(slow, OTHER)["state"] == "generating"
    clock.seconds += 1
    assert fake.record(slow, OTHER)["state"] == "success"


def test_a_task_can_end_at_once(fake: Door) -> None:
    """A plan of no seconds is over when it begins."""
    fake.post("/_fakie/plans", {"seconds": 0})
    assert fake.record(fake.new_task())["state"] == "success"


def test_accounts_get_credits_and_webhook_keys(make: Make) -> None:
    """A key is made known, given credits and a webhook key, and shown by handle alone."""
    with open_door("direct", make(keys=("known",))) as fake:
        assert fake.create(headers=OTHER).code == 401
        shown = fake.post("/_fakie/accounts", {"key": "other", "credits": 0, "webhook_key": "w"}).data
        assert (shown["credits"], shown["signs_callbacks"]) == (0, True)
        assert fake.create(headers=OTHER).code == 402
        fake.post("/_fakie/accounts", {"key": "other", "credits": 2.5})
        assert fake.create(headers=OTHER).code == 200
        assert [account["credits"] for account in fake.get("/_fakie/accounts").data] == [1000.0, 1.5]
        assert fake.post("/_fakie/accounts", {"credits": 1}).status == 422
        assert fake.post("/_fakie/accounts", {"key": "x", "credits": -1}).status == 422
        assert "spaces" in fake.post("/_fakie/accounts", {"key": "two words"}).msg


def test_reset_forgets_one_account_or_everything(make: Make) -> None:
    """One account's tasks and journal go, or all; named keys stay known, with their credits as at the start."""
    with open_door("direct", make(keys=("test-key", "other"), credits=5)) as fake:
        mine, theirs = fake.new_task(), fake.new_task(headers=OTHER)
        fake.post("/_fakie/reset", {"account": "other"})
        assert fake.get(f"{RECORD}?taskId={theirs}", OTHER).situation == "task_unknown"
        assert fake.record(mine)["taskId"] == mine
        assert (fake.get(CREDIT, OTHER).data, fake.get(CREDIT).data) == (5.0, 4.0)
        fake.post("/_fakie/faults", {"code": 500})
        fake.post("/_fakie/plans", {"by": "hold"})
        fake.post("/_fakie/reset")
        assert (
            fake.get("/_fakie/journal").data == fake.get("/_fakie/faults").data == fake.get("/_fakie/plans").data == []
        )
        assert fake.get(CREDIT, KEY).data == 5.0


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"advance": 1e999}', b"\xff"])
def test_a_broken_body_is_refused(fake: Door, body: bytes) -> None:
    """Levers read as strictly as the API does, and say so by their HTTP status, as with any mistake."""
    answer = fake.ask("POST", "/_fakie/clock", body, {"Content-Type": "application/json"})
    assert (answer.status, answer.code, answer.situation) == (422, 422, "body_malformed")
    assert "createTask" not in answer.msg
    assert "elevenlabs" not in answer.msg


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_that_is_not_called_json_orders_nothing_and_says_so(fake: Door, kind: str) -> None:
    """`curl -f -d` without a header must not believe that its order waits."""
    answer = fake.ask("POST", "/_fakie/faults", b'{"code": 429}', {"Content-Type": kind} if kind else {})
    assert (answer.status, answer.code) == (422, 422)
    assert fake.get("/_fakie/faults").data == []


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_whatever_keeps_a_lever_from_its_work_is_an_http_status(make: Make, profile: str) -> None:
    """It is no part of the API, whose status is 200 whatever is refused."""
    with open_door("direct", make(profile=profile)) as fake:
        json_type = {"Content-Type": "application/json"}
        large = b'{"url": "https://example.com/a", "content": "' + b"a" * 4_300_000 + b'"}'
        answer = fake.ask("POST", "/_fakie/files", large, json_type)
        assert (answer.status, answer.situation) == (answer.code, "body_too_large")
        assert answer.status >= 400
        assert fake.ask("POST", CREATE, large, {**KEY, **json_type}).status == 200


@pytest.mark.parametrize(
    ("method", "path", "word"),
    [
        ("GET", "journal?acount=k", "did you mean 'account'?"),
        ("GET", "journal?limit=1&sort=at", "(known: account, situation, limit, after)"),
        ("GET", "tasks?state=fail", "(known: account, limit)"),
        ("DELETE", "journal?account=k", "query: expected none; got 'account'"),
        ("DELETE", "faults?account=k", "query: expected none"),
        ("DELETE", "scenarios?acc%6funts=k", "did you mean 'account'?"),
        ("POST", "clock?advance=30", "advance: expected in the body"),
        ("POST", "reset?account=k", "account: expected in the body"),
        ("GET", "tasks?account=", "account: at least 1 character"),
        ("GET", "journal?account=&limit=1", "account: at least 1 character"),
        ("DELETE", "scenarios?account=", "account: at least 1 character"),
        ("GET", "tasks?", ""),
    ],
)
def test_a_query_that_a_lever_does_not_read_is_refused(fake: Door, method: str, path: str, word: str) -> None:
    """What was meant for one account would else strike all; nothing changes."""
    fake.post(CREATE, {"model": MODEL, "input": {}})
    answer = fake.ask(method, f"/_fakie/{path}")
    assert answer.situation == ("lever_misused" if word else "lever_pulled")
    assert word in answer.msg
    assert len(fake.get("/_fakie/tasks").data) == len(fake.get("/_fakie/journal").data) == 1
    for probe in ("health?at=1", "ready?at=1"):
        assert fake.get(f"/_fakie/{probe}").status == 200
