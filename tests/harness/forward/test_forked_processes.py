"""Processes that were forked in a test: each has a copy of the fake, of which the test sees nothing."""

import asyncio
import importlib
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
import requests

from fakie.adapters.reach.refusals import refused_library
from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE

pytestmark = [
    pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are not forked here"),
    pytest.mark.usefixtures("semaphores_freed"),
]
SESSION = requests.Session()


def by_requests() -> Any:
    return requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5).json()


def by_a_session_that_was_there() -> Any:
    return SESSION.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5).json()


def by_httpx() -> Any:
    return importlib.import_module("httpx").post(BASE + CREATE, json=BODY, headers=KEY).json()


def by_aiohttp() -> Any:
    async def go() -> Any:
        async with importlib.import_module("aiohttp").ClientSession() as session:
            answer = await session.post(BASE + CREATE, json=BODY, headers=KEY)
            return await answer.json()

    return asyncio.run(go())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("call", [by_requests, by_a_session_that_was_there, by_httpx, by_aiohttp])
def test_a_call_of_a_forked_process_is_refused(fake: Fake, call: Callable[[], Any]) -> None:
    """A copy would answer, and what the test orders, counts and asserts would be that of another fake."""
    assert call()["code"] == 200
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        error = pool.submit(call).exception(timeout=30)
    assert "forked in the test" in str(error)
    assert "fakie_server" in str(error)
    assert len(fake.tasks) == 1


def test_a_refusal_is_the_same_after_it_was_pickled() -> None:
    """Pools of processes hand it on so, alone or as the cause of a library's error."""
    refusal = refused_library("api.kie.ai")
    read = pickle.loads(pickle.dumps(refusal))
    assert (type(read), read.args) == (type(refusal), refusal.args)
