"""Starting `fakie serve` in a process of its own."""

import re
import subprocess
import sys
from typing import IO, Any


def started(*options: str, log: int | IO[bytes] = subprocess.DEVNULL) -> tuple["subprocess.Popen[Any]", str]:
    """Start it on a free port, its stderr into `log`; return the process and its URL once it is ready."""
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout
    found = re.search(r"http://[\d.:]+", process.stdout.readline())
    if not found:
        raise SystemExit(f"fakie serve {' '.join(options)} did not start")
    return process, found[0]
