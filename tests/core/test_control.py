"""One control: the fixture's object and the levers accept, refuse and change the same."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fakie.core.accounts import handle_of
from fakie.core.http.messages import Request
from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.start import new_fake
from support.clients.doors import CREATE, MODEL

FREE = "a-key-of-its-own"
OUTAGE = {"format_version": 1, "name": "outage", "steps": [{"id": "down", "fault": {"code": 500}}]}
JSON = {"Content-Type": "application/json"}
Skin = Callable[[Fake, str, Mapping[str, Any]], bool]


def by_object(fake: Fake, call: str, given: Mapping[str, Any]) -> bool:
    """Try a call on the fixture's object; gives whether it was accepted."""
    named = dict(given)
    try:
        _CALLS[call](fake, named)
    except WrongOrderError:
        return False
    return True


def by_lever(fake: Fake, call: str, given: Mapping[str, Any]) -> bool:
    """Try the same call on the levers; gives whether it was accepted."""
    body = dict(given)
    paths = {
        "fault": "/faults",
        "transport fault": "/spoils",
        "plan": "/plans",
        "account": "/accounts",
        "publish": "/files",
        "scenario": "/scenarios",
    }
    path = paths.get(call, f"/{call}")
    if call in {"hold", "finish", "fail", "callback"}:
        path = f"/tasks/{body.pop('task')}/{call}"
    if call in {"freeze", "resume"}:
        path, body["freeze"] = "/clock", call == "freeze"
    if call == "advance":
        path, body = "/clock", {("advance" if name == "seconds" else name): value for name, value in body.items()}
    request = Request.of("POST", f"/_fakie{path}", json.dumps(body).encode(), JSON)
    response = fake.service.handle(request)
    code = json.loads(response.body)["code"]
    assert code in {200, 404, 422}, response
    return bool(code == 200)


def _fault(fake: Fake, given: dict[str, Any]) -> None:
    what = given.pop("situation", None)
    code = given.pop("code", None)
    fake.fail_next(code if what is None else what, **given)


def _account(fake: Fake, given: dict[str, Any]) -> None:
    fake.account(given.pop("key"), **given)


_CALLS: Mapping[str, Callable[[Fake, dict[str, Any]], Any]] = {
    "fault": _fault,
    "transport fault": lambda fake, given: fake.spoil_next(given.pop("kind"), **given),
    "plan": lambda fake, given: fake.plan_next(given.pop("outcome", "success"), **given),
    "account": _account,
    "publish": lambda fake, given: fake.web.publish(given.pop("url"), **given),
    "scenario": lambda fake, given: fake.play(given.pop("scenario"), **given),
    "advance": lambda fake, given: fake.advance(given.pop("seconds"), **given),
    "freeze": lambda fake, given: fake.freeze(**given),
    "resume": lambda fake, given: fake.resume(**given),
    "reset": lambda fake, given: fake.reset(**given),
    "hold": lambda fake, given: fake.task(given["task"]).hold(),
    "finish": lambda fake, given: fake.task(given["task"]).finish(),
    "fail": lambda fake, given: fake.task(given.pop("task")).fail(**given),
    "callback": lambda fake, given: fake.task(given["task"]).call_back(),
}

GOOD: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("fault", {"situation": "rate_limited", "times": 2}),
    ("fault", {"code": 429, "times": None, "endpoint": "*"}),
    ("fault", {"code": 422, "endpoint": "recordInfo", "model": MODEL}),
    ("fault", {"code": 500, "account": FREE}),
    ("fault", {"code": 500, "msg": "our own words", "status": 503}),
    ("fault", {"status": 502, "probability": 0.5, "after": 3}),
    ("fault", {"code": 500, "when": "a cat"}),
    ("transport fault", {"kind": "latency", "seconds": 3, "account": FREE, "model": MODEL}),
    ("transport fault", {"kind": "lost", "when": {"input": {"prompt": "a cat"}}, "probability": 1}),
    ("plan", {"outcome": "fail", "code": "422", "msg": "flagged", "account": FREE}),
    ("plan", {"by": "hold", "times": 3, "after": 1, "when": "a cat"}),
    ("plan", {"seconds": 0, "quirk": "late"}),
    ("plan", {"result": "gone"}),
    ("plan", {"outcome": "fail", "code": "GENERATION_FAILED"}),
    ("account", {"key": FREE, "credits": 0, "webhook_key": "w"}),
    ("account", {"key": FREE, "cap": 0.5}),
    ("publish", {"url": "https://acme.test/a.png", "media_type": "image/png", "status": 404}),
    ("scenario", {"scenario": "flaky-upstream", "account": FREE}),
    ("scenario", {"scenario": OUTAGE}),
    ("fault", {"code": 429, "model": "elevenlabs/*"}),
    ("advance", {"seconds": 0.5}),
    ("advance", {"seconds": 5, "account": FREE}),
    ("freeze", {"account": FREE}),
    ("resume", {"account": FREE}),
    ("reset", {"account": FREE}),
    ("reset", {}),
    ("hold", {"task": "RUNNING"}),
    ("finish", {"task": "RUNNING"}),
    ("fail", {"task": "RUNNING", "code": "400", "msg": "no"}),
    ("callback", {"task": "ENDED"}),
)
BAD: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("publish", {"url": "acme.test/a.png"}, "url"),
    ("publish", {"url": "https://u@acme.test/a"}, "url: it holds a user name"),
    ("publish", {"url": "https://acme.test/a", "status": 99}, "status: at least 200"),
    ("fault", {"code": 200}, "carried out"),
    ("fault", {"code": 429, "model": "elevenlab/*"}, "model"),
    ("scenario", {"scenario": {**OUTAGE, "steps": []}}, "steps"),
    ("scenario", {"scenario": OUTAGE, "account": ""}, "account"),
    ("scenario", {"scenario": OUTAGE, "account": "account-0000000000"}, "no account has the handle"),
    ("fault", {"code": 200, "endpoint": "recordInfo"}, "carried out"),
    ("fault", {"code": 418}, "not documented"),
    ("fault", {"code": 433, "model": MODEL}, "not documented by the page of"),
    ("fault", {"code": 10**30}, "not documented"),
    ("fault", {"situation": "rate_limitd"}, "did you mean 'rate_limited'"),
    ("fault", {"situation": "accepted"}, "not known"),
    ("fault", {}, "either a situation or a code"),
    ("fault", {"code": 429, "model": "elevenlabs/audio-isolatoin"}, "elevenlabs/audio-isolation"),
    ("fault", {"code": 429, "endpoint": "record"}, "did you mean 'recordInfo'"),
    ("fault", {"code": 429, "endpoint": "credit", "model": MODEL}, "leave it out"),
    ("fault", {"code": 429, "account": "account-0000000000"}, "no account has the handle"),
    ("fault", {"code": 429, "account": ""}, "is empty"),
    ("fault", {"code": 429, "account": "schlüssel"}, "ASCII"),
    ("fault", {"code": 429, "account": "x" * 600}, "characters"),
    ("fault", {"code": 429, "times": 0}, "times: at least 1"),
    ("fault", {"code": 429, "times": True}, "times: integer"),
    ("fault", {"code": 429, "times": 1.5}, "times: integer"),
    ("fault", {"code": 429, "after": -1}, "after: at least 0"),
    ("fault", {"code": 429, "probability": 0}, "probability: more than 0"),
    ("fault", {"code": 429, "probability": 1.1}, "probability: at most 1"),
    ("fault", {"code": 429, "when": ""}, "when"),
    ("fault", {"code": 429, "when": {}}, "when"),
    ("fault", {"code": 429, "status": 200}, "status: at least 400"),
    ("transport fault", {"kind": "explode"}, "truncated"),
    ("transport fault", {"kind": "latency", "seconds": -1}, "seconds: at least 0"),
    ("transport fault", {"kind": "latency", "seconds": math.nan}, "finite"),
    ("transport fault", {"kind": "lost", "model": "z-imag"}, "z-image"),
    ("plan", {"outcome": "sideways"}, "fail"),
    ("plan", {"by": "magic"}, "polls"),
    ("plan", {"seconds": -3}, "seconds: at least 0"),
    ("plan", {"seconds": math.inf}, "finite"),
    ("plan", {"seconds": 1e300}, "seconds: at most"),
    ("plan", {"quirk": "odd"}, "duplicate"),
    ("plan", {"code": "422"}, "outcome fail"),
    ("plan", {"outcome": "fail", "code": "abc"}, "three digits"),
    ("plan", {"result": "brokn"}, "did you mean 'broken'"),
    ("plan", {"result": 3}, "result"),
    ("plan", {"result": []}, "result"),
    ("plan", {"outcome": "fail", "result": "gone"}, "a task that fails has none"),
    ("plan", {"account": "two words"}, "spaces"),
    ("plan", {"account": FREE, "model": "no/such"}, "did you mean"),
    ("fault", {"account": FREE, "code": 418}, "not documented"),
    ("account", {"key": FREE, "credits": -5}, "credits: at least 0"),
    ("account", {"key": FREE, "credits": math.nan}, "finite"),
    ("account", {"key": FREE, "credits": "many"}, "credits: number"),
    ("account", {"key": "", "credits": 1}, "key"),
    ("account", {"key": "zwei wörter"}, "spaces"),
    ("account", {"key": FREE, "webhook_key": ""}, "webhook_key"),
    ("advance", {"seconds": -1}, "at least 0"),
    ("advance", {"seconds": math.inf, "account": FREE}, "finite"),
    ("freeze", {"account": "account-0000000000"}, "no account has the handle"),
    ("reset", {"account": "account-0000000000"}, "no account has the handle"),
    ("hold", {"task": "ENDED"}, "ended already"),
    ("finish", {"task": "FAILED"}, "ended already, with fail"),
    ("fail", {"task": "ENDED"}, "ended already, with success"),
    ("hold", {"task": "nothing"}, "no task has the id"),
    ("callback", {"task": "RUNNING"}, "still waiting"),
    ("callback", {"task": "FAILED"}, "without callBackUrl"),
    ("callback", {"task": "nothing"}, "no task has the id"),
    ("fail", {"task": "RUNNING", "code": 422}, "code: string or null"),
    ("fail", {"task": "RUNNING", "code": "abc"}, "three digits"),
)


@pytest.fixture
def fake() -> Fake:
    """A fake with one running task, one that succeeded and one that failed."""
    fake = new_fake()
    fake.freeze()
    for key in ("running", "ended", "failed"):
        called = {} if key == "failed" else {"callBackUrl": "http://127.0.0.1/hook"}
        body = json.dumps({"model": MODEL, "input": {"audio_url": f"http://127.0.0.1/{key}"}, **called}).encode()
        fake.handle(Request.of("POST", CREATE, body, {**JSON, "Authorization": f"Bearer {fake.key}"}))
    fake.tasks[1].finish()
    fake.tasks[2].fail()
    return fake


def placed(fake: Fake, given: Mapping[str, Any]) -> dict[str, Any]:
    """Put the ids of this fake's tasks in the place of their names."""
    ids = dict(zip(("RUNNING", "ENDED", "FAILED"), (task.id for task in fake.tasks), strict=True))
    return {name: ids.get(value, value) if name == "task" else value for name, value in given.items()}


def everything(fake: Fake) -> Any:
    """All that a call could change, as comparable data."""
    accounts = [(account.handle, account.credits, account.webhook_key) for account in fake.accounts]
    orders = {kind: [(order.id, order.what, order.where) for order in book] for kind, book in fake.orders.items()}
    tasks = [(task.id, task.state, task.polls) for task in fake.tasks]
    return accounts, orders, tasks, fake.service.control.accounts.clocks(), fake.journal.count()


@pytest.mark.parametrize("skin", [by_object, by_lever])
@pytest.mark.parametrize(("call", "given"), GOOD)
def test_what_can_be_meant_is_accepted_by_both(fake: Fake, skin: Skin, call: str, given: Mapping[str, Any]) -> None:
    """Each order, task, account and clock call works in Python and over HTTP, also for an account of no use so far."""
    assert skin(fake, call, placed(fake, given))
    if given.get("account") == FREE:
        assert handle_of(FREE) in {account.handle for account in fake.accounts}


@pytest.mark.parametrize("skin", [by_object, by_lever])
@pytest.mark.parametrize(("call", "given", "_"), BAD)
def test_what_cannot_be_meant_is_refused_by_both_and_changes_nothing(
    fake: Fake, skin: Skin, call: str, given: Mapping[str, Any], _: str
) -> None:
    """A refused call leaves accounts, orders, tasks, clocks and journal as they were."""
    before = everything(fake)
    assert not skin(fake, call, placed(fake, given))
    assert everything(fake) == before


@pytest.mark.parametrize(("call", "given", "words"), BAD)
def test_a_refusal_says_what_was_wrong(fake: Fake, call: str, given: Mapping[str, Any], words: str) -> None:
    """One line, with the name of the argument or the thing, and what works."""
    with pytest.raises(WrongOrderError, match=words) as raised:
        _CALLS[call](fake, placed(fake, given))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "value", [{1, 2}, b"bytes", object(), 10**5000, "\ud800"], ids=["set", "bytes", "object", "long", "lone"]
)
def test_what_is_no_json_is_refused_by_the_object(fake: Fake, value: Any) -> None:
    """What no request can carry, Python can; it is named, and no order waits."""
    with pytest.raises(WrongOrderError, match="when: expected JSON data"):
        fake.fail_next(429, when=value)
    assert fake.orders["faults"] == []


def test_both_write_the_same_order(fake: Fake) -> None:
    """The order of one skin is shown by the other as its own."""
    given = {"kind": "latency", "seconds": 3, "account": FREE, "model": MODEL, "times": 2, "after": 1}
    by_object(fake, "transport fault", given)
    by_lever(fake, "transport fault", given)
    first, second = fake.orders["transport_faults"]
    assert (first.what, first.where) == (second.what, second.where)
