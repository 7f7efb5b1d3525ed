"""Live targets that are odd in ways that could cost, leak or hang: what the program as a whole makes of them."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.purse.ledger import is_running
from support.clients.suite import environment, judge_live, started
from support.reports import judged
from support.servers.broken import Mutant, running
from support.servers.listening import free_port
from support.servers.stand_in import KEY, StandIn, standing_in
from support.waiting import wait_until

MODEL = "elevenlabs/audio-isolation"


class Tolerant(StandIn):
    """Takes a model's name in any case, and with spaces around it."""

    def _create(self, authorization: str, content: bytes) -> dict[str, Any]:
        body = json.loads(content) if content else None
        named = body.get("model") if isinstance(body, dict) else None
        if str(named).strip().lower() != MODEL:
            return {"code": 422, "msg": "not supported", "data": None}
        return super()._create(authorization, content)


def test_a_tolerant_target_is_not_charged_without_both_acts() -> None:
    """What it may take for a known model is not sent; what is surely none is."""
    with standing_in(Tolerant()) as stand_in:
        _, report = judge_live(stand_in, "--generate", "20", "-k", "model:: or unknown-model or generated", paid=False)
    assert ("POST", "/api/v1/jobs/createTask") in stand_in.requests
    assert stand_in.creates == []
    reasons = {result["case"].partition("::")[2]: result["reason"] for result in report["results"]}
    for case in ("model::one-of-in-other-case", "model::one-of-with-space"):
        assert "may cost" in reasons[case]


class Noting(StandIn):
    """Notes how each create ended."""

    ends: tuple[str, ...] = ()

    def _create(self, authorization: str, content: bytes) -> dict[str, Any]:
        answer = super()._create(authorization, content)
        self.ends += ("accepted" if answer["code"] == 200 else "refused",)
        return answer


def test_a_surprise_without_both_acts_is_the_last_create() -> None:
    """One request that could not cost is accepted: no other create of any kind follows, and the report says why."""
    stand_in = Noting()
    with standing_in(stand_in):
        _, report = judge_live(stand_in, "-k", "unknown-model or key or code-401", paid=False)
    assert stand_in.ends[-1] == "accepted"
    assert stand_in.ends.count("accepted") == 1
    assert any("no more creates are sent" in result["reason"] for result in report["results"])


def test_a_task_id_of_half_a_character_is_kept() -> None:
    """What no file can hold as it is has its escape there, and in the report."""
    odd = {"code": 200, "msg": "success", "data": {"taskId": "\ud800abc", "recordId": "\ud800abc"}}
    with standing_in(StandIn(refuses=lambda body: odd)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "12", "-k", "optional::none")
    (create,) = report["bill"]["creates"]
    assert (create["state"], create["task_id"]) == ("accepted", "\\ud800abc")


@pytest.mark.parametrize("left", [10**400, 1e18], ids=["400-digits", "1e18"])
def test_a_balance_beyond_all_sense_ends_a_paid_run_before_it_begins(left: float) -> None:
    """Exit code 2 and one line; no create."""
    with standing_in(StandIn(credits=left)) as stand_in:
        done, report = judge_live(stand_in, "--max-credits", "100")
    assert done.returncode == 2
    assert "the balance cannot be read" in report["reason"]
    assert stand_in.creates == []


def test_a_header_that_is_none_brings_no_key_into_the_output() -> None:
    """Neither a log record of urllib3's nor a traceback of it."""
    with standing_in(StandIn(headers={"X-A": f"1\r\nBearer {KEY}"})) as stand_in:
        stand_in.instead["/api/v1/jobs/recordInfo"] = (200, {}, b"[]")
        done, _ = judge_live(stand_in, "--junit", "junit.xml", "-k", "unknown-task", paid=False)
    assert done.returncode == 1
    written = "".join(file.read_text(encoding="utf-8") for file in Path().glob("*.[jx][sm]*"))
    assert KEY not in done.stdout + done.stderr + written
    assert "urllib3" not in done.stdout + done.stderr + written


def test_the_fake_to_compare_with_ends_with_its_starter() -> None:
    """Killed without a chance to tidy up, a starter leaves no process behind."""
    starter = (
        "import time; from fakie_contract.http.fake_process import ChildFake; child = ChildFake();"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", starter], env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as told:
        child = int(told.readline())
    assert is_running(child)
    process.kill()
    process.wait()
    wait_until(lambda: not is_running(child), seconds=60)


def test_ctrl_c_ends_the_spending_in_every_process() -> None:
    """With -n and a target that takes its time: once the program was told, no further create leaves any process."""
    with standing_in(StandIn(slow=1.0, end_after=60)) as stand_in:
        words = "optional or type- or combined"
        child = started(stand_in, "--max-credits", "500", "-n", "2", "-k", words, creates=2)
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=60)
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    told = {create["task_id"] for create in report["bill"]["creates"] if create["state"] == "accepted"}
    # One in each process may have been on its way, and one been let through while the signal travelled.
    assert 2 <= len(stand_in.creates) <= 6
    assert told == {task for task, _, _ in stand_in.creates}
    assert (child.returncode, report["complete"]) == (2, False), output


def test_what_a_recorder_does_not_let_pass_is_not_run() -> None:
    """Its refusal says nothing of the API behind it: no finding, and the reason names the recorder."""
    refusal = (
        403,
        {"Content-Type": "application/json", "X-Fakie-Refused": "createTask"},
        b'{"code": 403, "msg": "no"}',
    )
    no = {"code": 403, "msg": "no", "data": None}
    with standing_in(StandIn(refuses=lambda _: no, instead={"/api/v1/jobs/createTask": refusal})) as stand_in:
        _, report = judge_live(stand_in, "-k", "createTask", paid=False)
    assert {result["ending"] for result in report["results"]} == {"not_run"}
    assert all("a recorder before the target" in result["reason"] for result in report["results"])


def test_a_cap_for_a_target_that_is_not_live_is_an_error() -> None:
    """Whoever names a cap means to spend, and would not: one line says what is missing."""
    with standing_in(StandIn()) as stand_in:
        for target in (stand_in.url, "fake"):
            start = [sys.executable, "-m", "fakie", "test", "--target", target, "--max-credits", "5"]
            done = subprocess.run(start, env=environment(), capture_output=True, text=True, timeout=60)
            assert done.returncode == 2
            assert "--max-credits is for a live target" in done.stderr
    # Nothing but the question whether a recorder stands there.
    assert {path for _, path in stand_in.requests} == {"/_fakie/"}


@pytest.mark.parametrize("path", ["", "/hooks/kie/"])
def test_with_a_public_url_the_callback_of_a_live_target_is_judged(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes to the port that the URL leads to, with the URL's path or without, and must agree with the poll."""
    monkeypatch.setenv("FAKIE_API_KEY", "the-key")
    monkeypatch.setenv("FAKIE_ALLOW_PAID", "1")
    port = free_port()
    with running(Mutant("none", settings={"speed": 10.0}), tmp_path / "fake") as url:
        public = ("--callback-url", f"http://127.0.0.1:{port}{path}", "--callback-port", str(port))
        live = ("--target", url, "--live", "--max-credits", "50", "-k", "callback::success")
        done, data, _ = judged(*live, *public)
    assert done.returncode == 0, done.stdout
    assert [(one["case"], one["ending"]) for one in data["results"]] == [(f"{MODEL}::callback::success", "held")]


def test_too_many_by_http_status_alone_is_heeded_too() -> None:
    """A proxy's page under 429 has no code: for ten seconds no further create is sent all the same."""
    busy = (429, {"Content-Type": "text/html"}, b"<p>slow down</p>")
    with standing_in(StandIn(instead={"/api/v1/jobs/createTask": busy})) as stand_in:
        judge_live(stand_in, "--max-credits", "500", "--time-limit", "6", "-k", "optional or code-200 or page")
    assert stand_in.requests.count(("POST", "/api/v1/jobs/createTask")) == 1
