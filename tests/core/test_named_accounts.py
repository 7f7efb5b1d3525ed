"""Levers for programs whose headers cannot be changed: by the key that they use, and by words in the prompt."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie.core.control.errors import WrongOrderError
from fakie.core.service import Service
from fakie_schemas.account_words import NamedAccount, OrderWord, read_account, read_order
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import CREDIT, KEY, RECORD, Door, open_door

PICTURE = {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}
Make = Callable[..., Service]


def key(name: str) -> dict[str, str]:
    return {**KEY, "Authorization": f"Bearer {name}"}


def named(make: Make, *texts: str, **settings: Any) -> Door:
    with open_door("direct", make(accounts=tuple(map(read_account, texts)), **settings)) as door:
        return door


def prompt(*words: str) -> dict[str, Any]:
    return {**PICTURE, "input": {**PICTURE["input"], "prompt": " ".join(words)}}  # type: ignore[dict-item]


def test_an_account_has_what_its_words_say(make: Make) -> None:
    """Credits, a cap, and faults so many times or always; other keys have none of it."""
    door = named(
        make,
        "broke=credits:0",
        "capped=cap:1",
        "hourly=hourly_cap:2,daily_cap:9",
        "flaky=fault:429:2",
        "gone=fault:unauthorized@credit",
    )
    assert door.create(PICTURE, key("broke")).code == 402
    assert [door.create(PICTURE, key("capped")).code for _ in range(2)] == [200, 433]
    assert [door.create(PICTURE, key("hourly")).code for _ in range(3)] == [200, 200, 433]
    assert [door.create(PICTURE, key("flaky")).code for _ in range(3)] == [429, 429, 200]
    assert [door.get(CREDIT, key("gone")).code for _ in range(3)] == [401] * 3
    assert door.create(PICTURE, key("gone")).code == 200
    everywhere = named(make, "down=fault:maintenance@*")
    assert {everywhere.get(CREDIT, key("down")).code, everywhere.create(PICTURE, key("down")).code} == {455}
    assert door.create(PICTURE).code == 200


def test_plans_and_spoiled_answers_go_by_key_too(make: Make) -> None:
    """A task that fails, one that waits for ever, an answer that is cut."""
    door = named(make, "unlucky=plan:fail:1", "stuck=plan:hold,spoil:truncated@credit:1")
    failed, good = (door.create(PICTURE, key("unlucky")).data["taskId"] for _ in range(2))
    held = door.create(PICTURE, key("stuck")).data["taskId"]
    door.post("/_fakie/clock", {"advance": 60})
    assert [door.record(one, key("unlucky"))["state"] for one in (failed, good)] == ["fail", "success"]
    assert door.record(held, key("stuck"))["state"] == "waiting"
    orders = door.get("/_fakie/spoils").data
    assert [(order["endpoint"], order["times"], order["what"]["kind"]) for order in orders] == [
        ("credit", 1, "truncated")
    ]
    [late] = named(make, "slow=spoil:latency").get("/_fakie/spoils").data
    assert late["what"] == {"kind": "latency", "seconds": 5}


def test_a_reset_opens_it_as_it_was_in_the_beginning(make: Make) -> None:
    """With its credits, and with the faults that were met already; of this account alone, or of all."""
    door = named(make, "flaky=credits:3,fault:500:1", "other=fault:455")
    for account in ("flaky", None):
        assert [door.create(PICTURE, key("flaky")).code for _ in range(2)] == [500, 200]
        door.post("/_fakie/reset", {"account": account})
        assert door.get(CREDIT, key("flaky")).data == 3
        assert len(door.get("/_fakie/faults").data) == 2


def test_a_key_may_come_from_a_file_and_is_one_beside_others(make: Make, tmp_path: Path) -> None:
    """Its name is only a name then; where keys are named it is one of them."""
    (tmp_path / "key").write_text("a-secret-key\n", "utf-8")
    door = named(make, f"theirs=key:@{tmp_path}/key,credits:0.5", keys=("test-key",))
    assert door.get(CREDIT, key("a-secret-key")).data == 0.5
    assert door.get(CREDIT, key("theirs")).code == 401
    assert door.get(CREDIT).data == 1000


def test_two_accounts_of_one_key_are_refused(make: Make) -> None:
    """Nobody could tell which of them counts."""
    with pytest.raises(ConfigurationError, match="--account: two of them have the same key"):
        named(make, "a=credits:0", "b=key:a,credits:1")


def test_what_no_account_waits_for_is_not_missed(make: Make) -> None:
    """An order that a fake was set up with need not be met by every test."""
    service = make(accounts=(read_account("flaky=fault:429:2"),))
    assert service.control.orders.unmet() == []
    service.control.orders.add_fault(code=429)
    assert service.control.orders.unmet() == ["rate_limited for endpoint 'createTask'"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("broke", "expected NAME=WORDS, such as broke=credits:0"),
        ("=credits:0", "expected NAME=WORDS"),
        ("a=", "expected NAME=WORDS"),
        ("a=credit:0", "did you mean 'credits'?"),
        ("a=faults:429", "did you mean 'fault'?"),
        ("a=credits:many", "credits from 0 up to 1e+12"),
        ("a=credits:-1", "credits from 0 up to 1e+12"),
        ("a=credits:1000000000001", "credits from 0 up to 1e+12"),
        ("a=cap:1e300", "credits from 0 up to 1e+12"),
        ("a=credits:0.00001", "at most four decimals"),
        ("a=credits:1,credits:2", "credits is said twice"),
        ("a=fault:", "expected fault:WHAT"),
        ("a=fault:429@", "expected fault:WHAT"),
        ("a=fault:" + "9" * 5000, "expected fault:WHAT"),
        ("a=fault:429:0", "a whole number from 1 on"),
        ("a=fault:429:two", "a whole number from 1 on"),
        ("a=key:two words", "expected a key without spaces"),
        ("a=key:@no-such-file", "a file that can be read"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(text: str, words: str) -> None:
    """With what was expected and what would work, and no key in it."""
    with pytest.raises(ValueError, match=r"\w") as refused:
        read_account(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=fault:rate_limit", "did you mean 'rate_limited'?"),
        ("a=fault:999", "999 is not documented"),
        ("a=fault:429@recordinfo", "did you mean 'recordInfo'?"),
        ("a=spoil:resett", "did you mean 'reset'?"),
        ("a=plan:fails", "did you mean 'fail'?"),
        ("a=plan:fail@recordInfo", "recordInfo makes none; leave @ENDPOINT out"),
        ("a=plan:stage_lost@veo/generate", "the callbacks of veo/generate do not come in stages"),
    ],
)
def test_an_order_that_nothing_could_meet_stops_the_start(make: Make, text: str, words: str) -> None:
    """Names of situations, codes, endpoints and kinds are those that levers know."""
    with pytest.raises(WrongOrderError) as refused:
        named(make, text)
    assert words in str(refused.value)


def test_words_are_read_as_they_stand() -> None:
    """Amounts are decimals, and an order has its endpoint and number."""
    assert read_account("k=credits:0.1,cap:5,fault:429:2") == NamedAccount(
        "k", Decimal("0.1"), Decimal(5), (OrderWord("fault", "429", None, 2),)
    )
    assert read_order("spoil:reset@recordInfo") == OrderWord("spoil", "reset", "recordInfo", None)
    assert "k-secret" not in repr(read_account("k-secret=credits:1"))


def test_a_prompt_orders_for_its_own_task(make: Make) -> None:
    """Faults, plans and polls of this task, wherever in the text; the next request is as usual."""
    door = named(make, prompt_orders=True)
    assert door.create(prompt("a cat, fakie:fault:429.")).code == 429
    assert door.create(prompt("(fakie:fault:maintenance)")).situation == "maintenance"
    assert door.create(PICTURE).code == 200
    failing = door.create(prompt("fakie:plan:fail", "a cat", "fakie:fault:500@recordInfo")).data["taskId"]
    door.post("/_fakie/clock", {"advance": 60})
    assert door.get(f"{RECORD}?taskId={failing}").code == 500
    ended = door.create(prompt("fakie:plan:fail")).data["taskId"]
    door.post("/_fakie/clock", {"advance": 60})
    assert door.record(ended)["state"] == "fail"
    assert [entry["ordered"] for entry in door.get("/_fakie/journal").data[:3]] == [True, True, False]


FILM = {"prompt": "a cat", "model": "veo3_fast"}
VEO, VEO_RECORD = "/api/v1/veo/generate", "/api/v1/veo/record-info"


def film(door: Door, prompt: str, account: str = "test-key") -> Any:
    """Ask for a film, wait, and return the code of the refusal, or what its record says of its end."""
    made = door.post(VEO, {**FILM, "prompt": prompt}, key(account))
    if made.code != 200:
        return made.code
    door.post("/_fakie/clock", {"advance": 60})
    shown = door.get(f"{VEO_RECORD}?taskId={made.data['taskId']}", key(account))
    return shown.data["successFlag"] if shown.code == 200 else -shown.code


def test_a_prompt_of_a_family_orders_as_one_of_a_model(make: Make) -> None:
    """All that its body says is its input, but for the callback; an endpoint of a family is said by its name."""
    door = named(make, prompt_orders=True)
    assert film(door, "a cat, fakie:fault:429.") == 429
    assert film(door, "a cat fakie:fault:429@veo/generate") == 429
    assert film(door, "fakie:fault:500@veo/record-info") == -500
    assert film(door, "fakie:plan:fail") == film(door, "fakie:plan:fail@veo/generate") == 3
    assert film(door, "fakie:plan:fail@suno/generate fakie:fault:429@createTask") == 1
    called = {**FILM, "callBackUrl": "https://me.test/?of=fakie:fault:429"}
    assert door.post(VEO, called).code == 200
    song = {"prompt": "fakie:fault:408", "customMode": False, "instrumental": True, "model": "V5"}
    assert door.post("/api/v1/generate", {**song, "callBackUrl": "https://me.test/"}).code == 408


def test_a_plan_of_an_account_is_that_of_whatever_makes_its_tasks(make: Make) -> None:
    """Of families' tasks too, unless an endpoint is named; a fault is createTask's."""
    words = ("unlucky=plan:fail", "films=plan:fail@veo/generate", "flaky=fault:429", "worse=fault:429@veo/generate")
    door = named(make, *words)
    assert [film(door, "a cat", account) for account in ("unlucky", "films", "flaky", "worse")] == [3, 3, 1, 429]
    for account, state in (("unlucky", "fail"), ("films", "success")):
        made = door.create(PICTURE, key(account)).data["taskId"]
        door.post("/_fakie/clock", {"advance": 60})
        assert door.record(made, key(account))["state"] == state


def test_without_the_option_a_prompt_is_a_prompt(make: Make) -> None:
    """Whatever stands in it; and with it a host of that name, or a word without a colon, is none."""
    assert named(make).create(prompt("fakie:fault:429", "fakie:nonsense")).code == 200
    door = named(make, prompt_orders=True)
    assert door.create(prompt("see http://fakie:8080/a.png and fakie, notfakie:fault:429")).code == 200


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("fakie:fualt:429", "did you mean 'fault'?"),
        ("fakie:", "no order is called ''"),
        ("fakie:fault:rate_limit", "did you mean 'rate_limited'?"),
        ("fakie:fault:429:2", "leave out how many times"),
        ("fakie:fault:" + "9" * 5000, "expected fault:WHAT"),
        ("fakie:plan:explode", "plan: 'explode' is not known"),
    ],
)
def test_a_word_of_a_prompt_that_cannot_be_meant_is_answered_with_what_would_work(
    make: Make, word: str, words: str
) -> None:
    """As a wish by header is, and nothing is made or charged."""
    door = named(make, prompt_orders=True)
    answer = door.create(prompt("a cat", word))
    assert answer.situation == "body_malformed"
    assert words in answer.msg
    assert door.get(CREDIT).data == 1000
