"""What a report says of itself: where an expectation comes from, what was not tried, and how the run ended."""

import datetime
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.report import html
from fakie_contract.report.baseline import AcceptedDifference, Baseline
from fakie_contract.report.code_table import NO_MODEL
from fakie_contract.report.data import as_data
from fakie_contract.report.verdict import RunVerdict
from fakie_contract.subjects import is_endpoint
from fakie_schemas.families.family import endpoints
from support.clients.program import fakie as program
from support.clients.suite import LEDGER, command, environment, judge_live
from support.mutants.edits import CREATE, CREDIT, RECORD, on_answer, on_data
from support.reports import MODEL, data_of, finding, judged, result
from support.servers.broken import Door, Mutant, running
from support.servers.stand_in import KEY, StandIn, standing_in

CONTROL = "\x1b]0;owned\x07 \u202egnp.exe \x9b2J"


def test_every_finding_about_a_code_names_the_line_of_its_own_models_page(tmp_path: Path) -> None:
    """Not that of the page by which the profile was written; the report says which page that is."""

    def other(body: dict[str, Any]) -> None:
        body["code"] = 410

    with running(Mutant("codes", handle=on_answer(CREATE, other, when=422)), tmp_path) as url:
        _, data, parsed = judged("--target", url, "--model", "z-image", "-k", "z-image and prompt")
    findings = [one for each in data["results"] for one in each["findings"] if one["place"] == "/body/code"]
    assert findings
    assert {one["source"] for one in findings} == {"z-image 2026-04, page line 280"}
    assert {one["name"] for one in data["pages"]} == {"z-image", "record-info", "credit"}
    assert data["pages"][0]["sha256"] in parsed.text


def test_what_page_and_wire_say_otherwise_is_said(tmp_path: Path) -> None:
    """A target that follows the page's milliseconds learns from which line they are, and what the wire does."""

    def milliseconds(data: dict[str, Any]) -> None:
        data["costTime"] *= 1000

    with running(Mutant("ms", handle=on_data(milliseconds, "success")), tmp_path) as url:
        _, data, parsed = judged("--target", url, "-k", "life::success")
    sources = {one["source"] for each in data["results"] for one in each["findings"]}
    assert any("the pages say milliseconds; record-info 2026-04, page line 15" in source for source in sources)
    [line] = [line for line in data["fields"]["answers"] if line["field"] == "/data/costTime"]
    assert line["known"][-1] == "the page says ms, the wire sends s"
    assert "known: the page says integer, the wire sends integer, null" in parsed.text


def test_cases_that_were_left_out_are_told() -> None:
    """By words and by the cheapest set: in the verdict, in the terminal, and where the page says what was not tried."""
    whole = judged("--time-limit", "0")[1]["counts"]["not_run"]
    done, data, parsed = judged("-k", "api::credit")
    left_out = whole - len(data["results"])
    assert (data["selection"]["words"], data["selection"]["by_words"]) == ("-k 'api::credit'", left_out)
    assert data["selection"]["models"] == [MODEL]
    assert f"{left_out} more cases were left out of this run" in parsed.text
    assert f"{left_out} more cases were left out by -k 'api::credit'" in done.stdout
    assert "182 of 183 models and endpoints: they were not chosen" in parsed.text
    assert "Every case of this run came to a result" in parsed.text
    done, data, parsed = judged("--cases", "cheapest", "-n", "2")
    assert f"{MODEL}::code-429::by-nature" in data["selection"]["by_cheapest"]
    assert "that the cheapest set does without" in parsed.text
    assert "--cases all tries them" in done.stdout
    done, data, parsed = judged()
    assert "Every case of the chosen models came to a result" in parsed.text
    assert "left out" not in parsed.text + done.stdout


def test_a_run_that_could_not_be_leaves_no_former_files(tmp_path: Path) -> None:
    """JUnit too: a green file of yesterday must not stand for a target that is dead today."""
    Path("r.xml").write_text("<testsuites><testsuite tests='108' failures='0'/></testsuites>", encoding="utf-8")
    _, data, parsed = judged("--target", "http://127.0.0.1:1")
    suite = ElementTree.parse("r.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert suite[0][0].get("message") == data["reason"]
    assert "Nothing: no case was tried" in parsed.text
    assert "See to what the reason names" in parsed.text


def test_known_differences_are_no_cases_that_differ() -> None:
    """The verdict counts what fails; what is known, gone or expired is said beside it."""
    today = datetime.date(2026, 11, 25)
    case = f"{MODEL}::life::"
    entries = (
        AcceptedDifference(f"{case}known", "*", "told", "2026-11-01"),
        AcceptedDifference(f"{case}gone", "*", "told", "2026-11-01"),
        AcceptedDifference(f"{case}old", "*", "told", "2026-11-01", until="2026-11-02"),
    )
    ran = [
        result(f"{case}known", ending="findings", findings=(finding(f"{case}known"),)),
        result(f"{case}old", ending="findings", findings=(finding(f"{case}old"),)),
        result(f"{case}gone"),
        result(f"{case}fine"),
    ]
    told = {"target": {"kind": "url", "url": "http://t.test"}, "profile": "documented"}
    data = as_data(ran, None, told, RunVerdict("any", Baseline(entries, today)))
    said = html.verdict(data)
    assert "1 breaking difference in 1 of 4 cases" in said
    assert "1 difference is known and accepted." in said
    assert "1 known difference has disappeared" in said
    assert "1 known difference has expired" in said
    held = html.verdict(as_data(ran[:1] + ran[2:], None, told, RunVerdict("any", Baseline(entries[:1], today))))
    assert "in 2 of 3 cases" in held


def test_nothing_that_a_terminal_obeys_reaches_it(tmp_path: Path) -> None:
    """Escapes, bells and bidirectional marks of a target are written out, in the output and in the reports."""

    def odd(door: Door, request: Request, service: Service) -> Response:
        answer = door(request)
        return replace(answer, body=CONTROL.encode()) if request.path == CREDIT else answer

    with running(Mutant("odd", handle=odd), tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "credit")
    assert data["differences"]["breaking"]
    written = done.stdout + done.stderr + Path("r.html").read_text(encoding="utf-8")
    assert not set("\x1b\x07\x9b\u202e") & set(written)
    assert "\\x9b2J" in written


def test_codes_that_belong_to_no_model_are_in_the_table() -> None:
    """Those of recordInfo and credit: sent, verified, and from which page."""
    _, data, parsed = judged("-k", "api")
    lines = {line["code"]: line for line in data["codes"] if line["model"] == NO_MODEL}
    assert set(lines) == {200, 400, 401, 404, 422}
    assert all(line["verified"] and line["documented"] and line["emitted"] for line in lines.values())
    assert NO_MODEL in parsed.text


def test_a_code_that_holds_here_and_differs_there_says_both() -> None:
    """Verified, and yet with findings: the remark has the numbers of both."""
    wrong = result("b", code=422, ending="findings", findings=(finding("b"),), emitted=(422,))
    lines = {line["code"]: line for line in data_of(result("a", code=422, emitted=(422,)), wrong)["codes"]}
    assert (lines[422]["verified"], lines[422]["why"]) == (True, "held 1 time, differs 1 time: see the findings")


def test_a_code_that_was_never_sent_is_not_verified() -> None:
    """Though its case held: a missing model may be refused by another code than a missing field is."""
    lines = {line["code"]: line for line in data_of(result(code=500, emitted=(422,)))["codes"]}
    assert (lines[500]["verified"], lines[500]["why"]) == (False, "held by answers without it")


def test_a_run_that_is_cut_off_is_no_verdict() -> None:
    """By its time limit: exit code 2, and every case that was not begun stands in the report with the reason."""
    done, data, parsed = judged("--time-limit", "0")
    assert (done.returncode, data["verdict"], data["complete"]) == (2, "interrupted", False)
    assert "time limit" in data["interrupted"]
    assert data["counts"]["not_run"] == len({each["case"] for each in data["results"]}) > 100
    assert "The run was stopped before its end" in parsed.text


def test_reports_that_cannot_be_written_are_found_before_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    """One line and exit code 2, and nothing was sent."""
    Path("file").write_text("")
    with standing_in(StandIn()) as target:
        for option in ("--report", "--html", "--junit"):
            done = program("test", "--target", target.url, option, "file/r")
            written = "".join(capfd.readouterr())
            assert done.returncode == 2
            assert "file/r cannot be written" in written
            assert "Traceback" not in written
        assert target.requests == []


@pytest.mark.parametrize("shell", [(), ("sh", "-c", 'trap "" INT; exec "$@"', "sh")], ids=["", "in the background"])
def test_a_run_that_is_interrupted_before_it_begins_has_a_report(shell: tuple[str, ...]) -> None:
    """Ctrl-C while the target is looked for, by its balance, also where a shell lets its background jobs ignore it."""
    stand_in = StandIn()
    interrupted = _signalling(stand_in, CREDIT)
    with standing_in(stand_in) as target:
        command = [sys.executable, "-m", "fakie", "test", "--target", target.url, "--live", "--report", "r.json"]
        command = [*shell, *command]
        child = subprocess.Popen(command, env=environment(paid=False), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out = interrupted(child)
    assert child.returncode == 2
    assert b"Traceback" not in out
    data = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert (data["verdict"], data["complete"]) == ("could_not_run", False)


def _signalling(stand_in: StandIn, path: str) -> Callable[["subprocess.Popen[bytes]"], bytes]:
    """Hold the first answer on a path until a Ctrl-C, which the program passes on to the suite, has ended both."""
    came, go = threading.Event(), threading.Event()
    answer = stand_in.answer

    def held(method: str, asked: str, authorization: str, content: bytes) -> dict[str, Any]:
        if asked.startswith(path) and not came.is_set():
            came.set()
            go.wait(90)
        return answer(method, asked, authorization, content)

    stand_in.answer = held  # type: ignore[assignment,method-assign]

    def interrupt(child: "subprocess.Popen[bytes]") -> bytes:
        assert came.wait(60)
        child.send_signal(signal.SIGINT)
        try:
            return child.communicate(timeout=60)[0]
        finally:
            go.set()

    return interrupt


def test_what_could_not_run_shows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that is none may send the key back before anything is judged."""
    page_of_theirs = (502, {"Content-Type": "text/html"}, f"<p>no {KEY}</p>".encode())
    everywhere = dict.fromkeys((CREATE, RECORD, CREDIT), page_of_theirs)
    with standing_in(StandIn(instead=everywhere)) as target:
        done, report = judge_live(target, paid=False)
    assert (done.returncode, report["verdict"]) == (2, "could_not_run")
    assert KEY not in done.stdout + done.stderr + json.dumps(report)


def test_a_ledger_that_breaks_ends_the_run() -> None:
    """Nothing more is sent, exit code 2, and the report says why."""
    stand_in = StandIn()
    create = stand_in._create

    def breaking(authorization: str, content: bytes) -> dict[str, Any]:
        Path("spent.sqlite").write_bytes(b"no ledger" * 1000)
        return create(authorization, content)

    stand_in._create = breaking  # type: ignore[method-assign]
    with standing_in(stand_in) as target:
        done, report = judge_live(target, "--max-credits", "100", "-k", "code-200 or life or combined")
    assert (done.returncode, report["complete"], len(target.creates)) == (2, False, 1)
    assert "ledger" in report["interrupted"]
    assert "Traceback" not in done.stdout + done.stderr


def test_a_process_that_dies_is_told() -> None:
    """Kill -9 of a worker whose create is on its way: no verdict, its case not run, and the create in the bill."""
    with standing_in(StandIn(slow=2.0)) as target:
        child = subprocess.Popen(
            command(target, "--max-credits", "60", "-n", "2", "-k", "code-200"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.kill(_creating(), signal.SIGKILL)
        child.communicate(timeout=60)
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (child.returncode, report["verdict"], report["complete"]) == (2, "interrupted", False)
    assert "crashed" in report["interrupted"]
    assert report["counts"]["not_run"] == len(report["results"]) == 1
    assert [create["state"] for create in report["bill"]["creates"]] == ["open"]


def _creating() -> int:
    """Return the process that has a create on its way, by the ledger."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(sqlite3.Error), closing(sqlite3.connect(LEDGER)) as book:
            for (pid,) in book.execute("SELECT pid FROM creates WHERE state = 'open'"):
                return int(pid)
        time.sleep(0.02)
    pytest.fail("no create was sent")


def test_what_no_run_tells_names_nothing_that_has_cases() -> None:
    """No family that is judged, and no rule that values are made for."""
    page = html.of(data_of(result("held")))
    told = page.partition("What this run could not tell")[2].partition("</ul>")[0].lower()
    judged_families = {name.partition("/")[0] for name in endpoints() if is_endpoint(name)}
    assert "result looks" in told
    assert not [one for one in (*judged_families, "pattern") if one in told]
