"""Calls of libraries that nobody answers: refused with one message, and never sent."""

import asyncio
import importlib.util
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable

import pytest
import requests

from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE, KEY
from support.clients.doors import CREATE

# Taken before any block, as code under test may have done.
from socket import getaddrinfo as held_look_up, gethostbyaddr as held_reverse_look_up  # isort: skip


def refused_websockets() -> None:
    pytest.importorskip("websockets")
    client = importlib.import_module("websockets.sync.client")
    client.connect("wss://api.kie.ai/live")


def refused_async_websockets() -> None:
    client = importlib.import_module(pytest.importorskip("websockets").__name__ + ".asyncio.client")

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


def refused_look_up_by_address() -> None:
    socket.gethostbyaddr("api.kie.ai")


def refused_held_look_up_by_address() -> None:
    held_reverse_look_up("api.kie.ai")


def refused_aiodns() -> None:
    aiodns = pytest.importorskip("aiodns")

    async def go() -> None:
        await aiodns.DNSResolver(timeout=1, tries=1).getaddrinfo("api.kie.ai", 443)

    asyncio.run(go())


def refused_pycares() -> None:
    pycares = pytest.importorskip("pycares")
    pycares.Channel(timeout=1, tries=1).query("api.kie.ai", pycares.QUERY_TYPE_AAAA, callback=print)


def refused_open_connection() -> None:
    asyncio.run(asyncio.open_connection("api.kie.ai", 443))


def refused_open_connection_on_uvloop() -> None:
    with asyncio.Runner(loop_factory=pytest.importorskip("uvloop").new_event_loop) as runner:
        runner.run(asyncio.open_connection("api.kie.ai", 443, ssl=True))


def refused_trio() -> None:
    trio = pytest.importorskip("trio")
    trio.run(trio.open_tcp_stream, "api.kie.ai", 443)


def refused_curl_cffi() -> None:
    pytest.importorskip("curl_cffi").get(BASE + CREATE, timeout=1)


def refused_pycurl() -> None:
    handle = pytest.importorskip("pycurl").Curl()
    try:
        handle.setopt(handle.URL, BASE + CREATE)
        handle.perform()
    finally:
        handle.close()


def refused_pycurl_elsewhere() -> None:
    pycurl = pytest.importorskip("pycurl")
    handle = pycurl.Curl()
    try:
        handle.setopt(pycurl.CONNECT_TO, ["127.0.0.1:443:api.kie.ai:443"])
    finally:
        handle.close()


def refused_curl_cffi_proxy() -> None:
    pytest.importorskip("curl_cffi").get("http://127.0.0.1:9", proxy="http://api.kie.ai:8080", timeout=1)


def refused_curl_cffi_header() -> None:
    pytest.importorskip("curl_cffi").get("http://127.0.0.1:9", headers={"host": "api.kie.ai:443"}, timeout=1)


def refused_pycurl_header() -> None:
    pycurl = pytest.importorskip("pycurl")
    handle = pycurl.Curl()
    try:
        handle.setopt(pycurl.HTTPHEADER, ["Accept: */*", "Host: api.kie.ai"])
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
    pytest.importorskip("httpx").get("https://file.aiquickdraw.com/a.mp3")


def refused_by_aiohttp() -> None:
    async def go() -> None:
        async with pytest.importorskip("aiohttp").ClientSession() as session:
            await session.get("https://cdn.kie.ai/a.mp3")

    asyncio.run(go())


def refused_by_niquests() -> None:
    pytest.importorskip("niquests").get("https://cdn.kie.ai/a.mp3", timeout=1)


def refused_by_async_niquests() -> None:
    async def go() -> None:
        async with pytest.importorskip("niquests").AsyncSession() as session:
            await session.get(BASE + CREATE, timeout=1)

    asyncio.run(go())


# A host of which some paths are answered.
FILES = "https://tempfile.redpandaai.co"


def refused_path() -> None:
    requests.get(f"{FILES}/other/a.png", headers=KEY, timeout=1)


def refused_path_by_httpx() -> None:
    pytest.importorskip("httpx").get(f"{FILES}/", headers=KEY)


def refused_path_by_aiohttp() -> None:
    async def go() -> None:
        async with pytest.importorskip("aiohttp").ClientSession() as session:
            await session.post(f"{FILES}/api/v1/jobs/createTask", data=b"x", headers=KEY)

    asyncio.run(go())


ADDRESS, HOST = "http://192.0.2.1/", {"Host": "api.kie.ai:443"}


def refused_header_by_httpx() -> None:
    pytest.importorskip("httpx").get(ADDRESS, headers=HOST, timeout=1)


def refused_header_by_aiohttp() -> None:
    async def go() -> None:
        async with pytest.importorskip("aiohttp").ClientSession() as session:
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


@pytest.fixture(scope="module", autouse=True)
def _pycares() -> None:
    """Let the thread begin that pycares closes its channels in, where it is installed: one for the whole process."""
    if importlib.util.find_spec("pycares"):
        pytest.importorskip("pycares").Channel().close()


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


@pytest.mark.parametrize("host", ["kie.ai", "www.kie.ai", "tempfile.aiquickdraw.com", "api.redpandaai.co"])
@pytest.mark.parametrize("library", [requests.get, socket.gethostbyname], ids=["answered", "not answered"])
def test_a_host_without_answers_is_told_those_that_have_them(host: str, library: Callable[[str], object]) -> None:
    """No library reaches a wrong base URL: what helps is another one."""
    with in_process(new_fake()) as reach, pytest.raises(OSError, match="leave this machine"):
        library(f"https://{host}/api/v1/jobs/createTask" if library is requests.get else host)
    [told] = reach.refusals
    assert "api.kie.ai, kieai.redpandaai.co, tempfile.redpandaai.co/kieai are answered" in told
    assert "in process" not in told


def test_a_library_that_is_not_answered_is_told_those_that_are() -> None:
    """The host is right: what helps is another library, or a port."""
    with in_process(new_fake()) as reach, pytest.raises(OSError, match="leave this machine"):
        socket.gethostbyname("api.kie.ai")
    assert "are answered in process; point others at fakie_server's url" in reach.refusals[0]


def test_a_look_up_is_refused_as_look_ups_fail() -> None:
    """So that libraries end which look names up in a thread of theirs, and await nothing but an address or that."""
    with in_process(new_fake()), pytest.raises(socket.gaierror, match="leave this machine"):
        held_look_up("api.kie.ai", 443)
