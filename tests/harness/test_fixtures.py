"""Fixtures that a project overrides, fakes that several tests share, and unittest's test cases."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakie.harness.marker import marker_fault

GENERATE = """
import time
import requests

URL = "https://api.kie.ai/api/v1/jobs"

def create(model="elevenlabs/audio-isolation", base=URL, key="k", **more):
    body = {"model": model, "input": {}, **more}
    return requests.post(f"{base}/createTask", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=5)

def generate(base=URL):
    task = create(base=base).json()["data"]["taskId"]
    headers = {"Authorization": "Bearer k"}
    for _ in range(120):
        answer = requests.get(f"{base}/recordInfo", params={"taskId": task}, headers=headers, timeout=5)
        if answer.json()["data"]["state"] == "success":
            return task
        time.sleep(5)
    raise TimeoutError
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(client=GENERATE)
    pytester.makeini("[pytest]\naddopts = -W error --strict-markers --strict-config -p no:cacheprovider")
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:asyncio", *arguments)


def test_a_project_overrides_settings_catalog_hosts_and_accounts(project: pytest.Pytester) -> None:
    """For all tests in conftest.py, for one module in the module; the marker goes before."""
    project.makeconftest("""
        import pytest

        @pytest.fixture(scope="session")
        def fakie_settings():
            return {"credits": 7, "http_status": "mirror"}

        @pytest.fixture
        def fakie_hosts():
            return ["https://gateway.test/kie"]

        @pytest.fixture
        def fakie_accounts():
            return {"poor": {"credits": 0}}

        @pytest.fixture(scope="session")
        def fakie_catalog(tmp_path_factory):
            import json, shutil
            from pathlib import Path
            import fakie_schemas
            folder = tmp_path_factory.mktemp("own")
            shipped = fakie_schemas.data_folder("revisions") / "elevenlabs" / "audio-isolation"
            own = folder / "mine" / "model"
            own.mkdir(parents=True)
            for file in shipped.iterdir():
                text = file.read_text(encoding="utf-8").replace("elevenlabs/audio-isolation", "mine/model")
                (own / file.name).write_text(text, encoding="utf-8")
            return folder
    """)
    project.makepyfile(
        test_all="""
        import pytest
        from client import create

        def test_settings_and_accounts(fakie):
            assert fakie.account(fakie.key).credits == 7
            assert create(key="poor").status_code == 402

        def test_hosts_and_catalog(fakie):
            answer = create("mine/model", "https://gateway.test/kie/api/v1/jobs", input={"audio_url": "https://me.test/a.mp3"})
            assert answer.json()["code"] == 200

        @pytest.mark.fakie(credits=3, http_status="envelope")
        def test_the_marker_goes_before(fakie):
            assert fakie.account(fakie.key).credits == 3
            assert create(key="poor").status_code == 200
        """,
        test_module="""
        import pytest

        @pytest.fixture(scope="module")
        def fakie_settings():
            return {"credits": 9}

        def test_nearest(fakie):
            assert fakie.account(fakie.key).credits == 9

        def test_dynamically(request):
            assert request.getfixturevalue("fakie").account(request.getfixturevalue("fakie").key).credits == 9
        """,
    )
    run(project).assert_outcomes(passed=5)


def test_settings_go_before_the_options(project: pytest.Pytester) -> None:
    """Whatever the option; what the settings leave out, or have as None, is as the options say."""
    project.makepyfile("""
        import time
        import pytest
        from client import create

        @pytest.fixture
        def fakie_settings():
            return {"credits": 7, "fast_forward": False, "rate_limit": "1/60s", "webhook_key": None, "fail": [429]}

        def test_x(fakie):
            assert fakie.account(fakie.key).credits == 7
            assert fakie.timekeeper is None
            sent = {"audio_url": "https://x.test/a.mp3"}
            assert [create(input=sent).json()["code"] for _ in range(3)] == [429, 200, 429]
            assert "X-Webhook-Signature" in fakie.signed_callback().headers

        @pytest.mark.fakie(fast_forward=True, fail=[])
        def test_the_marker_goes_before(fakie):
            assert fakie.timekeeper is not None
    """)
    run(project, "--fakie-credits=1", "--fakie-webhook-key=w", "--fakie-rate-limit=off").assert_outcomes(passed=2)


def test_the_page_of_a_date_is_asked_for_by_marker(project: pytest.Pytester) -> None:
    """`docs=latest` refuses what only the newer page refuses."""
    project.makepyfile("""
        import pytest
        from client import create

        OLD = {"input": {"prompt": "a", "aspect_ratio": "16:9", "duration": 4}}

        def code(**more):
            return create("bytedance/seedance-1.5-pro", **more).json()["code"]

        def test_pinned(fakie):
            fakie.reload()
            assert {code(**{"input": {"prompt": "a cat", "aspect_ratio": "16:9", "duration": "4"}})} == {200}

        @pytest.mark.fakie(docs="latest")
        def test_latest(fakie):
            assert {code(**{"input": {"prompt": "a cat", "aspect_ratio": "16:9", "duration": "4"}})} == {422}
    """)
    run(project).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"speed": "fast"}, "speed: expected a finite number above 0"),
        ({"credits": -1}, "credits: expected a finite number from 0 on"),
        ({"credits": True}, "credits: expected a finite number"),
        ({"fast_forward": "no"}, "fast_forward: expected on or off; got 'no'"),
        ({"other_hosts": "block"}, "other_hosts: expected pass or refuse"),
        ({"http_status": "real"}, "http_status: expected envelope or mirror"),
        ({"docs": "newest"}, "docs: expected pinned, latest, or a date"),
        ({"webhook_key": ""}, "webhook_key: it is empty"),
        ({"fail": 3.5}, "has no fail 3.5"),
    ],
)
def test_an_argument_that_makes_no_sense_is_one_line(arguments: dict[str, Any], word: str) -> None:
    """What came and what would work; the marker says it before any test runs."""
    fault = marker_fault((), arguments, Path())
    assert fault is not None
    assert word in fault
    assert "\n" not in fault


def test_what_a_fixture_returns_that_makes_no_sense_is_one_line(project: pytest.Pytester) -> None:
    """Settings and hosts: the first test that asks for its fake gets the line, and does not run."""
    for name, returned in (("settings", {"sped": 3}), ("hosts", ["https://good.test", "gateway.test/kie"])):
        project.makepyfile(
            **{
                f"test_{name}": f"""
            import pytest

            @pytest.fixture
            def fakie_{name}():
                return {returned!r}

            def test_x(fakie):
                raise AssertionError("ran")
            """
            }
        )
    result = run(project)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines_random(
        ["*'sped'; did you mean speed?*", "*'gateway.test/kie' cannot be used*such as https://gateway.example/kie*"]
    )


def test_hosts_of_the_ini_that_are_none_are_one_line(project: pytest.Pytester) -> None:
    """Before any test runs."""
    project.makepyfile("def test_x(fakie): raise AssertionError('ran')")
    result = run(project, "-o", "fakie_hosts=not a url")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fakie_hosts: 'not a url'*"])


def test_a_module_and_a_session_share_a_fake(project: pytest.Pytester) -> None:
    """One state for all tests that ask, skipped time in each, apart from the fakes that tests have of their own."""
    project.makepyfile(
        test_a="""
        import os, time
        import pytest
        from client import create, generate

        @pytest.fixture(scope="module")
        def made(fakie_module):
            return create().json()["data"]["taskId"]

        def test_first(fakie_module, made):
            began = time.monotonic()
            fakie_module.plan_next(seconds=500)
            real = os.times().elapsed
            generate()
            assert time.monotonic() - began > 499
            assert os.times().elapsed - real < 60
            assert [task.id for task in fakie_module.tasks][0] == made

        def test_own(fakie, fakie_module):
            generate()
            assert len(fakie.tasks) == 1
            assert len(fakie_module.tasks) == 2

        def test_again(fakie_module):
            began = time.monotonic()
            generate(fakie_module.url + "/api/v1/jobs")
            assert len(fakie_module.tasks) == 3

        def test_signed_for_whoever_listens(fakie_module):
            fakie_module.account(fakie_module.key, webhook_key="w")
            stamp = int(fakie_module.signed_callback(webhook_key="w").headers["X-Webhook-Timestamp"])
            assert abs(stamp - time.time()) < 60

        def test_without():
            began = time.monotonic()
            time.sleep(0.01)
            assert time.monotonic() - began < 5
        """,
        test_b="""
        from client import create

        def test_one(fakie_session):
            create()
            assert len(fakie_session.tasks) == 1

        def test_two(fakie_session, fakie_module):
            create()
            assert (len(fakie_session.tasks), len(fakie_module.tasks)) == (1, 1)
        """,
        test_c="""
        from client import create

        def test_three(fakie_session):
            create()
            assert len(fakie_session.tasks) == 2
            fakie_session.fail_next("rate_limited", times=3)
        """,
    )
    result = run(project)
    result.assert_outcomes(passed=8, errors=1)
    result.stdout.fnmatch_lines(["*ordered and never met*rate_limited*"])


CASES = """
import asyncio, time, unittest
import httpx, pytest
from client import create, generate
from fakie import FakieMixin

class TestPlain(FakieMixin, unittest.TestCase):
    fakie_settings = {"credits": 2}
    fakie_accounts = {"poor": {"credits": 0}}

    def setUp(self):
        super().setUp()
        self.own = 1

    def test_a_job(self):
        self.fakie.plan_next(seconds=500)
        generate()
        self.assertEqual(len(self.fakie.tasks), self.own)
        self.assertEqual(create(key="poor").json()["code"], 402)

    def test_another(self):
        self.assertEqual(len(self.fakie.tasks), 0)

class TestAsync(FakieMixin, unittest.IsolatedAsyncioTestCase):
    async def test_a_job(self):
        began = time.monotonic()
        self.fakie.plan_next(seconds=500)
        headers = {"Authorization": "Bearer k"}
        async with httpx.AsyncClient(base_url="https://api.kie.ai/api/v1/jobs", headers=headers) as client:
            answer = await client.post("/createTask", json={"model": "elevenlabs/audio-isolation", "input": {}})
            task = answer.json()["data"]["taskId"]
            while (await client.get("/recordInfo", params={"taskId": task})).json()["data"]["state"] != "success":
                await asyncio.sleep(5)
        self.assertGreater(time.monotonic() - began, 499)
"""
BY_FIXTURE = """

@pytest.mark.usefixtures("fakie")
class TestByMarker(unittest.TestCase):
    def test_a_job(self):
        generate()

class TestByFixture(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fakie):
        self.fakie = fakie

    async def test_a_job(self):
        generate()
        self.assertEqual(len(self.fakie.tasks), 1)
"""
UNMET = """
import unittest
from fakie import FakieMixin

class TestUnmet(FakieMixin, unittest.TestCase):
    def test_x(self):
        self.fakie.fail_next("rate_limited")
"""


def test_unittests_cases_have_a_fake(project: pytest.Pytester) -> None:
    """By mixin under unittest and under pytest, by marker and by fixture under pytest; an order never met fails."""
    project.makepyfile(test_cases=CASES + BY_FIXTURE, test_unmet=UNMET)
    result = run(project)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*ordered and never met*rate_limited*"])


def test_a_case_takes_from_the_environment_what_its_settings_leave_out(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the fixtures do; its settings go before, and what makes no sense in them is one line."""
    monkeypatch.setenv("FAKIE_CREDITS", "3")
    monkeypatch.setenv("FAKIE_HTTP_STATUS", "mirror")
    project.makepyfile("""
        import unittest
        from client import create
        from fakie import FakieMixin

        class TestOne(FakieMixin, unittest.TestCase):
            fakie_settings = {"http_status": "envelope"}

            def test_x(self):
                self.assertEqual(self.fakie.account(self.fakie.key).credits, 3)
                self.assertEqual(create("no/such").status_code, 200)

        class TestTwo(FakieMixin, unittest.TestCase):
            fakie_settings = {"sped": 3}

            def test_x(self):
                raise AssertionError("ran")
    """)
    result = run(project)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*fakie_settings has no argument 'sped'; did you mean speed?*"])


def test_unittest_alone_has_a_fake(tmp_path: Path) -> None:
    """No pytest runs; the mixin does all."""
    (tmp_path / "client.py").write_text(GENERATE, encoding="utf-8")
    (tmp_path / "test_cases.py").write_text(CASES.replace("import httpx, pytest", "import httpx"), encoding="utf-8")
    (tmp_path / "test_unmet.py").write_text(UNMET, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "unittest", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "Ran 4 tests" in done.stderr
    assert "FAILED (failures=1)" in done.stderr
    assert "ordered and never met" in done.stderr


def test_threads_that_outlive_their_test_are_named(project: pytest.Pytester) -> None:
    """In the summary, each once with its test; those of fakie and of tools are not."""
    project.makepyfile("""
        import threading

        def test_x(fakie):
            threading.Thread(target=threading.Event().wait, name="left-behind", daemon=True).start()

        def test_y(fakie):
            thread = threading.Thread(target=int, name="ended")
            thread.start()
            thread.join()
    """)
    result = run(project)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*test_x: *'left-behind'*"])
    assert "ended" not in result.stdout.str()


def test_a_fake_is_not_used_after_its_test(project: pytest.Pytester) -> None:
    """Orders and moves are refused in one line; what happened can be looked at."""
    project.makepyfile("""
        import pytest
        from fakie.harness.fake import WrongOrderError

        KEPT = []

        def test_first(fakie):
            KEPT.append(fakie)

        def test_second():
            [fake] = KEPT
            assert fake.tasks == []
            acts = [
                fake.plan_next,
                lambda: fake.fail_next(429),
                lambda: fake.spoil_next("lost"),
                lambda: fake.advance(1),
                lambda: fake.deliver_to(print),
                fake.fast_forward,
                lambda: fake.wait_until(lambda: True),
            ]
            for act in acts:
                with pytest.raises(WrongOrderError, match="test_first has ended; ask for the fixture"):
                    act()
    """)
    run(project).assert_outcomes(passed=2)
