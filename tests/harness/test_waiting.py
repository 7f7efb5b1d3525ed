"""Waiting in a test for work in the background, and for callbacks."""

import asyncio
import threading
import time
from typing import Any

import pytest
import requests

from fakie.core.control.errors import WrongOrderError
from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE
from support.lap import Lap


def test_work_in_the_background_is_waited_for(fast: Fake) -> None:
    """Skipped waits take no time, and what the predicate gave is returned."""
    done: list[str] = []

    def work() -> None:
        task_id = create()
        while look(task_id)["state"] != "success":
            time.sleep(5)
        done.append(task_id)

    fast.plan_next(seconds=500)
    thread = threading.Thread(target=work)
    thread.start()
    assert fast.wait_until(lambda: done) == [fast.tasks[0].id]
    thread.join()


def test_a_long_wait_looks_the_less_often_and_passes_by_no_event(fast: Fake) -> None:
    """A look each half second would be seven thousand in an hour, and seconds of real time."""
    looks: list[float] = []
    lap = Lap()

    def has_ended() -> bool:
        looks.append(lap.seconds())
        return fast.tasks[0].state == "success"

    fast.plan_next(seconds=3601)
    create()
    fast.wait_until(has_ended, timeout=7200)
    assert len(looks) < 1500
    assert looks[20] < 15
    assert looks[-1] == pytest.approx(3601, abs=20)
    with pytest.raises(TimeoutError):
        fast.wait_until(lambda: lap.seconds() > 7500, timeout=3601)
    assert lap.skipped(7202)


def test_a_wait_that_comes_to_nothing_says_how_things_stand(fast: Fake) -> None:
    """After the seconds that were given; when what still runs would have ended, before some of the rest."""
    fast.plan_next(seconds=0, times=21)
    fast.plan_next(seconds=2_000_000)
    for _ in range(21):
        create()
        time.sleep(1)
    task_id = create()
    began = time.monotonic()

    def is_done() -> bool:
        return False

    words = rf"is_done did not hold within 90 s; tasks: {task_id} \w+, ends in 1999\d{{3}}.* and 2 more$"
    with pytest.raises(TimeoutError, match=words):
        fast.wait_until(is_done, timeout=90)
    assert time.monotonic() - began >= 90
    fast.freeze(account=fast.key)
    with pytest.raises(TimeoutError, match=rf"{task_id} \(.* s, but its account's clock is frozen\) was taken"):
        fast.wait_callback(task_id, timeout=30)
    fast.task(task_id).hold()
    with pytest.raises(TimeoutError, match=rf"{task_id} \(.*, no time ends it\) was taken within 30 s: none was sent"):
        fast.wait_callback(task_id, timeout=30)


def test_a_callback_is_waited_for_until_it_is_taken(fast: Fake) -> None:
    """Its repetitions included; a task without callBackUrl is refused at once, and an event loop is not blocked."""
    answers = iter(["503 Busy", "200 OK"])

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(next(answers), [])
        return [b""]

    fast.deliver_to(app)
    task_id = create()
    assert fast.wait_callback(fast.task(task_id)).task_id == task_id
    assert [entry.status for entry in fast.journal.deliveries] == [503, 200]
    unheard = {key: value for key, value in BODY.items() if key != "callBackUrl"}
    silent = requests.post(BASE + CREATE, json=unheard, headers=KEY, timeout=10).json()["data"]["taskId"]
    with pytest.raises(WrongOrderError, match="without callBackUrl"):
        fast.wait_callback(silent)

    async def in_a_loop() -> str:
        with pytest.raises(WrongOrderError, match=r"asyncio\.to_thread"):
            fast.wait_callback(task_id)
        return (await asyncio.to_thread(fast.wait_callback, task_id)).task_id

    assert asyncio.run(in_a_loop()) == task_id


def test_what_cannot_be_waited_for_is_one_line(fake: Fake) -> None:
    """It says what was expected, or which tasks there are."""
    with pytest.raises(WrongOrderError, match="expected a function to ask again and again; got True"):
        fake.wait_until(True)  # type: ignore[arg-type]
    for nothing in (None, 5, "nope"):
        with pytest.raises(WrongOrderError, match=f"no task has the id '{nothing}'"):
            fake.wait_callback(nothing)  # type: ignore[arg-type]
