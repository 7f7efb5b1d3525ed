"""Prints the path of the fastest Python here that can run fakie: it is measured, as no build says how it was optimised.

Distributions build theirs with profile-guided optimisation; by default pyenv does not, and takes a quarter longer for
all that fakie does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSIONS = ((3, 11), (3, 12), (3, 13), (3, 14))
_FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
_TRY_SECONDS = 30
# Run by each candidate: its version, whether it can make environments, and its best time for some usual work.
_TRIAL = """
import sys, time, ensurepip
class One:
    def __init__(self, at): self.at = at
    def next(self, known): return known.get(self.at) or One(self.at + 1)
def work():
    known = {n: One(n) for n in range(0, 400, 2)}
    return sum(One(n).next(known).at for n in range(400)), [f"{n}:{n * 2}" for n in range(400)]
def once():
    start = time.perf_counter()
    for _ in range(20): work()
    return time.perf_counter() - start
print(*sys.version_info[:2], sys.executable, min(once() for _ in range(15)), sep="\\n")
"""


def candidates(path: str, home: Path) -> Iterator[Path]:
    """Yield the Pythons of the folders of a PATH, of the usual ones, and of pyenv, each once."""
    names = ["python3", *(f"python{major}.{minor}" for major, minor in VERSIONS)]
    found = [Path(folder) / name for folder in (*path.split(os.pathsep), *_FOLDERS) if folder for name in names]
    found += sorted((home / ".pyenv" / "versions").glob("3.*/bin/python"))
    yield from dict.fromkeys(one.resolve() for one in found if one.exists() and ".pyenv/shims" not in one.as_posix())


def seconds(python: Path) -> float | None:
    """Return the time of the trial by a Python; None for one that is of another version or cannot run it."""
    try:
        run = subprocess.run([python, "-I", "-c", _TRIAL], capture_output=True, text=True, timeout=_TRY_SECONDS)
        major, minor, _, took = run.stdout.split("\n")[:4]
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return float(took) if (int(major), int(minor)) in VERSIONS else None


def fastest(path: str, home: Path) -> Path | None:
    """Return the Python that takes the least time, or None where there is none."""
    times = {python: took for python in candidates(path, home) if (took := seconds(python)) is not None}
    return min(times, key=times.__getitem__, default=None)


if __name__ == "__main__":
    print(fastest(os.environ.get("PATH", ""), Path.home()) or sys.executable)
