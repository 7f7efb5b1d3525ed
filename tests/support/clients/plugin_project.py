"""A small project that uses the plugin: its client, and how its tests are run."""

import pytest

CLIENT = """
import os, time
import requests

BASE = os.environ.get("KIE_BASE_URL", "https://api.kie.ai")

def generate(key="sk-config", model="elevenlabs/audio-isolation"):
    headers = {"Authorization": "Bearer " + os.environ.get("KIE_API_KEY", key)}
    body = {"model": model, "input": {}}
    answer = requests.post(f"{BASE}/api/v1/jobs/createTask", json=body, headers=headers, timeout=5).json()
    if answer["code"] != 200:
        raise RuntimeError(f"{answer['code']} {answer['msg']}")
    task = answer["data"]["taskId"]
    for _ in range(120):
        data = requests.get(f"{BASE}/api/v1/jobs/recordInfo", params={"taskId": task}, headers=headers, timeout=5)
        if data.json()["data"]["state"] == "success":
            return task
        time.sleep(5)
    raise TimeoutError
"""


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:asyncio", *arguments)
