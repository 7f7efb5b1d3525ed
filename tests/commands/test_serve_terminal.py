"""`fakie serve` where a person looks on."""

import json
import os
import pty
import shlex
import subprocess
import sys
import urllib.request

import pytest


@pytest.mark.timeout(60)
def test_on_a_terminal_it_prints_a_call_that_works() -> None:
    """Right below the ready line; no key that is asked for stands in it."""
    for options, key in ((), "any-key"), (("--key", "a-key-of-mine"), "KEY"):
        leader, follower = pty.openpty()
        command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *options]
        with subprocess.Popen(command, stdout=follower, stderr=subprocess.DEVNULL) as process:
            os.close(follower)
            with os.fdopen(leader, encoding="utf-8") as seen:
                ready, told = seen.readline(), seen.readline()
                assert "ready at" in ready
                call = shlex.split(told.removeprefix("try it: "))
                assert call[:3] == ["curl", "-H", f"Authorization: Bearer {key}"]
                asked = urllib.request.Request(call[3], headers={"Authorization": "Bearer a-key-of-mine"})
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    assert json.load(answer)["data"] == 1000
                process.terminate()
                process.wait(20)
