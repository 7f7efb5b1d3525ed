"""Endpoints of families on a live target: what is sent, what it may cost, and that a lying one takes no more."""

import json
import subprocess
from typing import Any

import pytest

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
