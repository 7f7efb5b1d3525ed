"""Functions of `time` and others in whose place a test, or its fixtures, put their own: a fake goes on beside it."""

import pytest

CLIENT = """
import datetime, http.client, json, select, subprocess, sys, threading, time
from unittest import mock
import pytest

BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://me.test/a.mp3"}}
HEADERS = {"Authorization": "Bearer k", "Content-Type": "application/json"}

def create():
    # It reads no clock of its own.
    line = http.client.HTTPSConnection("api.kie.ai", timeout=5)
    line.request("POST", "/api/v1/jobs/createTask", json.dumps(BODY), HEADERS)
    return json.loads(line.getresponse().read())["code"]
"""


# What was replaced before the fake: functions, mocks and builtins of other objects are what this test goes on to find,
# and not the next.
BEFORE = """
NEW = {"function": lambda: lambda *_: None, "mock": mock.Mock, "builtin": lambda: ([1.0] * 99).pop}

@pytest.fixture
def new(monkeypatch, name, kind):
    new = NEW[kind]()
    monkeypatch.setattr(name, new)
    return new

@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("name", ["time.time", "time.sleep", "time.monotonic", "time.perf_counter", "select.select"])
def test_replaced(new, fakie, name):
    assert create() == 200
    module, _, name = name.partition(".")
    assert getattr(sys.modules[module], name) == new

@pytest.mark.parametrize("kind", ["mock"])
@pytest.mark.parametrize("name", ["datetime.datetime", "subprocess.Popen"])
def test_classes(new, fakie, name):
    assert create() == 200

@pytest.mark.fakie(fast_forward="off")
@pytest.mark.parametrize(("name", "kind"), [("datetime.datetime", "mock")])
def test_dates(new, fakie):
    assert create() == 200
    # The next answer is dated another second, which no earlier one can have been.
    time.sleep(1.1)
    assert create() == 200

def test_afterwards(fakie):
    began = time.time()
    time.sleep(3600)
    assert 3600 <= time.time() - began < 3700
"""
# Readings that a test has made up: a fake takes none of a mock's values, sleeps by no mock, and waits though the test's
# sleeps do nothing. Nor are calls in a test that mocks the id of its process those of another process.
READINGS = """
@pytest.mark.parametrize("fixture", ["fakie", "fakie_server"])
def test_readings(fixture, request):
    request.getfixturevalue(fixture)
    names = ("perf_counter", "monotonic", "time")
    readings = [mock.patch.object(time, name, side_effect=[1.0, 2.0]) for name in names]
    for each in readings:
        each.start()
    assert create() == 200
    assert [(getattr(time, name)(), getattr(time, name)()) for name in names] == [(1.0, 2.0)] * 3
    mock.patch.stopall()

def test_waiting(fakie):
    fakie.spoil_next("latency", seconds=2)
    with mock.patch.object(time, "sleep") as slept:
        assert create() == 200
        with pytest.raises(TimeoutError, match="600 s"):
            fakie.wait_until(lambda: False)
    assert slept.mock_calls == []

def test_process(fakie, monkeypatch):
    monkeypatch.setattr("os.getpid", mock.Mock(return_value=4711))
    assert create() == 200
"""
# A loop by a mocked sleep is told to leave the mock out: no time passes by it, so that a job goes on for ever. A loop
# without any sleep is told nothing of mocks.
LOOPS = """
import asyncio
import requests

RECORD = "https://api.kie.ai/api/v1/jobs/recordInfo"

def poll(fake, nap):
    fake.plan_next(by="hold")
    assert create() == 200
    while True:
        requests.get(RECORD, params={"taskId": fake.tasks[0].id}, headers=HEADERS, timeout=5)
        nap()

@pytest.fixture(autouse=True)
def few(monkeypatch):
    # Far fewer polls are a loop here than otherwise, since each takes its time.
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_POLLS", 60)

@pytest.mark.parametrize("module", [time, asyncio])
def test_mocked(fakie, monkeypatch, module):
    monkeypatch.setattr(module, "sleep", mock.Mock())
    with pytest.raises(Exception, match=f"its own in place of {module.__name__}.sleep: leave that out"):
        poll(fakie, lambda: module.sleep(5))

def test_alone(fakie):
    with pytest.raises(Exception, match="which is skipped$"):
        poll(fakie, lambda: None)
"""


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """That which ends what hangs."""
    return ("timeout",)


def test_functions_that_a_test_has_replaced_are_for_its_code_alone(pytester: pytest.Pytester) -> None:
    """Before the fake or beside it; a loop that no time passes by is told why."""
    files = {"test_before": BEFORE, "test_readings": READINGS, "test_loops": LOOPS}
    pytester.makepyfile(**{name: CLIENT + text for name, text in files.items()})
    pytester.runpytest_subprocess("--timeout=60").assert_outcomes(passed=19 + 4 + 3)


def test_a_sleep_that_is_gone_for_good_leaves_the_rest_to_skip(pytester: pytest.Pytester) -> None:
    """A project that has put a function of its own in place of `time.sleep`, and kept nothing, can use a fake."""
    pytester.makeconftest("import time\ntime.sleep = lambda seconds: None")
    pytester.makepyfile(
        f"""{CLIENT}
def test_gone(fakie):
    began = time.time()
    assert create() == 200
    threading.Event().wait(3600)
    assert 3600 <= time.time() - began < 3700
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
