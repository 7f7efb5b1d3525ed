"""`fakie test` and `pytest --pyargs fakie_contract`: exit codes, reports, targets that are none, hostile projects."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest

import fakie_schemas
from fakie_schemas.validator import contract_validator
from support.mutants.edits import CREATE, on_answer, rename
from support.pages import synthetic
from support.servers.broken import Mutant, running
from support.servers.listening import listening

SCHEMA = fakie_schemas.format_schema("report")
JSON = {"Content-Type": "application/json"}
FEW = "code-4 or life or callback::success"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FAKIE_"))}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**kept, **environment})


def judge(*arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], Any]:
    """Run `fakie test` with a report; gives what it printed, and the report, which must be of the published form."""
    done = run("-m", "fakie", "test", "--report", "out/report.json", *arguments, **environment)
    report = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    contract_validator(SCHEMA).validate(report)
    return done, report


@contextmanager
def answering(status: int, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
    """Serve the same answer to every request."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the base's name

        def log_message(self, format: str, *args: object) -> None:
            return

    with listening(Same) as url:
        yield url


def test_the_fake_holds_over_two_processes() -> None:
    """Exit code 0; every case held; all documented codes verified, in the table and in the report."""
    done, report = judge("-n", "2", "--junit", "out/junit.xml")
    assert done.returncode == 0, done.stdout
    assert report["verdict"] == "holds"
    assert report["counts"]["held"] == len(report["results"]) > 100
    assert {line["code"] for line in report["codes"] if line["verified"]} >= {200, 401, 402, 404, 422, 429, 455, 500}
    assert "verified" in done.stdout
    count = len(report["results"])
    assert f"{count} of {count} cases, " in done.stdout
    assert "[100%]" not in done.stdout
    suite = ElementTree.parse("out/junit.xml").getroot()[0]
    assert suite.get("tests") == str(len(report["results"]))


def test_findings_are_shown_with_a_curl_line_and_end_with_1(tmp_path: Path) -> None:
    """A broken fake over its URL: exit code 1, findings in the output and the report, and no key anywhere."""
    broken = Mutant("message for msg", handle=on_answer(CREATE, rename("msg", "message")))
    with running(broken, tmp_path) as url:
        done, report = judge("--target", url, "-k", "code-422", FAKIE_API_KEY="the-key")
    assert done.returncode == 1, done.stdout
    [finding, *_] = [finding for result in report["results"] for finding in result["findings"]]
    assert finding["place"] == "/body/msg"
    assert "Bearer $FAKIE_API_KEY" in finding["curl"]
    assert finding["curl"] in done.stdout.replace("\n            ", "\n") or "curl -sS" in done.stdout
    assert "the-key" not in done.stdout + json.dumps(report)


def test_a_target_without_levers_is_judged_as_far_as_it_can_be(tmp_path: Path) -> None:
    """What needs levers is reported as not provokable, with the reason, and never as passed."""
    with running(Mutant("none"), tmp_path) as url, without_levers(url) as plain:
        done, report = judge("--target", plain, "--junit", "out/junit.xml", "--wait", "1", "-k", "code-455 or code-401")
    assert done.returncode == 0, done.stdout
    endings = {result["case"].partition("::")[2]: result["ending"] for result in report["results"]}
    assert endings["code-455::by-order"] == "not_provokable"
    assert endings["code-401::by-nature"] == "held"
    [line] = [line for line in report["codes"] if line["code"] == 455]
    assert (line["verified"], line["why"].startswith("not provokable")) == (False, True)
    assert "not provokable" in Path("out/junit.xml").read_text(encoding="utf-8")
    assert "not provokable" in done.stdout


def pull(url: str, method: str = "POST", **body: object) -> Any:
    with urlopen(Request(url, json.dumps(body).encode(), JSON, method=method), timeout=5) as answer:
        told = json.load(answer)
    assert told["code"] == 200, told
    return told["data"]


def test_orders_that_waited_at_the_target_are_told(tmp_path: Path) -> None:
    """What meets them differs, though the fake is right; of those for one account nothing is said."""
    with running(Mutant("none"), tmp_path) as url:
        pull(f"{url}/_fakie/faults", code=402)
        pull(f"{url}/_fakie/plans", outcome="fail")
        first = run("-m", "fakie", "test", "--target", url, "-k", "code-401")
        for kind in ("faults", "plans"):
            pull(f"{url}/_fakie/{kind}", "DELETE")
        account = pull(f"{url}/_fakie/accounts", key="theirs")["account"]
        pull(f"{url}/_fakie/faults", code=402, account=account, times=None)
        second = run("-m", "fakie", "test", "--target", url, "-k", "code-401")
    assert "may differ: 1 at /_fakie/faults, 1 at /_fakie/plans;" in first.stdout
    assert second.returncode == 0
    assert "orders waited" not in second.stdout


@contextmanager
def without_levers(url: str) -> Iterator[str]:
    """Put a door without levers before a fake."""
    import urllib3

    pool = urllib3.PoolManager(retries=False)

    class Pass(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = "/nothing" if self.path.startswith("/_fakie") else self.path
            sent = {name: value for name, value in self.headers.items() if name in {"Authorization", "Content-Type"}}
            sent["Authorization"] = "Bearer the-key" if "Authorization" in sent else ""
            answer = pool.request(self.command, url + path, body=body, headers=sent, redirect=False)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        do_POST = do_GET  # noqa: N815 - the base's name

        def log_message(self, format: str, *args: object) -> None:
            return

    try:
        with listening(Pass) as plain:
            yield plain
    finally:
        pool.clear()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://127.0.0.1:1", "nothing listens there"),
        ("nowhere", "expected one such as http://"),
        ("http://127.0.0.1:8080/api/v1", "without path"),
        ("https://kie.test", "FAKIE_API_KEY"),
    ],
)
def test_what_is_no_target_ends_with_2_and_one_line(target: str, words: str) -> None:
    """Nothing is sent; the line says what would work; the report is written all the same."""
    done, report = judge("--target", target)
    assert done.returncode == 2
    assert report["verdict"] == "could_not_run"
    assert words in report["reason"]
    assert words in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (200, {"Content-Type": "text/html"}, b"<html></html>", "no JSON"),
        (200, {"Content-Type": "text/plain"}, b"OK", "no JSON"),
        (200, {"Content-Type": "application/json"}, b"[]", "expected JSON objects"),
        (302, {"Location": "https://kie.test/login"}, b"", "redirects (HTTP 302) to https://kie.test/login"),
    ],
)
def test_what_is_not_the_api_ends_with_2(status: int, headers: dict[str, str], body: bytes, words: str) -> None:
    """HTML, text, lists and redirects are named as what they are."""
    with answering(status, headers, body) as url:
        done, report = judge("--target", url)
    assert done.returncode == 2
    assert words in report["reason"]


def test_what_speaks_no_http_ends_with_2() -> None:
    """A port with another protocol behind it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_greet, args=(server,))
        thread.start()
        done, report = judge("--target", f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert done.returncode == 2
    assert "no HTTP answer" in report["reason"]


def _greet(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-Example\r\n")


def test_models_of_ones_own_are_judged(tmp_path: Path) -> None:
    """A folder of revisions: the fake serves them and the suite judges by them."""
    folder = synthetic.write(tmp_path / "own")
    done, report = judge("--schemas", str(folder), "-k", "fakie/everything and (prompt or code-200)")
    assert done.returncode == 0, done.stdout
    assert {result["model"] for result in report["results"]} == {synthetic.MODEL}


def test_a_revision_of_ones_own_that_cannot_be_used_ends_the_run(tmp_path: Path) -> None:
    """The shipped revision of its model would be judged in its place, and held."""
    (tmp_path / "z-image").mkdir()
    (tmp_path / "z-image" / "2026-12.revision.json").write_text("{")
    done, report = judge("--schemas", str(tmp_path))
    assert done.returncode == 2
    assert "z-image/2026-12.revision.json cannot be: " in report["reason"]


def test_a_wrong_setting_is_one_line() -> None:
    """An unknown model names near ones."""
    done, report = judge("--model", "elevenlabs/audio-isolatio")
    assert done.returncode == 2
    assert "elevenlabs/audio-isolation" in report["reason"]


def test_a_hostile_project_cannot_break_the_suite(tmp_path: Path) -> None:
    """Warnings as errors, strict settings, other names for tests, own plugins and folders named like ours."""
    for name in ("mock_server", "schemas", "fixtures", "tests", "contract_tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('the wrong one')\n")
    (tmp_path / "conftest.py").write_text(
        "import pytest\n@pytest.fixture(autouse=True)\ndef broken():\n    raise RuntimeError('theirs')\n"
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers --strict-config -W error --import-mode=importlib -p no:cacheprovider\n"
        "python_files = check_*.py\npython_functions = check_*\ntestpaths = tests\nfilterwarnings = error\n"
        "xfail_strict = true\n"
    )
    # Without pytest-asyncio, which itself warns wherever it has not been set up.
    done = run("-m", "pytest", "--pyargs", "fakie_contract", "-p", "no:asyncio", "-k", FEW, PYTHONWARNINGS="error")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings" in done.stdout
    done, report = judge("-k", FEW, PYTHONWARNINGS="error", PYTEST_ADDOPTS="--no-such-option")
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["counts"]["held"] > 10


def test_tests_beside_a_suite_that_has_nothing_to_judge_fail_the_run(tmp_path: Path) -> None:
    """Their exit code stands; it is the suite alone that ends with 0."""
    (tmp_path / "test_theirs.py").write_text("def test_theirs():\n    assert False\n")
    chosen = ("--pyargs", "fakie_contract", str(tmp_path), "--fakie-changed-since", "2099-01")
    done = run("-m", "pytest", "-p", "no:cacheprovider", *chosen)
    assert "nothing to judge" in done.stdout
    assert done.returncode == 1, done.stdout


def test_what_passed_is_not_looked_through_for_each_that_failed(tmp_path: Path) -> None:
    """Pytest's summary has no beginnings and ends of cases to compare with: thousands of findings took minutes."""
    (tmp_path / "counting.py").write_text(
        "def pytest_terminal_summary(terminalreporter):\n"
        "    kept = {name: len(found) for name, found in terminalreporter.stats.items()}\n"
        "    terminalreporter.write_line(f'kept: {kept}')\n"
    )
    arguments = ("--pyargs", "fakie_contract", "-p", "counting", "-k", "code-401")
    done = run("-m", "pytest", *arguments, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept: {'deselected': " in done.stdout
    assert "'passed': 2}" in done.stdout


def test_the_plugin_is_quiet_where_nobody_asks_for_it(tmp_path: Path) -> None:
    """In a run of other tests nothing is started, and nothing heavy is imported."""
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\ndef test_theirs():\n"
        "    assert not {'jsonschema', 'fakie_contract.run.plugin'} & set(sys.modules)\n"
    )
    # pook brings in jsonschema by itself.
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:pook", "test_theirs.py")
    assert done.returncode == 0, done.stdout
    assert "fakie contract" not in done.stdout


def test_cases_are_not_chosen_by_a_file() -> None:
    """A choice that begins with @ is refused as it stands; what a file of that name holds is no option of ours."""
    Path("wanted").write_text("--collect-only\n", encoding="utf-8")
    done = run("-m", "fakie", "test", "-k", "@wanted")
    assert done.returncode != 0
    assert "@wanted: at column 1" in done.stderr


def test_words_that_pytest_cannot_use_end_a_run_without_a_table() -> None:
    """No case was tried, so that codes have nothing to tell: the reason is seen at once."""
    done = run("-m", "fakie", "test", "-k", "callback and")
    assert done.returncode == 2
    assert "Wrong expression passed to '-k'" in done.stderr
    assert "stopped before the end: pytest cannot use an option, such as the words of -k" in done.stdout
    assert "documented" not in done.stdout


def test_an_interrupt_before_the_run_begins_is_one_line() -> None:
    """Pytest ends a session in order, and what it reads before one with a trace."""
    Path("sitecustomize.py").write_text(
        "import sys\n\nclass Interrupting:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pytest':\n            raise KeyboardInterrupt\n"
        "\nsys.meta_path.insert(0, Interrupting())\n",
        encoding="utf-8",
    )
    done = run("-m", "fakie_contract.run", PYTHONPATH=str(Path.cwd()))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fakie: interrupted; the run had not begun, or was over\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_an_interrupt_while_the_suites_interpreter_starts_is_one_line() -> None:
    """It waits until Python can hear it; exit code 1 would say that there are findings."""
    Path("sitecustomize.py").write_text(
        "import os, signal, sys\nif 'fakie_contract.run' in sys.orig_argv:\n    os.kill(os.getpid(), signal.SIGINT)\n",
        encoding="utf-8",
    )
    done = run("-m", "fakie", "test", "-k", "code-401", PYTHONPATH=os.pathsep.join([str(Path.cwd()), *sys.path]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fakie: interrupted; the run had not begun, or was over\n"
