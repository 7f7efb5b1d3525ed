"""What the fake charges: a flat price, or by the price list; in every place where money is told."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas import profile
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import CREDIT, MODEL, Door, direct, open_door
from support.servers.fakes import Collector, HandClock, new_service

HORSE = {"model": "happyhorse/text-to-video", "input": {"prompt": "a lake", "duration": 3, "resolution": "720p"}}
SOUND = {"model": "elevenlabs/sound-effect-v2", "input": {"text": "a door", "duration_seconds": 1}}
Make = Callable[..., Service]


@pytest.fixture
def listed(make: Make) -> Door:
    """A fake that charges by the price list, with its default credits."""
    return direct(make(prices="listed"))


def test_a_listed_price_is_charged_and_told(listed: Door, clock: HandClock, sent: Collector) -> None:
    """The balance at once, recordInfo and the callback in the end; fractions as the wire has them."""
    task = listed.create({**SOUND, "callBackUrl": "http://127.0.0.1/hook"}).data["taskId"]
    assert listed.get(CREDIT).body == b'{"code":200,"msg":"success","data":999.76}'
    clock.seconds += 5
    assert listed.record(task)["creditsConsumed"] == 0.24
    assert json.loads(sent.outgoing[0].body)["data"]["creditsConsumed"] == 0.24


def test_fractions_leave_no_crumbs(listed: Door) -> None:
    """After many jobs the balance is what a pencil says; a failed one gives back what it cost."""
    for _ in range(10):
        task = listed.create(SOUND).data["taskId"]
        listed.post(f"/_fakie/tasks/{task}/fail")
        listed.create(SOUND)
    assert listed.get(CREDIT).data == 997.6


@pytest.mark.parametrize(
    ("start", "told"), [(0.9999999, "0.9999"), (-0.0, "0"), (0.00001, "0"), (0.5, "0.5"), (0.12345, "0.1234")]
)
def test_too_little_never_reads_as_if_it_were_enough(make: Make, start: float, told: str) -> None:
    """A balance in a refusal is cut, not rounded; nothing is no less than nothing."""
    door = direct(make(credits=start))
    assert f"costs 1 and the balance is {told};" in door.create({"model": MODEL, "input": {}}).msg
    assert b":-" not in door.get(CREDIT).body
    assert door.post("/_fakie/accounts", {"key": "k2", "credits": start}).data["credits"] == abs(start)


@pytest.mark.parametrize("start", [0.1, 999_999_999.99, 1e12])
def test_amounts_are_exact_wherever_they_stand(make: Make, start: float) -> None:
    """A balance is the decimal that was written less the decimals that were charged, in answers and levers alike."""
    door = direct(make(prices="listed", credits=start, limits="off"))
    tone = {**SOUND, "input": {"text": "a door", "duration_seconds": 0.5}}
    table = [door.create(tone).code for _ in range(3)]
    left = Decimal(str(start)) - Decimal("0.24") * table.count(200)
    assert door.get(CREDIT).body == f'{{"code":200,"msg":"success","data":{float(left)}}}'.encode()
    assert door.get("/_fakie/accounts").data[0]["credits"] == float(left)
    assert table == ([402] * 3 if start < 0.24 else [200] * 3)


def test_a_sub_key_spends_its_cap_and_no_more(listed: Door) -> None:
    """What it has spent counts, what failed tasks gave back does not; the balance is another matter."""
    listed.post("/_fakie/accounts", {"key": "test-key", "cap": 0.5})
    first = listed.create(SOUND).data["taskId"]
    assert listed.create(SOUND).code == 200
    refused = listed.create(SOUND)
    assert (refused.code, refused.situation) == (433, "sub_key_limit")
    listed.post(f"/_fakie/tasks/{first}/fail")
    assert [listed.create(SOUND).code for _ in range(2)] == [200, 433]
    assert listed.get("/_fakie/accounts").data[0]["spent"] == 0.48
    listed.post("/_fakie/accounts", {"key": "test-key", "cap": None})
    assert listed.create(SOUND).code == 200


@pytest.mark.parametrize(("cap", "span", "lasts"), [("hourly_cap", "hourly", 3600), ("daily_cap", "daily", 86400)])
def test_a_cap_by_time_begins_anew_with_its_hour_or_day(listed: Door, cap: str, span: str, lasts: int) -> None:
    """On the account's clock; a failed task gives back to the hour and day that it was charged in, to no later one."""
    now = listed.get("/_fakie/clock").data["fake"]["now"]
    listed.post("/_fakie/clock", {"advance": lasts - now % lasts + 1})
    listed.post("/_fakie/accounts", {"key": "test-key", cap: 0.5})
    listed.post("/_fakie/plans", {"by": "hold", "times": 2})
    first, second = (listed.create(SOUND).data["taskId"] for _ in range(2))
    refused = listed.create(SOUND)
    assert (refused.code, refused.situation) == (433, "sub_key_limit")
    assert f"exceeds its {span} limit" in refused.msg
    listed.post(f"/_fakie/tasks/{first}/fail")
    assert [listed.create(SOUND).code for _ in range(2)] == [200, 433]
    listed.post("/_fakie/clock", {"advance": lasts})
    assert listed.post(f"/_fakie/tasks/{second}/fail").code == 200
    assert [listed.create(SOUND).code for _ in range(3)] == [200, 200, 433]
    [account] = listed.get("/_fakie/accounts").data
    assert (account[cap], account["hour_spent"], account["day_spent"]) == (
        0.5,
        0.48,
        0.72 if span == "hourly" else 0.48,
    )


def test_402_names_the_listed_cost_and_the_balance(make: Make) -> None:
    """A balance that would cover the flat price does not cover the listed one, and is told to the last digit."""
    door = direct(make(prices="listed", credits=83.99))
    answer = door.create(HORSE)
    assert (answer.code, answer.situation) == (402, "credits_insufficient")
    assert re.findall(r"[\d.]*\d", answer.msg)[:2] in (["84", "83.99"], ["83.99", "84"])
    assert door.get(CREDIT).data == 83.99
    assert direct(make(prices="listed", credits=84)).create(HORSE).code == 200


def test_a_field_left_out_has_its_documented_default(listed: Door) -> None:
    """Five seconds at 1080p, and not the dearest that it could mean."""
    listed.create({**HORSE, "input": {"prompt": "a lake"}})
    assert listed.get(CREDIT).data == 1000 - 5 * 48


def test_media_count_as_the_profile_says(listed: Door) -> None:
    """The fake fetches none: each is as long as a fact says, also where the page has no field for it."""
    listed.create()
    assert listed.get(CREDIT).data == 1000 - 0.2 * profile("documented")["facts"]["media_seconds"]["value"]


def test_an_unknown_price_is_the_flat_one(listed: Door) -> None:
    """Of a model that the list does not name for certain."""
    sora = {"prompt": "a lake", "upload_method": "s3"}
    assert listed.create({"model": "sora-2-text-to-video", "input": sora}).code == 200
    assert listed.get(CREDIT).data == 999.0


def test_the_flat_price_stays_the_default(service: Service) -> None:
    """Whatever the list says."""
    door = direct(service)
    door.create(HORSE)
    assert door.get(CREDIT).data == 999.0


def test_an_estimate_is_never_below_the_charge() -> None:
    """The bill's worst cost covers what the fake takes for each model's own example."""
    prices = Prices.load()
    for model in prices.models():
        revision = Catalog.shipped().latest(model)
        assert revision is not None
        body = revision.facts["examples"].get("request") or {"model": model, "input": {}}
        charged = prices.usual(model, body, revision, media_seconds=Decimal(10)).credits
        worst = prices.worst(model, body, revision).credits
        assert charged is not None
        assert worst is not None
        assert 0 < charged <= worst, model


def test_the_price_list_is_read_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flat price needs no list."""
    monkeypatch.setattr(Prices, "load", lambda: pytest.fail("read"))
    assert direct(new_service(Settings(), Collector(), HandClock())).create({"model": MODEL, "input": {}}).code == 200


def test_the_snippet_and_the_numbers_of_the_docs_hold() -> None:
    """docs/prices.md runs as it stands, and counts the models right."""
    text = (Path(__file__).parents[2] / "docs" / "prices.md").read_text(encoding="utf-8")
    for snippet in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(compile(snippet, "docs/prices.md", "exec"), {})
    prices = Prices.load()
    assert f"{len(prices.models())} models with their rows, {len(prices.unknown())} as *unknown*" in text


def test_a_table_of_ones_own_goes_before_the_shipped_one(make: Make, tmp_path: Path) -> None:
    """Its models cost what it says, and the others what the shipped list does."""
    row = {"row": "a sound", "usd": "0.025", "listed_unit": "each", "credits": "5", "unit": "request", "when": {}}
    table = {"format_version": 1, "title": "Ours", "date": "2026-01-01", "usd_per_credit": "0.005"}
    file = tmp_path / "own.json"
    file.write_text(json.dumps({**table, "models": {SOUND["model"]: {"rows": [row]}}}), encoding="utf-8")
    door = direct(make(prices=file))
    door.create(SOUND)
    assert door.get(CREDIT).data == 995
    door.create(HORSE)
    assert door.get(CREDIT).data == 911


@pytest.mark.parametrize(
    ("way", "code", "msg"),
    [
        (1, 402, "Credits insufficient : Your current balance isn’t enough to run this request."),
        (2, 402, "The current credits are insufficient. Please top up."),
        (3, 500, "Credits insufficient : Your current balance isn’t enough to run this request."),
    ],
)
def test_a_balance_that_is_too_low_is_told_in_each_observed_way(
    make: Callable[..., Service], way: int, code: int, msg: str
) -> None:
    """By itself and by order alike; other situations are answered as usual."""
    service = make(profile="observed", docs="pinned", credits=0, ways=(("credits_insufficient", way),))
    with open_door("direct", service) as door:
        door.post("/_fakie/faults", {"situation": "credits_insufficient", "after": 1})
        for _ in range(2):
            answer = door.create()
            assert (answer.code, answer.msg.startswith(msg), answer.situation) == (code, True, "credits_insufficient")
        assert door.create({"model": "no/such"}).code == 422


def test_a_way_that_the_profile_does_not_know_is_refused(make: Callable[..., Service]) -> None:
    """One line says how many it knows, and where they stand."""
    for name, known in (("documented", 1), ("observed", 3)):
        with pytest.raises(ConfigurationError, match=f"the profile {name} knows {known}"):
            make(profile=name, ways=(("credits_insufficient", 4),))
