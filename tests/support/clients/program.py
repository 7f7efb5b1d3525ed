"""The `fakie` program, called in this process, or in a terminal of its own."""

import contextlib
import io
import os
import pty
import subprocess
import sys
from dataclasses import dataclass

from fakie.cli import main


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    returncode: int
    stdout: str
    stderr: str


def fakie(*arguments: object) -> Done:
    """Call the program; gives what it printed and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
    return Done(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


def in_terminal(*arguments: object, **env: str) -> str:
    """Run a command in a terminal of 24 lines; return what is seen there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from fakie.cli import main; main()", *map(str, arguments)],
        stdin=follower, stdout=follower, stderr=follower, env={**os.environ, "LINES": "24", "TERM": "xterm", **env},
    )  # fmt: skip
    os.close(follower)
    seen = b""
    with contextlib.suppress(OSError):  # The end of a terminal is an error on Linux.
        while part := os.read(leader, 65536):
            seen += part
    os.close(leader)
    assert process.wait(timeout=30) == 0
    return seen.decode()
