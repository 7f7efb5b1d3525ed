"""Two mocks in one test: the table of docs/calls.md, kept by trying each in each order."""

import re
from pathlib import Path

import pytest

from support.clients.plugin_project import MOCKS as PLUGINS

PAGE = Path(__file__).parents[3] / "docs" / "calls.md"

PREAMBLE = """
import asyncio, json, urllib.request
import pytest, requests, responses

BASE = "https://api.kie.ai/api/v1/jobs/createTask"
BODY = {"model": "elevenlabs/audio-isolation", "input": {}}
HEADERS = {"Authorization": "Bearer any"}


def by_requests():
    return requests.post(BASE, json=BODY, headers=HEADERS, timeout=5).json()["code"]

def by_httpx():
    import httpx
    return httpx.post(BASE, json=BODY, headers=HEADERS).json()["code"]

def by_async_httpx():
    import httpx
    async def go():
        async with httpx.AsyncClient() as client:
            return (await client.post(BASE, json=BODY, headers=HEADERS)).json()["code"]
    return asyncio.run(go())

def by_aiohttp():
    import aiohttp
    async def go():
        async with aiohttp.ClientSession() as session, session.post(BASE, json=BODY, headers=HEADERS) as answer:
            return (await answer.json())["code"]
    return asyncio.run(go())

def by_urllib():
    asked = urllib.request.Request(BASE, json.dumps(BODY).encode(), {**HEADERS, "Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)["code"]
"""

# By the mock: a fixture `mock` that mocks https://shop.test/, how that is asked for, and who asks the fake.
MOCKS = {
    "responses": (
        """
@pytest.fixture
def mock():
    with responses.RequestsMock() as started:
        started.get("https://shop.test/", body="3")
        yield started
""",
        "requests.get('https://shop.test/', timeout=5).text",
        ("by_requests", "by_httpx", "by_aiohttp", "by_urllib"),
    ),
    "requests_mock": (
        """
import requests_mock as library

@pytest.fixture
def mock():
    with library.Mocker() as started:
        started.get("https://shop.test/", text="3")
        yield started
""",
        "requests.get('https://shop.test/', timeout=5).text",
        ("by_requests", "by_httpx", "by_aiohttp", "by_urllib"),
    ),
    "respx": (
        """
import httpx, respx

@pytest.fixture
def mock():
    with respx.mock as started:
        started.get("https://shop.test/").respond(text="3")
        yield started
""",
        "httpx.get('https://shop.test/').text",
        ("by_requests", "by_httpx", "by_async_httpx", "by_aiohttp"),
    ),
    "pytest_httpx": (
        """
import httpx

@pytest.fixture
def mock(httpx_mock):
    httpx_mock.add_response(url="https://shop.test/", text="3")
""",
        "httpx.get('https://shop.test/').text",
        ("by_requests", "by_httpx", "by_async_httpx", "by_aiohttp"),
    ),
    "pook": (
        """
import pook

@pytest.fixture
def mock():
    with pook.use():
        pook.get("https://shop.test/").reply(200).body("3")
        yield
""",
        "requests.get('https://shop.test/', timeout=5).text",
        ("by_requests", "by_httpx", "by_aiohttp", "by_urllib"),
    ),
    "aioresponses": (
        """
import aiohttp, aioresponses

async def shop():
    async with aiohttp.ClientSession() as session:
        try:
            await session.get("https://shop.test/")
        except OSError as error:  # Its answers cannot be made with every aiohttp.
            return str(error)

@pytest.fixture
def mock():
    with aioresponses.aioresponses() as started:
        started.get("https://shop.test/", exception=OSError("3"))
        yield
        assert all("kie.ai" not in str(url) for _, url in started.requests)
""",
        "asyncio.run(shop())",
        ("by_aiohttp", "by_requests"),
    ),
    "vcr": (
        """
import pathlib, vcr

CASSETTE = '''
interactions:
- request: {method: GET, uri: "https://shop.test/", body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: "3"}}
version: 1
'''

@pytest.fixture
def mock(tmp_path):
    path = tmp_path / "cassette.yaml"
    path.write_text(CASSETTE)
    with vcr.use_cassette(str(path), record_mode="new_episodes"):
        yield
    assert "kie.ai" not in path.read_text()
""",
        "requests.get('https://shop.test/', timeout=5).text",
        ("by_requests", "by_httpx", "by_aiohttp", "by_urllib"),
    ),
}

TESTS = """

SENDERS = [{senders}]

@pytest.mark.parametrize("ask", SENDERS)
def test_mock_first(mock, fakie, ask):
    assert ask() == 200 and {shop} == "3"

@pytest.mark.parametrize("ask", SENDERS)
def test_fakie_first(fakie, mock, ask):
    assert ask() == 200 and {shop} == "3"

@pytest.mark.parametrize("ask", SENDERS)
def test_fakie_alone(fakie, ask):
    assert ask() == 200
"""


# What a mock goes on to do as ever beside a fake.
OWN_RULES = """
import aiohttp, aioresponses, httpx, requests_mock as library

def elsewhere(request):
    return request.url.host != "127.0.0.1"

@pytest.mark.httpx_mock(should_mock=elsewhere, assert_all_responses_were_requested=False)
def test_should_mock(httpx_mock, fakie_server):
    "A `should_mock` of the user's own still counts."
    httpx_mock.add_response(url="https://shop.test/", text="3")
    assert by_httpx() == 200
    assert httpx.get(fakie_server.url + "/_fakie/health").status_code == 200

def test_unexpected(fakie):
    "An unexpected call elsewhere is the mock's error."
    with library.Mocker(), pytest.raises(library.NoMockAddress):
        requests.get("https://elsewhere.test/", timeout=5)
    with responses.RequestsMock(), pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        requests.get("https://elsewhere.test/", timeout=5)

async def _get_elsewhere():
    async with aiohttp.ClientSession() as session:
        await session.get("https://elsewhere.test/")

EARLY = aioresponses.aioresponses()

def test_unexpected_beside_a_call_of_the_fake(fakie):
    "Nor is it let out after one of the fake; a mock from before the test does as well."
    with EARLY:
        assert by_aiohttp() == 200
        with pytest.raises(aiohttp.ClientConnectionError, match="Connection refused: GET https://elsewhere.test/"):
            asyncio.run(_get_elsewhere())
        assert by_aiohttp() == 200
        assert not EARLY.passthrough_unmatched
"""

MOUNTED = """
from fakie.harness.start import new_fake

def test_mounted(fakie):
    "The mock counts its calls, and the answer is with the library's errors."
    with responses.RequestsMock() as mock:
        fakie.mount(mock)
        assert by_requests() == 200
        assert mock.calls[0].response.json()["data"]["taskId"] == fakie.tasks[0].id
        fakie.spoil_next("reset")
        with pytest.raises(requests.ConnectionError):
            by_requests()
        fakie.spoil_next("lost")
        with pytest.raises(requests.ReadTimeout):
            by_requests()
        parts = iter([json.dumps(BODY).encode()])
        answer = requests.post(BASE, data=parts, headers={**HEADERS, "Content-Type": "application/json"}, timeout=5)
        assert answer.json()["code"] == 200
    assert len(fakie.tasks) == 4

@responses.activate
def test_mounted_in_the_default_mock(fakie):
    fakie.mount(responses)
    assert by_requests() == 200
    assert len(responses.calls) == 1

def test_mounted_without_the_fixture():
    "Where no fixture intercepts."
    fake = new_fake()
    with responses.RequestsMock() as mock:
        fake.mount(mock)
        assert by_requests() == 200
        with pytest.raises(requests.ConnectionError, match="does not answer this host"):
            requests.get("https://elsewhere.test/", timeout=5)
"""


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The mocks."""
    return PLUGINS


def test_the_fake_answers_beside_every_other_mock_in_either_order(pytester: pytest.Pytester) -> None:
    """Its hosts are its own, the mock's are the mock's; nothing of the fake's is recorded; the next test is as ever.

    A mock's own rules stay, and a fake that is mounted in one is answered for by it. A file for each, in one process.
    """
    files = {
        f"test_{name}": PREAMBLE + fixture + TESTS.format(senders=", ".join(senders), shop=shop)
        for name, (fixture, shop, senders) in MOCKS.items()
    }
    pytester.makepyfile(**files, test_own_rules=PREAMBLE + OWN_RULES, test_mounted=PREAMBLE + MOUNTED)
    pytester.makeini("[pytest]\naddopts = -W error -W ignore::DeprecationWarning -p no:cacheprovider")
    expected = 3 * sum(len(senders) for *_, senders in MOCKS.values())
    pytester.runpytest_subprocess().assert_outcomes(passed=expected + 3 + 3)


def test_the_docs_list_exactly_these_mocks() -> None:
    """The table has a row for each that is tried, and no other."""
    rows = re.findall(r"^\| `?(\w+)`? \| works \| works \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(MOCKS)


@pytest.mark.parametrize("plugins", [()], ids=["no-mocks"])
def test_what_is_no_mock_is_refused_in_one_line(pytester: pytest.Pytester) -> None:
    """Also where nobody has imported `responses` yet."""
    pytester.makepyfile("""
        import pytest
        from fakie.core.control.errors import WrongOrderError

        def test_it(fakie):
            with pytest.raises(WrongOrderError, match=r"expected a responses.RequestsMock, or responses itself; got 5"):
                fakie.mount(5)
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
