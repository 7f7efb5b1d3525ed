"""Fakes that a module or a session shares."""

import pytest

from support.clients.plugin_project import run


def test_a_module_and_a_session_share_a_fake(calling: pytest.Pytester) -> None:
    """One state for all tests that ask, skipped time in each, apart from the fakes that tests have of their own."""
    calling.makepyfile(
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
    result = run(calling)
    result.assert_outcomes(passed=8, errors=1)
    result.stdout.fnmatch_lines(["*ordered and never met*rate_limited*"])


HASTY = """
import requests
from client import URL, create

def hasty():
    task = create().json()["data"]["taskId"]
    for _ in range(5):
        params, headers = {"taskId": task}, {"Authorization": "Bearer k"}
        requests.get(f"{URL}/recordInfo", params=params, headers=headers, timeout=5)
"""


def test_the_shared_fake_that_a_test_asks_for_answers_it(calling: pytest.Pytester) -> None:
    """Whichever was set up last; the module's answers a test that asks for both, or for none."""
    calling.makepyfile("""
        import pytest
        from client import create

        def counts(*fakes):
            return [len(fake.tasks) for fake in fakes]

        def test_session(fakie_session):
            create()
            assert counts(fakie_session) == [1]

        def test_module(fakie_module):
            create()
            assert counts(fakie_module) == [1]

        def test_session_again(fakie_session):
            fakie_session.fail_next("credits_insufficient")
            assert create().json()["code"] == 402
            create()
            assert counts(fakie_session) == [2]

        def test_both(fakie_session, fakie_module):
            create()
            assert counts(fakie_session, fakie_module) == [2, 2]

        def test_its_own(fakie, fakie_session):
            create()
            assert counts(fakie, fakie_session) == [1, 2]

        def test_none():
            create()

        def test_module_at_last(fakie_module):
            assert counts(fakie_module) == [3]
    """)
    run(calling).assert_outcomes(passed=7)


def test_a_connection_that_is_kept_leads_to_whom_the_test_asks_for(calling: pytest.Pytester) -> None:
    """What a client's pool has kept of an earlier test is answered by this test's fake, not by the earlier one's."""
    calling.makepyfile("""
        import http.client
        import requests, urllib3

        HOST, PATH, KEY = "api.kie.ai", "/api/v1/chat/credit", {"Authorization": "Bearer k"}
        SESSION, POOL, LOW = requests.Session(), urllib3.PoolManager(headers=KEY), http.client.HTTPSConnection(HOST)

        def ask():
            SESSION.get(f"https://{HOST}{PATH}", headers=KEY, timeout=5)
            POOL.request("GET", f"https://{HOST}{PATH}")
            LOW.request("GET", PATH, headers=KEY)
            LOW.getresponse().read()

        def test_session(fakie_session):
            ask()
            assert len(fakie_session.journal) == 3

        def test_module(fakie_session, fakie_module):
            ask()
            assert (len(fakie_session.journal), len(fakie_module.journal)) == (3, 3)

        def test_session_again(fakie_session):
            ask()
            assert len(fakie_session.journal) == 6
    """)
    run(calling).assert_outcomes(passed=3)


@pytest.mark.parametrize("fixture", ["fakie_module", "fakie_session"])
def test_the_conduct_of_a_shared_fakes_client_is_judged_at_its_end(calling: pytest.Pytester, fixture: str) -> None:
    """Named in the summary with whose fake it was; an error where findings are errors; nothing where they are off."""
    calling.makepyfile(
        hasty=HASTY,
        test_a=f"from hasty import hasty\ndef test_one({fixture}): hasty()\ndef test_two({fixture}): pass",
    )
    whose = "test_a.py" if fixture == "fakie_module" else "the session"
    result = run(calling)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"*test_two: polled_too_fast: *5 polls*of a fake that {whose} shares"])
    assert result.stdout.str().count("polled_too_fast: task") == 1
    result = run(calling, "--fakie-conduct=error")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"*the client's conduct of a fake that {whose} shares:*", "*polled_too_fast*"])
    assert "polled_too_fast" not in run(calling, "--fakie-conduct=off").stdout.str()


def test_a_test_with_a_fake_of_its_own_is_judged_apart_from_a_shared_one(calling: pytest.Pytester) -> None:
    """The shared fake's finding is told once, at its end; the test's own with the test."""
    own = "def test_own(fakie, fakie_module): hasty()\n"
    calling.makepyfile(hasty=HASTY, test_a=f"from hasty import hasty\n{own}def test_shared(fakie_module): hasty()\n")
    lines = [line for line in run(calling).stdout.lines if "polled_too_fast: task" in line]
    assert [line.partition(": ")[0].rpartition("::")[2] for line in lines] == ["test_own", "test_shared"]
    assert [line.endswith("shares") for line in lines] == [False, True]
