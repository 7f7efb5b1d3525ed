"""A red test shows its cause: what was asked and answered, in its report."""

import re
from pathlib import Path

import pytest

import fakie as package
import fakie_schemas

# As a traceback names them; a checkout may lie in a folder called `fakie` itself.
OURS = tuple("/".join((*Path(str(one.__file__)).parts[-3:-1], "")) for one in (package, fakie_schemas))

CLIENT = """
import time
import requests

BASE = "https://api.kie.ai/api/v1/jobs/"
HEADERS = {"Authorization": "Bearer sk-a-key-of-somebody"}
HOOK = "https://app.test/hook/0123456789abcdefghijklmn?token=t0psecret"
AUDIO = "https://x.test/a.mp3?X-Amz-Signature=5ignature"

def create(**more):
    body = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": AUDIO}, "callBackUrl": HOOK, **more}
    answer = requests.post(BASE + "createTask", json=body, headers=HEADERS, timeout=5).json()
    return answer["data"]["taskId"]

def look(task_id):
    return requests.get(BASE + "recordInfo", params={"taskId": task_id}, headers=HEADERS, timeout=5).json()["data"]
"""
SECRETS = ("sk-a-key-of-somebody", "0123456789abcdefghijklmn", "t0psecret", "5ignature", "a-webhook-key")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(client=CLIENT)
    pytester.makeini("[pytest]\naddopts = -W error -p no:cacheprovider")
    return pytester


def told(project: pytest.Pytester, *arguments: str) -> str:
    return project.runpytest_subprocess(*arguments).stdout.str()


RED = """
    import pytest, time
    from client import create, look

    @pytest.mark.fakie(webhook_key="a-webhook-key")
    def test_red(fakie):
        fakie.plan_next("fail", seconds=300, code="400", msg="flagged")
        task_id = create()
        for _ in range(30):
            look(task_id)
            time.sleep(5)
        fakie.advance(400)
        look(task_id)
        fakie.spoil_next("empty", endpoint="recordInfo")
        try:
            look(task_id)
        except Exception:
            pass
        fakie.fail_next(402, msg="no credits")
        create()
"""


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "workers"])
def test_the_report_has_what_was_asked_and_answered(project: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """The last first, polls of one kind as one line; the refusal by the assertion; nothing that opens anything."""
    project.makepyfile(RED)
    output = told(project, *arguments)
    lines = output.splitlines()
    error = next(at for at, line in enumerate(lines) if line.startswith("E  ") and "TypeError" in line)
    assert "fakie: the last refused request: createTask number" in lines[error + 1]
    assert "code 402: no credits (credits_insufficient, ordered)" in lines[error + 1]
    begin = next(at for at, line in enumerate(lines) if line.strip("-") == " fakie ")
    section = lines[begin + 1 :]
    order = ["last refused request", "last first", "the client got: empty", "fail, 400 flagged"]
    order += ["callback number", "generating", "queuing", "waiting", "accepted"]
    found = [next(at for at, line in enumerate(section) if words in line) for words in order]
    assert found == sorted(found)
    assert "(12 times): recordInfo" in output
    assert [secret for secret in SECRETS if any(secret in line for line in section[: found[-1] + 1])] == []


def test_polls_that_are_refused_alike_are_one_line(project: pytest.Pytester) -> None:
    """Whatever was asked before them would be left out otherwise."""
    project.makepyfile("""
        from client import look

        def test_no_task(fakie):
            for task_id in ["0" * 32] * 40 + ["1" * 32] * 30:
                look(task_id)
            assert False
    """)
    output = told(project)
    assert "(30 times): recordInfo number 70 of taskId=111" in output
    assert "(40 times): recordInfo number 40 of taskId=000" in output
    assert "left out" not in output


def test_polls_that_are_refused_in_other_words_are_lines_of_their_own(project: pytest.Pytester) -> None:
    """What kept the first from its answer, or which ids it had under a wrong name, is what one looks for."""
    project.makepyfile("""
        import requests

        def test_unlike(fakie):
            for key, query in (("", "taskId=a"), ("Bearer ", "taskId=a"), ("Bearer k", "id=b"), ("Bearer k", "id=c")):
                url = f"https://api.kie.ai/api/v1/jobs/recordInfo?{query}"
                requests.get(url, headers={"Authorization": key})
            assert False
    """)
    output = told(project)
    assert "times)" not in output
    assert "number 3 of id=b" in output


def test_conduct_and_advice_stand_in_the_section(project: pytest.Pytester) -> None:
    """With what to do instead."""
    project.makepyfile("""
        import pytest
        from client import create, look

        def test_hasty(fakie):
            task_id = create(input={})
            for _ in range(4):
                look(task_id)
            assert False
    """)
    output = told(project)
    section = output.partition("- fakie -")[2].partition("= fakie: conduct")[0]
    assert "advice: input.audio_url: required" in section
    assert "conduct: polled_too_fast: task" in section
    assert "instead: poll every 2 to 3 s" in section


def test_what_was_found_about_a_receiver_stands_in_the_section(project: pytest.Pytester) -> None:
    """A line for each kind, since pytest shows of a list of findings only the first, and cuts it."""
    project.makepyfile("""
        import pytest
        from flask import Flask

        @pytest.mark.parametrize("key", [None, "w"])
        def test_hook(fakie_check_receiver, key):
            app = Flask("receiver")
            app.post("/hook")(lambda: ("", 401))
            assert fakie_check_receiver(app, path="/hook", webhook_key=key) == []
    """)
    output = told(project, "--tb=short", "-rN")
    lines = re.findall(r"^receiver: breaking  success, success as of 2026-08, … (.*)$", output, re.MULTILINE)
    expected = "expected any 2xx: the callback is taken; got HTTP 401"
    signed = "(it was signed with the base64 of HMAC-SHA256(webhook key, taskId + '.' + timestamp))"
    assert lines == [
        f"(17 callbacks): {expected} (it was not signed, for want of a webhook key)",
        f"(20 callbacks): {expected} {signed}",
    ]
    assert "receiver: 20 findings of 1 kind" in output
    assert "the fake was asked for nothing" not in output


def test_a_long_test_is_told_over_a_bounded_number_of_lines(project: pytest.Pytester) -> None:
    """With the number of lines that are left out, and long bodies cut."""
    project.makepyfile("""
        from client import create

        def test_long(fakie):
            for number in range(18):
                create(input={"audio_url": "https://x.test/" + "a" * 5000, "number": number})
                fakie.fail_next(429)
                try:
                    create()
                except TypeError:
                    pass
            assert False
    """)
    section = told(project, "--tb=short", "-rN").partition("- fakie -")[2].splitlines()
    shown = [line for line in section if line.startswith("+")]
    assert len(shown) == 25
    assert any("(11 lines before these are left out; fakie.journal has all)" in line for line in section)
    assert max(map(len, section)) < 1000


def test_unittest_and_async_tests_have_it_too(project: pytest.Pytester) -> None:
    """Whoever runs the test."""
    project.makepyfile("""
        import unittest
        import pytest
        from client import create

        @pytest.mark.usefixtures("fakie")
        class TestIt(unittest.TestCase):
            def test_case(self):
                create()
                self.fail()

        @pytest.mark.anyio
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_async(fakie, anyio_backend):
            create()
            assert False

        @pytest.fixture
        def made(fakie):
            create()
            raise ValueError("in a fixture")

        def test_fixture(made):
            pass
    """)
    result = project.runpytest_subprocess("-p", "anyio")
    result.assert_outcomes(failed=2, errors=1)
    assert result.stdout.str().count("- fakie -") == 3
    assert result.stdout.str().count(": createTask number 1") == 3


def test_tracebacks_have_no_frames_of_fakie(project: pytest.Pytester) -> None:
    """Of a wrong order, a call that is refused below libraries, what fails amid a wait, under unittest."""
    project.makepyfile("""
        import unittest
        import pytest, requests

        def test_order(fakie):
            fakie.fail_next("no_such_thing")

        def test_call(fakie):
            requests.get("https://tempfile.aiquickdraw.com/a", timeout=5)

        def test_failed(fakie):
            fakie.wait_until(lambda: pytest.fail("as pytest-timeout does"))

        @pytest.mark.usefixtures("fakie")
        class TestIt(unittest.TestCase):
            def test_case(self):
                requests.get("https://tempfile.aiquickdraw.com/a", timeout=5)
    """)
    result = project.runpytest_subprocess("--tb=short")
    result.assert_outcomes(failed=4)
    output = result.stdout.str()
    frames = [line for line in output.splitlines() if ": in " in line]
    assert frames
    assert [line for line in frames if any(folder in line for folder in OURS)] == []
    assert "connectionpool.py" in output
    full = told(project, "--tb=short", "--full-trace", "-k", "order")
    assert f"{OURS[0]}harness/fake.py" in full


def test_a_bug_of_fakies_own_is_shown_with_its_frames(project: pytest.Pytester) -> None:
    """Whoever reports it needs them."""
    project.makepyfile("""
        from client import create

        def test_bug(fakie, monkeypatch):
            monkeypatch.setattr(fakie.service, "settings", None)
            try:
                create()
            except TypeError:
                pass
    """)
    # Compiled code names its file from the source root on.
    assert "fakie/core/service.py" in told(project, "--tb=short")


def test_an_error_at_the_end_is_one_line_and_the_section_stands_once(project: pytest.Pytester) -> None:
    """A test that fails, and whose order was not met either, is explained once."""
    project.makepyfile("""
        from client import create

        def test_both(fakie):
            create()
            fakie.fail_next(429)
            assert False
    """)
    result = project.runpytest_subprocess()
    result.assert_outcomes(failed=1, errors=1)
    output = result.stdout.str()
    assert output.count("- fakie -") == 1
    assert "entries are hidden" not in output


def test_passing_and_expected_failures_say_nothing_and_nothing_is_kept(project: pytest.Pytester) -> None:
    """No section, nothing imported for one, and the fakes of former tests are gone."""
    project.makepyfile("""
        import gc, sys
        import pytest
        from client import create

        @pytest.mark.parametrize("number", range(5))
        def test_passes(fakie, number):
            create()

        def test_gone():
            from fakie.harness.fake import Fake
            gc.collect()
            assert [one for one in gc.get_objects() if isinstance(one, Fake)] == []
            assert "fakie.harness.red_report" not in sys.modules

        @pytest.mark.xfail(strict=True)
        def test_expected(fakie):
            create()
            assert False
    """)
    result = project.runpytest_subprocess("-rA")
    result.assert_outcomes(passed=6, xfailed=1)
    assert "- fakie -" not in result.stdout.str()


def test_the_summary_says_once_what_to_do_instead(project: pytest.Pytester) -> None:
    """One line a test and kind of finding, and one advice a kind."""
    project.makepyfile("""
        import pytest
        from client import create, look

        @pytest.mark.parametrize("number", range(3))
        def test_hasty(fakie, number):
            for task_id in [create(), create()]:
                for _ in range(4):
                    look(task_id)
    """)
    for arguments in ((), ("-p", "xdist", "-n", "2")):
        lines = told(project, *arguments).partition("conduct of the client")[2].splitlines()
        found = [line for line in lines if "polled_too_fast: task" in line]
        assert len(found) == 3
        assert all("; the first of 2)" in line for line in found)
        assert len([line for line in lines if line.startswith("polled_too_fast: instead, poll every")]) == 1


def test_what_each_run_of_a_test_found_is_told_once(project: pytest.Pytester) -> None:
    """A plugin that runs tests again, such as pytest-rerunfailures, runs the same item, and reports each run."""
    project.makeconftest("""
        def pytest_collection_modifyitems(items):
            items *= 3
    """)
    project.makepyfile("""
        import pytest
        from client import create, look

        @pytest.mark.parametrize("number", range(2))
        def test_hasty(fakie, number):
            task_id = create()
            for _ in range(4):
                look(task_id)
    """)
    lines = told(project).partition("conduct of the client")[2].splitlines()
    assert len([line for line in lines if "polled_too_fast: task" in line]) == 6


def test_a_record_that_was_read_wrongly_is_shown(project: pytest.Pytester) -> None:
    """Whoever looks for the results in the wrong place sees where they are."""
    project.makepyfile("""
        import json, time
        from client import create, look

        def test_red(fakie):
            task_id = create()
            time.sleep(10)
            assert json.loads(look(task_id)["resultJson"])["urls"]
    """)
    shown = next(line for line in told(project).splitlines() if "code 200: success, " in line)
    assert 'resultJson": "{\\"resultUrls\\":[' in shown


def test_the_line_of_an_app_that_raises_is_told(project: pytest.Pytester) -> None:
    """Of the app, not of the library that it called."""
    project.makepyfile("""
        import json
        from client import create

        def app(environ, start_response):
            json.loads("no JSON")

        def test_red(fakie):
            fakie.deliver_to(app)
            fakie.wait_callback(create())
    """)
    output = told(project)
    assert "attempt 1: JSONDecodeError: Expecting value: line 1 column 1 (char 0) (test_the_line_of" in output
    assert "raises_is_told.py:5); again in 5 s" in output
