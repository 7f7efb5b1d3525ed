"""Endpoints of families on a live target: what is sent, what it may cost, and that a lying one takes no more."""

import json
import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.cases.endpoint.asked import known
from fakie_contract.cases.every import cheapest_cases
from fakie_contract.cases.task.ending import judge_end
from fakie_contract.http.client import Client
from fakie_contract.http.exchange import Answer, LiveExchange, SentRequest
from fakie_contract.http.target import Target
from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.purse import CreateRequest, NotAllowed, Purse
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints
from fakie_schemas.payment import making
from support.clients.suite import LEDGER, command, environment, judge_live
from support.servers.stand_in import KEY, StandIn, standing_in

pytestmark = pytest.mark.usefixtures("_in_its_own_folder")


@pytest.fixture
def _in_its_own_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(stand_in: StandIn) -> list[str]:
    """The endpoints that were asked to make something."""
    return [name for _, path in stand_in.requests if (name := making(path.partition("?")[0]))]


def refused(_: object) -> dict[str, Any]:
    return {"code": 422, "msg": "not supported", "data": None}


def test_without_both_acts_nothing_that_makes_something_carries_the_key() -> None:
    """By POST or by GET: what is sent of a family only asks, or is without a key, and nothing is made."""
    with standing_in(StandIn()) as stand_in:
        _, report = judge_live(stand_in, "--model", "veo/*", paid=False)
    # The one for a model that there is not is tried on any target, and is none of theirs.
    assert [body for _, body, _ in stand_in.creates if body.get("model") != "fakie/no-such-model"] == []
    assert {result["model"] for result in report["results"]} >= {"veo/generate", "veo/get-1080p-video"}
    costs = [result for result in report["results"] if "may cost" in result["reason"]]
    assert len(costs) > 200


def test_a_dry_run_lists_every_endpoint_that_makes_something() -> None:
    """With its price by the list, and with what it goes on from; nothing is sent."""
    with standing_in(StandIn()) as stand_in:
        words = command(stand_in, "--model", "veo/*", "--dry-run")
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, env=environment())
    assert stand_in.requests == []
    for name in ("veo/generate", "veo/extend", "veo/get-1080p-video", "veo/get-4k-video"):
        assert f"{name}::" in done.stdout
    assert "a task of veo/generate to go on from, made once" in done.stdout


@pytest.mark.parametrize("price", [5.0, 500.0])
def test_a_target_that_takes_everything_takes_no_more_than_the_cap_and_one_price(price: float) -> None:
    """Whatever it charges, below the list or far above: every create is in the ledger, under its endpoint."""
    # What must be refused and is taken ends a run: of that other tests speak.
    words = ("--model", "veo/extend,suno/lyrics", "--max-credits", "200", "-k", "life or optional")
    with standing_in(StandIn(price=price, credits=100_000)) as stand_in:
        _, report = judge_live(stand_in, *words, "-n", "2")
    assert stand_in.creates
    assert price * (len(stand_in.creates) - 1) <= 200
    creates = report["bill"]["creates"]
    assert len([one for one in creates if one["state"] == "accepted"]) == len(stand_in.creates)
    assert {one["model"] for one in creates if one["model"]} <= {name for name, one in endpoints().items() if one.job}
    assert any(one["model"] for one in creates)
    assert KEY not in json.dumps(report)


def test_what_refuses_everything_takes_nothing() -> None:
    """Refusals give their reservations back; a task to go on from that was refused is not asked for again."""
    with standing_in(StandIn(refuses=refused)) as stand_in:
        _, report = judge_live(stand_in, "--model", "veo/extend", "--max-credits", "1000", "-k", "prompt or goes-on")
    assert (report["bill"]["worst"], report["bill"]["spent"]) == (0, 0)
    assert made(stand_in).count("veo/generate") == 1
    assert LEDGER in report["bill"]["ledger"]


def test_a_task_to_be_shown_is_the_one_that_others_go_on_from() -> None:
    """One is made for all cases, as the bill says."""
    with standing_in(StandIn(credits=100_000)) as stand_in:
        words = (
            "--model",
            "veo/extend,veo/record-info",
            "--max-credits",
            "2000",
            "--wait",
            "1",
            "-k",
            "optional or shown",
        )
        judge_live(stand_in, *words)
    assert made(stand_in).count("veo/generate") == 1


@pytest.fixture
def purse(tmp_path: Path) -> Purse:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(2000), Decimal(1000))
    return Purse(ledger, run, Pricing(Prices.load(), Catalog.shipped(), Decimal(5)), paid=True)


@pytest.fixture
def sent(purse: Purse) -> Callable[[str, dict[str, Any], float], str]:
    """Return what sends a create to an endpoint, has it answered, and sees what is left then; returns its state."""
    lefts = [1000.0]

    def send(name: str, answer: dict[str, Any], left: float) -> str:
        with purse.reserve(CreateRequest("a case", name, {})) as reservation:
            assert purse.look(reservation.number, Decimal(lefts[-1])) is None
            reservation.answered(Answer(200, {}, json.dumps(answer).encode()), endpoints()[name].path)
        lefts.append(left)
        assert purse.ledger.note_balance(purse.run, Decimal(left), reservation.number) is None
        return purse.ledger.creates(purse.run)[-1].state

    return send


def task(code: int, task_id: str = "a") -> dict[str, Any]:
    return {"code": code, "msg": "", "data": {"taskId": task_id}}


def test_what_is_made_once_is_not_waited_to_be_charged_again(sent: Callable[..., str]) -> None:
    """A refusal that names the task which was paid for before is one; what may cost is sent after it as well."""
    states = [sent("veo/get-4k-video", task(code), 880) for code in (200, 422, 422)]
    assert states == ["accepted", "refused", "refused"]
    assert sent("veo/get-4k-video", task(200, "b"), 760) == "accepted"


@pytest.mark.parametrize(
    "before",
    [[(200, "a", 880), (422, "b", 880)], [(200, "a", 880), (200, "a", 880)], [(422, "a", 1000)]],
    ids=["another task", "by a success", "a first one"],
)
def test_a_task_that_may_be_paid_for_confirms_no_price(
    before: list[tuple[int, str, float]], sent: Callable[..., str]
) -> None:
    """Under whatever code it is told: nothing more is sent until the balance shows it."""
    assert [sent("veo/get-4k-video", task(code, name), left) for code, name, left in before][-1] == "accepted"
    with pytest.raises(NotAllowed, match="no price is confirmed"):
        sent("veo/get-4k-video", task(422, "a"), 880)


@pytest.mark.parametrize("name", ["4o-image/download-url", "veo/get-1080p-video"])
def test_what_is_free_confirms_its_price_by_costing_nothing(name: str, sent: Callable[..., str]) -> None:
    """What its family says costs nothing stops nothing else that may cost."""
    assert sent(name, {"code": 200, "msg": "success", "data": "https://files.test/a"}, 1000) == "accepted"
    assert sent("veo/generate", task(200), 940) == "accepted"


def test_a_page_of_the_framework_is_a_refusal(sent: Callable[..., str]) -> None:
    """What is not taken by its method has not been paid for, and stops nothing."""
    page = {"timestamp": 1, "status": 405, "error": "Method Not Allowed", "message": "", "path": "/"}
    assert sent("veo/generate", page, 1000) == "refused"
    assert sent("veo/generate", task(200), 940) == "accepted"


@pytest.mark.parametrize(
    ("sent", "severity"),
    [({}, "breaking"), ({"imageUrl": "https://files.test/a.png"}, "minor")],
    ids=["words", "media"],
)
def test_nobody_knows_whether_the_media_that_a_task_names_can_be_read(sent: dict[str, str], severity: str) -> None:
    """One that fails with them weighs less, as one of a model does; where it calls back is no such thing."""
    target = Target("http://127.0.0.1:9", KEY, live=True)
    env = Environment(target, Catalog.shipped(), Profile.load("documented"), Client(target.url))
    trial = Trial("case", env, "runway/generate")
    body = {"prompt": "a lake", "callBackUrl": "https://hooks.test/", **sent}
    made = known(trial, trial.account(), "a" * 32, trial.endpoint, body)
    failed = {"state": "fail", "failCode": "500"}
    judge_end(trial, made, "fail", failed, LiveExchange(target.url, SentRequest("GET", "/"), Answer(200, {}, b"{}")))
    assert [(one.rule, one.severity) for one in trial.differences] == [("task.failed", severity)]
    assert trial.differences[0].got == 'fail: {"failCode": "500"}'


def takes_no_callback_but_none(body: Any) -> dict[str, Any] | None:
    url = body.get("callBackUrl", "") if isinstance(body, dict) else None
    return None if isinstance(url, str) and re.fullmatch(r"(https?://\w\S*)?", url) else refused(body)


def test_what_the_wire_is_known_to_take_keeps_nothing_else_from_being_sent() -> None:
    """An empty URL of a callback is accepted; other texts that are no URLs are tried all the same."""
    few = cheapest_cases(Catalog.shipped(), Profile.load("observed"), ("z-image",))
    assert "z-image::callBackUrl::empty" in [case.id for case in few if case.lenient]
    with standing_in(StandIn(price=0.8, refuses=takes_no_callback_but_none)) as stand_in:
        words = ("--model", "z-image", "--profile", "observed", "--max-credits", "100", "-k", "callBackUrl")
        done, report = judge_live(stand_in, *words)
    assert [one["reason"] for one in report["results"] if one["ending"] == "not_run"] == []
    assert [one["case"] for one in report["results"] if one["findings"]] == [], done.stdout
    assert stand_in.creates
