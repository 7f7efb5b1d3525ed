"""Callbacks delivered into an app while an event loop runs in the thread that time is skipped in."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest
import trio
import uvloop
from flask import Flask, request

from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE, RECORD

Main = Callable[[], Awaitable[None]]
RUNS = [
    pytest.param(lambda main: asyncio.run(main()), id="asyncio"),
    pytest.param(lambda main: uvloop.run(main()), id="uvloop"),
    pytest.param(trio.run, id="trio"),
]


def an_app(taken: Callable[[str], object]) -> Flask:
    app = Flask("receiver")

    @app.post("/hook")
    def hook() -> dict[str, str]:
        taken(request.get_json()["data"]["taskId"])
        return {}

    return app


def an_app_that_runs_a_loop(seen: list[str]) -> Flask:
    async def ask(task_id: str) -> None:
        await asyncio.sleep(1)
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            seen.append((await client.get(RECORD, params={"taskId": task_id})).json()["data"]["state"])

    return an_app(lambda task_id: asyncio.run(ask(task_id)))


async def create() -> str:
    async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
        task_id: str = (await client.post(CREATE, json=BODY)).json()["data"]["taskId"]
    return task_id


def polling(seen: list[Any], minutes: float) -> Main:
    async def main() -> None:
        await create()
        with anyio.fail_after(60 * minutes):
            while not seen:
                await anyio.sleep(20)

    return main


@pytest.mark.parametrize("run", RUNS)
def test_an_app_runs_a_loop_of_its_own(fast: Fake, run: Callable[[Main], None]) -> None:
    """As async views of Flask and Django do; its one delivery is taken, at its moment."""
    seen: list[str] = []
    fast.deliver_to(an_app_that_runs_a_loop(seen))
    fast.plan_next(seconds=300)
    run(polling(seen, minutes=6))
    assert seen == ["success"]
    assert [entry.situation for entry in fast.journal.deliveries] == ["callback_delivered"]


@pytest.mark.parametrize("run", RUNS[:2])
def test_an_app_waits_for_the_loop_that_waits_for_it(fast: Fake, run: Callable[[Main], None]) -> None:
    """What it has the test's loop do is done before its answer, and before time moves on."""
    seen: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def keep(task_id: str) -> None:
        await asyncio.sleep(1)
        seen.append(task_id)

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await polling(seen, minutes=6)()

    fast.deliver_to(an_app(lambda task_id: asyncio.run_coroutine_threadsafe(keep(task_id), loops[0]).result(10)))
    fast.plan_next(seconds=300)
    began = os.times().elapsed
    run(main)
    assert os.times().elapsed - began < 100
    assert len(seen) == len(fast.journal.deliveries) == 1


def test_an_app_that_asks_whose_thread_it_is_wakes_the_loop(fast: Fake) -> None:
    """As tornado's `add_callback` does, which wakes no loop from its own thread."""
    filled: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def fill(_: str) -> None:
            try:
                tell: Callable[..., object] = asyncio.get_running_loop().call_soon
            except RuntimeError:
                tell = loop.call_soon_threadsafe
            tell(done.set_result, None)

        fast.deliver_to(an_app(fill))
        fast.plan_next(seconds=300)
        began = loop.time()
        await create()
        await asyncio.wait_for(done, 600)
        filled.append(loop.time() - began)

    asyncio.run(main())
    assert 299 <= filled[0] < 310


@pytest.mark.parametrize("end", ["finish", "advance"])
@pytest.mark.parametrize("run", RUNS)
def test_what_a_coroutine_moves_has_been_delivered_when_it_goes_on(
    fast: Fake, run: Callable[[Main], None], end: str
) -> None:
    """By the task's handle and by the clock; an app that runs a loop takes it here too."""
    seen: list[str] = []
    fast.deliver_to(an_app_that_runs_a_loop(seen))
    fast.plan_next(seconds=300)

    async def main() -> None:
        task_id = await create()
        if end == "finish":
            fast.task(task_id).finish()
        else:
            fast.advance(300)
        assert seen == ["success"]

    run(main)


def test_what_an_app_raises_is_told_with_its_place(fake: Fake) -> None:
    """Also from the other thread, and by real time."""

    def refuse(_: str) -> None:
        raise LookupError("no such job")

    async def main() -> None:
        fake.task(await create()).finish()

    fake.deliver_to(lambda environ, start_response: refuse(""))
    asyncio.run(main())
    reason = fake.journal.deliveries[0].reason
    assert reason.startswith("attempt 1: LookupError: no such job (test_receivers_beside_loops.py:")
