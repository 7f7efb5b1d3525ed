"""What an ordered fault says: facts of the request that it answers, in the words of its endpoint."""

from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.service import Service
from fakie_schemas.limits import WindowLimit
from support.clients.doors import CREDIT, KEY, MODEL, RECORD, Door, open_door

IMAGE = "z-image"
ODD_BODIES: tuple[Any, ...] = (
    None,
    {},
    {"model": 5},
    {"model": "no/such"},
    [],
    "text",
    {"model": "z-image", "input": {"prompt": 5, "aspect_ratio": ["1:1"]}, "callBackUrl": None},
    {"model": "z-image", "input": "no object"},
    {"model": "z-image"},
)
BODY = {"model": IMAGE, "input": {"prompt": "a cat on a mat", "aspect_ratio": "1:1"}}


def ordered(fake: Door, order: dict[str, Any], body: Any = None) -> str:
    """Order a fault, meet it with createTask, and give its msg."""
    assert fake.post("/_fakie/faults", order).situation == "lever_pulled"
    msg: str = fake.create(body).msg
    return msg


def test_a_refusal_by_order_speaks_of_the_requests_model(fake: Door) -> None:
    """Not of the model that the profile's example names."""
    assert IMAGE in ordered(fake, {"situation": "feature_disabled"}, BODY)
    assert f'"{IMAGE}"' in ordered(fake, {"situation": "model_unknown"}, BODY)


def test_a_refusal_by_order_speaks_of_the_accounts_balance(fake: Door) -> None:
    """The cost of this request and the credits that the account has."""
    fake.post("/_fakie/accounts", {"key": "test-key", "credits": 12.5})
    assert "costs 1 and the balance is 12.5" in ordered(fake, {"code": 402}, BODY)
    assert "the balance is 0;" not in ordered(fake, {"code": 402}, {"model": IMAGE})


def test_a_refusal_by_order_speaks_of_a_field_of_the_request(fake: Door) -> None:
    """With the value that came, and the rule that its page has for it."""
    msg = ordered(fake, {"code": 422}, BODY)
    assert "input.aspect_ratio must be one of" in msg
    assert 'got "1:1"' in msg
    assert "input.prompt must have at most" in ordered(fake, {"situation": "too_long"}, BODY)
    assert "14 characters" in ordered(fake, {"situation": "too_long"}, BODY)
    assert "input.prompt is required" in ordered(fake, {"situation": "field_missing"}, BODY)


def test_a_refusal_by_order_speaks_of_the_limit_that_is_set(make: Callable[..., Service]) -> None:
    """Not of the documented one, where another was chosen."""
    with open_door("direct", make(create_limit=WindowLimit(3, 7))) as door:
        assert "more than 3 accepted requests in 7 s" in ordered(door, {"code": 429}, BODY)


@pytest.mark.parametrize(
    ("endpoint", "path", "code", "words"),
    [
        ("recordInfo", f"{RECORD}?taskId=x", 429, "more than 10 accepted requests in 1 s"),
        ("veo/record-info", "/api/v1/veo/record-info?taskId=x", 429, "more than 10 accepted requests in 1 s"),
        ("models", "/api/v1/models", 429, "more than 1 accepted requests in 1 s"),
        ("modelPrice", f"/api/v1/models/{IMAGE}/price", 429, "more than 1 accepted requests in 1 s"),
        ("recordInfo", f"{RECORD}?taskId=x", 402, "costs 0 and the balance is 1000;"),
        ("credit", CREDIT, 402, "costs 0 and the balance is 1000;"),
        ("credit", CREDIT, 422, f"got GET {CREDIT};"),
        ("models", "/api/v1/models", 422, "got GET /api/v1/models;"),
    ],
)
def test_a_refusal_by_order_of_what_makes_no_task_speaks_of_it(
    fake: Door, endpoint: str, path: str, code: int, words: str
) -> None:
    """Its own limit, nothing that it costs, no field of a body: none of createTask."""
    fake.post("/_fakie/faults", {"code": code, "endpoint": endpoint})
    assert words in fake.get(path, KEY).msg


@pytest.mark.parametrize("body", ODD_BODIES)
def test_every_situation_can_be_ordered_for_any_request(service: Service, fake: Door, body: Any) -> None:
    """What the request cannot tell is the profile's example; nothing is left out and nothing breaks."""
    for situation in service.contracts.profile.orderable:
        msg = ordered(fake, {"situation": situation}, body)
        assert msg
        assert "{" not in msg.replace("{}", "").replace('{"', "")
    assert not service.bugs


def test_record_info_is_failed_in_its_own_words(fake: Door) -> None:
    """A 422 of recordInfo is the one of an unknown task; a 404 names recordInfo's path."""
    task = fake.new_task()
    fake.post("/_fakie/faults", {"code": 422, "endpoint": "recordInfo"})
    assert fake.get(f"{RECORD}?taskId={task}").msg == "recordInfo is null"
    fake.post("/_fakie/faults", {"code": 404, "endpoint": "recordInfo"})
    assert f"GET {RECORD}" in fake.get(f"{RECORD}?taskId={task}").msg
    assert fake.get(f"{RECORD}?taskId={task}&__code=422").situation == "task_unknown"


def test_a_refusal_by_order_stands_in_its_accounts_journal(fake: Door) -> None:
    """By a waiting order or by the request's own wish, also for a key that was never used."""
    fake.post("/_fakie/faults", {"code": 500, "account": "fresh"})
    fake.create(headers={"Authorization": "Bearer fresh"})
    fake.create(headers={"Authorization": "Bearer fresher", "Prefer": "code=455"})
    assert [entry["situation"] for entry in fake.get("/_fakie/journal?account=fresh").data] == ["server_error"]
    assert [entry["situation"] for entry in fake.get("/_fakie/journal?account=fresher").data] == ["maintenance"]


def test_every_order_opens_the_account_it_is_for(fake: Door) -> None:
    """A key that was never used is met by what was ordered for it before."""
    fake.post("/_fakie/plans", {"by": "hold", "account": "planned"})
    fake.post("/_fakie/clock", {"advance": 50, "account": "early"})
    fake.post("/_fakie/reset", {"account": "empty"})
    assert [account["credits"] for account in fake.get("/_fakie/accounts").data] == [1000.0] * 3
    held = fake.new_task(headers={"Authorization": "Bearer planned"})
    fake.post("/_fakie/clock", {"advance": 100})
    assert fake.record(held, {"Authorization": "Bearer planned"})["state"] == "waiting"


def test_only_keys_that_are_named_are_opened_where_keys_are_named(make: Callable[..., Service]) -> None:
    """With `--key` an order for another key would wait for ever, and is refused."""
    with open_door("direct", make(keys=("known",))) as fake:
        answer = fake.post("/_fakie/faults", {"code": 500, "account": "unknown"})
        assert (answer.status, answer.situation) == (404, "lever_unknown")
        assert fake.get("/_fakie/faults").data == []
        fake.post("/_fakie/accounts", {"key": "unknown"})
        assert fake.post("/_fakie/faults", {"code": 500, "account": "unknown"}).status == 200


def test_one_of_several_jobs_is_chosen_by_its_body(fake: Door) -> None:
    """By a text in it, or by a part that is equal; its polls too."""
    dog = {"model": IMAGE, "input": {"prompt": "a dog", "aspect_ratio": "16:9"}}
    fake.post("/_fakie/plans", {"outcome": "fail", "when": "dog", "seconds": 0})
    cat_id, dog_id = fake.create(BODY).data["taskId"], fake.create(dog).data["taskId"]
    assert fake.record(dog_id)["state"] == "fail"
    assert fake.record(cat_id)["state"] != "fail"
    fake.post("/_fakie/faults", {"code": 500, "when": {"input": {"aspect_ratio": "16:9"}}, "endpoint": "recordInfo"})
    assert [fake.get(f"{RECORD}?taskId={task}").code for task in (cat_id, dog_id, dog_id)] == [200, 500, 200]


def test_a_proxy_answers_with_its_own_page(fake: Door) -> None:
    """A status alone is HTML, as what stands before an API sends it; beside a code it is the status of the JSON."""
    fake.post("/_fakie/faults", {"status": 502, "endpoint": "credit"})
    page = fake.get(CREDIT)
    assert (page.status, page.headers["content-type"], page.situation) == (502, "text/html", "proxy_error")
    assert b"<h1>502 Bad Gateway</h1>" in page.body
    fake.post("/_fakie/faults", {"code": 500, "status": 503, "msg": "come back later", "endpoint": "credit"})
    answer = fake.get(CREDIT)
    assert (answer.status, answer.code, answer.msg) == (503, 500, "come back later")
    assert fake.get(CREDIT).code == 200


def test_chance_is_the_same_in_each_run(make: Callable[..., Service]) -> None:
    """Two fakes of one seed fail the same requests, some and not all; another seed fails others."""

    def codes(seed: str) -> list[int]:
        with open_door("direct", make(seed=seed)) as fake:
            fake.post("/_fakie/faults", {"code": 500, "times": None, "probability": 0.5, "endpoint": "credit"})
            return [fake.get(CREDIT, KEY).code for _ in range(40)]

    assert codes("a") == codes("a") != codes("b")
    assert set(codes("a")) == {200, 500}


def test_chance_counts_for_each_account_apart(make: Callable[..., Service]) -> None:
    """After so many of its own requests, so many times, wherever others' requests lie in between."""

    def refused(keys: str) -> dict[str, list[bool]]:
        with open_door("direct", make(seed="a")) as fake:
            fake.post("/_fakie/faults", {"code": 500, "times": 3, "after": 5, "probability": 0.5, "endpoint": "credit"})
            seen: dict[str, list[bool]] = {"x": [], "y": []}
            for key in keys:
                seen[key].append(fake.get(CREDIT, {"Authorization": f"Bearer {key}"}).code == 500)
            return seen

    apart, mixed = refused("x" * 40 + "y" * 40), refused("xxyyy" * 8 + "yxx" * 8 + "y" * 8 + "x" * 8)
    assert mixed == apart
    assert [sum(seen) for seen in apart.values()] == [3, 3]
    assert not any(seen[:5].count(True) for seen in apart.values())


def test_without_an_account_the_requests_of_all_are_counted_together(fake: Door) -> None:
    """The next two are the next two, whoever sends them."""
    fake.post("/_fakie/faults", {"code": 500, "times": 2, "after": 1, "endpoint": "credit"})
    keys = [{"Authorization": f"Bearer {key}"} for key in "xyxy"]
    assert [fake.get(CREDIT, key).code for key in keys] == [200, 500, 500, 200]


def test_a_reset_account_loses_its_orders_and_no_others(fake: Door) -> None:
    """What was ordered for it goes with it."""
    fake.post("/_fakie/faults", {"code": 500, "account": "gone"})
    fake.post("/_fakie/faults", {"code": 500, "account": "kept", "model": MODEL})
    fake.post("/_fakie/reset", {"account": "gone"})
    assert [order["model"] for order in fake.get("/_fakie/faults").data] == [MODEL]


def test_the_former_name_of_a_quirk_is_still_taken(fake: Door) -> None:
    """With one line that says the new one."""
    answer = fake.post("/_fakie/plans", {"race": "late"})
    assert answer.headers["x-fakie-advice"] == "race is now called quirk"
    assert (answer.data["what"]["quirk"], answer.data["what"]["race"]) == ("late", "late")
