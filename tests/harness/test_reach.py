"""Calls of every library: answered in process or refused with one message, and never sent."""

import asyncio
import http.client
import importlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3

from fakie.harness.fake import Fake
from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE

# Taken before any block, as code under test may have done.
from socket import getaddrinfo as held_look_up  # isort: skip

JSON = {**KEY, "Content-Type": "application/json"}
SENT = json.dumps(BODY).encode()


def library(name: str) -> Any:
    return pytest.importorskip(name)


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
    return library(name).post(base + CREATE, json=BODY, headers=KEY).json()


def by_httpx2(base: str) -> Any:
    return by_httpx(base, "httpx2")


async def _async_httpx(base: str, name: str) -> Any:
    async with library(name).AsyncClient(base_url=base, headers=KEY) as client:
        return (await client.post(CREATE, json=BODY)).json()


def by_async_httpx(base: str) -> Any:
    return asyncio.run(_async_httpx(base, "httpx"))


def by_async_httpx2(base: str) -> Any:
    return asyncio.run(_async_httpx(base, "httpx2"))


def by_httpx_on_trio(base: str) -> Any:
    return library("trio").run(_async_httpx, base, "httpx")


async def _aiohttp(base: str) -> Any:
    post = {"json": BODY, "headers": KEY}
    session = library("aiohttp").ClientSession(trust_env=True)
    async with session, session.post(base + CREATE, **post) as answer:
        return json.loads(await answer.text())


def by_aiohttp(base: str) -> Any:
    return asyncio.run(_aiohttp(base))


def by_aiohttp_on_uvloop(base: str) -> Any:
    with asyncio.Runner(loop_factory=library("uvloop").new_event_loop) as runner:
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
    niquests = library("niquests")
    with niquests.Session() as session:
        for _ in range(2):
            assert session.post(BASE + CREATE, json=BODY, headers=KEY, timeout=3).json()["code"] == 200
    assert by_requests(BASE)["code"] == 200
    assert len(fake.tasks) == 3


# --- what is refused


def refused_websockets() -> None:
    library("websockets")
    client = importlib.import_module("websockets.sync.client")
    client.connect("wss://api.kie.ai/live")


def refused_async_websockets() -> None:
    client = importlib.import_module(library("websockets").__name__ + ".asyncio.client")

    async def go() -> None:
        async with client.connect("wss://api.kie.ai/live"):
            pass

    asyncio.run(go())


def refused_socket() -> None:
    socket.create_connection(("api.kie.ai", 443), timeout=1)


def refused_connect_by_name() -> None:
    with socket.socket() as made:
        made.connect(("api.kie.ai", 443))


def refused_look_up() -> None:
    socket.gethostbyname("API.kie.ai.")


def refused_held_look_up() -> None:
    held_look_up("api.kie.ai", 443)


def refused_open_connection() -> None:
    asyncio.run(asyncio.open_connection("api.kie.ai", 443))


def refused_open_connection_on_uvloop() -> None:
    with asyncio.Runner(loop_factory=library("uvloop").new_event_loop) as runner:
        runner.run(asyncio.open_connection("api.kie.ai", 443, ssl=True))


def refused_trio() -> None:
    trio = library("trio")
    trio.run(trio.open_tcp_stream, "api.kie.ai", 443)


def refused_curl_cffi() -> None:
    library("curl_cffi").get(BASE + CREATE, timeout=1)


def refused_pycurl() -> None:
    handle = library("pycurl").Curl()
    try:
        handle.setopt(handle.URL, BASE + CREATE)
        handle.perform()
    finally:
        handle.close()


def refused_tls_to_an_address() -> None:
    left, right = socket.socketpair()
    with left, right:
        ssl.create_default_context().wrap_socket(left, server_hostname="api.kie.ai")


def refused_tls_in_memory() -> None:
    ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, "api.kie.ai")


def refused_result_host() -> None:
    requests.get("https://tempfile.aiquickdraw.com/a.mp3", timeout=1)


def refused_by_httpx() -> None:
    library("httpx").get("https://file.aiquickdraw.com/a.mp3")


def refused_by_aiohttp() -> None:
    async def go() -> None:
        async with library("aiohttp").ClientSession() as session:
            await session.get("https://cdn.kie.ai/a.mp3")

    asyncio.run(go())


# A host of which some paths are answered.
FILES = "https://tempfile.redpandaai.co"


def refused_path() -> None:
    requests.get(f"{FILES}/other/a.png", headers=KEY, timeout=1)


def refused_path_by_httpx() -> None:
    library("httpx").get(f"{FILES}/", headers=KEY)


def refused_path_by_aiohttp() -> None:
    async def go() -> None:
        async with library("aiohttp").ClientSession() as session:
            await session.post(f"{FILES}/api/v1/jobs/createTask", data=b"x", headers=KEY)

    asyncio.run(go())


ADDRESS, HOST = "http://192.0.2.1/", {"Host": "api.kie.ai:443"}


def refused_header_by_httpx() -> None:
    library("httpx").get(ADDRESS, headers=HOST, timeout=1)


def refused_header_by_aiohttp() -> None:
    async def go() -> None:
        async with library("aiohttp").ClientSession() as session:
            await session.get(ADDRESS, headers=HOST)

    asyncio.run(go())


def refused_process_by_argument() -> None:
    subprocess.run([sys.executable, "-c", f"print({BASE!r})"], check=True)


def refused_process_by_environment() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True, env={**os.environ, "KIE_BASE_URL": BASE})


def refused_shell() -> None:
    subprocess.run(f"echo {BASE}", shell=True, check=True)


def refused_system() -> None:
    os.system(f"echo {BASE}")


REFUSED = [value for name, value in sorted(globals().items()) if name.startswith("refused_")]


@pytest.mark.parametrize("others", [False, True], ids=["pass", "refuse"])
@pytest.mark.parametrize("call", REFUSED)
def test_what_is_not_answered_is_refused_with_one_message(call: Callable[[], None], others: bool) -> None:
    """The error, or one that caused it, names the host and what helps, and the block knows of it."""
    with in_process(new_fake(), refuse_others=others) as reach:
        with pytest.raises(Exception, match=r"fakie|refused|onnect") as caught:
            call()
        assert [text for text in reach.refusals if _host_and_help(text)] == reach.refusals != []
        assert reach.refusals[0] in _texts(caught.value)


def _host_and_help(text: str) -> bool:
    hosts = ("kie.ai", "aiquickdraw.com", "redpandaai.co")
    return any(host in text.lower() for host in hosts) and ("fakie_server" in text or "answered" in text)


def _texts(error: BaseException | None) -> str:
    """Every text of an error, its causes and its parts."""
    texts = ""
    while error is not None:
        texts += f"{error} " + "".join(_texts(part) for part in getattr(error, "exceptions", ()))
        error = error.__cause__ or error.__context__
    return texts


def test_the_message_names_the_library_where_it_is_known() -> None:
    """It is read off the stack: the one that the code under test has called."""
    with in_process(new_fake()) as reach:
        for call in (refused_result_host, refused_by_httpx, refused_by_aiohttp, refused_websockets):
            with pytest.raises(Exception, match="leave this machine"):
                call()
    assert [text.partition(" by ")[2].partition(" ")[0] for text in reach.refusals] == [
        "requests",
        "httpx",
        "aiohttp",
        "websockets",
    ]
