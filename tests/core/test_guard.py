"""Who may use a fake of this machine: programs, and pages of this machine, by its names."""

from collections.abc import Callable, Mapping

import httpx
import pytest
import requests

from fakie.core.http.messages import Request
from fakie.core.service import Service
from fakie.harness.start import in_process
from support.clients.doors import CREDIT, KEY, Door

ABOUT = "/_fakie/"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil",
        "10.0.0.1",
        "2130706433",
        "0x7f.1",
        "localhost@evil.example",
        "localhost, evil.example",
        "localhost:99999",
        "[::2]",
    ],
)
def test_the_levers_answer_to_names_of_this_machine_alone(door: Door, host: str) -> None:
    """A name that somebody pointed here moves nothing; the API itself takes any name."""
    assert door.get(ABOUT, {"Host": host}).situation == "lever_forbidden"
    assert door.post("/_fakie/reset", headers={"Host": host}).status == 403
    assert door.get(CREDIT, {**KEY, "Host": host}).code == 200


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:80", "fake.test"]
)
def test_names_of_this_machine_open_the_levers(door: Door, host: str) -> None:
    """Loopback in every spelling, with any port, and the host of the public URL."""
    assert door.get(ABOUT, {"Host": host}).status == 200


def test_a_request_that_names_no_host_is_no_browsers(service: Service) -> None:
    """Calls in process have no Host; an absolute target counts as the host it names."""
    assert service.handle(Request("GET", ABOUT)).status == 200
    local = {"host": "localhost"}
    assert service.handle(Request("GET", ABOUT, headers=local, target="http://evil.example/_fakie/")).status == 403
    assert service.handle(Request("GET", ABOUT, headers=local, target="http://127.0.0.1/_fakie/")).status == 200


PAGES: list[Mapping[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "file://"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example\\\\@localhost"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "Cross-Site"},
]


@pytest.mark.parametrize("headers", PAGES, ids=str)
def test_a_page_elsewhere_gets_nothing_done(door: Door, headers: Mapping[str, str]) -> None:
    """Neither API nor levers answer a browser that was made to ask; nothing is charged or made."""
    assert door.create(headers={**KEY, **headers}).situation == "page_foreign"
    assert door.get(CREDIT, {**KEY, **headers}).status == 403
    assert door.get(ABOUT, headers).situation == "lever_forbidden"
    assert door.get("/_fakie/health", headers).status == 403
    assert list(door.service.state.store.tasks()) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "HTTP://[::1]:3000"},
        {"Origin": "http://fake.test"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_pages_of_this_machine_and_typed_addresses_are_answered(door: Door, headers: Mapping[str, str]) -> None:
    """A web app under development reaches API and levers."""
    assert door.create(headers={**KEY, **headers}).code == 200
    assert door.get(ABOUT, headers).status == 200


def test_with_the_token_any_host_will_do(make: Callable[..., Service]) -> None:
    """Whoever has the token need not be on this machine."""
    token = {"authorization": "Bearer secret", "host": "fake.example"}
    assert make(admin_token="secret").handle(Request("GET", ABOUT, headers=token, remote="10.0.0.1")).status == 200


def test_code_in_the_same_process_reaches_the_levers_by_the_vendors_host(service: Service) -> None:
    """Requests and httpx are answered without a port, so nobody else can be asking."""
    with in_process(service):
        assert requests.get("https://api.kie.ai/_fakie/", timeout=5).status_code == 200
        assert httpx.get("https://api.kie.ai/_fakie/").status_code == 200
