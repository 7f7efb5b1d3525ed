"""`fakie exec`: a command of any language with a fake of its own."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CLIENT = """
import json, os, sys, time, urllib.request
def ask(path, body=None, key="KIE_API_KEY"):
    request = urllib.request.Request(os.environ["KIE_API_URL"] + path, body and json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + os.environ[key])
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
"""
BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://x.test/a.mp3"}}


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fakie", "exec", *options, "--", sys.executable, "-c", CLIENT + code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_finds_the_fake_in_its_environment() -> None:
    """It creates a task with the key it is given, and its output is its own."""
    done = run(f"print(json.dumps(ask('/jobs/createTask', {BODY!r})))")
    assert done.returncode == 0
    assert json.loads(done.stdout)["code"] == 200
    assert done.stderr == ""


@pytest.mark.parametrize("code", [0, 1, 7])
def test_the_exit_code_is_the_command_s(code: int) -> None:
    """A CI job fails exactly when its command does."""
    assert run(f"sys.exit({code})").returncode == code


def test_a_command_that_failed_is_told_with_the_journal() -> None:
    """What it asked, what it was answered, and why; what was advised, and where callbacks went that nobody took."""
    called = {**BODY, "callBackUrl": "https://hooks.test/kie"}
    code = f"""
lever = os.environ["KIE_BASE_URL"] + "/_fakie/clock"
ask("/jobs/createTask", {called!r})
ask("/jobs/createTask", {BODY | {"callbackUrl": "https://hooks.test/kie"}!r})
ask("/jobs/createTask", {{"model": "nope", "input": {{}}}})
urllib.request.urlopen(urllib.request.Request(lever, b'{{"advance": 60}}', {{"Content-Type": "application/json"}}))
sys.exit(3)
"""
    done = run(code)
    assert done.returncode == 3
    assert "to https://hooks.test/kie, callback_delivered: attempt 1: sent nowhere: " in done.stderr
    assert "advice: callbackUrl: the page of " in done.stderr
    assert "fakie: the last refused request: createTask number 3, answered HTTP 200 and code 422: " in done.stderr


def test_a_command_that_asked_nothing_is_told_where_the_fake_was() -> None:
    """A client with its host hard-coded is the usual reason."""
    assert "asked the fake for nothing; it listened at http://127.0.0.1:" in run("sys.exit(1)").stderr


def test_wrong_conduct_is_told_and_fails_when_asked_to() -> None:
    """A client that polls without a pause is found whatever its language."""
    created = f"task = ask('/jobs/createTask', {BODY!r})['data']['taskId']"
    hasty = f"{created}\nfor _ in range(4): ask('/jobs/recordInfo?taskId=' + task)"
    told = run(hasty)
    failed = run(hasty, "--conduct", "error")
    silent = run(hasty, "--conduct", "off")
    assert (told.returncode, failed.returncode, silent.returncode) == (0, 1, 0)
    assert "conduct: polled_too_fast" in told.stderr
    assert "instead: poll every 2 to 3 s" in told.stderr
    assert silent.stderr == ""


def test_own_variables_and_options_reach_the_fake() -> None:
    """A name of the user's own, and what an account starts with."""
    done = run("print(ask('/chat/credit', key='MY_KEY')['data'])", "--env", "MY_KEY=key", "--credits", "5")
    assert done.stdout.strip() in {"5", "5.0"}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--", "/no/such/program"], "cannot be run"),
        (["--env", "A=b", "--", "true"], "NAME=url"),
        (["--speed", "0", "--", "true"], "expected a finite number from 1e-06 on"),
        ([], "Missing argument"),
        (["--sped", "10", "--", "true"], "No such option '--sped'. Did you mean '--speed'?"),
        (["--port", "9", "true"], "No such option '--port'"),
        (["-x", "true"], "No such option '-x'"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], word: str) -> None:
    """The line says what would work."""
    command = [sys.executable, "-m", "fakie", "exec", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert word in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["--"], []], ids=["after dashes", "as it is"])
def test_the_options_of_the_command_are_its_own(words: list[str]) -> None:
    """Also those that fakie has not, and those that it has."""
    shown = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "--sped", "--speed", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "fakie", "exec", *words, *shown], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "['--sped', '--speed', '0']\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_command_too(number: signal.Signals, tmp_path: Path) -> None:
    """Nothing is left running, and the exit code says by what it ended."""
    started = tmp_path / "started"
    own = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    code = f"{own}open({str(started)!r}, 'w').close(); time.sleep(60)"
    command = [sys.executable, "-m", "fakie", "exec", "--", sys.executable, "-c", CLIENT + code]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        while not started.exists():
            time.sleep(0.02)
        child.send_signal(number)
        assert child.wait(20) == 128 + number
