"""The pytest plugin, in projects of its own."""

import subprocess
import sys

import pytest

from support.clients.plugin_project import CLIENT, run


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    """Flask, responses, requests, jsonschema and the server come in only when a fixture asks."""
    script = (
        "import sys, fakie.pytest_plugin\n"
        "heavy = {'flask', 'werkzeug', 'responses', 'requests', 'jsonschema', 'httptools', 'urllib3', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# What passes, by the file that it stands in.
PASSING = {
    "test_five_lines": """
        # Unchanged code talks to the fake in process, on a port, and by environment.
        from client import generate

        def test_in_process(fakie):
            fakie.plan_next(seconds=590)
            assert generate() == fakie.tasks[0].id

        def test_on_a_port(fakie_env, monkeypatch):
            import client, os
            monkeypatch.setattr(client, "BASE", os.environ["KIE_BASE_URL"])
            assert client.BASE.startswith("http://127.0.0.1:")
            assert generate() == fakie_env.tasks[0].id
            assert len(fakie_env.tasks) == 1
    """,
    "test_one_state": """
        # What is created in process is seen through the port of the same test, and not by the next test.
        import requests

        RECORD = "/api/v1/jobs/recordInfo?taskId="

        def test_both(fakie, fakie_server):
            from client import generate
            task = generate()
            headers = {"Authorization": f"Bearer {fakie_server.key}"}
            answer = requests.get(fakie_server.url + RECORD + task, headers=headers, timeout=5).json()
            assert answer["data"]["state"] == "success"
            assert fakie is fakie_server

        def test_next(fakie_server):
            assert fakie_server.tasks == [] and len(fakie_server.journal) == 0
    """,
    "test_hosts": """
        # The ini `fakie_hosts` adds base URLs to the vendor's hosts.
        import requests
        from client import generate

        def test_host(fakie):
            answer = requests.get("https://gateway.test/kie/x", timeout=5).json()
            assert answer["code"] == 404
            assert generate()
    """,
    "test_port": """
        # By name in the test or another fixture, before or after the fake, the URL is a port, and results lie there.
        import json, time, urllib.request
        import pytest, requests
        from client import generate

        RECORD = "https://api.kie.ai/api/v1/jobs/recordInfo"

        def check(fake):
            assert fake.url.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(fake.url + "/_fakie/health", timeout=3) as answer:
                assert answer.status == 200
            task = generate()
            asked = {"params": {"taskId": task}, "headers": {"Authorization": "Bearer k"}, "timeout": 3}
            record = requests.get(RECORD, **asked).json()["data"]
            [url] = json.loads(record["resultJson"])["resultUrls"]
            assert url.startswith(fake.url) and requests.get(url, timeout=3).content

        @pytest.fixture
        def late(request):
            return request.getfixturevalue("fakie_server")

        @pytest.fixture
        def env(request):
            return request.getfixturevalue("fakie_env")

        def test_alone(request):
            check(request.getfixturevalue("fakie_server"))

        def test_after_the_fake(fakie, request):
            time.sleep(60)
            before = time.time()
            check(request.getfixturevalue("fakie_server"))
            assert time.time() >= before

        def test_by_another_fixture(fakie, late):
            assert fakie is late
            check(late)

        def test_by_environment(fakie, env, monkeypatch):
            monkeypatch.delenv("KIE_BASE_URL")
            check(env)

        def test_without(fakie):
            assert fakie.url == "http://fakie.invalid"
    """,
    "test_processes": """
        # With fakie_env a child process calls the port; one that names the real host is not started.
        import subprocess, sys
        import pytest

        CHILD = "from client import generate, BASE; print(BASE); generate()"

        @pytest.mark.fakie(speed=1000, fast_forward=False)
        def test_child(fakie_env):
            done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=60)
            assert done.stdout.startswith("http://127.0.0.1:"), done.stderr
            assert len(fakie_env.tasks) == 1

        def test_refused(fakie):
            with pytest.raises(OSError, match="names 'api.kie.ai'.*fakie_env"):
                subprocess.run([sys.executable, "-c", "", "--base", "https://api.kie.ai"])

        @pytest.mark.parametrize("url", ["https://api.kie.ai"])
        def test_the_tests_own_name_does_not_count(fakie, url):
            subprocess.run([sys.executable, "-c", ""], check=True)

        def test_outside(monkeypatch):
            monkeypatch.setenv("KIE_BASE_URL", "https://api.kie.ai")
            subprocess.run([sys.executable, "-c", ""], check=True)
    """,
    "test_durations": """
        # An hour skipped is not an hour reported, and the next test sleeps for real.
        import time
        from client import generate

        def test_hour(fakie):
            time.sleep(3600)

        def test_after():
            before = time.perf_counter()
            time.sleep(0.02)
            assert 0.02 <= time.perf_counter() - before < 5
    """,
}
# What is told of: calls that were refused, and errors of a test's end.
TOLD = {
    "test_refused": """
        # Code that swallows the error does not hide it: the summary names test, host and library.
        import requests

        def test_swallowed(fakie):
            try:
                requests.get("https://tempfile.aiquickdraw.com/a.mp3", timeout=5)
            except requests.RequestException:
                pass

        def test_none(fakie):
            pass
    """,
    "test_unmet": """
        # Ordering an error that the code never runs into is a mistake of the test.
        def test_unused(fakie):
            fakie.fail_next("maintenance")
    """,
    "test_bug": """
        # A bug behind the port is not only a 500: the test that met it errors with the cause.
        import requests

        def test_bug(fakie_server, monkeypatch):
            monkeypatch.setattr(fakie_server.service, "settings", None)
            body = {"model": "elevenlabs/audio-isolation", "input": {}}
            headers = {"Authorization": "Bearer k"}
            answer = requests.post(fakie_server.url + "/api/v1/jobs/createTask", json=body, headers=headers).json()
            assert answer["code"] == 500
    """,
}


def test_integrations_are_tested_in_process_on_a_port_and_by_environment(project: pytest.Pytester) -> None:
    """A test of one is five lines; time is skipped in it, and in no other test nor report."""
    project.makepyfile(**PASSING)
    result = run(project, "-o", "fakie_hosts=https://gateway.test/kie", "--durations=0", "-vv")
    result.assert_outcomes(passed=2 + 2 + 1 + 5 + 4 + 2)
    assert "3600" not in result.stdout.str()


def test_what_a_test_would_not_notice_is_told(project: pytest.Pytester) -> None:
    """Calls that were refused in the summary, faults that nobody met and bugs of a fake as errors of their test."""
    project.makepyfile(**TOLD)
    result = run(project)
    result.assert_outcomes(passed=2 + 1 + 1, errors=2)
    lines = [
        "*AttributeError: 'NoneType' object*",
        "*ordered and never met, or *maintenance for endpoint 'createTask'*",
        "*fakie: calls that were refused*",
        "*test_swallowed: *'tempfile.aiquickdraw.com' by requests*",
    ]
    result.stdout.fnmatch_lines(lines)
    assert "test_none: " not in result.stdout.str()


def test_hundreds_of_tests_stay_apart_under_xdist(project: pytest.Pytester) -> None:
    """Each test has a fake of its own, on its worker's one port."""
    project.makepyfile("""
        import pytest, requests

        @pytest.mark.parametrize("number", range(200))
        def test_own(fakie_server, number):
            headers = {"Authorization": f"Bearer {fakie_server.key}"}
            body = {"model": "elevenlabs/audio-isolation", "input": {}}
            for _ in range(number % 3 + 1):
                requests.post(f"{fakie_server.url}/api/v1/jobs/createTask", json=body, headers=headers, timeout=5)
            assert len(fakie_server.tasks) == number % 3 + 1
    """)
    run(project, "-p", "xdist", "-n", "2").assert_outcomes(passed=200)


def test_without_the_plugin_nothing_is_left(project: pytest.Pytester, beside_all: pytest.Pytester) -> None:
    """`-p no:fakie` takes fixtures, options and marker away, where pytest finds the plugin by itself."""
    project.makepyfile("def test_x(fakie): pass")
    run(beside_all, "-p", "no:asyncio", "-p", "no:fakie").assert_outcomes(errors=1)


def test_running_without_pytest() -> None:
    """`fakie.running()` gives the same object to a script, with a port and in process."""
    script = CLIENT + (
        "\nimport fakie\n"
        "with fakie.running(speed=100) as fake:\n"
        "    fake.fail_next(429)\n"
        "    try:\n        generate()\n    except RuntimeError as error:\n        print(error.args[0][:3])\n"
        "    body = {'model': 'elevenlabs/audio-isolation', 'input': {}}\n"
        "    headers = {'Authorization': 'Bearer ' + fake.key}\n"
        "    print(requests.post(fake.url + '/api/v1/jobs/createTask', json=body, headers=headers).json()['code'])\n"
        "print(len(fake.tasks))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["429", "200", "1"], done.stderr


IMPATIENT = """
    import requests

    def test_impatient(fakie):
        headers = {"Authorization": "Bearer k"}
        body = {"model": "elevenlabs/audio-isolation", "input": {}}
        base = "https://api.kie.ai/api/v1/jobs/"
        task = requests.post(base + "createTask", json=body, headers=headers, timeout=5).json()["data"]["taskId"]
        for _ in range(5):
            requests.get(base + "recordInfo", params={"taskId": task}, headers=headers, timeout=5)
"""


def test_conduct_is_summed_up_also_from_workers(project: pytest.Pytester) -> None:
    """By default the summary names the test and the rule, and nothing fails; off says nothing."""
    project.makepyfile(IMPATIENT)
    for arguments in ((), ("-p", "xdist", "-n", "2")):
        result = run(project, *arguments)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["*conduct of the client*", "*test_impatient: polled_too_fast: task * 5 polls*"])
    assert "polled_too_fast" not in run(project, "--fakie-conduct=off").stdout.str()


def test_conduct_can_fail_a_test(project: pytest.Pytester) -> None:
    """With `fakie_conduct = error` the finding is the test's error."""
    project.makepyfile(IMPATIENT)
    result = run(project, "-o", "fakie_conduct=error")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the client's conduct:*", "*polled_too_fast*"])
