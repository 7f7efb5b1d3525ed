"""Calls of the libraries that are answered in process, and never sent."""

import asyncio
import http.client
import json
import socket
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3

from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE

JSON = {**KEY, "Content-Type": "application/json"}
SENT = json.dumps(BODY).encode()


def by_requests(base: str) -> Any:
    return requests.post(base + CREATE, json=BODY, headers=KEY, timeout=3).json()


def by_urllib3(base: str) -> Any:
    return urllib3.request("POST", base + CREATE, json=BODY, headers=KEY, retries=False).json()


def by_urllib(base: str) -> Any:
    asked = urllib.request.Request(base + CREATE, SENT, JSON)
    with urllib.request.urlopen(asked, timeout=3) as answer:
        return json.load(answer)


def by_http_client(base: str) -> Any:
    scheme, _, place = base.partition("://")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(place, timeout=3)
    connection.request("POST", CREATE, SENT, JSON)
    return json.load(connection.getresponse())


def by_httpx(base: str, name: str = "httpx") -> Any:
    return pytest.importorskip(name).post(base + CREATE, json=BODY, headers=KEY).json()


def by_httpx2(base: str) -> Any:
    return by_httpx(base, "httpx2")


async def _async_httpx(base: str, name: str) -> Any:
    async with pytest.importorskip(name).AsyncClient(base_url=base, headers=KEY) as client:
        return (await client.post(CREATE, json=BODY)).json()


def by_async_httpx(base: str) -> Any:
    return asyncio.run(_async_httpx(base, "httpx"))


def by_async_httpx2(base: str) -> Any:
    return asyncio.run(_async_httpx(base, "httpx2"))


def by_httpx_on_trio(base: str) -> Any:
    return pytest.importorskip("trio").run(_async_httpx, base, "httpx")


async def _aiohttp(base: str) -> Any:
    post = {"json": BODY, "headers": KEY}
    session = pytest.importorskip("aiohttp").ClientSession(trust_env=True)
    async with session, session.post(base + CREATE, **post) as answer:
        return json.loads(await answer.text())


def by_aiohttp(base: str) -> Any:
    return asyncio.run(_aiohttp(base))


def by_aiohttp_on_uvloop(base: str) -> Any:
    with asyncio.Runner(loop_factory=pytest.importorskip("uvloop").new_event_loop) as runner:
        return runner.run(_aiohttp(base))


ANSWERED = [
    by_requests,
    by_urllib3,
    by_urllib,
    by_http_client,
    by_httpx,
    by_httpx2,
    by_async_httpx,
    by_async_httpx2,
    by_httpx_on_trio,
    by_aiohttp,
    by_aiohttp_on_uvloop,
]
SPELLINGS = [
    BASE,
    "http://api.kie.ai",
    "https://API.Kie.AI",
    "https://api.kie.ai.",
    "https://api.kie.ai:443",
    "http://api.kie.ai:8443",
]


@pytest.mark.parametrize("base", SPELLINGS)
@pytest.mark.parametrize("ask", ANSWERED)
def test_each_library_is_answered_however_the_host_is_spelt(fake: Fake, ask: Callable[[str], Any], base: str) -> None:
    """By any scheme and port, in any case, with a dot at the end: the fake answers, once, and nothing is looked up."""
    assert ask(base)["code"] == 200
    assert fake.journal.bodies == [BODY]
    assert fake.journal.situations == ["accepted"]


@pytest.mark.parametrize("ask", ANSWERED)
def test_a_second_call_in_the_same_block_is_answered_too(fake: Fake, ask: Callable[[str], Any]) -> None:
    """Nothing of the first call stands in the way of the next, from another thread as well."""
    got: list[Any] = [ask(BASE)["code"]]
    thread = threading.Thread(target=lambda: got.append(ask(BASE)["code"]))
    thread.start()
    thread.join()
    assert got == [200, 200]


PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"]


@pytest.mark.parametrize("base", [BASE, "http://api.kie.ai"])
@pytest.mark.parametrize("ask", ANSWERED)
def test_a_proxy_in_the_environment_changes_nothing(
    fake: Fake, ask: Callable[[str], Any], base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is never connected to: the call it would have carried is answered."""
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask(base)["code"] == 200


def test_niquests_is_answered_where_it_is_installed(fake: Fake) -> None:
    """It brings a urllib3 of its own, which may take the other's name: then requests goes the same way."""
    niquests = pytest.importorskip("niquests")
    with niquests.Session() as session:
        for _ in range(2):
            assert session.post(BASE + CREATE, json=BODY, headers=KEY, timeout=3).json()["code"] == 200
    assert by_requests(BASE)["code"] == 200
    assert len(fake.tasks) == 3


def test_niquests_gives_no_key_to_a_proxy(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TLS a proxy of the environment would be sent the whole request; here it is never connected to."""
    niquests = pytest.importorskip("niquests")
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        answer = niquests.get("http://api.kie.ai/api/v1/chat/credit", headers=KEY, timeout=5)
        assert answer.json()["code"] == 200
        with pytest.raises(BlockingIOError):
            proxy.accept()
