"""What `fakie check-receiver` prints: one finding for what many callbacks met, and one trace of what many raised."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fakie.cli import main

# One mistake, met by every callback; the words differ, the place does not.
FLASK = """
from flask import Flask, request

app = Flask("broken")

@app.post("/hook")
def hook():
    return {}[request.data]
"""
# The same in a framework of one's own: by the log, by the interpreter in many pieces, and in a thread.
OWN = """
import logging, threading, traceback

logging.basicConfig()

def work(number):
    {}[number]

def app(environ, start):
    thread = threading.Thread(target=work, args=(id(start),))
    thread.start()
    thread.join()
    try:
        try:
            work(id(environ))
        except KeyError as error:
            raise ValueError("bad") from error
    except ValueError:
        traceback.print_exc()
        logging.exception("again")
    environ["wsgi.errors"].write("a line of its own\\n")
    start("500 Broken", [("Content-Type", "text/plain")])
    return [b"no"]
"""
# Every answer another, of four kinds.
MIXED = """
answers = ["409 Taken", "500 Broken", "200 OK", "502 Gone"]

def app(environ, start):
    answers.append(answers.pop(0))
    start(answers[0], [("Content-Type", "text/plain")])
    return [b"no"]
"""


def run(text: str, capsys: pytest.CaptureFixture[str], *given: str) -> tuple[str, str]:
    name = f"receiver_command_{[FLASK, MIXED].index(text)}"
    Path(f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", f"{name}:app", *given])
    assert stopped.value.code == 1
    said = capsys.readouterr()
    return said.out, said.err


def test_one_mistake_is_one_finding_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """A line names two callbacks and how many there were; the data has each of them, as before."""
    given = ("--path", "/hook", "--webhook-key", "key")
    found = json.loads(run(FLASK, capsys, *given, "--json")[0])["findings"]
    *lines, last = run(FLASK, capsys, *given)[0].splitlines()
    counts = Counter(finding["rule"] for finding in found)
    assert [line.partition(":")[0].split(None, 1) for line in lines] == [
        ["breaking", f"success, success as of 2026-08, … ({counts['receiver.takes']} callbacks)"],
        ["minor", f"wrong signature, missing signature, … ({counts['receiver.breaks']} callbacks)"],
    ]
    assert all("; got HTTP 500, saying Internal Server Error The server" in line for line in lines)
    assert last == f"{len(found)} findings of 2 kinds"


def test_other_answers_are_other_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """One rule broken by three statuses is three findings: they have three causes."""
    lines = run(MIXED, capsys)[0].splitlines()
    taken = [line.rpartition("; got ")[2] for line in lines if "the callback is taken" in line]
    assert sorted(taken) == ["HTTP 409, saying no", "HTTP 500, saying no", "HTTP 502, saying no"]


def test_a_path_that_nobody_takes_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One without the slash at its end is led on by most frameworks, and a sender does not follow."""
    text = FLASK.replace('"/hook"', '"/hook/"')
    Path("slashed.py").write_text(text, encoding="utf-8")
    for path, status in (("/hook", 308), ("/nowhere", 404)):
        with pytest.raises(SystemExit):
            main(["check-receiver", "slashed:app", "--path", path])
        told = f"a right callback to {path} was answered HTTP {status}: where callbacks are taken is said by --path"
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(("text", "traces"), [(FLASK, 1), (OWN, 5)])
def test_a_trace_of_an_app_is_shown_once(text: str, traces: int) -> None:
    """By a framework or a log, by the interpreter in pieces, in a thread, with its cause: not with each callback."""
    Path("tracing.py").write_text(text, encoding="utf-8")
    # A process of its own: pytest takes logs and the errors of threads to itself.
    call = [sys.executable, "-m", "fakie", "check-receiver", "tracing:app", "--path", "/hook"]
    err = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False).stderr
    assert (err.count("Traceback"), err.count("more of these traces left out")) == (traces, 1), err
    # What belongs to a trace went with it, and what is no trace is shown as often as it is written.
    assert (err.count("Exception in thread"), err.count("direct cause")) == ((1, 2) if text is OWN else (0, 0))
    assert (err.count("a line of its own") > 10) is (text is OWN)


def test_what_was_not_judged_is_no_finding_and_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """As with the suite and with traffic: what is told for information alone ends with 2, and not with 1 or 0."""
    text = "from flask import Flask\napp = Flask('idle')\napp.post('/hook')(lambda: {})\ndef count():\n    return 0\n"
    Path("receiver_idle.py").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", "receiver_idle:app", "--path", "/hook", "--probe", "receiver_idle:count"])
    assert stopped.value.code == 2
    assert "info      probe: " in capsys.readouterr().out


def test_a_path_beside_a_url_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It would be passed over, and every callback go to another path: the whole URL is named."""
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", "http://127.0.0.1:9", "--path", "/hook"])
    assert stopped.value.code == 2
    assert "such as http://127.0.0.1:9/hook" in capsys.readouterr().err


# Which answer a task's first callback has, and which each later one.
ONCE = """
import json
from flask import Flask, request
app, known = Flask("once"), set()

@app.post("/hook")
def hook():
    data = (request.get_json(silent=True) or {}).get("data")
    if not data:
        return "", 400
    is_new = data["taskId"] not in known
    known.add(data["taskId"])
    return "", FIRST if is_new else LATER
"""


@pytest.mark.parametrize(("first", "later", "rules"), [(200, 409, {"receiver.again"}), (409, 409, {"receiver.takes"})])
def test_a_refusal_of_what_was_taken_before_breaks_nothing(
    first: int, later: int, rules: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The first delivery has it all; that a later one is refused makes a sender repeat it, and is minor."""
    name = f"once_{first}"
    Path(f"{name}.py").write_text(ONCE.replace("FIRST", str(first)).replace("LATER", str(later)), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", f"{name}:app", "--path", "/hook", "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    severity = {"receiver.again": "minor", "receiver.takes": "breaking"}
    assert stopped.value.code == 1
    assert {one["rule"] for one in found} == rules
    assert {one["severity"] for one in found} == {severity[rule] for rule in rules}
