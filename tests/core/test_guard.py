"""Who may use a fake of this machine: programs, and pages of this machine, by its names."""

from collections.abc import Callable, Mapping

import httpx
import pytest
import requests

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie.harness.start import in_process
from support.clients.doors import CREATE, CREDIT, DOORS, KEY, Door, open_door

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
    local = Headers({"host": "localhost"})
    assert service.handle(Request("GET", ABOUT, headers=local, target="http://evil.example/_fakie/")).status == 403
    assert service.handle(Request("GET", ABOUT, headers=local, target="http://127.0.0.1/_fakie/")).status == 200


@pytest.mark.parametrize(
    "sent_on",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "127.0.0.1, 203.0.113.9:4711"},
        {"x-real-ip": "2001:db8::1"},
        {"Forwarded": 'for=127.0.0.1, FOR="[2001:db8::1]:4711";proto=https'},
        {"Forwarded": "proto=https;for=unknown"},
    ],
    ids=str,
)
def test_a_proxy_of_this_machine_is_no_way_in_for_others(
    door: Door, make: Callable[..., Service], sent_on: Mapping[str, str]
) -> None:
    """Where it says that it asks for somebody elsewhere, as most do; with the token they may, and the API is open."""
    assert door.get(ABOUT, {**sent_on, "Host": "fake.test"}).situation == "lever_forbidden"
    assert door.get("/_fakie/ui/", {**sent_on, "Host": "fake.test"}).status == 403
    assert [door.get("/_fakie/health", sent_on).status, door.get(CREDIT, {**KEY, **sent_on}).code] == [200, 200]
    told = {**sent_on, "Authorization": "Bearer secret"}
    assert make(admin_token="secret").handle(Request.of("GET", ABOUT, headers=told)).status == 200


@pytest.mark.parametrize(
    "sent_on",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": " ::1 , ::ffff:127.0.0.1, "},
        {"X-Real-IP": "[::1]:5173"},
        {"Forwarded": 'for="[::1]:5173";host=localhost'},
        {"Forwarded": "proto=http", "X-Forwarded-Host": "a.example"},
    ],
    ids=str,
)
def test_a_proxy_for_this_machine_opens_the_levers(door: Door, sent_on: Mapping[str, str]) -> None:
    """Such as a development server, which passes its own page's requests on."""
    assert door.get(ABOUT, sent_on).status == 200


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
    ("page", "status"),
    [
        ("https://evil.example/a?token=hidden-word", 403),
        ("http://localhost.evil.example/", 403),
        ("nowhere", 403),
        ("http://localhost:3000/a", 200),
        ("http://fake.test/a", 200),
    ],
)
def test_a_page_that_a_referer_alone_tells_of_moves_nothing(door: Door, page: str, status: int) -> None:
    """Browsers that send neither Origin nor Sec-Fetch-Site say so much; to look is no harm, and links come that way."""
    answer = door.send("POST", "/_fakie/reset", b"", {"Referer": page})
    assert answer.status == status
    assert b"hidden-word" not in answer.body
    assert door.get(ABOUT, {"Referer": page}).status == 200
    assert door.create(headers={**KEY, "Referer": page}).code == 200


def test_no_refusal_tells_a_secret_of_who_is_refused(door: Door) -> None:
    """A user before the host, the query of a page: neither the answer has it nor the journal."""
    for headers in (
        {"Host": "user:hidden-word@localhost"},
        {"Host": "localhost", "Origin": "https://user:hidden-word@evil.example"},
        {"Host": "localhost", "Origin": "https://evil.example/?token=hidden-word"},
    ):
        for place in (ABOUT, CREDIT, "/_fakie/ui/"):
            assert b"hidden-word" not in door.get(place, {**KEY, **headers}).body
    journal = door.get("/_fakie/journal").body
    assert b"REDACTED@localhost" in journal
    assert b"hidden-word" not in journal


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


def _asks(service: Service, host: str, remote: str = "10.0.0.1", **headers: str) -> Response:
    named = {"authorization": "Bearer secret", "host": host, **headers}
    return service.handle(Request("GET", ABOUT, headers=Headers(named), remote=remote))


@pytest.mark.parametrize(
    "host", ["10.0.0.7:8080", "[fd00::1]", "fakie:8080", "fakie.internal", "fake.test", "b.example"]
)
def test_with_the_token_other_machines_may_call_by_names_that_are_ours(make: Callable[..., Service], host: str) -> None:
    """An address and a name of the own network cannot be pointed here from outside; others are allowed by name."""
    assert _asks(make(admin_token="secret", allow_host=("b.example",)), host).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example.", "10.0.0.7.evil.example", "a.b.example", "[::1"])
def test_a_name_that_was_pointed_here_opens_nothing_even_with_the_token(
    make: Callable[..., Service], host: str
) -> None:
    """Whoever controls a name could make a browser send the token along; the refusal says what allows it."""
    answer = _asks(make(admin_token="secret", allow_host=("b.example",)), host)
    assert answer.status == 403
    assert b"--allow-host" in answer.body


def test_an_allowed_name_opens_the_levers_to_this_machine_alone(make: Callable[..., Service]) -> None:
    """Without a token it is one more name of loopback, and no way in for others."""
    service = make(allow_host=("b.example",))
    assert _asks(service, "B.example:80", "127.0.0.1").status == 200
    assert _asks(service, "b.example", "10.0.0.1").status == 403


APP = "https://app.example"


@pytest.mark.parametrize("name", DOORS)
def test_a_page_of_an_allowed_origin_uses_the_api(make: Callable[..., Service], name: str) -> None:
    """It may send what the API reads, and its browser shows it the answers, refusals too; levers stay shut."""
    with open_door(name, make(cors_origin=(APP,))) as door:
        _use_from_a_page(door)


def _use_from_a_page(door: Door) -> None:
    asks = {"Origin": APP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = door.ask("OPTIONS", CREATE, headers=asks)
    assert (allowed.status, allowed.situation) == (200, "preflight")
    assert "Authorization" in allowed.headers["access-control-allow-headers"]
    for answer in (allowed, door.create(headers={**KEY, "Origin": APP}), door.get(CREDIT, {"Origin": APP})):
        assert answer.headers["access-control-allow-origin"] == APP
        assert answer.headers["vary"] == "Origin"
    assert door.get(ABOUT, {"Origin": APP}).situation == "lever_forbidden"
    assert "access-control-allow-origin" not in door.get(ABOUT, {"Origin": APP}).headers


def _allowed_headers(service: Service, asked: str) -> list[str]:
    """The headers that a preflight of the allowed page is told that it may send."""
    asks = {"origin": APP, "access-control-request-method": "POST", "access-control-request-headers": asked}
    answer = service.handle(Request("OPTIONS", CREATE, headers=Headers(asks)))
    assert answer.status == 200
    [names] = [value for name, value in answer.headers if name == "Access-Control-Allow-Headers"]
    return names.split(", ")


def test_a_page_may_send_headers_of_its_own(make: Callable[..., Service]) -> None:
    """Those that its browser asks for, each once; what is no name of a header, and what is too much, is not told."""
    service = make(cors_origin=(APP,))
    read = ["Authorization", "Content-Type", "Prefer"]
    asked = "authorization,content-type, traceparent ,x-requested-with,X-Requested-With"
    assert _allowed_headers(service, asked) == [*read, "traceparent", "x-requested-with"]
    for strange in ("", ",,", "a b", "x\r\nset-cookie: a=b", "*/*", "\u00e9", "x" * 81):
        assert _allowed_headers(service, strange) == read
    assert len(_allowed_headers(service, ",".join(f"x-{number}" for number in range(1000)))) < 60


@pytest.mark.parametrize(
    "origin", ["https://app.example.evil", "http://app.example", "https://app.example:8443", "null"]
)
def test_a_page_of_another_origin_stays_outside(make: Callable[..., Service], origin: str) -> None:
    """Scheme, host and port are the origin, to the letter; so does every origin where none is allowed."""
    for service in (make(cors_origin=(APP,)), make()):
        asked = {"origin": origin, "access-control-request-method": "POST"}
        refused = service.handle(Request("OPTIONS", CREATE, headers=Headers(asked)))
        assert refused.status != 200
        from_page = Headers({"origin": origin, "authorization": "Bearer k"})
        answer = service.handle(Request("GET", CREDIT, headers=from_page))
        assert answer.status == 403
        assert not any(name.startswith("Access-Control") for name, _ in (*refused.headers, *answer.headers))


def test_code_in_the_same_process_reaches_the_levers_by_the_vendors_host(service: Service) -> None:
    """Requests and httpx are answered without a port, so nobody else can be asking."""
    with in_process(service):
        assert requests.get("https://api.kie.ai/_fakie/", timeout=5).status_code == 200
        assert httpx.get("https://api.kie.ai/_fakie/").status_code == 200
