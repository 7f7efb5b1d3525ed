"""Interception lies below what users put around their calls: it runs in a test as it does in production."""

import asyncio
import http.client
import io
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3
import urllib3.connection
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from fakie.harness.fake import Fake
from fakie.harness.start import SharedServer, in_process, new_fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE, CREDIT, RECORD

SENT = json.dumps(BODY).encode()
JSON = {**KEY, "Content-Type": "application/json"}

Place = tuple[Fake, str]


@pytest.fixture(params=["in process", "port"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A fake and the base URL at which it is reached, both ways."""
    server = SharedServer()
    try:
        fake = new_fake(server.url)
        with server.speaking_for(fake), in_process(fake):
            yield fake, BASE if request.param == "in process" else server.url
    finally:
        server.stop()


class Signing(HTTPAdapter):
    """Adds the key and a time limit."""

    sent = 0

    def send(self, request: requests.PreparedRequest, *rest: Any, **how: Any) -> requests.Response:
        self.sent += 1
        request.headers["Authorization"] = "Bearer from-the-adapter"
        how["timeout"] = how.get("timeout") or 10
        return super().send(request, *rest, **how)


def test_an_adapter_of_the_users_own_is_in_the_way(place: Place) -> None:
    """Its `send` runs, signs, and its super's is answered."""
    fake, base = place
    adapter = Signing()
    with requests.Session() as session:
        session.mount(base, adapter)
        assert session.post(base + CREATE, json=BODY).json()["code"] == 200
    assert (adapter.sent, len(fake.tasks)) == (1, 1)


def test_pacing_in_an_adapter_keeps_the_rate(fast: Fake) -> None:
    """An adapter that waits a second before each call is never refused for its rate."""

    class Slow(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *rest: Any, **how: Any) -> requests.Response:
            time.sleep(1)
            return super().send(request, *rest, **how)

    with requests.Session() as session:
        session.mount("https://", Slow())
        codes = {session.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5).json()["code"] for _ in range(25)}
    assert codes == {200}


def test_urllib3s_retry_sees_a_reset(place: Place) -> None:
    """A GET goes on, and a POST that may be sent again pays twice, in process as on the port."""
    fake, base = place
    with requests.Session() as session:
        session.mount(base, HTTPAdapter(max_retries=Retry(2, allowed_methods=None, backoff_factor=0)))
        fake.spoil_next("reset")
        task_id = session.post(base + CREATE, json=BODY, headers=KEY, timeout=5).json()["data"]["taskId"]
        fake.spoil_next("reset", endpoint="recordInfo")
        record = session.get(base + RECORD, params={"taskId": task_id}, headers=KEY, timeout=5).json()
    assert record["data"]["taskId"] == task_id
    assert len(fake.tasks) == 2


def test_one_adapter_alone_is_answered(fake: Fake) -> None:
    """Without any session, as libraries that build their own use it."""
    prepared = requests.Request("POST", BASE + CREATE, json=BODY, headers=KEY).prepare()
    assert HTTPAdapter().send(prepared, timeout=3).json()["code"] == 200


def test_a_cache_of_the_users_own_is_filled_and_used(fake: Fake) -> None:
    """The second call comes from requests-cache and does not reach the fake."""
    requests_cache = pytest.importorskip("requests_cache")
    with requests_cache.CachedSession(backend="memory", expire_after=300) as session:
        for _ in range(2):
            assert session.get(BASE + CREDIT, headers=KEY, timeout=5).json()["code"] == 200
    assert fake.journal.count() == 1


def test_httpx_transports_hooks_and_mounts_run(place: Place) -> None:
    """A subclass, a wrapper, an event hook and an auth flow all see the call and its answer."""
    fake, base = place
    seen: list[str] = []

    class Subclass(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen.append("subclass")
            return super().handle_request(request)

    class Wrapper(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen.append("wrapper")
            return inner.handle_request(request)

    class Auth(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
            request.headers["Authorization"] = "Bearer from-the-flow"
            yield request

    inner = Subclass(retries=1)
    hooks = {"request": [lambda _: seen.append("request")], "response": [lambda _: seen.append("response")]}
    with httpx.Client(mounts={base: Wrapper()}, auth=Auth(), event_hooks=hooks) as client:
        assert client.post(base + CREATE, json=BODY).json()["code"] == 200
    inner.close()
    assert seen == ["request", "wrapper", "subclass", "response"]
    assert len(fake.tasks) == 1


def test_aiohttp_connectors_and_traces_run(place: Place) -> None:
    """A connector of the user's own and its traces see the call."""
    fake, base = place
    seen: list[str] = []

    class Counting(aiohttp.TCPConnector):
        async def connect(self, *given: Any, **named: Any) -> Any:
            seen.append("connector")
            return await super().connect(*given, **named)

    async def started(*_: Any) -> None:
        seen.append("trace")

    async def go() -> int:
        traced = aiohttp.TraceConfig()
        traced.on_connection_create_start.append(started)
        async with aiohttp.ClientSession(base, connector=Counting(), trace_configs=[traced], headers=KEY) as session:
            answer = await session.post(CREATE, json=BODY)
            return int((await answer.json())["code"])

    assert asyncio.run(go()) == 200
    assert seen == ["connector", "trace"]
    assert len(fake.tasks) == 1


def test_handlers_of_a_urllib_opener_run(fake: Fake) -> None:
    """A processor in the opener's chain adds the key."""

    class Keyed(urllib.request.BaseHandler):
        def https_request(self, request: urllib.request.Request) -> urllib.request.Request:
            request.add_unredirected_header("Authorization", "Bearer k")
            return request

    with urllib.request.build_opener(Keyed).open(BASE + CREDIT, timeout=3) as answer:
        assert json.load(answer)["code"] == 200


def parts() -> Iterator[bytes]:
    yield SENT[:10]
    yield SENT[10:]


async def async_parts() -> AsyncIterator[bytes]:
    for part in parts():
        yield part


def by_requests(base: str) -> Any:
    return requests.post(base + CREATE, data=parts(), headers=JSON, timeout=5).json()


def by_requests_file(base: str) -> Any:
    return requests.post(base + CREATE, data=io.BytesIO(SENT), headers=JSON, timeout=5).json()


def by_httpx(base: str) -> Any:
    return httpx.post(base + CREATE, content=parts(), headers=JSON).json()


def by_async_httpx(base: str) -> Any:
    async def go() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.post(base + CREATE, content=async_parts(), headers=JSON)).json()

    return asyncio.run(go())


def by_aiohttp(base: str) -> Any:
    async def go() -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.post(base + CREATE, data=async_parts(), headers=JSON, expect100=True) as answer,
        ):
            return await answer.json()

    return asyncio.run(go())


def by_http_client(base: str) -> Any:
    scheme, _, host = base.partition("://")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, timeout=5)
    connection.request("POST", CREATE, parts(), JSON, encode_chunked=True)
    try:
        return json.load(connection.getresponse())
    finally:
        connection.close()


STREAMS = [by_requests, by_requests_file, by_httpx, by_async_httpx, by_aiohttp, by_http_client]


@pytest.mark.parametrize("ask", STREAMS)
def test_a_body_that_is_streamed_arrives_whole(place: Place, ask: Any) -> None:
    """Generators, files and async generators, chunked or not, with or without waiting for a 100."""
    fake, base = place
    assert ask(base)["code"] == 200
    assert fake.journal.bodies == [BODY]


def test_answers_can_be_streamed(fake: Fake) -> None:
    """A result comes in pieces to whoever reads it so."""
    task_id = requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5).json()["data"]["taskId"]
    fake.task(task_id).finish()
    record = requests.get(BASE + RECORD, params={"taskId": task_id}, headers=KEY, timeout=5).json()["data"]
    [url] = json.loads(record["resultJson"])["resultUrls"]
    with requests.get(url, stream=True, timeout=5) as answer:
        pieces = list(answer.iter_content(100))
    with httpx.stream("GET", url) as streamed:
        assert b"".join(streamed.iter_bytes(100)) == b"".join(pieces)
    assert len(pieces) > 2


def test_a_connection_that_was_open_before_is_left() -> None:
    """A kept-alive one to the real host, as a pool may hold, is closed and not written to."""
    for kind in (http.client.HTTPConnection, urllib3.connection.HTTPConnection):
        connection: Any = kind("api.kie.ai", timeout=3)
        connection.sock, far = socket.socketpair()
        with far, in_process(new_fake()):
            connection.request("GET", CREDIT, headers=KEY)
            answer = connection.getresponse()
            assert json.loads(getattr(answer, "data", None) or answer.read())["code"] == 200
            assert far.recv(10) == b""


def test_clients_that_are_older_and_younger_than_the_block() -> None:
    """Sessions and clients of an import are answered inside, and hold nothing of the fake afterwards."""
    with requests.Session() as session, httpx.Client(headers=KEY) as client:
        for _ in range(2):
            fake = new_fake()
            with in_process(fake):
                for _ in range(2):
                    assert session.get(BASE + CREDIT, headers=KEY, timeout=5).json()["code"] == 200
                    assert client.get(BASE + CREDIT).json()["code"] == 200
            assert fake.journal.count() == 4
        # Refused by a block whose hosts it knows, not by what an older one left in the pool.
        with in_process(new_fake()) as reach, pytest.raises(requests.ConnectionError, match="leave this machine"):
            session.get("https://tempfile.redpandaai.co/other/a.png", timeout=5)
        assert len(reach.refusals) == 1


def test_a_connection_of_a_block_is_closed_with_it() -> None:
    """Who holds on to one connects anew, to whatever is there then."""
    connection = http.client.HTTPSConnection("api.kie.ai", timeout=3)
    with in_process(new_fake()):
        connection.request("GET", CREDIT, headers=KEY)
        connection.getresponse().read()
        held = connection.sock
    assert connection.sock is None
    with pytest.raises(BrokenPipeError, match="has ended"):
        held.sendall(b"GET / HTTP/1.1\r\n\r\n")


def test_keep_alive_serves_a_pool_many_times(fake: Fake) -> None:
    """A pool takes its connection for alive and uses it again."""
    with urllib3.HTTPSConnectionPool("api.kie.ai") as pool:
        for _ in range(3):
            assert pool.request("GET", CREDIT, headers=KEY).json()["code"] == 200
        assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_many_threads_are_answered_at_once(fake: Fake) -> None:
    """Eight threads, each its own answers."""
    got: list[int] = []

    def ask() -> None:
        with requests.Session() as session:
            got.extend(session.get(BASE + CREDIT, headers=KEY, timeout=5).json()["code"] for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [200] * 80


LATE = f"""
import asyncio, sys
from fakie.harness.start import in_process, new_fake

URL, KEY = {BASE + CREDIT!r}, {KEY!r}

async def by_aiohttp():
    import aiohttp
    async with aiohttp.ClientSession() as session, session.get(URL, headers=KEY) as answer:
        return (await answer.json())["code"]

assert not {{"httpx", "httpcore", "aiohttp"}} & set(sys.modules)
finders = list(sys.meta_path)
with in_process(new_fake()):
    import httpx
    print(httpx.get(URL, headers=KEY).json()["code"], asyncio.run(by_aiohttp()))
    print(type(sys.modules["aiohttp"].__spec__.loader).__name__)
print(sys.meta_path == finders)
"""


def test_a_library_that_is_first_imported_inside_is_answered() -> None:
    """It keeps its own loader, and nothing of the waiting stays behind."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", LATE], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["200", "200", "SourceFileLoader", "True"], done.stderr


def test_a_gateway_of_ones_own_is_answered_below_its_path() -> None:
    """With or without the API's own path in it; other paths of it are refused."""
    for base in ("https://gateway.test/kie", "https://gateway.test/kie/api/v1/"):
        fake = new_fake()
        with in_process(fake, [base]):
            answer = requests.post("https://gateway.test/kie" + CREATE, json=BODY, headers=KEY, timeout=5).json()
            assert answer["code"] == 200
            with pytest.raises(requests.ConnectionError, match="'/other' is not faked"):
                requests.get("https://gateway.test/other", timeout=5)
        assert len(fake.tasks) == 1


def test_nonsense_instead_of_http_is_answered_as_on_a_port(fake: Fake) -> None:
    """The answer says what was expected, and the connection is closed."""
    connection = http.client.HTTPConnection("api.kie.ai", timeout=3)
    connection.connect()
    connection.sock.sendall(b"\x00\x01nonsense\r\n\r\n")
    with connection.sock.makefile("rb") as answer:
        assert b"cannot be read as HTTP/1.1" in answer.read()


def test_a_proxys_connection_that_names_the_host_is_refused(fake: Fake) -> None:
    """Over a connection that was open before: a tunnel, a whole URL, or an address with the host's name in a header."""
    left, right = socket.socketpair()
    with left, right:
        for method, url, headers in (
            ("CONNECT", "api.kie.ai:443", {}),
            ("GET", "/", {"Host": "api.kie.ai"}),
        ):
            connection = http.client.HTTPConnection("192.0.2.1", timeout=3)
            connection.sock = left
            with pytest.raises(ConnectionRefusedError, match=r"api\.kie\.ai"):
                connection.request(method, url, headers=headers)


class Pinning(http.client.HTTPSConnection):
    """Looks at the certificate of whoever answers."""

    def connect(self) -> None:
        super().connect()
        assert self.sock.getpeercert()


def test_who_looks_at_a_certificate_hears_that_there_is_none() -> None:
    """Nothing is made up, and the error says why there is none and what has one."""
    with in_process(new_fake()), pytest.raises(AttributeError, match=r"has no getpeercert.*fakie_server answers"):
        Pinning("api.kie.ai").request("GET", CREDIT, headers=KEY)
