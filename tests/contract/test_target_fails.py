"""A target that fails in the middle of a run: told in a line, and no case accuses it of the rest."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.http.exchange import Answer
from fakie_contract.http.target import Target
from fakie_contract.trial.environment import RECORD as RECORD_PATH
from fakie_contract.trial.reachable import why_useless
from fakie_contract.trial.too_often import TooOften
from fakie_schemas.catalog.profile import Profile
from support.reports import judged
from support.servers.broken import Door, Mutant, running
from support.servers.stand_in import CREATE_PATH, CREDIT_PATH, KEY, StandIn, standing_in
from support.some import some

Answers = Callable[[Door, Request], Response]


def _without_key(door: Door, request: Request) -> Response:
    return door(request.replaced(headers=Headers({**request.headers, "authorization": "Bearer gone"})))


def _gateway(door: Door, request: Request) -> Response:
    return replace(door(request), status=502, headers=(("Content-Type", "text/html"),), body=b"<h1>Bad</h1>")


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        (_without_key, "refuses the key, which it took when the run began (code 401)"),
        (_gateway, "it answered HTTP 502 with text/html: no JSON"),
    ],
)
def test_a_target_that_fails_for_all_that_is_asked_ends_the_run(
    fails: Answers, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few cases; the others were not run, with the one reason, and the run is not complete."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKIE_API_KEY", "the-key")
    left = iter(range(10))

    def handle(door: Door, request: Request, _: Service) -> Response:
        return door(request) if next(left, None) is not None else fails(door, request)

    with running(Mutant("fails", levers=False, handle=handle), tmp_path / "made") as url:
        done, data, _ = judged("--target", url, "-k", "api::")
    endings = [one["ending"] for one in data["results"]]
    assert (done.returncode, told in data["interrupted"]) == (2, True)
    assert endings.count("findings") <= 6
    assert {one["reason"] for one in data["results"] if one["ending"] == "not_run"} == {data["interrupted"]}


def test_a_target_that_fails_for_a_moment_is_judged_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at once more after a while: what failed meanwhile is told, and whatever follows is judged."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKIE_API_KEY", "the-key")
    asked = iter(range(1_000_000))

    def handle(door: Door, request: Request, _: Service) -> Response:
        return _gateway(door, request) if 10 <= next(asked) < 20 else door(request)

    with running(Mutant("fails for a moment", levers=False, handle=handle), tmp_path / "made") as url:
        _, data, _ = judged("--target", url, "-k", "api::")
    endings = [one["ending"] for one in data["results"]]
    assert (data["interrupted"], endings.count("not_run"), endings[-1]) == ("", 0, "held")


def test_nobody_waits_beyond_the_end_of_the_run_for_a_target_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late it wishes to be asked again."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    later = {"Content-Type": "application/json", "Retry-After": "30"}
    down = (200, later, b'{"code": 455, "msg": "down", "data": null}')
    with standing_in(StandIn(instead=dict.fromkeys((CREDIT_PATH, RECORD_PATH, CREATE_PATH), down))) as target:
        at = Target(target.url, KEY)
        assert "maintenance" in why_useless(at, Profile.load("documented"), time.monotonic() + 20)
    TooOften(live=False).asked(lambda: Answer(429, {"retry-after": "30"}, b"", 0, False, 0), 429, time.monotonic() + 20)
    assert {pause <= 20 for pause in some(pauses)} == {True}
