"""A client as people write them: create, then poll every five seconds until the end or ten minutes are over."""

import asyncio
import time
from typing import Any

import httpx
import requests

from support.clients.doors import CREATE, MODEL, RECORD

BASE = "https://api.kie.ai"
KEY = {"Authorization": "Bearer sk-from-a-config-file"}
BODY = {"model": MODEL, "input": {}, "callBackUrl": "https://app.test/hook"}
EVERY, AT_MOST = 5, 600


def create(base: str = BASE, headers: dict[str, str] = KEY) -> str:
    answer = requests.post(base + CREATE, json=BODY, headers=headers, timeout=10).json()
    if answer["code"] != 200:
        raise RuntimeError(answer["msg"])
    task_id: str = answer["data"]["taskId"]
    return task_id


def look(task_id: str, base: str = BASE, headers: dict[str, str] = KEY) -> Any:
    return requests.get(base + RECORD, params={"taskId": task_id}, headers=headers, timeout=10).json()["data"]


def run(base: str = BASE, headers: dict[str, str] = KEY) -> tuple[Any, int]:
    """Return the record at the end, and how many polls it took; raises TimeoutError after ten minutes."""
    task_id = create(base, headers)
    deadline = time.monotonic() + AT_MOST
    polls = 0
    while time.monotonic() < deadline:
        polls += 1
        record = look(task_id, base, headers)
        if record["state"] in {"success", "fail"}:
            return record, polls
        time.sleep(EVERY)
    raise TimeoutError(task_id)


async def run_async(client: httpx.AsyncClient) -> Any:
    """Do the same with httpx and asyncio."""
    task_id = (await client.post(CREATE, json=BODY)).json()["data"]["taskId"]
    async with asyncio.timeout(AT_MOST):
        while True:
            record = (await client.get(RECORD, params={"taskId": task_id})).json()["data"]
            if record["state"] in {"success", "fail"}:
                return record
            await asyncio.sleep(EVERY)
