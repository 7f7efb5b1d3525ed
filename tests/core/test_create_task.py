"""createTask: every code, by nature and by order."""

import gzip
import re
from collections.abc import Callable

import pytest

from fakie.core.http.body import A_JOB
from fakie.core.service import Service
from fakie_schemas.limits import WindowLimit
from support.clients.doors import CREATE, CREDIT, JSON, KEY, MODEL, RECORD, Door, direct
from support.servers.fakes import HandClock

Make = Callable[..., Service]
CODES = [401, 402, 404, 422, 429, 455, 500, 501, 505]


def test_a_good_request_gives_a_task_id_of_32_hex_digits_and_nothing_else(door: Door) -> None:
    """The user's page documents `taskId` alone, in the order code, msg, data, without spaces."""
    answer = door.create()
    assert re.fullmatch(rb'\{"code":200,"msg":"success","data":\{"taskId":"[0-9a-f]{32}"\}\}', answer.body)
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"


def test_every_task_has_an_id_of_its_own(door: Door) -> None:
    """Two equal requests are two tasks."""
    assert door.new_task() != door.new_task()


def test_a_seed_makes_the_ids_repeatable(make: Make) -> None:
    """Two fakes with one seed give the same ids."""
    assert direct(make()).new_task() == direct(make()).new_task()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "missing"),
        ("Basic a2V5", "not of the scheme Bearer"),
        ("Bearer", "empty"),
        ("Bearer ", "empty"),
        ("Bearer a b", "spaces"),
        ("Bearer clé", "ASCII"),
        ('Bearer "a-key"', "quotes or brackets"),
        ("Bearer <YOUR_API_KEY>", "quotes or brackets"),
        ("Bearer {{KIE_API_KEY}}", "quotes or brackets"),
        ("Bearer " + "k" * 10_000, "10000 characters"),
    ],
)
def test_401_for_a_key_that_is_none(door: Door, header: str | None, reason: str) -> None:
    """A missing, foreign, empty, spaced, non-ASCII or endless key is unauthorized, and the msg says why."""
    answer = door.create(headers={} if header is None else {"Authorization": header})
    assert (answer.status, answer.code, answer.data) == (200, 401, None)
    assert reason in answer.msg


def test_401_for_a_key_that_is_not_among_the_named_ones(make: Make) -> None:
    """With keys named, only those are accounts; without, every well-formed key is."""
    door = direct(make(keys=("mine",)))
    assert door.create(headers={"Authorization": "Bearer mine"}).code == 200
    assert door.create(headers={"Authorization": "Bearer other"}).code == 401
    assert direct(make()).create(headers={"Authorization": "Bearer other"}).code == 200


def test_402_when_the_balance_is_spent(make: Make) -> None:
    """A job costs a flat 1; what the balance does not cover is refused, and charges nothing."""
    door = direct(make(credits=1.5))
    assert door.create().code == 200
    assert door.get(CREDIT).data == 0.5
    answer = door.create()
    assert (answer.code, answer.situation) == (402, "credits_insufficient")
    assert door.get(CREDIT).data == 0.5


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", CREATE), ("PUT", CREATE), ("DELETE", CREATE), ("OPTIONS", CREATE), ("POST", RECORD), ("GET", "/nope")],
)
def test_404_for_an_unknown_path_or_method(door: Door, method: str, path: str) -> None:
    """What no endpoint answers is not found, key or not, and the msg lists the endpoints."""
    answer = door.ask(method, path, headers={})
    assert (answer.status, answer.code, answer.situation) == (404, 404, "not_found")
    assert f"POST {CREATE}" in answer.msg


def test_404_says_how_near_it_was(door: Door) -> None:
    """Another method, a doubled or a missing part of the path: each candidate says what keeps it apart."""
    assert f"POST {CREATE} (the same path, another method)" in door.get(CREATE).msg
    for path in (f"/api/v1{CREATE}", CREATE.lower(), CREATE + "/"):
        assert f"POST {CREATE} (not quite the same path)" in door.post(path, {}).msg


@pytest.mark.parametrize(
    ("body", "situation", "words"),
    [
        ({"input": {}}, "field_missing", ["model", "required", MODEL]),
        ({"model": MODEL}, "field_missing", ["input", "required", "{}"]),
        ({"model": 7, "input": {}}, "wrong_type", ["model", "string", "7", MODEL]),
        ({"model": "x/y", "input": {}}, "model_unknown", ["x/y", MODEL]),
        ({"model": MODEL, "input": "text"}, "wrong_type", ["input", "object", '"text"', "{}"]),
        ({"model": MODEL, "input": None}, "wrong_type", ["input", "object", "null"]),
        ({"model": MODEL, "input": {}, "callBackUrl": 1}, "wrong_type", ["callBackUrl", "string", "1"]),
        ({"model": MODEL, "input": {}, "callBackUrl": ""}, "url_malformed", ["callBackUrl", "http", '""']),
        ({"model": MODEL, "input": {}, "callBackUrl": "/hook"}, "url_malformed", ["callBackUrl", '"/hook"']),
        ({"model": MODEL, "input": {}, "callBackUrl": "file:///x"}, "url_malformed", ["callBackUrl"]),
        ({"model": MODEL, "input": {}, "callBackUrl": "ftp://h/x"}, "url_malformed", ["callBackUrl"]),
        ({"model": MODEL, "input": {}, "callBackUrl": "http://h:99999/"}, "url_malformed", ["callBackUrl"]),
        ({"model": MODEL, "input": {}, "callBackUrl": "http://h/" + "x" * 10_000}, "too_long", ["2048", "10009"]),
    ],
)
def test_422_names_the_field_the_rule_and_a_value_that_works(
    service: Service, body: object, situation: str, words: list[str]
) -> None:
    """What the revision refuses is answered with field, rule, what came and an example, and makes no task."""
    door = direct(service)
    answer = door.create(body)
    assert (answer.status, answer.code, answer.situation, answer.data) == (200, 422, situation, None)
    assert [word for word in words if word not in answer.msg] == []
    assert list(service.state.store.tasks()) == []


def test_unknown_fields_pass(door: Door) -> None:
    """Pages list what exists, not what may not: unknown keys are tolerated, in the body and in `input`."""
    assert door.create({"model": MODEL, "input": {"surprise": [1]}, "more": True}).code == 200


def test_429_for_more_than_20_accepted_requests_in_any_10_seconds(service: Service, clock: HandClock) -> None:
    """The 21st is refused; the window slides, counts accepted requests alone, and each account has its own."""
    door = direct(service)
    for number in range(20):
        clock.seconds += 0.25
        assert door.create().code == 200, number
        assert door.create({"model": MODEL}).code == 422
    answer = door.create()
    assert (answer.code, answer.situation) == (429, "rate_limited")
    assert door.create(headers={"Authorization": "Bearer other"}).code == 200
    clock.seconds += 5.24
    assert door.create().code == 429
    clock.seconds += 0.01
    assert door.create().code == 200
    assert door.create().code == 429


@pytest.mark.parametrize("back", [3600, 86400, 11])
def test_a_clock_that_was_set_back_makes_nobody_wait_longer(service: Service, clock: HandClock, back: int) -> None:
    """What was accepted in hours that are to come again does not count; after the jump the limit holds as before."""
    door = direct(service)
    assert [door.create().code for _ in range(21)] == [200] * 20 + [429]
    clock.seconds -= back
    assert [door.create().code for _ in range(21)] == [200] * 20 + [429]
    clock.seconds += 10
    assert door.create().code == 200


def test_the_rate_limit_can_be_set_or_lifted(make: Make) -> None:
    """Two a minute refuses the third; off refuses none."""
    slow = direct(make(create_limit=WindowLimit(2, 60)))
    assert [slow.create().code for _ in range(3)] == [200, 200, 429]
    free = direct(make(create_limit=WindowLimit.off()))
    assert {free.create().code for _ in range(50)} == {200}


def test_455_while_under_maintenance(make: Make) -> None:
    """Every endpoint answers the maintenance code, after the key was checked."""
    door = direct(make(maintenance=True))
    assert [door.create().code, door.get(CREDIT).code] == [455, 455]
    assert door.create(headers={}).code == 401


def test_500_for_a_bug_of_ours_with_an_id_in_the_log(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected error is the API's own 500: no trace for the client, all of it in the log under the same id."""

    def broken() -> str:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(service.outside.ids, "task_id", broken)
    door = direct(service)
    answer = door.create()
    assert (answer.status, answer.code, answer.situation) == (200, 500, "server_error")
    assert "secret" not in answer.msg
    found = re.search(r"its id in the log: ([0-9a-f]{8})", answer.msg)
    assert found
    assert found[1] in caplog.text
    assert "a secret detail" in caplog.text
    monkeypatch.undo()
    assert door.create().code == 200


def test_505_for_a_disabled_model(make: Make) -> None:
    """A model that is switched off is refused as a disabled feature, named."""
    answer = direct(make(disabled=frozenset({MODEL}))).create()
    assert (answer.code, answer.situation) == (505, "feature_disabled")
    assert MODEL in answer.msg


@pytest.mark.parametrize("code", CODES)
def test_every_documented_code_can_be_ordered(door: Door, code: int) -> None:
    """By header, by query and by fault, key or not; in the envelope with HTTP 200; no task is made."""
    door.post("/_fakie/faults", {"code": code})
    answers = [
        door.create(headers={**KEY, "Prefer": f"code={code}"}),
        door.post(f"{CREATE}?__code={code}", {}, headers={}),
        door.create(headers={}),
    ]
    assert [(answer.status, answer.code) for answer in answers] == [(200, code)] * 3
    assert list(door.service.state.store.tasks()) == []
    assert [entry.ordered for entry in door.service.state.journal] == [True] * 3
    assert door.create().code == 200


@pytest.mark.parametrize("code", CODES)
def test_mirrored_codes_are_the_http_status_too(make: Make, code: int) -> None:
    """With the status mirrored, HTTP says what the body says."""
    door = direct(make(mirror_status=True))
    answer = door.create(headers={"Prefer": f"code={code}"})
    assert (answer.status, answer.code) == (code, code)
    assert door.create().status == 200


def test_code_200_orders_nothing(door: Door) -> None:
    """Asking for success does not make a bad request good."""
    assert door.create({"model": MODEL}, headers={**KEY, "Prefer": "code=200"}).code == 422


@pytest.mark.parametrize("written", [gzip.compress, lambda body: body.decode().encode("utf-16")])
def test_a_body_that_is_compressed_or_in_another_encoding_is_told_what_is_read(
    door: Door, written: Callable[[bytes], bytes]
) -> None:
    """Plain UTF-8 is, whatever Content-Encoding or charset its headers tell."""
    answer = door.ask("POST", CREATE, written(b'{"model": "m", "input": {}}'), {**KEY, **JSON})
    assert (answer.code, answer.situation) == (422, "body_malformed")
    assert answer.msg.endswith("expected " + A_JOB + ", as UTF-8 and without compression")


@pytest.mark.parametrize("wish", ["code=418", "code=", "code=abc", "situation=teapot", "situation=accepted"])
def test_an_undocumented_order_is_refused_with_the_documented_ones(door: Door, wish: str) -> None:
    """An order that cannot be met says what could be ordered."""
    answer = door.create(headers={**KEY, "Prefer": wish})
    assert (answer.code, answer.situation) == (422, "body_malformed")
    listed = "rate_limited" if wish.startswith("situation") else "401, 402, 404, 422, 429, 455, 500, 501, 505"
    assert listed in answer.msg


def test_every_situation_can_be_ordered_by_name(service: Service) -> None:
    """Each refusal of the profile answers with its own row, its msg filled in."""
    door = direct(service)
    for situation in service.contracts.profile.orderable:
        answer = door.create(headers={"Prefer": f"situation={situation}"})
        assert answer.situation == situation
        assert answer.code == service.contracts.profile.row(situation, "createTask").code
        assert "{" not in answer.msg.replace("{}", "").replace('{"model"', "")


def test_the_order_of_checks_is_key_model_fields_limit_credits(make: Make) -> None:
    """Of several faults in one request the first in the API's order is answered."""
    door = direct(make(credits=0, create_limit=WindowLimit(1, 10), keys=("test-key",)))
    assert door.create({"model": "none"}, headers={"Authorization": "Bearer wrong"}).code == 401
    assert door.create({"model": "none"}).situation == "model_unknown"
    assert door.create({"model": MODEL}).situation == "field_missing"
    assert door.create().situation == "credits_insufficient"


def test_a_refused_request_is_journalled_with_its_reason(door: Door) -> None:
    """The journal says what was sent, what was answered and why, without the key."""
    door.create({"model": MODEL})
    [entry] = door.service.state.journal
    assert (entry.situation, entry.code, entry.status) == ("field_missing", 422, 200)
    assert "input is required" in entry.reason
    assert entry.headers["authorization"] == "Bearer [REDACTED]"
    assert "test-key" not in str(entry)


@pytest.mark.parametrize("name", ["X-API-Key", "X-Access-Token", "X-Signature", "Proxy-Authorization"])
def test_the_journal_keeps_no_secret_that_a_recording_leaves_out(door: Door, name: str) -> None:
    """Headers are secret by the one table of names, whoever writes them down."""
    door.create(headers={**KEY, name: "open-sesame-1234"})
    [entry] = door.service.state.journal
    assert entry.headers[name.lower()] == "[REDACTED]"
    assert "open-sesame" not in str(entry)


def test_content_type_must_be_json(door: Door) -> None:
    """A wrong or missing Content-Type is refused, and the msg names the header; parameters are fine."""
    good = b'{"model": "%s", "input": {}}' % MODEL.encode()
    for wrong in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        answer = door.ask("POST", CREATE, good, {**KEY, **wrong})
        assert (answer.code, answer.situation) == (422, "content_type_wrong")
        assert "Content-Type" in answer.msg
    assert door.ask("POST", CREATE, good, {**KEY, "Content-Type": "Application/JSON; charset=utf-8"}).code == 200
    assert door.ask("POST", CREATE, good, {**KEY, **JSON}).code == 200
