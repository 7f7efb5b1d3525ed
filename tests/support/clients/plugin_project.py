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


INI = "[pytest]\naddopts = -W error --strict-markers --strict-config -p no:cacheprovider"


def lean(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Load no plugins in a project but fakie's: all that are installed here take ten times as long as its tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # By the names of their entry points, as pytest itself finds them.
    project.makeini(f"{INI} -p fakie -p fakie_contract")
    return project


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:asyncio", *arguments)
