"""Targets on this machine that know one key and have no levers: another key, open doors, limits of their own."""

from math import inf
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.http.exchange import Answer
from fakie_contract.trial.too_often import TooOften
from support.mutants.edits import CREATE, CREDIT
from support.reports import judged
from support.servers.broken import Door, Mutant, running

KEY = "the-key"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKIE_API_KEY", KEY)


@pytest.mark.parametrize(
    ("key", "told"),
    [("another-key", "refuses the key in FAKIE_API_KEY"), ("", "into the environment as FAKIE_API_KEY")],
)
def test_a_key_that_a_target_does_not_know_accuses_nobody(
    key: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 and one line, whether the key is wrong or was not given."""
    monkeypatch.setenv("FAKIE_API_KEY", key)
    with running(Mutant("one key", levers=False), tmp_path / "made") as url:
        done, data, _ = judged("--target", url)
    assert (done.returncode, data["verdict"], data["results"]) == (2, "could_not_run", [])
    assert told in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_a_balance_for_everybody_makes_no_key_an_account(tmp_path: Path) -> None:
    """The balance is accused, and nothing else: every other request is sent with the key that is known."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        shown = Headers({**request.headers, "authorization": f"Bearer {KEY}"})
        return door(request.replaced(headers=shown) if request.path == CREDIT else request)

    mutant = Mutant("a balance for everybody", levers=False, handle=handle)
    with running(mutant, tmp_path / "made") as url:
        _, data, _ = judged("--target", url, "-k", "api::key or unknown-model or unknown-task")
    accused = {one["case"] for one in data["results"] if one["findings"]}
    assert accused
    assert all("credit" in case or case == "api::key::unknown" for case in accused)


def test_a_limit_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    """What was refused as too often is asked again, as late as the target wishes, and every case is judged."""
    told, counted = ("Retry-After", "1"), iter(range(1, 1_000_000))

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if next(counted) % 40:
            return response
        return replace(response, status=429, headers=(("Content-Type", "text/html"), told), body=b"<h1>Later</h1>")

    with running(Mutant("a limit for a moment", levers=False, handle=handle), tmp_path / "made") as url:
        done, data, _ = judged("--target", url, "-k", "api::")
    assert {one["ending"] for one in data["results"]} == {"held"}
    assert (done.returncode, data["differences"]["breaking"]) == (0, 0)


def test_a_limit_before_a_target_is_no_finding(tmp_path: Path) -> None:
    """What a gateway answers with HTTP 429, in words of its own, is not judged, and the run is not complete."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if not (request.path.startswith("/api/file") or (request.method, request.path) == ("GET", CREATE)):
            return response
        return replace(response, status=429, headers=(("Content-Type", "text/html"),), body=b"<h1>Too many</h1>")

    with running(Mutant("a gateway", levers=False, handle=handle), tmp_path / "made") as url:
        done, data, _ = judged("--target", url, "-k", "upload or wrong-method")
    assert {(one["ending"], one["reason"]) for one in data["results"]} == {
        ("not_run", "the target's only account has reached its rate limit")
    }
    assert (done.returncode, data["differences"]["breaking"]) == (2, 0)


def test_what_is_refused_for_ever_among_others_is_not_waited_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause that was of no use several times is not made at each of thousands of requests."""
    pauses: list[float] = []
    monkeypatch.setattr("fakie_contract.trial.too_often.time.sleep", pauses.append)
    limit, waits = TooOften(live=False), []
    for _ in range(20):
        assert limit.asked(lambda: told(429), 429, inf).status == 429
        assert limit.asked(lambda: told(200), 429, inf).status == 200
        waits.append(sum(pauses))
        pauses.clear()
    assert waits == [7.0] * 5 + [0.0] * 15


def told(status: int) -> Answer:
    return Answer(status, {}, b"{}", 0.0, False, 0.0)
