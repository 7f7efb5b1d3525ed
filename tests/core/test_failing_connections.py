"""A connection that fails in what the fast server does for all of them, as where there is no memory: it ends alone."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from fakie.adapters.live_server import never_quick
from fakie.adapters.wire.answers import written
from fakie.adapters.wire.coming import Coming
from fakie.adapters.wire.inbox import Inbox
from support.wire import GOOD, HEAD, Serve, Wire, check_next, credit, with_body

_PIPELINED = b"GET / HTTP/1.1\r\nHost: f\r\n\r\n" * 3


def fails_at(call: int, act: Callable[..., Any]) -> Callable[..., Any]:
    """Return what fails at one of its calls, and does else what it is made of."""
    calls = 0

    def failing(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise MemoryError
        return act(*arguments, **named)

    return failing


def test_one_that_fails_in_its_turn_leaves_the_others_theirs(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one with more to answer than one request is answered all of them."""
    url = serve()
    # The first call is that of the bytes that come, the second that of the next turn.
    monkeypatch.setattr(Inbox, "advance", fails_at(2, Inbox.advance))
    with closing(Wire(url)) as failed, closing(Wire(url)) as other:
        assert failed.send(_PIPELINED).file.read().count(b"404 Not Found") == 1
        other.send(_PIPELINED)
        assert [other.answer()[0] for _ in range(3)] == [404] * 3


def test_one_that_fails_when_its_time_is_up_leaves_the_others_theirs(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one that is late is told so."""
    url = serve(head_seconds=0.3)
    monkeypatch.setattr(Inbox, "refuse", fails_at(1, Inbox.refuse))
    with closing(Wire(url).send(HEAD)) as failed:
        assert failed.file.read() == b""
        with closing(Wire(url).send(HEAD)) as other:
            assert "not whole" in other.answer()[1]["msg"]
    check_next(url)


def test_one_that_fails_to_write_what_a_thread_has_made_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its client would wait for good."""
    monkeypatch.setattr("fakie.adapters.server.connection.written", fails_at(1, written))
    monkeypatch.setattr("fakie.core.service.Service.is_quick", lambda _, request: never_quick(request))
    url = serve()
    with closing(Wire(url).send(_PIPELINED)) as failed:
        assert failed.file.read() == b""
    assert credit(url) == 200


def test_one_whose_body_cannot_be_kept_is_not_called_malformed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is no fault of the request: without memory it is closed, whichever parser reads it."""
    url = serve()
    monkeypatch.setattr(Coming, "keep", fails_at(1, Coming.keep))
    with closing(Wire(url).send(with_body(GOOD))) as failed:
        assert failed.file.read() == b""
    check_next(url)
