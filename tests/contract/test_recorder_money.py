"""A recorder in front of a live upstream: creates pass under the cap of the ledger, and what passes is judged."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from support.clients.suite import environment
from support.servers.stand_in import KEY, StandIn, standing_in

BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://files.test/a.mp3"}}


@contextmanager
def recording(upstream: str, *arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "fakie", "record", "--upstream", upstream, "--live", "--out", "recorded"]
    process = subprocess.Popen(
        [*command, "--port", "0", *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split(" recording ")[1].split(" ")[0]
    finally:
        process.send_signal(signal.SIGINT)
        Path("printed").write_text(process.stdout.read(), encoding="utf-8")
        process.stdout.close()
        assert process.wait(30) == 0


def create(url: str, body: Any) -> dict[str, Any]:
    with urllib3.PoolManager(retries=False) as pool:
        answer = pool.request(
            "POST", f"{url}/api/v1/jobs/createTask", json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=20
        )
        found: dict[str, Any] = answer.json()
        return found


def test_creates_pass_until_the_cap() -> None:
    """Two of twelve credits fit under thirty; the third is answered by the recorder, and the upstream never sees it."""
    with standing_in(StandIn()) as stand_in, recording(stand_in.url, "--max-credits", "30") as url:
        answers = [create(url, BODY) for _ in range(3)]
    assert [answer["code"] for answer in answers] == [200, 200, 403]
    assert "of the cap of 30" in answers[2]["msg"]
    assert len(stand_in.creates) == 2
    assert b"sqlite" in Path("fakie-ledger.sqlite").read_bytes()[:16].lower()


def test_what_has_no_known_price_does_not_pass() -> None:
    """A model that no price list names: refused, whatever the cap."""
    with standing_in(StandIn()) as stand_in, recording(stand_in.url, "--max-credits", "9999") as url:
        answer = create(url, {**BODY, "model": "suno/v9"})
    assert answer["code"] == 403
    assert "price" in answer["msg"]
    assert stand_in.creates == []


def test_what_passes_is_judged() -> None:
    """An answer that breaks the contract is one line of the recorder's output, without the key."""
    refusal = {"code": "422", "message": f"no, Bearer {KEY}"}
    with (
        standing_in(StandIn(refuses=lambda body: refusal)) as stand_in,
        recording(stand_in.url, "--max-credits", "30") as url,
    ):
        create(url, BODY)
    printed = Path("printed").read_text(encoding="utf-8")
    assert "breaking at /body" in printed
    assert KEY not in printed + "".join(file.read_text(encoding="utf-8") for file in Path("recorded").iterdir())


@pytest.mark.parametrize("paid", [True, False])
def test_a_cap_needs_the_other_act(paid: bool) -> None:
    """Without FAKIE_ALLOW_PAID=1 a cap ends the program at once, with one line."""
    command = [sys.executable, "-m", "fakie", "record", "--upstream", "http://127.0.0.1:9", "--out", "recorded"]
    arguments = ["--live", "--port", "0", "--ledger", "."] if paid else ["--live", "--port", "0"]
    done = subprocess.run(
        [*command, *arguments, "--max-credits", "5"],
        env=environment(paid=paid),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert ("directory" if paid else "FAKIE_ALLOW_PAID=1") in done.stderr
    assert json.dumps(done.stderr).count("\\n") <= 4
