"""Marked secrets, planted in a served fake and hunted for in all that it writes and shows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from support.servers.program import Program

SECRETS = {"key": "marked-api-key-5d1", "webhook": "marked-webhook-key-7c2", "admin": "marked-admin-token-9e3"}
LEVERS = ("journal", "tasks", "accounts", "faults", "files", "clock", "health", "openapi.json", "scenarios")


@pytest.mark.parametrize("log", ["text", "json"])
def test_no_secret_leaves_the_memory_of_a_served_fake(tmp_path: Path, log: str) -> None:
    """Not by log, levers, answers, state file with its WAL, export, or an error that speaks of the request."""
    for name, secret in SECRETS.items():
        (tmp_path / name).write_text(secret, "utf-8")
    files = [("--key", "@key"), ("--webhook-key", "@webhook"), ("--admin-token", "@admin"), ("--state", "a.state")]
    options = [part for pair in [*files, ("--log", log)] for part in pair]
    with Program(*options, folder=tmp_path) as fake:
        shown = _visited(fake.url)
        kept = _bytes_of(tmp_path)
        _, errors = fake.stop()
    exported = subprocess.run(
        [sys.executable, "-m", "fakie", "state", "export", "a.state"], cwd=tmp_path, capture_output=True, check=True
    )
    written = {
        "files while it ran": kept,
        "files afterwards": _bytes_of(tmp_path),
        "answers": shown,
        "export": exported.stdout,
        "output": (fake.line + errors).encode(),
    }
    assert b"createTask" in written["answers"]
    found = [(where, name) for where, text in written.items() for name in SECRETS if SECRETS[name].encode() in text]
    assert found == []


def test_what_opens_a_callback_url_is_shown_nowhere(tmp_path: Path) -> None:
    """Neither its user nor a token in its query: not by journal, tasks, page or log; the receiver gets both."""
    with Program("--speed", "1000", "--log", "json", folder=tmp_path) as fake:
        url = fake.url
        hook = "http://marked-user:marked-password@127.0.0.1:9/h?token=marked-token&x=plain-value"
        body = {"model": "elevenlabs/audio-isolation", "input": {}, "callBackUrl": hook}
        made = urllib3.request(
            "POST", f"{url}/api/v1/jobs/createTask", json=body, headers={"Authorization": "Bearer kkkk"}
        )
        task = made.json()["data"]["taskId"]
        urllib3.request("POST", f"{url}/_fakie/clock", json={"advance": 3600})
        places = (
            "journal",
            "tasks",
            f"tasks/{task}",
            "conduct",
            "ui/",
            f"ui/tasks/{task}",
            "ui/entries/1",
            "ui/entries/2",
        )
        shown = [urllib3.request("GET", f"{url}/_fakie/{place}").data for place in places]
        _, log = fake.stop()
    assert b"127.0.0.1:9/h" in shown[0]
    assert b"callback" in shown[0]
    assert [place for place, text in zip(places, shown, strict=True) if b"marked-" in text] == []
    assert "marked-" not in log


def _visited(url: str) -> bytes:
    """Ask in right and in wrong ways with the secrets; return all that was answered."""
    key, admin = f"Bearer {SECRETS['key']}", f"Bearer {SECRETS['admin']}"
    create = f"{url}/api/v1/jobs/createTask"
    body = {
        "model": "elevenlabs/audio-isolation",
        "input": {},
        "callBackUrl": "http://127.0.0.1:9/h",
    }
    sent = [
        urllib3.request("POST", create, json=body, headers={"Authorization": key}),
        urllib3.request("POST", create, body=b"{", headers={"Authorization": key, "Content-Type": "application/json"}),
        urllib3.request("GET", f"{create}?api_key={SECRETS['key']}", headers={"Authorization": key}),
        urllib3.request("GET", f"{url}/_fakie/journal", headers={"Authorization": key}),
        *(urllib3.request("GET", f"{url}/_fakie/{lever}", headers={"Authorization": admin}) for lever in LEVERS),
    ]
    return b"".join(json.dumps(dict(answer.headers)).encode() + answer.data for answer in sent)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name not in SECRETS)
