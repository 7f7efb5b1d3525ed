"""The receiver suite: a good receiver passes, and each bad habit is found."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, request
from werkzeug.serving import make_server

from fakie.adapters.receiver_post import post_to_url
from fakie.cli import main
from fakie.core.ports import Outgoing
from support.servers.listening import serving
from support.servers.stand_in import Speech, speaking

GOOD = """
import base64, hashlib, hmac, json, re, threading, time
from flask import Flask, abort, request
from werkzeug.serving import BaseWSGIServer, make_server

work = []
app, done, good, lock = Flask("good"), set(), set(), threading.Lock()

@app.post("/hook")
def hook():
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        abort(400)
    task, stamp = body["data"]["taskId"], request.headers.get("X-Webhook-Timestamp", "0")
    right = base64.b64encode(hmac.new(b"key", f"{task}.{stamp}".encode(), hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", "")):
        abort(401)
    if not re.fullmatch("[0-9]{1,12}", stamp) or not -300 < time.time() - int(stamp) < 300:
        abort(401)
    with lock:
        done.add(task)
    return {"code": 200}

def count():
    return len(done) + len(work)
"""
HABITS = {
    "takes forgeries": (
        "    if not hmac.compare_digest(",
        "    if False and not hmac.compare_digest(",
        "wrong signature",
    ),
    "works before it looks at the signature": (
        "    if not hmac.compare_digest(",
        "    done.add(task)\n    if not hmac.compare_digest(",
        "refused forgeries",
    ),
    "takes an empty signature": (
        "    if not hmac.compare_digest(",
        "    if request.headers.get('X-Webhook-Signature') and not hmac.compare_digest(",
        "empty signature",
    ),
    "asks for no signature": (
        "    if not hmac.compare_digest(",
        "    if 'X-Webhook-Signature' in request.headers and not hmac.compare_digest(",
        "timestamp without a signature",
    ),
    "compares the start of a signature": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        'right.startswith(request.headers.get("X-Webhook-Signature", "")[:8] or "-")',
        "start of the signature",
    ),
    "looks for the signature in what came": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        'right in request.headers.get("X-Webhook-Signature", "")',
        "more before the signature",
    ),
    "knows no case": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        'right.lower() == request.headers.get("X-Webhook-Signature", "").lower()',
        "signature in another case",
    ),
    "signs a minute": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        "any(\n        hmac.compare_digest(base64.b64encode(hmac.new(b'key', f'{task}.{int(stamp) - late}'.encode(),"
        " hashlib.sha256).digest()).decode(), request.headers.get('X-Webhook-Signature', '')) for late in (0, 60))",
        "another moment's signature",
    ),
    "takes a signature that it knows for any task": (
        '    if not hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", "")):\n',
        '    came = request.headers.get("X-Webhook-Signature", "")\n'
        "    if hmac.compare_digest(right, came):\n        good.add(came)\n    if came not in good:\n",
        "another task's signature",
    ),
    "takes a signature that it knows for its task at any moment": (
        '    if not hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", "")):\n',
        '    came = request.headers.get("X-Webhook-Signature", "")\n'
        "    if hmac.compare_digest(right, came):\n        good.add((task, came))\n    if (task, came) not in good:\n",
        "known signature at another moment",
    ),
    "trusts a task that it knows": (
        "    if not hmac.compare_digest(",
        "    if task in done and body['code'] != 200:\n        work.append(task)\n    elif not hmac.compare_digest(",
        "forgeries of a known task",
    ),
    "signs no task too": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        "any(\n        hmac.compare_digest(base64.b64encode(hmac.new(b'key', f'{one}.{stamp}'.encode(),"
        " hashlib.sha256).digest()).decode(), request.headers.get('X-Webhook-Signature', '')) for one in (task, ''))",
        "signature of no task",
    ),
    "has a second key that is empty": (
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        "any(\n        hmac.compare_digest(base64.b64encode(hmac.new(one, f'{task}.{stamp}'.encode(),"
        " hashlib.sha256).digest()).decode(), request.headers.get('X-Webhook-Signature', '')) for one in"
        " (b'key', b''))",
        "signature with an empty key",
    ),
    "looks at the signatures of successes alone": (
        "    if not hmac.compare_digest(",
        "    if body['code'] == 200 and not hmac.compare_digest(",
        "wrong signature of a failure",
    ),
    "believes a success of what has failed": (
        "    if not hmac.compare_digest(",
        "    failed = app.config.setdefault('failed', set())\n    if body['code'] != 200:\n        failed.add(task)\n"
        "    elif task in failed:\n        work.append(task)\n        return {'code': 200}\n"
        "    if not hmac.compare_digest(",
        "forgeries of a known task that failed",
    ),
    "gives back with each callback of a failure": (
        "        done.add(task)",
        "        done.add(task) if body['code'] == 200 else work.append(task)",
        "failure, duplicate",
    ),
    "ends its thread": (
        "    with lock:",
        "    if body['code'] != 200:\n        raise SystemExit(3)\n    with lock:",
        "failure",
    ),
    "hears replays": ("< 300:", "< 1e9:", "timestamp an hour old"),
    "hears what is to come": ("not -300 <", "not -1e9 <", "timestamp an hour ahead"),
    "breaks on an odd timestamp": ('not re.fullmatch("[0-9]{1,12}", stamp) or ', "", "timestamp soon"),
    "takes an odd timestamp": (
        'if not re.fullmatch("[0-9]{1,12}", stamp) or not',
        'if re.fullmatch("[0-9]{1,12}", stamp) and not',
        "timestamp soon",
    ),
    "knows all keys": (
        "    with lock:",
        "    if not set(body) <= {'code', 'msg', 'data'}:\n        abort(400)\n    with lock:",
        "unknown keys",
    ),
    "wants URLs": (
        "    with lock:",
        "    if body['code'] == 200:\n        json.loads(body['data']['resultJson'])['resultUrls']\n    with lock:",
        "a text for a result",
    ),
    "looks before it works": (
        "    with lock:\n        done.add(task)",
        "    is_new = task not in work\n    time.sleep(0.2)\n    work.extend([task] * is_new)",
        "two at once",
    ),
    "hides what it cannot read": (
        "    with lock:",
        "    if body['code'] == 200 and 'failMsg' in body['data']:\n        return {'code': 200}\n    with lock:",
        "success as of 2026-08",
    ),
    "forgets a success": (
        "        done.add(task)",
        "        (done.add if body['code'] == 200 else done.discard)(task)",
        "failure after success",
    ),
    "breaks on junk": ("request.get_json(silent=True)", "__import__('json').loads(request.data)", "no body"),
    "counts twice": ("done.add(task)", "done.add((task, len(done)))", "duplicate"),
    "knows a delivery by its signature": (
        "done.add(task)",
        "done.add(request.headers.get('X-Webhook-Signature'))",
        "duplicate signed anew",
    ),
    "remembers the last task alone": (
        "        done.add(task)",
        "        work.extend([task] * (task not in work[-1:]))",
        "duplicate after another task's",
    ),
    "answers no 2xx": ('return {"code": 200}', 'return {"code": 200}, 302', "success"),
}


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", *arguments])
    return stopped.value.code, capsys.readouterr().out


def write(name: str, text: str) -> str:
    Path(f"{name}.py").write_text(text, encoding="utf-8")
    return name


def test_a_good_receiver_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """It verifies, refuses what is old or broken, and does nothing twice."""
    name = write("receiver_good", GOOD)
    code, said = check(capsys, f"{name}:app", "--path", "/hook", "--webhook-key", "key", "--probe", f"{name}:count")
    assert (code, said.strip()) == (0, "the receiver takes what it should, and refuses what it should")


def test_a_receiver_that_compares_the_decoded_signature_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """Its decoder passes over what follows the padding, as those of Python and Node do: nobody forges by that."""
    text = GOOD.replace(
        'hmac.compare_digest(right, request.headers.get("X-Webhook-Signature", ""))',
        "hmac.compare_digest(base64.b64decode(right), decoded(request.headers.get('X-Webhook-Signature', '')))",
    )
    text += """
def decoded(text):
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
"""
    name = write("receiver_decoding", text)
    code, said = check(capsys, f"{name}:app", "--path", "/hook", "--webhook-key", "key")
    assert (code, said.count("\n")) == (0, 1), said


def test_a_receiver_that_knows_a_task_before_it_verifies_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """It answers a forgery about what it has done as a repeated callback, and does nothing."""
    start, known = "    right = base64", "    if task in done:\n        return {'code': 200}\n"
    name = write("receiver_knowing", GOOD.replace(start, f"{known}{start}"))
    key = ("--webhook-key", "key", "--probe", f"{name}:count")
    code, said = check(capsys, f"{name}:app", "--path", "/hook", *key)
    assert (code, said.count("\n")) == (0, 1), said


@pytest.mark.parametrize("habit", HABITS)
def test_each_bad_habit_is_found(capsys: pytest.CaptureFixture[str], habit: str) -> None:
    """Forgeries taken, replays heard, junk that breaks it, work done twice, answers that are no 2xx."""
    good, bad, case = HABITS[habit]
    assert good in GOOD
    name = write(f"receiver_{habit.replace(' ', '_')}", GOOD.replace(good, bad))
    key = ("--webhook-key", "key", "--probe", f"{name}:count")
    code, said = check(capsys, f"{name}:app", "--path", "/hook", *key, "--json")
    findings = json.loads(said)["findings"]
    assert code == 1
    assert case in [finding["case"] for finding in findings]
    assert all(finding["expected"] and finding["got"] for finding in findings)


@pytest.fixture
def port() -> Iterator[Callable[[Flask], str]]:
    with ExitStack() as running:
        yield lambda app: running.enter_context(serving(make_server("127.0.0.1", 0, app, threaded=True)))


def test_a_receiver_on_a_port_is_checked_by_its_url(
    port: Callable[[Flask], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Over a real socket, a slow network included; without a key forgeries are not tried."""
    app, bodies, lock = Flask("receiver"), [0], threading.Lock()

    @app.post("/hook")
    def hook() -> dict[str, int]:
        with lock:
            bodies[0] += 1
        if request.get_json(silent=True) is None:
            abort(400)
        return {"code": 200}

    started = time.monotonic()
    code, said = check(capsys, port(app) + "/hook")
    assert (code, said.count("\n")) == (0, 1)
    assert time.monotonic() - started > 1.9
    assert bodies[0] >= 8


def test_a_slow_receiver_at_a_url_is_judged(
    port: Callable[[Flask], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no closed port: its answers are slow, what it was not sent is named, and the run keeps to its time."""
    monkeypatch.setattr("fakie.commands.check_receiver._FIRST_SECONDS", 0.2)
    monkeypatch.setattr("fakie.commands.check_receiver._LONGEST", 3.0)
    monkeypatch.setattr("fakie.harness.receiver_verdicts.SLOW", 0.3)
    app, heard = Flask("slow"), threading.Event()

    @app.post("/hook")
    def hook() -> dict[str, int]:
        heard.wait(0.6)
        return {"code": 200}

    code, said = check(capsys, port(app) + "/hook", "--webhook-key", "key", "--json")
    found = {(finding["rule"], finding["case"]) for finding in json.loads(said)["findings"]}
    assert code == 1
    assert ("receiver.slow", "success") in found
    assert "receiver.untried" in {rule for rule, _ in found}
    assert "receiver.takes" not in {rule for rule, _ in found}


@pytest.mark.parametrize("asleep", [0.5, 3.0])
def test_an_app_whose_first_callback_alone_is_slow_is_judged_slow(
    asleep: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether it answers before it is given up or not: it was reached, and the rest is judged too."""
    monkeypatch.setattr("fakie.commands.check_receiver._FIRST_SECONDS", 0.3)
    (tmp_path / f"drowsy_{asleep:.0f}.py").write_text(
        "import time\nslept = []\ndef app(environ, start):\n"
        f"    time.sleep(0 if slept else slept.append(1) or {asleep})\n"
        "    start('200 OK', [])\n    return [b'']\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    code, said = check(capsys, f"drowsy_{asleep:.0f}:app", "--json")
    found = [(finding["rule"], finding["case"]) for finding in json.loads(said)["findings"]]
    assert (code, found) == (1, [("receiver.slow", "first callback")])


def test_a_receiver_that_never_ends_its_answer_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """A header every now and then is no answer: each callback has its time, and the run ends."""
    speech = Speech(start=b"HTTP/1.1 200 OK\r\n", again=b"X-A: b\r\n")
    with speaking(speech), pytest.MonkeyPatch.context() as patch:
        patch.setattr("fakie.commands.check_receiver._FIRST_SECONDS", 0.2)
        patch.setattr("fakie.commands.check_receiver._LONGEST", 2.5)
        patch.setattr("fakie.harness.receiver_story.GIVEN_UP_AFTER", 0.5)
        code, said = check(capsys, f"{speech.url}/hook", "--json")
    found = json.loads(said)["findings"]
    assert code == 1
    assert found[0]["rule"] == "receiver.takes"
    assert "no whole answer within 0.5 s" in found[0]["got"]


def test_what_cannot_be_reached_or_loaded_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A closed port, no such module, no such name, no target at all: exit 2."""
    for target in ("http://127.0.0.1:9/", "no_such_module:app", "json:no_such_name", "neither"):
        with pytest.raises(SystemExit) as stopped:
            main(["check-receiver", target])
        err = capsys.readouterr().err
        assert (stopped.value.code, err.count("\n")) == (2, 1), err


def test_an_interim_answer_is_not_the_receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither at once nor on a slow network is the "wait" that comes before an answer taken for it."""
    monkeypatch.setattr("fakie.adapters.receiver_post._SLOW_SECONDS", 0)

    class Waiting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")

    with serving(HTTPServer(("127.0.0.1", 0), Waiting)) as url:
        for slowly in (False, True):
            assert post_to_url(Outgoing(f"{url}/hook", (), b"{}" * 9, 5.0), slowly=slowly).status == 204


UNLOADED = {
    "key": ("import os\nos.environ['NO_SUCH_HOOK_KEY']\n", "KeyError: 'NO_SUCH_HOOK_KEY' (unloaded_key.py:2)"),
    "syntax": ("def app(:\n", "SyntaxError: invalid syntax (unloaded_syntax.py, line 1)"),
    "exit": ("import sys\nsys.exit('no database')\n", "SystemExit: no database (unloaded_exit.py:2)"),
    "probe": ("def probe():\n    return 1 / 0\n", "ZeroDivisionError: division by zero (unloaded_probe.py:2)"),
    "list": ("probe = []\n", "expected a function without arguments; got []"),
}


@pytest.mark.parametrize("case", UNLOADED)
def test_what_fails_in_their_own_code_is_one_line(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place, and exit 2: a receiver that could not be judged has no findings."""
    text, said = UNLOADED[case]
    app = "def app(environ, start):\n    start('200 OK', [])\n    return []\n"
    name = write(f"unloaded_{case}", text + app)
    with pytest.raises(SystemExit) as stopped:
        main(["check-receiver", f"{name}:app", *(("--probe", f"{name}:probe") if "probe" in text else ())])
    err = capsys.readouterr().err
    assert (stopped.value.code, err.count("\n")) == (2, 1), err
    assert err.endswith(said + "\n")


@pytest.mark.parametrize(("path", "status"), [((), 404), (("--path", "/other"), 404), (("--path", "/static/a"), 405)])
def test_a_path_that_takes_no_callback_is_told_once(
    capsys: pytest.CaptureFixture[str], path: tuple[str, ...], status: int
) -> None:
    """Below findings that all say the same, with what says another; where callbacks are taken nothing is."""
    name = write("receiver_elsewhere", GOOD)
    for given, told in ((path, 1), (("--path", "/hook"), 0)):
        with pytest.raises(SystemExit) as stopped:
            main(["check-receiver", f"{name}:app", *given, "--webhook-key", "key"])
        err = capsys.readouterr().err
        assert (stopped.value.code, err.count("--path")) == (told, told), err
        assert (f"was answered HTTP {status}:" in err) is bool(told)


def test_the_reference_signature_is_the_pages() -> None:
    """The good receiver above verifies with nothing of fakie's, so a wrong formula would be found."""
    assert "fakie" not in GOOD
    digest = hmac.new(b"key", b"task.1", hashlib.sha256).digest()
    assert len(base64.b64encode(digest)) == 44
