"""Conduct over the control: what makes a wish the same, and the same findings for clients of any language."""

import json
from typing import Any

import pytest

from fakie.core.conduct.wishes import wish_of
from fakie.harness.fake import Fake
from fakie.harness.start import new_fake
from support.clients.doors import CREATE, KEY, MODEL, RECORD, Door, open_door

BODY: dict[str, Any] = {
    "model": "z-image",
    "input": {"prompt": "a cat", "count": 5, "image": "https://x.test/a.png?v=2"},
}
SIGNED = "https://bucket.test/a.mp3?file=a&X-Amz-Date=20260101&X-Amz-Signature="


def with_input(**more: Any) -> dict[str, Any]:
    return {**BODY, "input": {**BODY["input"], **more}}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BODY, dict(reversed(BODY.items()))),
        (BODY, {**BODY, "input": dict(reversed(BODY["input"].items()))}),
        (BODY, {**BODY, "callBackUrl": "https://me.test/hook?attempt=2"}),
        (BODY, {**BODY, "idempotencyKey": "1", "metadata": {"try": 2}}),
        (BODY, with_input(idempotency_key="1")),
        (BODY, with_input(**{"x-idempotency-key": "1", "clientRequestId": "2", "attempt": 3, "nonce": "4"})),
        (BODY, with_input(count=5.0)),
        (with_input(at=[{"second": 1.0}]), with_input(at=[{"second": 1}])),
        (with_input(audio=SIGNED + "abc"), with_input(audio=SIGNED.replace("2026", "2027") + "def")),
        (
            with_input(audio=["https://x.azure.test/a?se=1&sig=b"]),
            with_input(audio=["https://x.azure.test/a?se=2&sig=c"]),
        ),
    ],
)
def test_a_wish_is_the_same_however_it_is_written(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The order of keys, the notation of numbers, callback, attempt and signatures do not count."""
    assert wish_of(first) == wish_of(second)


@pytest.mark.parametrize(
    "other",
    [
        {**BODY, "model": "z-image-2"},
        with_input(prompt="a dog"),
        with_input(prompt="A cat"),
        with_input(count=5.5),
        with_input(count="5"),
        with_input(count=True),
        with_input(seed=7),
        with_input(image="https://x.test/a.png?v=3"),
        with_input(image="https://x.test/b.png?v=2"),
        with_input(task_id="another"),
        {"model": "z-image"},
    ],
)
def test_another_input_is_another_wish(other: dict[str, Any]) -> None:
    """Whatever the model would make something else of counts, a seed too."""
    assert wish_of(BODY) != wish_of(other)
    assert wish_of(with_input(count=1)) != wish_of(with_input(count=True))


def test_the_lever_tells_what_the_clients_did(door: Door) -> None:
    """Through every door: the rule, what was seen, when, by which requests, and what to do instead."""
    assert door.get("/_fakie/conduct").data == []
    for _ in range(4):
        door.get(f"{RECORD}?taskId=none")
    [finding] = door.get("/_fakie/conduct").data
    assert finding["rule"] == "conduct.polled_unknown_task_on"
    assert "4 polls" in finding["seen"]
    assert (finding["severity"], finding["times"]) == ("breaking", 1)
    first, last = finding["requests"]
    assert last - first == 3
    assert finding["instead"]
    assert finding["cost"] is None
    handle = door.get("/_fakie/accounts").data[0]["account"]
    assert door.get(f"/_fakie/conduct?account={handle}").data == [finding]
    assert door.get("/_fakie/conduct?account=another-key").data == []


@pytest.fixture
def fake() -> Fake:
    return new_fake()


def test_both_skins_tell_the_same_with_the_price(fake: Fake) -> None:
    """`fake.conduct` and the lever; the cost is that of the price list."""
    fake.freeze()
    with open_door("direct", fake.service) as door:
        fake.fail_next(500)
        for _ in range(2):
            door.create({"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}})
        [listed] = door.get("/_fakie/conduct").data
    assert listed == json.loads(json.dumps(fake.conduct[0].as_dict()))
    assert listed["rule"] == "conduct.paid_twice"
    assert listed["cost"]["credits"] > 0
    assert listed["cost"]["usd"] == pytest.approx(listed["cost"]["credits"] * 0.005)
    assert "Pricing" in listed["cost"]["source"]


def test_one_client_is_not_blamed_for_another(fake: Fake) -> None:
    """Equal wishes of two keys are two wishes: nobody knows that they are one person's."""
    with open_door("direct", fake.service) as door:
        fake.fail_next(500)
        for key in ("Bearer first-key", "Bearer second-key"):
            door.create(headers={"Authorization": key})
        assert door.get("/_fakie/conduct").data == []
        door.create(headers={"Authorization": "Bearer first-key"})
        assert [one["rule"] for one in door.get("/_fakie/conduct").data] == ["conduct.paid_twice"]


def test_many_breaches_of_one_rule_are_one_finding(fake: Fake) -> None:
    """It tells of the first, and how many there were."""
    with open_door("direct", fake.service) as door:
        fake.fail_next(500, times=None)
        for _ in range(200):
            door.create()
    [finding] = fake.conduct
    assert (finding.rule, finding.times, finding.requests) == ("paid_twice", 199, (1, 2))
    assert "; the first of 199)" in str(finding)


def test_a_body_too_long_for_the_journal_is_known_by_an_equal_one(fake: Fake) -> None:
    """An image within the request is cut in the journal; a repeat of it is found all the same."""
    body = {"model": MODEL, "input": {"audio_url": "data:" + "a" * 50_000}}
    with open_door("direct", fake.service) as door:
        fake.fail_next(500)
        for _ in range(2):
            door.send("POST", CREATE, json.dumps(body).encode(), {**KEY, "Content-Type": "application/json"})
    assert [finding.rule for finding in fake.conduct] == ["paid_twice"]


def test_long_bodies_that_differ_at_their_end_are_two_wishes(fake: Fake) -> None:
    """What the journal cuts off counts too."""
    with open_door("direct", fake.service) as door:
        for url in ("one", "two"):
            fake.spoil_next("lost")
            door.create({"model": MODEL, "input": {"image": "a" * 50_000, "audio_url": f"https://x.test/{url}"}})
    assert [finding for finding in fake.conduct if finding.rule == "paid_twice"] == []
