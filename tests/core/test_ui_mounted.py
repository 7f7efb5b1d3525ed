"""The fake's own pages where a server has the fake below a path, among other applications, or a proxy does."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from fakie.adapters.flask_app import door_app
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, KEY, MODEL
from support.ui import PLACES, TOKEN, UI

Make = Callable[..., Service]
HERE = {"REMOTE_ADDR": "127.0.0.1"}


def mounted(service: Service, prefix: str) -> Client:
    """A client of a server that has something else at the root."""

    def other(_: Any, start_response: Any) -> list[bytes]:
        start_response("404 NOT FOUND", [])
        return [b"another application"]

    return Client(DispatcherMiddleware(other, {prefix: door_app(service)}))


def filled(page: TestResponse, **more: str) -> dict[str, str]:
    """What a browser sends by a form of the page: what is hidden in it, and more."""
    return {**dict(re.findall(r'name="(form_secret|back)" value="([^"]*)"', page.text)), **more}


@pytest.mark.parametrize("prefix", ["/kie", "/a/b"])
def test_every_link_of_the_pages_leads_to_the_fake(service: Service, prefix: str) -> None:
    """Of each page, its styles and scripts, and what the script asks for news."""
    client = mounted(service, prefix)
    client.post(prefix + CREATE, json={"model": MODEL, "input": {}}, headers=KEY)
    for place in PLACES:
        page = client.get(f"{prefix}{UI}{place}", environ_base=HERE)
        assert page.status_code == 200
        links = re.findall(r'(?:href|src|action|data-events)="([^"#]+)"', page.text)
        assert len(links) > 8
        for link in {urlsplit(link).path for link in links if "://" not in link and not link.startswith("?")}:
            status = client.get(link, environ_base=HERE, follow_redirects=True).status_code
            assert (link, status in {200, 404} and link.startswith(f"{prefix}{UI}")) == (link, True)
            # Forms are sent there, and not looked at.
            assert status == 200 or link.endswith("/pull")


def test_a_form_leads_back_to_its_page(service: Service) -> None:
    """A lever is pulled, and the browser goes on below the prefix."""
    client = mounted(service, "/kie")
    page = client.get(f"/kie{UI}/levers", environ_base=HERE)
    form = filled(page, method="POST", path="/faults", back=f"/kie{UI}/levers", **{"arg.code": "500"})
    answer = client.post(f"/kie{UI}/pull", data=form, environ_base=HERE)
    assert (answer.status_code, answer.location) == (303, f"/kie{UI}/levers?notice=fault")
    assert client.get(f"/kie{UI}", environ_base=HERE).location == f"/kie{UI}/"
    away = client.post(f"/kie{UI}/pull", data={**form, "back": f"//evil.example{UI}/"}, environ_base=HERE)
    assert urlsplit(away.location)[:3] == ("", "", f"/kie{UI}/")


def test_who_signs_in_stays_signed_in(make: Make) -> None:
    """The session's cookie is sent to the pages below the prefix, and taken back there."""
    client = mounted(make(admin_token=TOKEN), "/k i")
    first = client.get(f"/k i{UI}/tasks", environ_base=HERE)
    answer = client.post(f"/k i{UI}/login", data=filled(first, token=TOKEN), environ_base=HERE)
    assert (first.status_code, answer.status_code, answer.location) == (401, 303, f"/k%20i{UI}/tasks")
    page = client.get(answer.location, environ_base=HERE)
    assert page.status_code == 200
    client.post(f"/k i{UI}/logout", data=filled(page), environ_base=HERE)
    assert client.get(f"/k i{UI}/tasks", environ_base=HERE).status_code == 401


def test_a_prefix_is_no_host(service: Service) -> None:
    """However a server spells it."""
    environ = {**HERE, "SCRIPT_NAME": "//evil.example"}
    answer = door_app(service).test_client().get(UI, environ_overrides=environ)
    assert answer.location == f"/evil.example{UI}/"


def test_the_api_answers_below_the_prefix(service: Service) -> None:
    """As it does at a root of its own."""
    assert mounted(service, "/kie").get(f"/kie{CREDIT}", headers=KEY).get_json()["code"] == 200


PUBLIC = "https://kie.example:8443/a%20b"


@pytest.mark.parametrize("host", ["kie.example:8443", "KIE.example"])
def test_pages_behind_a_proxy_lead_back_through_it(make: Make, host: str) -> None:
    """It takes the path of the public URL off each request, and keeps the host, with its port or without."""
    proxied = door_app(make(admin_token=TOKEN, public_url=PUBLIC)).test_client()
    asked = {"environ_base": HERE, "headers": {"Host": host}, "base_url": "https://kie.example:8443"}
    first = proxied.get(f"{UI}/tasks", **asked)
    links = re.findall(r'(?:href|src|action|data-events)="([^"#]+)"', first.text)
    assert [link for link in links if link.startswith(f"/a b{UI}")] == links != []
    answer = proxied.post(f"{UI}/login", data=filled(first, token=TOKEN), **asked)
    assert (answer.status_code, answer.location) == (303, f"/a%20b{UI}/tasks")
    assert f"Path=/a%20b{UI};" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "kie.example:8080", "localhost", "::"])
def test_who_asks_the_fake_itself_is_led_past_the_proxy(make: Make, host: str) -> None:
    """Its own port, or another name of it, knows nothing of the path of the public URL."""
    client = door_app(make(public_url=PUBLIC)).test_client()
    page = client.get(f"{UI}/", environ_base=HERE, headers={"Host": host})
    assert re.search(r'="(/[^"]*/_fakie/ui)', page.text) is None
