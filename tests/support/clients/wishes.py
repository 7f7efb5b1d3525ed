"""A client that creates and polls by requests, and what its conduct is found to be."""

import time
from typing import Any

import requests

from fakie.harness.fake import Fake
from support.clients.client import BASE, KEY, look
from support.clients.doors import CREATE, MODEL


def send(timeout: float = 10, url: str = "https://x.test/a.mp3", **more: Any) -> str:
    """Create a task without a callback, unless one is given; return its id, empty when it was refused."""
    body = {"model": MODEL, "input": {"audio_url": url}, **more}
    answer = requests.post(BASE + CREATE, json=body, headers=KEY, timeout=timeout).json()
    return (answer["data"] or {}).get("taskId", "") if answer["code"] == 200 else ""


def wait(task_id: str, seconds: float, every: float = 5) -> str:
    """Poll until the end or the time-out; return the last state."""
    state, until = "", time.monotonic() + seconds
    while time.monotonic() < until:
        state = look(task_id)["state"]
        if state in {"success", "fail"}:
            break
        time.sleep(every)
    return state


def serious(fake: Fake) -> list[str]:
    return [finding.rule for finding in fake.conduct if finding.serious]
