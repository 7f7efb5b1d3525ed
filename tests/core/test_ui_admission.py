"""Who may see and move by the fake's own pages: origins, tokens, sessions, and what is no form of them."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from fakie.core.service import Service
from support.clients.doors import MODEL, open_door
from support.ui import FORM, PLACES, TOKEN, UI, secret, send, whole

Make = Callable[..., Service]


FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
    {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("place", ["/", "/static/x", "/events", "/login"])
def test_a_page_elsewhere_sees_nothing(service: Service, headers: dict[str, str], place: str) -> None:
    """Another origin, another site, a name that was pointed here: refused as by the levers."""
    response, _ = whole(service, place, headers)
    assert response.status == 403
    assert b"form_secret" not in response.body


@pytest.mark.parametrize(
    "headers",
    [
        *FOREIGN,
        {"Origin": "http://localhost:3000", "Host": "localhost:8080"},
        {"Sec-Fetch-Site": "same-site", "Host": "localhost:8080"},
    ],
)
def test_a_page_elsewhere_moves_nothing(service: Service, headers: dict[str, str]) -> None:
    """Not even one of another port of this machine, and not with the right secret."""
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door), "method": "POST", "path": "/faults", "arg.code": "500"}
    for path in ("/pull", "/login", "/logout"):
        response, _ = whole(service, path, {**FORM, **headers}, "POST", urlencode(form).encode())
        assert response.status == 403
    assert len(service.control.orders.books["faults"]) == 0


@pytest.mark.parametrize("given", [{}, {"form_secret": ""}, {"form_secret": "0" * 64}, {"form_secret": "ü"}])
def test_a_form_without_its_secret_moves_nothing(service: Service, given: dict[str, str]) -> None:
    """The secret is of one fake: nobody who has not read its page can know it."""
    body = urlencode({**given, "method": "POST", "path": "/faults", "arg.code": "500"}).encode()
    response, _ = whole(service, "/pull", FORM, "POST", body)
    assert response.status == 403
    assert len(service.control.orders.books["faults"]) == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--b\r\n\r\n"),
        ("", b"form_secret=1"),
        ("application/x-www-form-urlencoded", b"a=1&" * 600),
        ("application/x-www-form-urlencoded", b"\xff=\xfe"),
        ("application/x-www-form-urlencoded", b"x" * (4 * 1024 * 1024 + 1)),
    ],
)
def test_a_body_that_is_no_form_is_refused(service: Service, kind: str, body: bytes) -> None:
    """With a page and a reason, never an error of ours."""
    response, _ = whole(service, "/pull", {"Content-Type": kind}, "POST", body)
    assert 400 <= response.status < 500
    assert not service.bugs


def test_other_methods_and_paths_are_answered_by_a_page(service: Service) -> None:
    """Nothing there, and no such method; a path that only begins alike is no page."""
    assert whole(service, "/nothing")[0].status == 404
    assert whole(service, "/entries/99")[0].status == 404
    assert whole(service, "/tasks/none")[0].status == 404
    assert whole(service, "", method="PUT")[0].status == 405
    assert whole(service, "")[1]["location"] == f"{UI}/"
    assert b"no lever answers" in whole(service, "x")[0].body


def session(service: Service, token: str = TOKEN) -> dict[str, str]:
    """Sign in, and return the cookie as a browser sends it."""
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door, "/"), "token": token}
    response, headers = whole(service, "/login", FORM, "POST", urlencode(form).encode())
    assert response.status == 303, response.body
    cookie = headers["set-cookie"]
    assert "HttpOnly; SameSite=Strict" in cookie
    assert f"Path={UI};" in cookie
    assert token not in cookie
    return {"Cookie": cookie.partition(";")[0]}


def test_with_a_token_nothing_is_shown_or_moved_without_it(make: Make) -> None:
    """Each page asks for the token, a wrong one is told so, the right one begins a session that ends by signing out."""
    service = make(admin_token=TOKEN)
    for place in (*PLACES, "/events", "/entries/1", f"/models/{MODEL}"):
        response, _ = whole(service, place)
        assert response.status == 401
        assert b"Admin token" in response.body
        assert b"<nav" not in response.body
    with open_door("direct", service) as door:
        form = {"form_secret": secret(door, "/"), "method": "POST", "path": "/reload", "token": "wrong"}
        assert whole(service, "/pull", FORM, "POST", urlencode(form).encode())[0].status == 401
        response, headers = whole(service, "/login", FORM, "POST", urlencode(form).encode())
        assert (response.status, "set-cookie" in headers) == (403, False)
        mine = session(service)
        assert whole(service, "/tasks", mine)[0].status == 200
        assert send(door, "/pull", {"method": "POST", "path": "/reload"}, mine).status == 303
        # The form of somebody who is not signed in is not that of a session.
        assert whole(service, "/pull", {**FORM, **mine}, "POST", urlencode(form).encode())[0].status == 403
        assert send(door, "/logout", {}, mine).status == 303
    assert not service.bugs


def test_a_session_is_of_one_token_and_ends(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It outlives a restart, not a change of the token, nor twelve hours, nor the change of a digit."""
    mine = session(make(admin_token=TOKEN))
    assert whole(make(admin_token=TOKEN), "/", mine)[0].status == 200
    assert whole(make(admin_token="another"), "/", mine)[0].status == 401
    name, _, value = mine["Cookie"].partition("=")
    until, _, signed = value.partition(".")
    for changed in (
        f"{int(until) + 1}.{signed}",
        f"{until}.{signed[:-1]}",
        f"{until}.",
        ".",
        "x.y",
        "",
        f"-1.{signed}",
    ):
        assert whole(make(admin_token=TOKEN), "/", {"Cookie": f"{name}={changed}"})[0].status == 401
    monkeypatch.setattr("time.time", lambda: float(until) + 1)
    assert whole(make(admin_token=TOKEN), "/", mine)[0].status == 401


def test_a_page_at_an_address_of_a_network_may_be_used_with_a_token(make: Make) -> None:
    """Its own forms come from that address; without a token it is not shown there."""
    headers = {"Host": "192.168.1.5:8080", "Origin": "http://192.168.1.5:8080"}
    service = make(admin_token=TOKEN)
    mine = {**session(service), **headers}
    with open_door("direct", service) as door:
        assert send(door, "/pull", {"method": "POST", "path": "/reload"}, mine).status == 303
    assert whole(make(), "/", headers)[0].status == 403


@pytest.mark.parametrize("query", ["token={}", "a=1&%74oken={}", "next=http%3A%2F%2Fx%2F%3Ftoken%3D{}"])
def test_no_page_shows_a_secret_of_its_own_url(make: Make, query: str) -> None:
    """Who tries the token in the query is asked for it without reading it back, signed in or not."""
    service = make(admin_token=TOKEN)
    for headers in ({}, session(service)):
        response, _ = whole(service, f"/tasks?{query.format(TOKEN)}", headers)
        assert TOKEN.encode() not in response.body
    response, _ = whole(service, "/tasks?state=fail")
    assert b'name="back" value="/_fakie/ui/tasks?state=fail"' in response.body
