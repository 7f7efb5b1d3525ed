"""`fakie test` as a program of its own, judging a stand-in for the real API."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from support.servers.stand_in import KEY, StandIn

LEDGER = "spent.sqlite"


def environment(*, paid: bool = True, key: str | None = KEY) -> dict[str, str]:
    """Return an environment without the user's settings; `paid`: with the first of the two acts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FAKIE_"))}
    # What a test of late charges is not about need not wait for them.
    kept |= {"FAKIE_SETTLE": "0"}
    return {**kept, **({"FAKIE_ALLOW_PAID": "1"} if paid else {}), **({"FAKIE_API_KEY": key} if key else {})}


def command(stand_in: StandIn, *arguments: str) -> list[str]:
    """Return the command that judges a stand-in as a live target."""
    start = [sys.executable, "-m", "fakie", "test", "--target", stand_in.url, "--live", "--ledger", LEDGER]
    return [*start, "--cases", "all", "--report", "report.json", *arguments]


def judge_live(stand_in: StandIn, *arguments: str, paid: bool = True) -> tuple[subprocess.CompletedProcess[str], Any]:
    """Run the suite to its end; gives what it printed, and its report."""
    done = subprocess.run(
        command(stand_in, *arguments), capture_output=True, text=True, timeout=120, env=environment(paid=paid)
    )
    return done, json.loads(Path("report.json").read_text(encoding="utf-8"))


def started(stand_in: StandIn, *arguments: str, creates: int) -> "subprocess.Popen[str]":
    """Start the suite with both acts; gives it once the stand-in has accepted so many creates."""
    process = subprocess.Popen(
        command(stand_in, *arguments), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    until = time.monotonic() + 60
    while len(stand_in.creates) < creates and time.monotonic() < until:
        time.sleep(0.02)
    return process
