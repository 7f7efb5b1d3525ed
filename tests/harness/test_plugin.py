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


def test_a_test_of_an_integration_is_five_lines(project: pytest.Pytester) -> None:
    """Unchanged code talks to the fake in process, on a port, and by environment."""
    project.makepyfile("""
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
    """)
    run(project).assert_outcomes(passed=2)


def test_one_state_for_both_doors(project: pytest.Pytester) -> None:
    """What is created in process is seen through the port of the same test, and not by the next test."""
    project.makepyfile("""
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
    """)
    run(project).assert_outcomes(passed=2)


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
    run(project, "-p", "xdist", "-n", "4").assert_outcomes(passed=200)


def test_other_hosts_of_ones_own_are_answered(project: pytest.Pytester) -> None:
    """The ini `fakie_hosts` adds base URLs to the vendor's hosts."""
    project.makepyfile("""
        import requests
        from client import generate

        def test_host(fakie):
            answer = requests.get("https://gateway.test/kie/x", timeout=5).json()
            assert answer["code"] == 404
            assert generate()
    """)
    run(project, "-o", "fakie_hosts=https://gateway.test/kie").assert_outcomes(passed=1)


def test_the_port_is_there_however_it_is_asked_for(project: pytest.Pytester) -> None:
    """By name in the test or another fixture, before or after the fake, the URL is a port, and results lie there."""
    project.makepyfile("""
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
    """)
    run(project).assert_outcomes(passed=5)


def test_refused_calls_are_summed_up(project: pytest.Pytester) -> None:
    """Code that swallows the error does not hide it: the summary names test, host and library."""
    project.makepyfile("""
        import requests

        def test_swallowed(fakie):
            try:
                requests.get("https://tempfile.aiquickdraw.com/a.mp3", timeout=5)
            except requests.RequestException:
                pass

        def test_none(fakie):
            pass
    """)
    result = run(project)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*fakie: calls that were refused*", "*test_swallowed: *'tempfile.aiquickdraw.com' by requests*"]
    )
    assert "test_none: " not in result.stdout.str()


def test_a_process_gets_the_address_by_environment(project: pytest.Pytester) -> None:
    """With fakie_env a child process calls the port; one that names the real host is not started."""
    project.makepyfile("""
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
    """)
    run(project).assert_outcomes(passed=4)


def test_a_fault_that_nobody_met_is_reported(project: pytest.Pytester) -> None:
    """Ordering an error that the code never runs into is a mistake of the test."""
    project.makepyfile("""
        def test_unused(fakie):
            fakie.fail_next("maintenance")
    """)
    result = run(project)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ordered and never met, or *maintenance for endpoint 'createTask'*"])


def test_an_error_inside_the_fake_reaches_the_test(project: pytest.Pytester) -> None:
    """A bug behind the port is not only a 500: the test that met it errors with the cause."""
    project.makepyfile("""
        import requests

        def test_bug(fakie_server, monkeypatch):
            monkeypatch.setattr(fakie_server.service, "settings", None)
            body = {"model": "elevenlabs/audio-isolation", "input": {}}
            headers = {"Authorization": "Bearer k"}
            answer = requests.post(fakie_server.url + "/api/v1/jobs/createTask", json=body, headers=headers).json()
            assert answer["code"] == 500
    """)
    result = run(project)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*AttributeError: 'NoneType' object*"])


def test_without_the_plugin_nothing_is_left(project: pytest.Pytester, beside_all: pytest.Pytester) -> None:
    """`-p no:fakie` takes fixtures, options and marker away, where pytest finds the plugin by itself."""
    project.makepyfile("def test_x(fakie): pass")
    run(beside_all, "-p", "no:asyncio", "-p", "no:fakie").assert_outcomes(errors=1)


def test_durations_and_other_tests_keep_real_time(project: pytest.Pytester) -> None:
    """An hour skipped is not an hour reported, and the next test sleeps for real."""
    project.makepyfile("""
        import time
        from client import generate

        def test_hour(fakie):
            time.sleep(3600)

        def test_after():
            before = time.perf_counter()
            time.sleep(0.02)
            assert 0.02 <= time.perf_counter() - before < 5
    """)
    result = run(project, "--durations=0", "-vv")
    result.assert_outcomes(passed=2)
    assert "3600" not in result.stdout.str()


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
