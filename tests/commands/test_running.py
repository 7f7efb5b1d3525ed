"""The commands that talk to a running fake, over a real port."""

import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import requests
from click.testing import CliRunner, Result

from fakie import Fake, running
from fakie.cli import program
from fakie.core.service import Service
from fakie.harness.handles import TaskHandle
from support.clients.doors import CREATE, MODEL
from support.clients.doors import running as served
from support.servers.listening import free_port
from support.servers.program import Program
from support.servers.upstreams import http_answer, raw_upstream

Run = Callable[..., Result]


@pytest.fixture
def port() -> Iterator[Fake]:
    """A fake on a port of its own."""
    with running() as fake:
        yield fake


@pytest.fixture
def run(port: Fake) -> Run:
    """Run `fakie` against it."""
    return lambda *words: CliRunner().invoke(program, words, env={"FAKIE_URL": port.url})


def _task(fake: Fake) -> TaskHandle:
    headers = {"Authorization": f"Bearer {fake.key}"}
    body = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}}
    answer = requests.post(fake.url + CREATE, json=body, headers=headers, timeout=10)
    return fake.task(answer.json()["data"]["taskId"])


def test_tasks_are_held_finished_and_failed(run: Run, port: Fake) -> None:
    """Each command says the state that the task is in then, and the fake agrees."""
    held, finished, failed = (_task(port) for _ in range(3))
    states = [run(*words).output for words in (("hold", held.id), ("finish", finished.id))]
    states.append(run("fail", failed.id, "--code", "501", "--msg", "no").output)
    assert states == [f"{held.id} {held.state}\n", f"{finished.id} success\n", f"{failed.id} fail\n"]
    run("advance", "100000")
    assert [task.state for task in (held, finished, failed)] == [held.state, "success", "fail"]
    assert held.state in {"waiting", "queuing", "generating"}


def test_the_beginning_of_an_id_is_enough(run: Run, port: Fake) -> None:
    """As the page shows it, with its dots; one that several tasks have is refused with the last ids, and moves none."""
    tasks = [_task(port) for _ in range(17)]
    first = tasks[0]
    assert run("finish", f"{first.id[:12]}…").output == f"{first.id} success\n"
    [(several, count)] = Counter(task.id[0] for task in tasks).most_common(1)
    refused = str(run("fail", several).exception)
    assert f"{count} tasks begin with {several!r}" in refused
    assert re.findall(r"[0-9a-f]{32}", refused) == [task.id for task in tasks if task.id[0] == several][-5:]
    assert "no task has the id '' or begins with it" in str(run("fail", "").exception)
    assert [task.state for task in tasks[1:] if task.state in {"success", "fail"}] == []


def test_tasks_are_listed_by_account_and_state(run: Run, port: Fake) -> None:
    """A row for each, oldest first, and how many; none is none."""
    first, second = _task(port), _task(port)
    run("finish", second.id)
    listed = run("tasks").output
    assert listed.index(first.id) < listed.index(second.id)
    assert listed.endswith("2 tasks\n")
    assert run("tasks", "--state", "success").output.count(MODEL) == 1
    assert run("tasks", "--account", "another-key").output == "0 tasks\n"
    assert run("tasks", "--state", "succes").output == "0 tasks; the states that there are: success, waiting\n"


def test_the_last_requests_are_shown_without_a_key(run: Run, port: Fake) -> None:
    """One line each, with situation, code, model and task, and no more lines than were asked for."""
    task = _task(port)
    requests.get(f"{port.url}/api/v1/nothing", timeout=10)
    shown = run("tail").output
    created = re.escape(f"POST {CREATE} accepted 200")
    assert re.search(rf"^\d\d:\d\d:\d\d {created} account-\w+ [\d.]+ ms {MODEL} {task.id}$", shown, re.MULTILINE)
    assert port.key not in shown
    assert run("tail", "--lines", "1").output.count("\n") == 1


def test_what_comes_is_shown_as_it_comes(port: Fake) -> None:
    """With --follow each request once, until the program is stopped."""
    command = [sys.executable, "-m", "fakie", "tail", "--follow", "--url", port.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout
        ids = []
        for _ in range(3):
            ids.append(_task(port).id)
            assert process.stdout.readline().split()[-1] == ids[-1]
        process.terminate()
        assert process.stdout.read() == ""


def test_waiting_ends_once_a_fake_answers() -> None:
    """Also where nothing listened before; exit code 0."""
    free = free_port()
    command = [sys.executable, "-m", "fakie", "serve", "--port", str(free), "--log", "quiet"]
    started: list[subprocess.Popen[bytes]] = []
    later = threading.Timer(0.3, lambda: started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL)))
    later.start()
    try:
        waited = CliRunner().invoke(program, ["wait", "--url", f"http://127.0.0.1:{free}", "--timeout", "60"])
        assert (waited.exit_code, waited.output) == (0, f"http://127.0.0.1:{free} is ready\n")
    finally:
        later.join()
        for process in started:
            process.terminate()
            process.wait(timeout=20)


def test_the_url_to_wait_for_may_be_an_argument(port: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes before the variable; two of them, or none that is a URL, are refused with one line."""
    monkeypatch.setenv("FAKIE_URL", "http://127.0.0.1:1")
    waited = CliRunner().invoke(program, ["wait", port.url, "--timeout", "20"])
    assert (waited.exit_code, waited.output) == (0, f"{port.url} is ready\n")
    for words in ([port.url, "--url", port.url], ["nowhere"]):
        refused = subprocess.run(
            [sys.executable, "-m", "fakie", "wait", *words], capture_output=True, text=True, timeout=60, check=False
        )
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert "URL" in refused.stderr


def test_waiting_goes_on_while_a_fake_is_not_ready(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that answers, but is stopping or cannot write, is asked again, and told of when it stays so."""
    with served(service) as url:
        troubles = iter(["it is stopping", "it is stopping", None])
        monkeypatch.setattr(service.control.health, "trouble", lambda: next(troubles))
        waited = CliRunner().invoke(program, ["wait", url, "--timeout", "60"])
        assert (waited.exit_code, waited.output) == (0, f"{url} is ready\n")
        monkeypatch.setattr(service.control.health, "trouble", lambda: "it is stopping")
        stopping = CliRunner().invoke(program, ["wait", url, "--timeout", "0.2"])
    assert stopping.exit_code == 1
    assert "not ready after 0.2 s" in stopping.output
    assert "it is stopping" in stopping.output


def test_waiting_for_nobody_ends_in_time() -> None:
    """With exit code 1 and one line that says what was expected; so does a server that is no fake, at once."""
    nobody = CliRunner().invoke(program, ["wait", "--url", "http://127.0.0.1:1", "--timeout", "0.2"])
    assert nobody.exit_code == 1
    assert "fake" in nobody.output
    with raw_upstream(http_answer({"hello": "there"})) as (url, _):
        other = CliRunner().invoke(program, ["wait", "--url", url, "--timeout", "600"])
    assert other.exit_code == 1
    assert other.output == f"fakie: {url} answered HTTP 200 and no lever's JSON; expected a fake\n"


@pytest.mark.parametrize("words", [("tasks",), ("finish", "x"), ("advance", "1"), ("tail",), ("wait",)])
@pytest.mark.parametrize("data", [None, {"taskId": "x"}, [1], [{}]])
def test_a_server_that_takes_every_path_is_no_fake(words: tuple[str, ...], data: object) -> None:
    """A mock made by hand answers the levers as it answers createTask: one line that says what was expected."""
    with raw_upstream(http_answer({"code": 200, "msg": "success", "data": data})) as (url, _):
        refused = CliRunner().invoke(program, [*words, "--url", url])
    [line] = f"{refused.output}{refused.exception if words != ('wait',) else ''}".splitlines()
    assert refused.exit_code != 0
    assert f"{url} answered what no fake does" in line


@pytest.mark.parametrize("words", [("tasks",), ("finish", "x"), ("advance", "1"), ("tail",), ("wait",)])
@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/jobs"])
def test_the_apis_address_in_place_of_the_fakes_is_told_of(port: Fake, words: tuple[str, ...], path: str) -> None:
    """Such as that of KIE_API_URL, which is beside it in the environment; the line has the one that works."""
    refused = CliRunner().invoke(program, [*words, "--url", port.url + path])
    assert refused.exit_code != 0
    assert f"has no levers; expected a fake's address alone: {port.url}" in f"{refused.output}{refused.exception}"


def test_https_to_a_fake_without_it_is_told_of(port: Fake) -> None:
    """What TLS says of that, a wrong version number, helps nobody."""
    refused = CliRunner().invoke(program, ["tasks", "--url", port.url.replace("http:", "https:")])
    assert "speaks no TLS: http:// may be meant" in str(refused.exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("finish", "nope"), "nope"),
        (("finish", "../clock"), "clock"),
        (("tail", "--lines", "0"), "expected"),
        (("advance", "--", "-1"), "-1"),
        (("advance", "nan"), "nan"),
        (("fail", "x", "--url", "nowhere"), "expected"),
        (("tasks", "--url", "http://127.0.0.1:1"), "nothing listens"),
    ],
)
def test_what_cannot_be_done_is_one_line(port: Fake, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, the reason, and nothing else."""
    task = _task(port)
    environment = {"FAKIE_URL": port.url, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "fakie", *words], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert task.state not in {"success", "fail"}


def test_a_fake_with_a_token_asks_for_it() -> None:
    """Without it one line says so; from the environment or a file it is enough, and is never shown."""
    with Program("--admin-token", "s3cret-token") as fake:
        refused = CliRunner().invoke(program, ["tasks", "--url", fake.url], env={"FAKIE_ADMIN_TOKEN": "wrong-token"})
        taken = CliRunner().invoke(program, ["tasks", "--url", fake.url], env={"FAKIE_ADMIN_TOKEN": "s3cret-token"})
    assert refused.exception is not None
    assert "wrong-token" not in str(refused.exception)
    assert taken.output == "0 tasks\n"
