"""Fixtures for fakes inside a test."""

import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakie.adapters.reach.claims import Claims
from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import SharedServer, in_process, new_fake
from support.clients.plugin_project import CALLS, CLIENT, INI


@pytest.fixture(autouse=True)
def _no_look_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail every test in which the address of one of the vendor's hosts is asked for."""
    claims, asked = Claims.of([]), []

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def look_up(host: Any, *rest: Any, **named: Any) -> Any:
            text = host.decode() if isinstance(host, bytes) else host
            if text and claims.is_vendor(text):
                asked.append(text)
                raise OSError("no network in these tests")
            return real(host, *rest, **named)

        return look_up

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, guarded(getattr(socket, name)))
    yield
    assert asked == []


@pytest.fixture
def semaphores_freed() -> Iterator[None]:
    """Free a pool's semaphores with the test that made it.

    Pools lie in cycles. If the collector comes upon one while a later pool makes itself known to the tracker of
    `multiprocessing`, that tracker is called within its own call, which it refuses with a warning.
    """
    yield
    gc.collect()


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A fake in the way of this process's calls, by real time."""
    made = new_fake()
    with in_process(made):
        yield made
        made.close()


@pytest.fixture
def fast(fake: Fake) -> Iterator[Fake]:
    """The same, fast-forwarded."""
    with fast_forward(fake):
        yield fake


@pytest.fixture
def served() -> Iterator[Fake]:
    """A fake on a port and in process, fast-forwarded."""
    server = SharedServer()
    fake = new_fake(server.url)
    try:
        with server.speaking_for(fake), in_process(fake), fast_forward(fake):
            yield fake
    finally:
        server.stop()


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A stranger's project: a client, folders named like fakie's own, warnings as errors."""
    pytester.makepyfile(client=CLIENT)
    for name in ("mock_server", "schemas", "fixtures", "contract_tests"):
        pytester.mkpydir(name)
    pytester.makeini(INI)
    return pytester


@pytest.fixture
def calling(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project whose tests call by `create` and `generate`, warnings as errors."""
    pytester.makepyfile(client=CALLS)
    pytester.makeini(INI)
    return pytester
