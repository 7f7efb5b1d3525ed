"""Libraries that reach the network, or start processes, by code in C: each of their ways is refused."""

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import pytest

from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.refusals import CallRefusedError
from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE


def _with_pycurl(act: Callable[[Any, Any], None]) -> None:
    pycurl = pytest.importorskip("pycurl")
    handle = pycurl.Curl()
    try:
        handle.setopt(pycurl.TIMEOUT_MS, 500)
        act(pycurl, handle)
    finally:
        handle.close()


def pycurl_text() -> None:
    _with_pycurl(lambda pycurl, handle: handle.setopt_string(pycurl.URL, BASE))


def pycurl_copy() -> None:
    _with_pycurl(lambda pycurl, handle: handle.duphandle().setopt(pycurl.URL, BASE))


def pycurl_url_object() -> None:
    pycurl = pytest.importorskip("pycurl")
    if not hasattr(pycurl, "CurlUrl"):
        pytest.skip("a pycurl without URLs as objects")
    url = pycurl.CurlUrl()
    url.url = BASE
    _with_pycurl(lambda pycurl, handle: handle.setopt(pycurl.CURLU, url))


def _on_uvloop(act: Callable[[], Any]) -> None:
    async def go() -> None:
        await act()

    with asyncio.Runner(loop_factory=pytest.importorskip("uvloop").new_event_loop) as runner:
        runner.run(go())


def uvloop_process() -> None:
    _on_uvloop(lambda: asyncio.create_subprocess_exec(sys.executable, "-c", f"print({BASE!r})"))


def uvloop_process_by_environment() -> None:
    _on_uvloop(lambda: asyncio.create_subprocess_exec(sys.executable, "-c", "", env={"KIE_BASE_URL": BASE}))


def uvloop_shell() -> None:
    _on_uvloop(lambda: asyncio.create_subprocess_shell(f": {BASE}"))


def uvloop_datagrams() -> None:
    def act() -> Any:
        loop = asyncio.get_running_loop()
        return loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("api.kie.ai", 443))

    _on_uvloop(act)


def uvloop_connection_by_keywords() -> None:
    def act() -> Any:
        return asyncio.get_running_loop().create_connection(asyncio.Protocol, port=443, host="api.kie.ai")

    _on_uvloop(act)


def name_of_an_address() -> None:
    socket.getnameinfo(("api.kie.ai", 443), 0)


def name_in_other_letters() -> None:
    socket.create_connection(("api\u3002kie\uff0eai", 443), timeout=1)


WAYS = [
    pycurl_text,
    pycurl_copy,
    pycurl_url_object,
    uvloop_process,
    uvloop_process_by_environment,
    uvloop_shell,
    uvloop_datagrams,
    uvloop_connection_by_keywords,
    name_of_an_address,
    name_in_other_letters,
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_the_vendor_is_refused(way: Callable[[], None]) -> None:
    """Nothing is looked up or started, and the message says what helps."""
    with in_process(new_fake()) as reach:
        with pytest.raises(CallRefusedError, match="fakie"):
            way()
        assert len(reach.refusals) == 1


def test_the_same_ways_elsewhere_are_open() -> None:
    """A process and a datagram of uvloop's, and a copied handle that is used among others."""

    async def go() -> int | None:
        started = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
        return await started.wait()

    with in_process(new_fake()) as reach:
        pycurl = pytest.importorskip("pycurl")
        several, one = pycurl.CurlMulti(), pycurl.Curl()
        several.add_handle(one)
        several.remove_handle(one)
        several.close()
        one.close()
        with asyncio.Runner(loop_factory=pytest.importorskip("uvloop").new_event_loop) as runner:
            assert runner.run(go()) == 0
        assert reach.refusals == []


@pytest.mark.parametrize("host", ["\uff41\uff50\uff49.kie.ai", "api\u3002kie\u3002ai", "API.KIE.AI.", "[api.kie.ai]"])
def test_a_host_is_meant_however_it_is_written(host: str) -> None:
    """Look-ups read letters of other widths and dots of other scripts as plain ones."""
    claims = Claims.of([])
    assert claims.is_vendor(host)
    assert claims.claim(host, 443) is not None
    assert not claims.is_vendor("api.kie.\u0430i" + "." * 70)


class WrappedCurl:
    """A handle of curl's behind a class of Python's, as pytest-recording puts it in the place of pycurl's."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    def __getattribute__(self, name: str) -> Any:
        handle = object.__getattribute__(self, "handle")
        return object.__getattribute__(self, name) if name in ("handle", "setopt") else getattr(handle, name)

    def setopt(self, option: int, value: Any) -> None:
        self.handle.setopt(option, value)


class WrappedPycurl:
    """An object that calls itself the module pycurl, and has a class of its own for handles."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattribute__(self, name: str) -> Any:
        return WrappedCurl if name == "Curl" else getattr(object.__getattribute__(self, "real"), name)


@pytest.mark.parametrize("way", ["setopt", "setopt_string", "duphandle"])
def test_a_wrapper_in_the_place_of_pycurl_is_guarded(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Another plugin's object in the module's place leads nowhere that the module does not, and stays as it was."""
    real, before = pytest.importorskip("pycurl"), WrappedCurl.__getattribute__
    monkeypatch.setitem(sys.modules, "pycurl", WrappedPycurl(real))
    handle = WrappedCurl(real.Curl())
    with in_process(new_fake()) as reach:
        set_to = handle.duphandle().setopt if way == "duphandle" else getattr(handle, way)
        set_to(real.URL, "http://127.0.0.1:9/")
        with pytest.raises(CallRefusedError, match="fakie"):
            set_to(real.URL, BASE)
        assert len(reach.refusals) == 1
    assert WrappedCurl.__getattribute__ is before
