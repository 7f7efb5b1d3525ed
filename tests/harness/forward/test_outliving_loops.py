"""An event loop that outlives its test goes on by its own clock, with timers as far away as they were."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
import uvloop

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward import real


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that a module or a session would share."""
    make: Callable[[], asyncio.AbstractEventLoop] = request.param
    made = make()
    yield made
    made.close()


def test_timers_keep_the_seconds_they_have_left(fake: Fake, loop: asyncio.AbstractEventLoop) -> None:
    """None comes at once, none late by what was skipped, and none though it is cancelled."""
    came: list[str] = []
    with fast_forward(fake):
        loop.run_until_complete(asyncio.sleep(600))
        near = loop.create_future()
        loop.call_later(0.2, near.set_result, None)
        cancelled = loop.call_later(0.1, came.append, "cancelled")
        far = loop.call_later(300, came.append, "far")
    cancelled.cancel()
    loop.run_until_complete(asyncio.wait_for(near, 30))
    assert came == []
    far.cancel()


def test_a_loop_in_a_thread_goes_on(fake: Fake, loop: asyncio.AbstractEventLoop) -> None:
    """What sleeps in it as the test ends is not held up for as long as was skipped."""
    begun: list[str] = []

    async def pause() -> str:
        begun.append("pause")
        await asyncio.sleep(0.2)
        return "over"

    thread = threading.Thread(target=loop.run_forever)
    with fast_forward(fake):
        thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.sleep(600), loop).result(900)
        paused = asyncio.run_coroutine_threadsafe(pause(), loop)
        while not begun:
            real.sleep(0.001)
    assert paused.result(30) == "over"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    assert not thread.is_alive()
