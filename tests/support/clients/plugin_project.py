"""Small projects that use the plugin: their clients, and how their tests are run."""

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
# One that is not configured: whoever calls says where.
CALLS = """
import time
import requests

URL = "https://api.kie.ai/api/v1/jobs"

def create(model="elevenlabs/audio-isolation", base=URL, key="k", **more):
    body = {"model": model, "input": {}, **more}
    return requests.post(f"{base}/createTask", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=5)

def generate(base=URL):
    task = create(base=base).json()["data"]["taskId"]
    headers = {"Authorization": "Bearer k"}
    for _ in range(120):
        answer = requests.get(f"{base}/recordInfo", params={"taskId": task}, headers=headers, timeout=5)
        if answer.json()["data"]["state"] == "success":
            return task
        time.sleep(5)
    raise TimeoutError
"""


# Those of fakie, and of the mocks that are installed here, by the names of their entry points, as pytest finds them.
OWN = ("fakie", "fakie_contract")
MOCKS = ("pook", "pytest_httpx", "requests_mock", "respx")
INI = "[pytest]\naddopts = -W error --strict-markers --strict-config -p no:cacheprovider"


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess(*arguments)
