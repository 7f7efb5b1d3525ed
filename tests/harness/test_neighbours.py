"""Getting along: other HTTP libraries by the port, and other people's test tools in the same test."""

import pytest

PREAMBLE = """
import asyncio, os, time
import pytest

BODY = {"model": "elevenlabs/audio-isolation", "input": {}}
HEADERS = {"Authorization": "Bearer my-key", "Content-Type": "application/json"}
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo?taskId="
BASE = "https://api.kie.ai"
"""


@pytest.fixture
def run(beside_all: pytest.Pytester) -> object:
    """Run a test module in a project of its own, warnings as errors."""

    def go(text: str, *arguments: str, **outcomes: int) -> None:
        beside_all.makeini(
            "[pytest]\naddopts = -W error -p no:cacheprovider\nasyncio_default_fixture_loop_scope = function"
        )
        beside_all.makepyfile(PREAMBLE + text)
        beside_all.runpytest_subprocess(*arguments).assert_outcomes(**(outcomes or {"passed": 1}))

    return go


def test_aiohttp_by_the_port(run: object) -> None:
    """Base URL by environment; the ten minutes of the poll loop are skipped."""
    run(
        """
    import aiohttp

    async def generate(base):
        async with aiohttp.ClientSession(base, headers=HEADERS) as session:
            async with session.post(CREATE, json=BODY) as answer:
                task = (await answer.json())["data"]["taskId"]
            for polls in range(1, 200):
                async with session.get(RECORD + task) as answer:
                    if (await answer.json())["data"]["state"] == "success":
                        return polls
                await asyncio.sleep(5)

    def test_aiohttp(fakie_env):
        fakie_env.plan_next(seconds=595)
        assert asyncio.run(generate(os.environ["KIE_BASE_URL"])) == 120
    """.replace("\n    ", "\n")
    )  # type: ignore[operator]


def test_urllib_and_urllib3_by_the_port(run: object) -> None:
    """The two that `requests` does not stand on, or stands upon."""
    run("""
import json, urllib.request
import urllib3

def test_urllib(fakie_server):
    request = urllib.request.Request(fakie_server.url + CREATE, json.dumps(BODY).encode(), HEADERS)
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert json.load(answer)["code"] == 200
    with urllib3.PoolManager() as pool:
        answer = pool.request("POST", fakie_server.url + CREATE, json=BODY, headers=HEADERS)
        assert answer.json()["code"] == 200
    assert len(fakie_server.tasks) == 2
""")  # type: ignore[operator]


def test_tenacity_retries_are_skipped(run: object) -> None:
    """Backoff of minutes passes at once, and the clock has moved by it."""
    run("""
import requests, tenacity

@tenacity.retry(wait=tenacity.wait_fixed(60), stop=tenacity.stop_after_attempt(5))
def create():
    answer = requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()
    if answer["code"] != 200:
        raise RuntimeError(answer["msg"])

def test_retry(fakie):
    fakie.fail_next("rate_limited", times=4)
    before = time.time()
    create()
    assert 240 <= time.time() - before < 290
    assert fakie.conduct == []
""")  # type: ignore[operator]


def test_pytest_asyncio_tests_use_the_fixture(run: object) -> None:
    """An async test skips its sleeps as well."""
    run("""
import httpx

@pytest.mark.asyncio
async def test_async(fakie):
    async with httpx.AsyncClient(base_url=BASE, headers=HEADERS) as client:
        task = (await client.post(CREATE, json=BODY)).json()["data"]["taskId"]
        await asyncio.sleep(300)
        assert (await client.get(RECORD + task)).json()["data"]["state"] == "success"
""")  # type: ignore[operator]


def test_pytest_socket_lets_it_work_in_process(run: object) -> None:
    """With every socket forbidden, the in-process door still answers."""
    run(
        """
import requests

def test_no_sockets(fakie):
    assert requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["code"] == 200
""",
        "--disable-socket",
    )  # type: ignore[operator]


def test_pytest_sockets_guards_end_with_their_test(run: object) -> None:
    """In whatever order guard and fake begin, the next test has sockets and look-ups as before."""
    run(
        """
import requests, socket

REAL = socket.getaddrinfo, socket.gethostbyname, socket.socket, socket.socket.connect

def call():
    assert requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["code"] == 200
    with pytest.raises(OSError, match="fakie"):
        socket.gethostbyname_ex("api.kie.ai")

def is_as_before():
    assert (socket.getaddrinfo, socket.gethostbyname, socket.socket, socket.socket.connect) == REAL

@pytest.fixture
def looking(request):
    yield
    with pytest.raises(OSError, match="fakie"):
        socket.getaddrinfo("api.kie.ai", 443)

@pytest.mark.disable_socket
def test_marker(fakie, looking): call()
def test_after_the_marker(): is_as_before()
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_hosts(fakie): call()
def test_after_hosts(): is_as_before()
def test_fixture_first(socket_disabled, fakie): call()
def test_after_the_fixture(): is_as_before()
def test_fake_first(fakie, socket_disabled):
    assert requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["code"] == 200
def test_after_the_fake(): is_as_before()
""",
        passed=8,
    )  # type: ignore[operator]


def test_respx_and_responses_mock_other_hosts_beside_it(run: object) -> None:
    """Their hosts are theirs, kie.ai is the fake's."""
    run(
        """
import httpx, requests, responses, respx

@respx.mock(assert_all_called=True)
def test_respx(respx_mock, fakie):
    respx_mock.get("https://shop.test/").respond(json={"price": 1})
    assert httpx.get("https://shop.test/").json() == {"price": 1}
    assert httpx.post(BASE + CREATE, json=BODY, headers=HEADERS).json()["code"] == 200

@responses.activate
def test_responses(fakie):
    responses.get("https://shop.test/", json={"price": 2})
    assert requests.get("https://shop.test/", timeout=5).json() == {"price": 2}
    assert requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["code"] == 200
""",
        passed=2,
    )  # type: ignore[operator]


def test_vcr_does_not_see_what_the_fake_answers(run: object) -> None:
    """Inside a cassette that records nothing new, the fake's hosts still work, and nothing is written."""
    run("""
import pathlib, requests, vcr

def test_vcr(fakie):
    with vcr.use_cassette("cassette.yaml", record_mode="none"):
        assert requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["code"] == 200
    assert not pathlib.Path("cassette.yaml").exists()
""")  # type: ignore[operator]


def test_freezegun_freezes_its_own(run: object) -> None:
    """Frozen dates stay frozen; the fake answers, and its own time goes on."""
    run("""
import datetime, freezegun, requests

def test_frozen(fakie):
    with freezegun.freeze_time("2030-01-01"):
        assert datetime.date.today().year == 2030
        task = requests.post(BASE + CREATE, json=BODY, headers=HEADERS, timeout=5).json()["data"]["taskId"]
        fakie.advance(10)
        record = requests.get(BASE + RECORD + task, headers=HEADERS, timeout=5).json()["data"]
        assert record["state"] == "success"
""")  # type: ignore[operator]
