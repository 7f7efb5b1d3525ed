"""One control: the fixture's object and the levers accept, refuse and change the same."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest

from fakie.core.accounts import handle_of
from fakie.core.http.messages import Request
from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.start import new_fake
from support.clients.doors import CREATE, MODEL
from support.skins import CALLS, JSON, WRITTEN, Skin, by_lever, by_object
from support.some import some

FREE = "a-key-of-its-own"
OWN = "an-account-of-its-own"
OUTAGE = {"format_version": 1, "name": "outage", "steps": [{"id": "down", "fault": {"code": 500}}]}
GOOD: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("fault", {"situation": "rate_limited", "times": 2}),
    ("fault", {"code": 429, "times": None, "endpoint": "*"}),
    ("fault", {"code": 422, "endpoint": "recordInfo", "model": MODEL}),
    ("fault", {"code": 500, "account": FREE}),
    ("fault", {"code": 500, "msg": "our own words", "status": 503}),
    ("fault", {"status": 502, "probability": 0.5, "after": 3}),
    ("fault", {"code": 500, "when": "a cat"}),
    ("transport_fault", {"kind": "latency", "seconds": 3, "account": FREE, "model": MODEL}),
    ("transport_fault", {"kind": "lost", "when": {"input": {"prompt": "a cat"}}, "probability": 1}),
    ("plan", {"outcome": "fail", "code": "422", "msg": "flagged", "account": FREE}),
    ("plan", {"by": "hold", "times": 3, "after": 1, "when": "a cat"}),
    ("plan", {"seconds": 0, "quirk": "late"}),
    ("plan", {"result": "gone"}),
    ("plan", {"outcome": "fail", "code": "GENERATION_FAILED"}),
    ("account", {"key": FREE, "credits": 0, "webhook_key": "w"}),
    ("account", {"key": FREE, "cap": 0.5}),
    ("account", {"key": FREE, "hourly_cap": 2, "daily_cap": 5}),
    ("fault", {"code": 429, "account": None, "model": None, "when": None}),
    ("plan", {"endpoint": "veo/generate", "result": None, "times": None}),
    ("publish", {"url": "https://acme.test/a.png", "media_type": "image/png", "status": 404}),
    ("play", {"scenario": "flaky-upstream", "account": FREE}),
    ("play", {"scenario": OUTAGE}),
    ("fault", {"code": 429, "model": "elevenlabs/*"}),
    ("fault", {"code": 429, "endpoint": "veo/generate", "model": "veo3"}),
    ("fault", {"code": 429, "endpoint": "veo/record-info", "model": "veo3_*"}),
    ("fault", {"code": 429, "endpoint": "veo/get-4k-video", "model": "*"}),
    ("plan", {"model": "V5_5"}),
    ("plan", {"endpoint": "suno/generate", "result": "gone"}),
    ("plan", {"model": "*", "endpoint": "runway/generate"}),
    ("advance", {"seconds": 0.5}),
    ("advance", {"seconds": 5, "account": FREE}),
    ("freeze", {"account": FREE}),
    ("resume", {"account": FREE}),
    ("reset", {"account": FREE}),
    ("reset", {}),
    ("hold", {"task_id": "RUNNING"}),
    ("finish", {"task_id": "RUNNING"}),
    ("fail", {"task_id": "RUNNING", "code": "400", "msg": "no"}),
    ("call_back", {"task_id": "ENDED"}),
    ("drop_faults", {}),
    ("drop_fault", {"id": 1}),
    ("drop_transport_faults", {}),
    ("drop_transport_fault", {"id": 1}),
    ("drop_plans", {}),
    ("drop_plan", {"id": 1}),
    ("drop_scenarios", {}),
    ("drop_scenarios", {"account": OWN}),
    ("empty_journal", {}),
    ("reload", {}),
)
BAD: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("publish", {"url": "acme.test/a.png"}, "url"),
    ("publish", {"url": "https://u@acme.test/a"}, "url: it holds a user name"),
    ("publish", {"url": "https://acme.test/a", "status": 99}, "status: at least 200"),
    ("plan", {"by": "polls", "seconds": 5}, "seconds: a plan by polls takes none"),
    ("plan", {"by": "hold", "seconds": 0}, "seconds: a plan by hold takes none"),
    ("plan", {"by": "hold", "quirk": "before_answer"}, "before_answer"),
    ("plan", {"seconds": 5, "quirk": "before_answer"}, "before_answer"),
    ("fault", {"code": 200}, "carried out"),
    ("fault", {"code": 429, "model": "elevenlab/*"}, "model"),
    ("play", {"scenario": {**OUTAGE, "steps": []}}, "steps"),
    ("play", {"scenario": OUTAGE, "account": ""}, "account"),
    ("play", {"scenario": OUTAGE, "account": "account-0000000000"}, "no account has the handle"),
    ("fault", {"code": 200, "endpoint": "recordInfo"}, "carried out"),
    ("fault", {"code": 418}, "not documented"),
    ("fault", {"code": 433, "model": MODEL}, "not documented by the page of"),
    ("fault", {"code": 550}, "550 is documented for 4o-image/generate"),
    ("fault", {"code": 400, "endpoint": "flux-kontext/generate"}, "400 is documented for 4o-image/generate, suno"),
    ("fault", {"code": 10**30}, "not documented"),
    ("fault", {"code": 531, "endpoint": "suno/generate"}, 'a task fails with it: plan_next("fail", code="531")'),
    ("fault", {"situation": "rate_limitd"}, "did you mean 'rate_limited'"),
    ("fault", {"situation": "accepted"}, "not known"),
    ("fault", {}, "either a situation or a code"),
    ("fault", {"code": 429, "model": "elevenlabs/audio-isolatoin"}, "elevenlabs/audio-isolation"),
    ("fault", {"code": 429, "endpoint": "record"}, "did you mean 'recordInfo'"),
    ("fault", {"code": 429, "endpoint": "credit", "model": MODEL}, "leave it out"),
    ("fault", {"code": 429, "model": "veo3"}, "of veo/generate; order it there"),
    ("fault", {"code": 429, "endpoint": "veo/generate", "model": MODEL}, "veo3, veo3_fast, veo3_lite; got"),
    ("fault", {"code": 429, "endpoint": "veo/generate", "model": "elevenlabs/*"}, "which is one of createTask"),
    ("fault", {"code": 429, "endpoint": "veo/record-info", "model": "z-image"}, "quality, lite; got 'z-image'"),
    ("fault", {"code": 429, "endpoint": "runway/generate", "model": "veo3"}, "expected none"),
    ("fault", {"code": 429, "endpoint": "suno/style", "model": MODEL}, "leave it out"),
    ("fault", {"code": 429, "endpoint": "modelPrice", "model": "veo3"}, "veo3"),
    ("fault", {"code": 429, "account": "account-0000000000"}, "no account has the handle"),
    ("fault", {"code": 429, "account": ""}, "at least 1 character"),
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
    ("fault", {"code": 429, "when": ["a"]}, "when: string or object or null"),
    ("fault", {"code": 429, "probability": True}, "probability: number"),
    ("fault", {"code": 429, "times": 10**12}, "times: at most"),
    ("fault", {"code": 429, "msg": "x" * 20_000}, "msg: at most 10000 characters"),
    ("fault", {"situation": ""}, "is not known"),
    ("fault", {"code": 429, "status": 200}, "status: at least 400"),
    ("transport_fault", {"kind": "explode"}, "truncated"),
    ("transport_fault", {"kind": "latency", "seconds": -1}, "seconds: at least 0"),
    ("transport_fault", {"kind": "latency", "seconds": math.nan}, "finite"),
    ("transport_fault", {"kind": "latency"}, "latency needs how late"),
    ("transport_fault", {"kind": "latency", "seconds": 0}, "latency needs how late"),
    ("transport_fault", {"kind": "lost", "model": "z-imag"}, "z-image"),
    ("transport_fault", {"kind": "lost", "endpoint": "veo/get-1080p-video", "model": "veo3"}, "expected none"),
    ("plan", {"endpoint": "suno/generate", "model": "kling/*"}, "expected one of: V4"),
    ("plan", {"endpoint": "suno/style", "by": "hold"}, "answered at once"),
    ("plan", {"endpoint": "suno/lyrics", "result": "gone"}, "results in no file"),
    ("plan", {"endpoint": "suno/style", "seconds": 5}, "answered at once"),
    ("plan", {"endpoint": "veo/get-1080p-video", "quirk": "late"}, "has no callBackUrl"),
    ("plan", {"outcome": "sideways"}, "fail"),
    ("plan", {"by": "magic"}, "polls"),
    ("plan", {"seconds": -3}, "seconds: at least 0"),
    ("plan", {"seconds": math.inf}, "finite"),
    ("plan", {"seconds": 1e300}, "seconds: at most"),
    ("plan", {"quirk": "odd"}, "duplicate"),
    ("plan", {"code": "422"}, "outcome fail"),
    ("plan", {"outcome": "fail", "code": "abc"}, "three digits"),
    ("plan", {"quirk": []}, "quirk: one of"),
    ("plan", {"quirk": 0}, "quirk: one of"),
    ("plan", {"endpoint": "recordInfo"}, "endpoint: one of"),
    ("plan", {"colour": "red"}, "argument: 'colour' is not known"),
    ("plan", {"result": "brokn"}, "did you mean 'broken'"),
    ("plan", {"result": 3}, "result"),
    ("plan", {"result": []}, "result"),
    ("plan", {"outcome": "fail", "result": "gone"}, "a task that fails has none"),
    ("plan", {"account": "two words"}, "spaces"),
    ("plan", {"account": FREE, "model": "no/such"}, "did you mean"),
    ("fault", {"account": FREE, "code": 418}, "not documented"),
    ("account", {"key": FREE, "credits": -5}, "credits: at least 0"),
    ("account", {"key": FREE, "credits": math.nan}, "finite"),
    ("account", {"key": FREE, "credits": True}, "credits: number"),
    ("account", {"key": FREE, "hourly_cap": -1}, "hourly_cap: at least 0"),
    ("account", {"key": "x" * 600}, "characters"),
    ("account", {"key": FREE, "credits": "many"}, "credits: number"),
    ("account", {"key": "", "credits": 1}, "key"),
    ("account", {"key": "zwei wörter"}, "spaces"),
    ("account", {"key": FREE, "webhook_key": ""}, "webhook_key"),
    ("advance", {"seconds": -1}, "at least 0"),
    ("advance", {"seconds": "5"}, "advance: number"),
    ("advance", {"seconds": 1e10}, "advance: at most"),
    ("resume", {"account": 5}, "account: string or null"),
    ("publish", {"url": "ftp://a.test/x"}, "url"),
    ("advance", {"seconds": math.inf, "account": FREE}, "finite"),
    ("freeze", {"account": "account-0000000000"}, "no account has the handle"),
    ("reset", {"account": "account-0000000000"}, "no account has the handle"),
    ("drop_scenarios", {"account": "account-0000000000"}, "no account has the handle"),
    ("hold", {"task_id": "ENDED"}, "ended already"),
    ("finish", {"task_id": "FAILED"}, "ended already, with fail"),
    ("fail", {"task_id": "ENDED"}, "ended already, with success"),
    ("hold", {"task_id": "nothing"}, "no task has the id"),
    ("call_back", {"task_id": "RUNNING"}, "still waiting"),
    ("call_back", {"task_id": "FAILED"}, "without callBackUrl"),
    ("call_back", {"task_id": "nothing"}, "no task has the id"),
    ("fail", {"task_id": "RUNNING", "code": 422}, "code: string or null"),
    ("fail", {"task_id": "RUNNING", "code": "abc"}, "three digits"),
    ("drop_fault", {"id": 7}, "nothing waits under the id 7"),
    ("drop_transport_fault", {"id": 0}, "nothing waits under the id 0"),
    ("drop_plan", {"id": 10**30}, "nothing waits under the id"),
    ("drop_fault", {"id": True}, "nothing waits under the id True"),
    ("drop_fault", {"id": 1.0}, "nothing waits under the id 1.0"),
    ("drop_fault", {"id": -1}, "nothing waits under the id -1"),
    ("drop_plan", {"id": "first"}, "nothing waits under the id first"),
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
    fake.fail_next(500, endpoint="credit")
    fake.spoil_next("lost", endpoint="credit")
    fake.plan_next(model=MODEL)
    fake.tasks[1].finish()
    fake.tasks[2].fail()
    return fake


def placed(fake: Fake, given: Mapping[str, Any]) -> dict[str, Any]:
    """Put the ids of this fake's tasks in the place of their names."""
    ids = dict(zip(("RUNNING", "ENDED", "FAILED"), (task.id for task in fake.tasks), strict=True))
    return {name: ids.get(value, value) if name == "task_id" else value for name, value in given.items()}


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
    assert skin(fake, call, placed(fake, given)) == ""
    if given.get("account") == FREE:
        assert handle_of(FREE) in {account.handle for account in fake.accounts}


@pytest.mark.parametrize("skin", [by_object, by_lever])
@pytest.mark.parametrize(("call", "given", "_"), BAD)
def test_what_cannot_be_meant_is_refused_by_both_and_changes_nothing(
    fake: Fake, skin: Skin, call: str, given: Mapping[str, Any], _: str
) -> None:
    """A refused call leaves accounts, orders, tasks, clocks and journal as they were."""
    before = everything(fake)
    assert skin(fake, call, placed(fake, given)) != ""
    assert everything(fake) == before


@pytest.mark.parametrize(("call", "given", "words"), BAD)
def test_a_refusal_says_what_was_wrong(fake: Fake, call: str, given: Mapping[str, Any], words: str) -> None:
    """One line, with the name of the argument or the thing, and what works; the same by both."""
    told = by_object(fake, call, placed(fake, given))
    assert words in told
    assert "\n" not in told
    # No JSON can say that a number is not finite, so that it does not get as far as the control.
    if all(math.isfinite(value) for value in given.values() if isinstance(value, float)):
        by_http = by_lever(fake, call, placed(fake, given))
        # Python has more that can be a result, and says so.
        assert told in by_http or (by_http and "result" in given)


def test_every_lever_that_moves_something_is_tried_by_both(fake: Fake) -> None:
    """One without a call of the fixture's object, or without a good call of each, fails here."""
    moving = {lever.name for lever in fake.service.levers.levers if lever.method != "GET"}
    tried = {WRITTEN.get(call, (call, {}))[0] for call in CALLS}
    assert set(some(moving)) - tried == set(), "give harness/fake.py a method for it, and CALLS here a row"
    assert set(CALLS) - {call for call, _ in GOOD} == set(), "add a good call of it to GOOD, and bad ones to BAD"


@pytest.mark.parametrize(
    "value", [{1, 2}, b"bytes", object(), 10**5000, "\ud800"], ids=["set", "bytes", "object", "long", "lone"]
)
def test_what_is_no_json_is_refused_by_the_object(fake: Fake, value: Any) -> None:
    """What no request can carry, Python can; it is named, and no order waits."""
    with pytest.raises(WrongOrderError, match="when: expected JSON data"):
        fake.fail_next(429, when=value)
    assert len(fake.orders["faults"]) == 1


def test_both_write_the_same_order(fake: Fake) -> None:
    """The order of one skin is shown by the other as its own."""
    given = {"kind": "latency", "seconds": 3, "account": FREE, "model": MODEL, "times": 2, "after": 1}
    by_object(fake, "transport_fault", given)
    by_lever(fake, "transport_fault", given)
    first, second = fake.orders["transport_faults"][-2:]
    assert (first.what, first.where) == (second.what, second.where)
