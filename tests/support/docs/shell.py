"""The console blocks of a page, run one after the other by bash, as a reader would, in one folder."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from support.docs.blocks import ROOT, CodeBlock
from support.servers.stand_in import KEY

# Commands that are met by a stand-in of `command.py`; all others are the real ones.
STOOD_IN_FOR = ("curl", "fakie", "go", "make", "npm", "pip", "pytest")
# The real one, which the stand-in gives its arguments to.
CURL = shutil.which("curl") or ""
_SECONDS = 200
_PROMPT = "$ "


def run_page(console: list[CodeBlock], folder: Path, fake: str, live: str) -> Iterator[tuple[CodeBlock, str, str]]:
    """Run each block in a folder; yield it, what it printed, and what it said aside.

    `fake` and `live` are where the addresses of the page lead. Raises AssertionError when a block fails.
    """
    led = {"DOCS_FAKE": fake, "DOCS_LIVE": live, "DOCS_KEY": KEY, "DOCS_CURL": CURL}
    environment = {**_clean(), **led, "FAKIE_API_KEY": KEY, "FAKIE_URL": fake}
    environment["PATH"] = f"{_stand_ins(folder)}{os.pathsep}{os.environ['PATH']}"
    environment["PYTHONPATH"] = str(ROOT / "tests")
    for block in console:
        done = subprocess.run(
            ["bash", "-e", "-c", commands_of(block)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        assert done.returncode == 0, f"{block.place}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        yield block, done.stdout, done.stderr


def commands_of(block: CodeBlock) -> str:
    """Return what is typed: the lines after a prompt where the block has prompts, else all."""
    lines = block.text.splitlines()
    typed = [line.removeprefix(_PROMPT) for line in lines if line.startswith(_PROMPT)]
    return "\n".join(typed or lines)


def output_of(block: CodeBlock) -> list[str]:
    """Return the lines that the block says are printed, blanks between words being one."""
    lines = block.text.splitlines()
    prompted = any(line.startswith(_PROMPT) for line in lines)
    return [squeezed(line) for line in lines if prompted and not line.startswith(_PROMPT)]


def squeezed(line: str) -> str:
    """Return a line with single blanks: how far columns are apart is the terminal's business."""
    return re.sub(r"\s+", " ", line).strip()


def _stand_ins(folder: Path) -> Path:
    found = folder / ".bin"
    found.mkdir(exist_ok=True)
    for name in STOOD_IN_FOR:
        script = found / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m support.docs.command {name} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return found


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FAKIE_", "KIE_"))}
