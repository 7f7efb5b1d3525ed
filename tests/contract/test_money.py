"""Targets that lie about money: none takes more than one create over the cap, however many processes ask."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.clients.suite import LEDGER, command, environment, judge_live, started
from support.servers.liars import CLOSES, DRIBBLES, Liar, lying
from support.servers.listening import free_port
from support.servers.stand_in import CREATE_PATH, CREDIT_PATH

MODEL = "elevenlabs/audio-isolation"
# Of which several results can be asked for.
SEVERAL = "google/imagen4-fast"
CAP = 40.0
NO = {"code": 422, "msg": "no", "data": None}
# Many creates that a page accepts, and no pages of results to wait for.
WORDS = "optional or url-http or code-200"


def no_other_model(body: Any) -> dict[str, Any] | None:
    named = body.get("model") if isinstance(body, dict) else None
    return None if str(named).strip().lower() == MODEL else NO


def frozen(liar: Liar, left: float) -> float:
    """Show the balance as it is until the third create, and what it was then for ever."""
    return left if len(liar.creates) < 3 else 10_000.0 - 24.0


def falling(at: int) -> Callable[[Liar, float], float]:
    """Show five credits less from a certain look on."""
    return lambda liar, left: left - 5 if liar.asked["GET", CREDIT_PATH] >= at else left


LIARS: Mapping[str, Callable[[], Liar]] = {
    "dear": lambda: Liar(price_of=lambda _: 60.0),
    "dear in the middle": lambda: Liar(price_of=lambda number: 12.0 if number < 3 else 500.0),
    "dear and never shown": lambda: Liar(price_of=lambda _: 60.0, shows=lambda *_: 1000.0),
    "dear and shown late": lambda: Liar(price_of=lambda _: 60.0, late=lambda _: 20.0),
    "not shown from the third on": lambda: Liar(price_of=lambda n: 12.0 if n < 3 else 60.0, shows=frozen),
    "goes up": lambda: Liar(price_of=lambda _: 60.0, shows=lambda liar, _: 1000.0 + sum(liar.asked.values())),
    "unreadable after a while": lambda: Liar(shows=lambda liar, left: left if len(liar.creates) < 2 else "much"),
    "answers lost": lambda: Liar(
        price_of=lambda _: 30.0, odd=lambda method, _, times: CLOSES if method == "POST" and times % 2 else ""
    ),
    "asking costs": lambda: Liar(asking_price=12.0),
    "refusing costs": lambda: Liar(refused_price=15.0, refuses=lambda _: NO),
}


@pytest.mark.parametrize(
    ("name", "workers"), [*((name, "2") for name in LIARS), ("dear", "1"), ("not shown from the third on", "1")]
)
def test_no_target_takes_more_than_one_create_over_the_cap(name: str, workers: str) -> None:
    """Whatever it charges, shows or loses, and however many processes ask it."""
    liar = LIARS[name]()
    liar.credits, liar.refuses = 10_000.0, liar.refuses if liar.refused_price else no_other_model
    with lying(liar):
        _, report = judge_live(liar, "--max-credits", f"{CAP:g}", "-n", workers, "-k", WORDS)
    assert liar.charged > 0
    assert liar.charged <= CAP + liar.dearest
    assert report["counts"]["not_run"] > 0
    assert {create["task_id"] for create in report["bill"]["creates"]} >= {
        task for task, _, _ in liar.creates if name != "answers lost"
    }


@pytest.mark.parametrize(
    "liar",
    [
        Liar(refused_price=5.0, refuses=lambda _: NO),
        Liar(refused_price=5.0, refuses=lambda _: NO, shows=lambda _, left: str(left)),
        Liar(),
    ],
    ids=["at once", "unseen", "accepted"],
)
def test_a_free_run_costs_one_create_at_most(liar: Liar) -> None:
    """What cannot cost is charged, whether that shows or not: one request, and no other follows."""
    with lying(liar):
        _, report = judge_live(liar, "-k", "createTask", "-n", "2", paid=False)
    assert 0 < liar.charged <= liar.dearest
    assert report["counts"]["not_run"] + report["counts"]["findings"] > 0


def test_what_cannot_cost_and_is_charged_is_the_first_finding() -> None:
    """It comes before whatever else was found, ends the run, and the exit code is that of findings."""
    odd = {"/api/v1/jobs/recordInfo": (200, {"Content-Type": "application/json"}, b"[]")}
    with lying(Liar(refused_price=5.0, refuses=lambda _: NO, instead=odd)) as liar:
        done, report = judge_live(liar, "-k", "unknown-task or unknown-model or path", paid=False)
    found = [finding["rule"] for result in report["results"] for finding in result["findings"]]
    assert found[0] == "account.cannot_cost"
    assert len(found) > 1
    assert done.returncode == 1
    assert "the balance has fallen by 5" in report["results"][0]["findings"][0]["got"]


def test_what_shows_at_the_very_end_is_a_finding_too() -> None:
    """The last look at the balance tells of a charge that came after the last case."""
    looks, credit = 0, ("GET", CREDIT_PATH)
    for last in (0, 1):
        falls_at = looks or 1000
        with lying(Liar(refuses=lambda _: NO, shows=falling(falls_at))) as liar:
            done, report = judge_live(liar, "-k", "unknown-model", paid=False)
        looks = liar.asked[credit]
        assert done.returncode == last
    assert [result["case"] for result in report["results"]] == ["run::balance", "api::createTask::unknown-model"]
    assert report["results"][0]["findings"][0]["rule"] == "account.cannot_cost"


def test_a_task_that_two_cases_follow_is_paid_for_once() -> None:
    """Its life, and its callback, which nobody can see here: one create, with two processes too; the bill says so."""
    for workers in ("1", "2"):
        with lying(Liar()) as liar:
            judge_live(liar, "--max-credits", "100", "-n", workers, "-k", "life::success or callback::success")
        assert len(liar.creates) == 1
    bill = subprocess.run(
        command(liar, "--dry-run", "-k", "life::success or callback::success"),
        env=environment(paid=False, key=None),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "2 cases with 1 create may cost 12" in bill.stdout


def follow(liar: Liar, words: str, *arguments: str) -> list[tuple[str, str]]:
    """Judge a liar that says where callbacks can come, and send none; gives case and rule of each finding."""
    port = str(free_port())
    way = ["--callback-url", f"http://127.0.0.1:{port}/", "--callback-port", port, "--wait", "1"]
    with lying(liar):
        _, report = judge_live(liar, "--max-credits", "500", "-k", words, *way, *arguments)
    return [
        (result["case"].partition("::")[2], one["rule"]) for result in report["results"] for one in result["findings"]
    ]


def test_what_became_of_a_shared_task_is_told_once() -> None:
    """Two cases follow a task that fails and is not given back: the first of them says so."""
    found = follow(Liar(end="fail"), "life::success or callback::success")
    for rule in ("task.failed", "account.balance"):
        assert [case for case, broken in found if broken == rule] == ["life::success"]
    assert ("callback::success", "callback.count") in found


def test_what_is_paid_meanwhile_is_not_laid_to_a_shared_task() -> None:
    """A case between the two that follow a task makes another one, and the balance falls by that."""
    liar = Liar(price_of=lambda _: 1.0)
    found = follow(liar, "life or callback::success", "--model", SEVERAL)
    assert len(liar.creates) == 2
    assert [rule for _, rule in found if rule.startswith("account.")] == []


@pytest.mark.parametrize(
    ("liar", "rule", "words"),
    [
        (Liar(price_of=lambda _: 60.0), "account.price", "life::success"),
        (Liar(refused_price=5.0, refuses=lambda _: NO), "account.cannot_cost", "refusal-is-free"),
        (Liar(price_of=lambda _: 0.0), "account.charged", "life::success"),
    ],
    ids=["dear", "refusal", "free"],
)
def test_what_a_create_has_cost_is_told_once(liar: Liar, rule: str, words: str) -> None:
    """The price list, what is refused, and what costs nothing: one finding, whoever looks at the balance."""
    with lying(liar):
        _, report = judge_live(liar, "--max-credits", "500", "-k", words)
    found = [one["rule"] for result in report["results"] for one in result["findings"]]
    assert [one for one in found if one.startswith("account.")] == [rule]


def test_the_balance_is_read_once_on_each_side_of_a_create() -> None:
    """Before it, after it, and after the question that follows; the run itself reads it at its start and its end."""
    with lying(Liar()) as liar:
        looks = []
        for words in ("optional::none", "optional::none or url-http"):
            before, creates = liar.asked["GET", CREDIT_PATH], len(liar.creates)
            judge_live(liar, "--max-credits", "500", "-k", words)
            looks.append((liar.asked["GET", CREDIT_PATH] - before, len(liar.creates) - creates))
    (few, one), (more, several) = looks
    assert one == 1
    assert several > one
    # One more where time has passed before the question.
    assert 3 * (several - one) <= more - few <= 4 * (several - one)


def test_asking_for_creates_by_get_is_no_create() -> None:
    """It is in no ledger; where it makes a task and costs, the run ends."""
    with lying(Liar(refuses=lambda _: NO)) as liar:
        _, report = judge_live(liar, "-k", "wrong-method", paid=False)
    assert report["bill"]["creates"] == []
    assert liar.asked["GET", CREATE_PATH] == 1


@pytest.mark.parametrize("workers", ["0", "2"])
def test_no_plugin_that_tries_again_repeats_a_create_or_hides_a_finding(workers: str) -> None:
    """A failed test is run again twice, within one process or over two: one create a case, and the findings stay."""
    Path("again.py").write_text(AGAIN, encoding="utf-8")
    refused = {"code": 500, "msg": "no", "data": None}
    with lying(Liar(price_of=lambda _: 1.0, refuses=lambda body: refused if "callBackUrl" in body else None)) as liar:
        words = ["--fakie-target", liar.url, "--fakie-live", "--fakie-max-credits", "500", "--fakie-ledger", LEDGER]
        words += ["--fakie-report", "report.json", "--fakie-cases", "all", "-k", "optional or code-200 or type-"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "again", "-n", workers, "--pyargs", "fakie_contract", *words],
            env={**environment(), "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            timeout=120,
        )
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    names = [create["case"] for create in report["bill"]["creates"]]
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(names) == len(set(names)) == liar.asked["POST", CREATE_PATH] > 2
    assert report["counts"]["findings"] > 0
    assert len({result["case"] for result in report["results"]}) == len(report["results"])


# What pytest-rerunfailures, flaky and pytest-retry do, in a few lines.
AGAIN = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(3):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if attempt < 2 and any(report.failed for report in reports):
            for report in reports:
                report.outcome = "rerun" if report.when == "call" else report.outcome
                item.ihook.pytest_runtest_logreport(report=report)
            continue
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        break
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
"""


def test_two_processes_that_run_every_case_send_each_create_once() -> None:
    """With --dist each, which gives all cases to all: a case is begun by one, and the other says so."""
    with lying(Liar(price_of=lambda _: 1.0, refuses=no_other_model)) as liar:
        words = ["--fakie-target", liar.url, "--fakie-live", "--fakie-max-credits", "100", "--fakie-ledger", LEDGER]
        words += ["--fakie-report", "report.json", "--fakie-cases", "all", "-k", "optional"]
        subprocess.run(
            [sys.executable, "-m", "pytest", "--dist", "each", "--tx", "2*popen", "--pyargs", "fakie_contract", *words],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    names = [create["case"] for create in report["bill"]["creates"]]
    assert len(names) == len(set(names)) == len(report["results"]) == liar.asked["POST", CREATE_PATH]


def test_the_death_of_pytest_alone_ends_its_workers_spending() -> None:
    """Kill -9 of the process that began the run: the workers send nothing more, and the next run counts all."""
    with lying(Liar(slow=0.5, end_after=60.0, refuses=no_other_model)) as liar:
        child = started(liar, "--max-credits", "500", "-n", "2", "-k", "optional or type- or url-http", creates=2)
        pytests = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(pytests[0]), signal.SIGKILL)
        then = liar.asked["POST", CREATE_PATH]
        child.communicate(timeout=60)
        until = time.monotonic() + 30
        report: dict[str, Any] = {}
        while not report.get("bill") and time.monotonic() < until:
            _, report = judge_live(liar, "--max-credits", "40", "-k", "optional")
    assert then <= liar.asked["POST", CREATE_PATH] - report["counts"]["held"] + 1
    assert report["bill"]["earlier"] >= 2
    assert report["bill"]["worst"] >= 24


def test_dribbling_balances_end_the_spending() -> None:
    """A balance that never ends is one that cannot be read."""
    odd = lambda method, path, times: DRIBBLES if "credit" in path and times > 3 else ""  # noqa: E731
    with lying(Liar(odd=odd, refuses=no_other_model)) as liar:
        _, report = judge_live(liar, "--max-credits", "100", "-k", "optional or code-200")
    assert len(liar.creates) <= 1
    assert "the balance could not be read" in json.dumps(report)
