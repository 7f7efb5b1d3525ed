"""unittest's test cases with a fake, under unittest and under pytest."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.clients.plugin_project import CALLS, run

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

class TestOwnSetUp(FakieMixin, unittest.TestCase):
    def setUp(self):
        create()

    def test_the_fake_was_there_before(self):
        self.assertEqual(len(self.fakie.tasks), 1)

class TestMixinLast(unittest.TestCase, FakieMixin):
    def test_there_is_a_fake(self):
        create()
        self.assertEqual(len(self.fakie.tasks), 1)

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


def test_unittests_cases_have_a_fake(calling: pytest.Pytester) -> None:
    """By mixin under unittest and under pytest, by marker and by fixture under pytest; an order never met fails."""
    calling.makepyfile(test_cases=CASES + BY_FIXTURE, test_unmet=UNMET)
    result = run(calling)
    result.assert_outcomes(passed=7, failed=1)
    result.stdout.fnmatch_lines(["*ordered and never met*rate_limited*"])


def test_a_case_takes_from_the_environment_what_its_settings_leave_out(
    calling: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the fixtures do; its settings go before, and what makes no sense in them is one line."""
    monkeypatch.setenv("FAKIE_CREDITS", "3")
    monkeypatch.setenv("FAKIE_HTTP_STATUS", "mirror")
    calling.makepyfile("""
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
    result = run(calling)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*fakie_settings has no argument 'sped'; did you mean 'speed'?*"])


def test_unittest_alone_has_a_fake(tmp_path: Path) -> None:
    """No pytest runs; the mixin does all."""
    (tmp_path / "client.py").write_text(CALLS, encoding="utf-8")
    (tmp_path / "test_cases.py").write_text(CASES.replace("import httpx, pytest", "import httpx"), encoding="utf-8")
    (tmp_path / "test_unmet.py").write_text(UNMET, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "unittest", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "Ran 6 tests" in done.stderr
    assert "FAILED (failures=1)" in done.stderr
    assert "ordered and never met" in done.stderr


def test_conduct_can_fail_a_case(calling: pytest.Pytester) -> None:
    """Where its settings or the environment say that findings are errors, and not else."""
    calling.makepyfile("""
        import unittest
        import requests
        from client import URL, create
        from fakie import FakieMixin

        class TestHasty(FakieMixin, unittest.TestCase):
            fakie_settings = {"conduct": "error"}

            def test_x(self):
                task = create().json()["data"]["taskId"]
                for _ in range(5):
                    params, headers = {"taskId": task}, {"Authorization": "Bearer k"}
                    requests.get(f"{URL}/recordInfo", params=params, headers=headers, timeout=5)

        class TestForgiven(TestHasty):
            fakie_settings = {}
    """)
    result = run(calling)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the client's conduct:*", "*polled_too_fast*", "*polled_too_fast: instead, *"])
