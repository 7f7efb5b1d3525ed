"""`fakie serve` as a program: it starts, tells where, logs without keys, and calls back."""

import http.client
import http.server
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakie.core.running.callbacks import signature
from fakie_fixtures import sample_pages
from fakie_schemas.compiler import derive, write
from support.clients.doors import CREATE, CREDIT, MODEL, RECORD
from support.servers.listening import listening
from support.servers.program import Start


def test_the_pages_own_example_is_accepted_and_logged_without_its_key(start: Start) -> None:
    """The ready line names URL, model and profile; the example gives 200; the log has a line and no key."""
    program = start()
    assert MODEL in program.line
    assert "documented" in program.line
    hook = "https://your-domain.com/api/callback"
    assert program.create(callBackUrl=hook)["code"] == 200
    assert program.ask("GET", CREDIT)["data"] == 999.0
    code, log = program.stop()
    assert code == 0
    line = rf"\d\d:\d\d:\d\d POST {CREATE} accepted 200 account-\w+ [\d.]+ ms {MODEL} [0-9a-f]{{32}}"
    # What the model's latest page says against the example of the one before.
    assert re.search(rf"{line}; input\.audio_url: required; .+\n", log)
    assert "key-1" not in log


def test_a_folder_of_revisions_is_served_and_its_broken_file_logged(start: Start, tmp_path: Path) -> None:
    """--schemas adds a model, --docs latest takes the newer page, and the log names the file that was left out."""
    write(derive(sample_pages("old") / "voice-cleaner.md", date="2026-01"), tmp_path)
    broken = tmp_path / "acme" / "voice-cleaner" / "2026-02.revision.json"
    broken.write_text("{")
    program = start("--schemas", str(tmp_path), "--docs", "latest")
    assert "and 137 more, latest docs" in program.line
    body = {"model": "acme/voice-cleaner", "input": {"audio_url": "https://acme.test/speech.mp3"}}
    assert program.ask("POST", CREATE, body)["code"] == 200
    assert "input.audio_url is required" in program.create()["msg"]
    assert [one["file"] for one in program.ask("GET", "/_fakie/")["data"]["broken"]] == [str(broken)]
    # Told in its own time: who is stopped before has not told it.
    assert any(f"left out: {broken}: " in line for line in program.process.stderr)


def test_no_thread_reads_revisions_when_the_interpreter_ends(tmp_path: Path) -> None:
    """A signal leaves the rest of a large folder unread; the end waits for the one file in work alone."""
    write(derive(sample_pages("old") / "voice-cleaner.md", date="2026-01"), tmp_path)
    for number in range(200):
        shutil.copytree(tmp_path / "acme" / "voice-cleaner", tmp_path / "acme" / f"cleaner-{number}")
    script = (
        "import atexit, sys, time; from fakie.cli import main; from fakie_schemas.catalog import revision_folder\n"
        "read = []\n"
        "revision_folder.revision_problem = lambda *_: read.append(print('reads', flush=True)) or time.sleep(0.5)\n"
        "atexit.register(lambda: print(len(read) < 200, [len(read), time.sleep(1)][0] == len(read)))\n"
        "main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, "serve", "--port", "0", "--schemas", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)][1] == "reads\n"
        process.terminate()
        told, _ = process.communicate(timeout=60)
    assert (process.returncode, told.splitlines()[-1]) == (0, "True True")


def test_options_shape_the_fake(start: Start) -> None:
    """Keys, credits, rate, mirrored status, disabled model, seed, public URL and token all take effect."""
    program = start(
        *("--key", "key-1", "--key", "key-2", "--credits", "2", "--rate-limit", "1/1s", "--seed", "1"),
        *("--public-url", "http://public.test/", "--admin-token", "tok", "--speed", "1000"),
    )
    assert program.ask("GET", CREDIT, key="nobody")["code"] == 401
    task = program.create()["data"]["taskId"]
    assert program.create()["code"] == 429
    assert program.ask("GET", CREDIT)["data"] == 1.0
    deadline = time.monotonic() + 60
    while (data := program.ask("GET", f"{RECORD}?taskId={task}")["data"])["state"] != "success":
        assert time.monotonic() < deadline
    assert json.loads(data["resultJson"])["resultUrls"] == [f"http://public.test/results/{task}.mp3"]
    assert program.ask("GET", "/_fakie/")["code"] == 403
    assert program.ask("GET", "/_fakie/", key="tok")["code"] == 200
    again = start("--seed", "1", "--disable", MODEL, "--http-status", "mirror")
    assert again.create()["code"] == 505
    assert start("--seed", "1").create()["data"]["taskId"] == task
    assert start("--maintenance").create()["code"] == 455
    listed = start("--prices", "listed", "--credits", "5")
    assert listed.create()["code"] == 200
    assert listed.ask("GET", CREDIT)["data"] == 3.0


def test_on_another_address_the_levers_need_a_token_which_is_made_and_told_once(start: Start) -> None:
    """The warning says what is open and holds the token; a token of one's own is not repeated, a key file is read."""
    program = start("--host", "0.0.0.0")
    warning = program.read_line()
    assert warning.startswith("warning: it listens on 0.0.0.0")
    token = warning.split()[-1]
    assert program.read_line().startswith(f"warning: results lead to {program.url}, which is this machine alone")
    assert program.ask("GET", "/_fakie/")["code"] == 403
    assert program.ask("GET", "/_fakie/", key=token)["code"] == 200
    Path("token").write_text("file-token\n")
    own = start("--host", "0.0.0.0", "--admin-token", "@token", "--public-url", "http://fake.test:80")
    assert "file-token" not in own.read_line()
    assert own.ask("GET", "/_fakie/", key="file-token")["code"] == 200
    own.process.terminate()
    assert own.process.stdout.read() == ""


def test_a_signed_callback_arrives_and_agrees_with_the_poll(start: Start) -> None:
    """Created over a socket, finished by time, called back to a real listener, signed, equal to recordInfo."""
    with receiving() as (hook, received):
        program = start("--speed", "50", "--webhook-key", "hook-key")
        task = program.create(callBackUrl=hook)["data"]["taskId"]
        headers, body = received()
        record = program.ask("GET", f"{RECORD}?taskId={task}")["data"]
        assert body["code"] == 200
        for name in ("taskId", "model", "state", "param", "resultJson"):
            assert body["data"][name] == record[name]
        expected = signature(task, int(headers["X-Webhook-Timestamp"]), "hook-key")
        assert headers["X-Webhook-Signature"] == expected
        deadline = time.monotonic() + 60
        while not (found := program.ask("GET", "/_fakie/journal?situation=callback_delivered")["data"]):
            assert time.monotonic() < deadline
        assert [entry["task_id"] for entry in found] == [task]


def test_a_dead_receiver_is_journalled_and_holds_nothing_up(start: Start) -> None:
    """A callback nobody takes is retried in the background; the fake answers and stops as ever."""
    program = start("--speed", "1000")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        program.create(callBackUrl=f"http://127.0.0.1:{unused.getsockname()[1]}/")
        deadline = time.monotonic() + 60
        while not (failed := program.ask("GET", "/_fakie/journal?situation=callback_failed")["data"]):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert "attempt 1" in failed[0]["reason"]
    assert program.stop()[0] == 0


@contextmanager
def receiving() -> Iterator[tuple[str, Callable[[], tuple[Any, Any]]]]:
    """Run a webhook receiver on a free port: gives its URL and a function that waits for one callback."""
    received: list[tuple[Any, Any]] = []
    arrived = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append((dict(self.headers), body))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *_: object) -> None:
            return

    def wait() -> tuple[Any, Any]:
        assert arrived.wait(10)
        return received[0]

    with listening(Handler) as url:
        yield f"{url}/hook", wait


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fakie", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--port", "eighty"], "eighty"),
        (["serve", "--disable", "no/model", "--port", "0"], MODEL),
        (["serve", "--rate-limit", "many"], "20/10s"),
        (["serve", "--rate-limit", "0/1s"], "20/10s"),
        (["serve", "--rate-limit", "5/0s"], "20/10s"),
        (["serve", "--speed", "0"], "speed"),
        (["serve", "--account", "a=credit:0"], "did you mean 'credits'?"),
        (["serve", "--account", "a=fault:rate_limit", "--port", "0"], "did you mean 'rate_limited'?"),
        (["serve", "--account", "a=cap:1", "--account", "a=credits:1", "--port", "0"], "the same key"),
        (["serve", "--way", "credits_insuficient=2"], "did you mean 'credits_insufficient'?"),
        (["serve", "--way", "credits_insufficient=0"], "N from 1 on"),
        (["serve", "--way", "credits_insufficient=2", "--port", "0"], "the profile documented knows 1"),
        (["serve", "--limits", "some"], "creates or catalogue"),
        (["serve", "--credits", "-1"], "credits"),
        (["serve", "--profile", "dreamt", "--port", "0"], "documented"),
        (["serve", "--http-status", "maybe"], "mirror"),
        (["serve", "--host", "no.such.host.invalid", "--port", "0"], "no.such.host.invalid"),
        (["serve", "--host", "localhost:8080"], "--port has the port; got 'localhost:8080'"),
        (["serve", "--host", "http://127.0.0.1"], "expected an address or a name alone"),
        (["serve", "--host", "[::1]:8080"], "expected an address or a name alone"),
        (["serve", "--public-url", "somewhere", "--port", "0"], "somewhere"),
        (["serve", "--public-url", "http://fake.test/?a=b", "--port", "0"], "it holds a query or a fragment"),
        (["serve", "--public-url", "http://fake.test/#a", "--port", "0"], "it holds a query or a fragment"),
        (["serve", "--credits", "nan"], "finite"),
        (["serve", "--credits", "1e300"], "up to 1e+12"),
        (["exec", "--credits", "1000000000001", "true"], "up to 1e+12"),
        (["serve", "--speed", "inf"], "finite"),
        (["serve", "--speed", "1e-308"], "from 1e-06 on"),
        (["serve", "--key", "two words", "--port", "0"], "spaces"),
        (["serve", "--schemas", "nowhere", "--port", "0"], "nowhere is not a folder of revisions"),
        (["serve", "--docs", "newest"], "newest"),
        (["serve", "--admin-token", ""], "empty"),
        (["serve", "--webhook-key", ""], "empty"),
        (["serve", "--key", "@no-such-file"], "@FILE"),
        (["serve", "--admin-token", "@/"], "@FILE"),
        (["serve", "--admin-token", "@/dev/zero"], "@FILE"),
        (["serve", "--allow-host", "fakie.test:80"], "without a port"),
        (["serve", "--allow-host", "*.test"], "without a port"),
        (["serve", "--allow-host", "http://fakie.test"], "'--allow-host': expected a host alone"),
        (["serve", "--allow-host", "user@fakie.test"], "'--allow-host': expected a host alone"),
        (["serve", "--callback-allow", "http://files.test"], "or a pattern of them alone"),
        (["serve", "--callback-allow", "files.test:80"], "or a pattern of them alone"),
        (["serve", "--callback-allow", "10.0.0.0/24"], "such as *.example.com or 10.1.2.*"),
        (["serve", "--callback-allow", "a.test b.test"], "or a pattern of them alone"),
        (["serve", "--callback-allow", ""], "or a pattern of them alone"),
        (["serve", "--cors-origin", "*"], "http://10.0.0.5:3000"),
        (["serve", "--cors-origin", "https://app.example/"], "http://10.0.0.5:3000"),
        (["serve", "--cors-origin", "app.example"], "http://10.0.0.5:3000"),
        (["serve", "--host", "", "--port", "0"], "cannot listen"),
        (["serve", "--store", "amqp://localhost"], "redis://HOST:PORT"),
        (["serve", "--store", "redis://"], "redis://HOST:PORT"),
        (["serve", "--store", "redis://h:port"], "redis://HOST:PORT"),
        (["serve", "--store", "redis://127.0.0.1:1/staging"], "a DATABASE is a number"),
        (["serve", "--store", "redis://127.0.0.1:1/1/2"], "a DATABASE is a number"),
        (["serve", "--store", "redis://127.0.0.1:1/1#two"], "a DATABASE is a number"),
        (["serve", "--store", "@no-such-file"], "@FILE"),
        (["serve", "--store", "redis://h?fake=a b"], "?fake=NAME"),
        (["serve", "--store", "redis://h?db=1"], "?fake=NAME"),
        (["serve", "--store", "redis://127.0.0.1:1", "--port", "0"], "redis://127.0.0.1:1 cannot be used"),
        (["serve", "--store", "redis://h", "--state", "a.state", "--port", "0"], "leave one out"),
        (["serve", "--store", "redis://h", "--seed", "1", "--port", "0"], "--store has them already"),
        (["serve", "--workers", "0"], "workers"),
        (["serve", "--workers", "1000"], "64"),
        (["serve", "--nonsense"], "nonsense"),
        (["nonsense"], "nonsense"),
        (["serv"], "did you mean 'serve'?"),
        (["serve", "--replay-miss", "refuse", "--port", "0"], "needs --replay DIR"),
        (["serve", "--replay", ".", "--port", "0"], "expected *.json as `fakie record --out` writes them"),
        (["tasks", "--account", "\udcff"], "expected text in UTF-8"),
        (["tail", "--admin-token", "\udcff"], "expected text in UTF-8"),
        *(
            ([*call, "x" * 300], "no name in one can be so long here")
            for call in (
                *(["serve", "--schemas"], ["serve", "--replay"], ["serve", "--tls"], ["openapi", "--schemas"]),
                *(
                    ["derive", "page.md", "--formats"],
                    ["test", "--dry-run", "--html"],
                    ["test", "--dry-run", "--report"],
                ),
            )
        ),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], word: str) -> None:
    """The line says what came or what would work; no trace, nothing on stdout."""
    done = run(*arguments)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert word in done.stderr


def test_a_port_in_use_is_one_line_and_exit_2() -> None:
    """The line names the address and what would work."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "in use" in done.stderr


def test_without_a_command_the_help_is_shown() -> None:
    """The commands are listed."""
    done = run()
    assert "serve" in done.stdout + done.stderr
    assert run("--version").stdout.startswith("fakie ")
    assert run("serve", "--help").returncode == 0


@pytest.mark.parametrize(
    ("options", "why"), [((), "memory is one process's"), (("--state", "a.state"), "a state file is one process's")]
)
def test_one_worker_serves_where_there_is_no_store_to_share(start: Start, options: tuple[str, ...], why: str) -> None:
    """It says why, and what would do; it serves all the same."""
    program = start("--workers", "2", *options)
    assert (
        program.read_line()
        == f"warning: one worker instead of 2, for {why}; with --store redis://HOST they would be one fake\n"
    )
    assert program.create()["code"] == 200


def test_serve_writes_no_file(start: Start, tmp_path: Path) -> None:
    """Nothing is left in the folder it was started in."""
    start().stop()
    assert list(tmp_path.iterdir()) == []


def test_the_log_is_lines_of_json_when_asked(start: Start) -> None:
    """One object for each request, with the journal's names, and no key; `quiet` has no line of a request."""
    program = start("--log", "json")
    made = program.create()["data"]["taskId"]
    program.ask("GET", "/api/v1/%7f%0a")
    lines = [json.loads(line) for line in program.stop()[1].splitlines()]
    created = next(line for line in lines if line["path"] == CREATE)
    assert (created["situation"], created["code"], created["model"]) == ("accepted", 200, MODEL)
    assert created["task_id"] == made
    assert "key-1" not in json.dumps(lines)
    quiet = start("--log", "quiet")
    quiet.create()
    assert quiet.stop() == (0, "")
