"""Skipped time beside other tools: each keeps what is its own, in either order, and nothing stays behind."""

from collections.abc import Callable

import pytest

PREAMBLE = """
import asyncio, datetime, os, threading, time
import pytest, requests

BASE = "https://api.kie.ai"
BODY = {"model": "elevenlabs/audio-isolation", "input": {}}
HEADERS = {"Authorization": "Bearer my-key"}
CREATE, RECORD = BASE + "/api/v1/jobs/createTask", BASE + "/api/v1/jobs/recordInfo"

def polls(fake, going_on):
    fake.plan_next(by="hold")
    task = requests.post(CREATE, json=BODY, headers=HEADERS, timeout=5).json()["data"]["taskId"]
    count = 0
    while going_on() and count < 100:
        requests.get(RECORD, params={"taskId": task}, headers=HEADERS, timeout=5)
        time.sleep(5)
        count += 1
    return count
"""


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """That which has a clock of its own."""
    return ("timeout",)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run a test module in a project of its own, warnings as errors."""

    def go(text: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
        pytester.makeini("[pytest]\naddopts = -W error -p no:cacheprovider")
        pytester.makepyfile(PREAMBLE + text)
        result = pytester.runpytest_subprocess(*arguments)
        result.assert_outcomes(**(outcomes or {"passed": 1}))
        return result

    return go


def test_a_module_imported_in_a_test_is_as_usable_afterwards(
    run: Callable[..., object], pytester: pytest.Pytester
) -> None:
    """What it holds of the clocks works in the test without a fake that runs next, and skips in the one after."""
    pytester.makepyfile(
        held="""
        import functools, time
        nap = functools.partial(time.sleep, 2)
        class Watch:
            clock = time.perf_counter
            def lap(self):
                return self.clock()
        """
    )
    run(
        """
def test_first(fakie):
    import held
    assert held.Watch().lap() > 0

def test_without():
    import held
    before, began = held.Watch().lap(), os.times().elapsed
    held.nap()
    assert os.times().elapsed - began >= 1.9
    assert 1.9 < held.Watch().lap() - before < 20

def test_third(fakie):
    import held
    began = os.times().elapsed
    held.nap()
    assert os.times().elapsed - began < 1.5
""",
        passed=3,
    )


def test_durations_and_junit_show_real_seconds(run: Callable[..., pytest.RunResult], pytester: pytest.Pytester) -> None:
    """An hour that was slept took none of the test's time."""
    result = run("def test_hour(fakie):\n    time.sleep(3600)\n", "--durations=1", "-vv", "--junitxml=j.xml")
    assert "3600" not in result.stdout.str()
    assert 'time="36' not in (pytester.path / "j.xml").read_text()


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_pytest_timeout_keeps_real_time(run: Callable[..., object], method: str) -> None:
    """A minute of real time is not over after an hour of sleep."""
    run("def test_hour(fakie):\n    time.sleep(3600)\n", "--timeout=60", f"--timeout-method={method}")


@pytest.mark.parametrize("tick", [True, False])
def test_time_machine_within(run: Callable[..., object], tick: bool) -> None:
    """Its date holds; if its clock ticks it moves along, and steady clocks do in any case."""
    run(
        f"""
import time_machine

def test_within(fakie):
    with time_machine.travel("2030-01-01 00:00 +0000", tick={tick}):
        end = time.monotonic() + 118
        assert polls(fakie, lambda: time.monotonic() < end) == 24
        gone = datetime.datetime.now(datetime.UTC) - datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
        assert (100 < gone.total_seconds() < 150) is {tick}
        assert time.gmtime().tm_year == datetime.date.today().year == 2030
    assert datetime.date.today().year < 2030
    before = time.time()
    time.sleep(100)
    assert 95 < time.time() - before < 110

def test_afterwards():
    assert datetime.datetime.now().year == time.gmtime().tm_year < 2030
""",
        passed=2,
    )


def test_time_machine_around(run: Callable[..., object]) -> None:
    """A fake in a test that travels shows the traveller's time, moved along."""
    run(
        """
import time_machine

@pytest.fixture
def travelled():
    with time_machine.travel("2030-01-01 00:00 +0000"):
        yield

def test_around(travelled, fakie):
    before = time.time()
    assert datetime.datetime.now().year in (2029, 2030)
    time.sleep(3600)
    assert 3590 < time.time() - before < 3700

def test_afterwards():
    assert datetime.datetime.now().year == time.gmtime().tm_year < 2029
""",
        passed=2,
    )


def test_freezegun_in_either_order(run: Callable[..., object]) -> None:
    """A clock that it lets tick moves along; one that it stops stands, also if it did before the fake was there."""
    run(
        """
import freezegun

def test_within(fakie):
    with freezegun.freeze_time("2030-01-01", tick=True):
        end = time.monotonic() + 118
        assert polls(fakie, lambda: time.monotonic() < end) == 24

@pytest.fixture(params=[False, True])
def frozen(request):
    with freezegun.freeze_time("2030-01-01", tick=request.param):
        yield request.param

def test_before(frozen, fakie):
    began, real = time.time(), os.times().elapsed
    time.sleep(600)
    assert datetime.datetime.now().year == time.gmtime().tm_year == 2030
    assert (time.time() - began >= 600) == frozen
    assert os.times().elapsed - real < 60

@freezegun.freeze_time("2030-01-01")
def test_around(fakie):
    began = os.times().elapsed
    time.sleep(600)
    assert datetime.datetime.now() == datetime.datetime(2030, 1, 1)
    assert os.times().elapsed - began < 50
""",
        passed=4,
    )


def test_records_are_of_the_date_that_was_set_before_the_fake(run: Callable[..., object]) -> None:
    """By a fixture that comes first."""
    run(
        """
import freezegun, time_machine

TOOLS = (lambda: freezegun.freeze_time("2030-01-01", tick=True), lambda: time_machine.travel("2030-01-01 00:00 +0000"))

@pytest.fixture(params=TOOLS)
def new_year(request):
    with request.param():
        yield

def test_before(new_year, fakie):
    began = time.time()
    task = requests.post(CREATE, json=BODY, headers=HEADERS, timeout=5).json()["data"]["taskId"]
    record = requests.get(RECORD, params={"taskId": task}, headers=HEADERS, timeout=5).json()["data"]
    assert abs(record["createTime"] / 1000 - began) < 60
""",
        passed=2,
    )


def test_uvloop_moves_along(run: Callable[..., object]) -> None:
    """Its sleeps, time-outs, calls and clock, and a future that a callback fills."""
    pytest.importorskip("uvloop")
    run(
        """
import uvloop

async def sleeps():
    count = 0
    try:
        async with asyncio.timeout(118):
            while True:
                await asyncio.sleep(5)
                count += 1
    except TimeoutError:
        return count

def test_sleeps(fakie):
    began = os.times().elapsed
    assert uvloop.run(sleeps()) == 23
    assert os.times().elapsed - began < 10

def test_a_callback(fakie):
    fakie.plan_next(seconds=300)

    async def go():
        loop = asyncio.get_running_loop()
        before, came = loop.time(), loop.create_future()

        def app(environ, start_response):
            loop.call_soon_threadsafe(came.set_result, 1)
            start_response("200 OK", [])
            return [b"{}"]

        fakie.deliver_to(app)
        body = {**BODY, "callBackUrl": "https://me.test/hook"}
        await asyncio.to_thread(requests.post, CREATE, json=body, headers=HEADERS, timeout=5)
        assert await asyncio.wait_for(came, 600) == 1
        return loop.time() - before

    assert 295 < uvloop.run(go()) < 310
""",
        passed=2,
    )


def test_what_is_first_imported_within_a_test_moves_along(run: Callable[..., object]) -> None:
    """Timers of uvloop and dates of time-machine, in the test that imports them; afterwards all is real again."""
    run(
        """
def test_loop(fakie):
    import uvloop
    began, real = time.monotonic(), os.times().elapsed
    uvloop.run(asyncio.sleep(600))
    assert 600 <= time.monotonic() - began < 660
    assert os.times().elapsed - real < 60

def test_dates(fakie):
    import time_machine
    with time_machine.travel("2030-01-01", tick=True):
        began = time.time()
        time.sleep(600)
        assert 600 <= time.time() - began < 660
        assert datetime.date.today().year == datetime.datetime.now().year == 2030

def test_afterwards():
    import uvloop
    began = os.times().elapsed
    uvloop.run(asyncio.sleep(0.3))
    assert os.times().elapsed - began >= 0.25
    assert uvloop.Loop.call_later.__module__ != "fakie.harness.forward.loops"
    assert datetime.date.today().year < 2030
""",
        passed=3,
    )


def test_a_receiver_in_a_thread_from_before_finds_callbacks_fresh(run: Callable[..., object]) -> None:
    """A server of an earlier fixture reads the clock that signed the callback."""
    run("""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

@pytest.fixture(scope="module")
def receiver():
    ages = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            ages.append(time.time() - int(self.headers["X-Webhook-Timestamp"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", ages
    server.shutdown()
    thread.join()
    server.server_close()

def test_fresh(receiver, fakie_server):
    url, ages = receiver
    fakie_server.account(fakie_server.key, webhook_key="w")
    fakie_server.plan_next(seconds=900)
    requests.post(fakie_server.url + CREATE[18:], json={**BODY, "callBackUrl": url}, headers=HEADERS, timeout=5)
    time.sleep(1000)
    assert len(ages) == 1 and abs(ages[0]) < 60
""")


def test_callbacks_are_fresh_by_the_clock_that_the_receiver_sees(run: Callable[..., object]) -> None:
    """Skipped, stopped, real, that of one account alone, of a block, of a shared fake, and as other tools show it."""
    run(
        """
import freezegun, time_machine

def go(fake):
    ages = []
    def app(environ, start_response):
        ages.append(time.time() - int(environ["HTTP_X_WEBHOOK_TIMESTAMP"]))
        start_response("200 OK", [])
        return [b""]
    fake.account(fake.key, webhook_key="w")
    fake.deliver_to(app)
    fake.plan_next(seconds=900)
    requests.post(CREATE, json={**BODY, "callBackUrl": "https://me.test/hook"}, headers=HEADERS, timeout=5)
    fake.advance(901)
    assert len(ages) == 1 and -2 < ages[0] < 60, ages

def test_skipped(fakie):
    go(fakie)

def test_stopped(fakie):
    fakie.freeze()
    go(fakie)

def test_one_account(fakie):
    fakie.advance(9999, account=fakie.key)
    go(fakie)

@pytest.mark.fakie(fast_forward=False)
def test_real(fakie):
    go(fakie)

@pytest.mark.fakie(fast_forward=False)
def test_a_block(fakie):
    fakie.advance(5000)
    with fakie.fast_forward():
        go(fakie)

@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.fakie(fast_forward=False))])
def test_freezegun(fakie, real):
    with freezegun.freeze_time("2020-01-01"):
        go(fakie)

def test_time_machine(fakie):
    with time_machine.travel(datetime.datetime(2020, 1, 1), tick=True):
        go(fakie)

def test_shared(fakie_session):
    fakie_session.advance(9999)
    go(fakie_session)
""",
        passed=9,
    )


def test_what_measures_sees_the_clocks_of_the_machine(run: Callable[..., object]) -> None:
    """A benchmark tells how long a job took, and not how long it was skipped."""
    run(
        '''
import types

MEASURING = """
import time

def measured(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
"""

def test_measuring(fakie):
    tool, own = types.ModuleType("pytest_benchmark.fixture"), types.ModuleType("own")
    for module in (tool, own):
        exec(MEASURING, vars(module))
    assert own.measured(lambda: time.sleep(600)) >= 600
    assert tool.measured(lambda: time.sleep(600)) < 600
'''
    )
