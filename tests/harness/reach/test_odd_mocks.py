"""Mocks that are used in other ways than most: for any URL, with parts of one's own, mounted by hand."""

import pytest

from support.clients.plugin_project import MOCKS

PREAMBLE = """
import pytest, requests

BASE = "https://api.kie.ai/api/v1/jobs/createTask"
CALL = {"json": {"model": "elevenlabs/audio-isolation", "input": {}}, "headers": {"Authorization": "Bearer any"}}
"""


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The mocks."""
    return MOCKS


def test_mocks_that_take_every_call_leave_those_of_a_shared_fake(pytester: pytest.Pytester) -> None:
    """pytest_httpx with an answer for any URL, beside fakes of the module, of the session, and of the test alone."""
    pytest.importorskip("pytest_httpx")
    pytester.makepyfile(
        PREAMBLE
        + """
import httpx

@pytest.fixture(autouse=True)
def mock(httpx_mock):
    httpx_mock.add_response(text="3", is_reusable=True, is_optional=True)

@pytest.mark.parametrize("name", ["fakie_module", "fakie", "fakie_session", "fakie_server"])
def test_shared(request, name):
    request.getfixturevalue(name)
    assert httpx.post(BASE, **CALL).json()["code"] == 200
    assert httpx.get("https://shop.test/").text == "3"
"""
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=4)


def test_an_adapter_of_a_mock_that_is_mounted_by_hand_leaves_the_fakes_hosts(pytester: pytest.Pytester) -> None:
    """That of requests_mock at all of https; other hosts are its own, and so is the fake's in the next test."""
    pytest.importorskip("requests_mock")
    pytester.makepyfile(
        PREAMBLE
        + """
import requests_mock as library

session, adapter = requests.Session(), library.Adapter()
session.mount("https://", adapter)
adapter.register_uri("GET", "https://shop.test/", text="3")

def test_it(fakie):
    for _ in range(2):
        assert session.post(BASE, timeout=5, **CALL).json()["code"] == 200
    assert session.get("https://shop.test/").text == "3"
    assert len(fakie.tasks) == 2

def test_next():
    with pytest.raises(library.NoMockAddress):
        session.post(BASE)
"""
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_registry_of_ones_own_passes_the_fakes_hosts_on(pytester: pytest.Pytester) -> None:
    """One with a `find` of its own, which `responses` asks in place of those that it brings."""
    pytester.makepyfile(
        PREAMBLE
        + """
import responses

class Last(responses.registries.FirstMatchRegistry):
    def find(self, request):
        fits = [one for one in self.registered if one.matches(request)[0]]
        return (fits[-1], []) if fits else (None, ["none"])

@responses.activate(registry=Last)
def test_it(fakie):
    responses.get("https://shop.test/", body="2")
    responses.get("https://shop.test/", body="3")
    assert requests.post(BASE, timeout=5, **CALL).json()["code"] == 200
    assert requests.get("https://shop.test/", timeout=5).text == "3"
"""
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
