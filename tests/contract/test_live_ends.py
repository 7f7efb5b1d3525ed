"""Live runs that are ended from outside: killed, left alone, or by Ctrl-C."""

import json
import os
import signal
import sqlite3
from pathlib import Path

from support.clients.suite import LEDGER, judge_live, started
from support.servers.stand_in import StandIn, standing_in
from support.waiting import wait_until

# By the price list: 0.2 credits a second, and 60 seconds of media unless told otherwise.
PRICE = 12.0


def test_a_run_that_was_killed_counts_towards_the_next() -> None:
    """Kill -9 of every process in the middle: the task ids are written down, and both runs together keep to the cap."""
    with standing_in(StandIn(price=PRICE, end_after=60)) as stand_in:
        words = "life or callback or type- or optional"
        process = started(stand_in, "--max-credits", "60", "-n", "4", "-k", words, creates=2)
        _kill_all(process.pid)
        process.communicate()
        before = len(stand_in.creates)
        written = _column("task_id")
        _, report = judge_live(stand_in, "--max-credits", "60", "-k", "optional or url-http or page or fixture or life")
    assert 2 <= before <= len(stand_in.creates)
    # The one whose answer was on its way when the end came is there too, without its id.
    assert len([task for task in written if task]) >= before - 4
    assert PRICE * len(stand_in.creates) <= 60
    assert report["bill"]["worst"] >= PRICE * before
    assert before <= report["bill"]["earlier"] <= len(report["bill"]["creates"])


def test_the_death_of_the_program_ends_the_run() -> None:
    """Whoever kills `fakie test` alone, its pytest sends nothing more."""
    with standing_in(StandIn(price=PRICE, end_after=60)) as stand_in:
        words = "life or optional or type-"
        process = started(stand_in, "--max-credits", "1000", "--wait", "3", "-k", words, creates=1)
        process.kill()
        created = len(stand_in.creates)
        wait_until(Path("report.json").exists)
        process.communicate()
    assert len(stand_in.creates) <= created + 1


def test_ctrl_c_ends_once_and_writes_the_report() -> None:
    """Exit code 2; the report has what was judged so far, and the ledger's run has ended."""
    with standing_in(StandIn(price=PRICE, end_after=60)) as stand_in:
        words = "credit::shown or life"
        process = started(stand_in, "--max-credits", "100", "--junit", "junit.xml", "-k", words, creates=1)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert process.returncode == 2
    assert report["counts"]["held"] == 1
    assert Path("junit.xml").exists()
    assert [create["task_id"] for create in report["bill"]["creates"]] == [task for task, _, _ in stand_in.creates]
    assert "Traceback" not in printed


def _column(name: str) -> list[str]:
    book = sqlite3.connect(LEDGER)
    try:
        return [row[0] for row in book.execute(f"SELECT {name} FROM creates")]
    finally:
        book.close()


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found += [int(entry.name), *_children(int(entry.name))]
    return found


def _kill_all(pid: int) -> None:
    for one in (pid, *_children(pid)):
        os.kill(one, signal.SIGKILL)
