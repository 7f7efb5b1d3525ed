"""Load on one server: wrk where it is installed, and what its output says."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class RepeatedCall:
    """One kind of request, sent over and over; `answer` is what each answer must contain."""

    name: str
    method: str
    path: str
    body: Any = None
    answer: str = '"code":200'


@dataclass(frozen=True)
class Load:
    """How a request is sent: by so many clients at once, on connections that are kept or made anew."""

    clients: int
    keep_alive: bool = True

    @property
    def name(self) -> str:
        """A short name for tables."""
        return f"{self.clients} clients" + ("" if self.keep_alive else ", new connections")


@dataclass(frozen=True)
class Measured:
    """What came of it: requests, requests a second, the 99th percentile in ms, and answers that were wrong."""

    requests: int
    rate: float
    p99: float
    wrong: int


HEADERS = {"Authorization": "Bearer bench", "Content-Type": "application/json"}
_SCRIPT = """
wrk.method = {method}
wrk.body = {body}
{headers}
wrong = 0
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function response(status, headers, body)
  if status ~= 200 or not string.find(body, {answer}, 1, true) then wrong = wrong + 1 end
end
function done()
  local sum = 0
  for _, t in ipairs(threads) do sum = sum + t:get("wrong") end
  print("Wrong: " .. sum)
end
"""


def need_wrk() -> None:
    """Raise SystemExit, with what would work, where wrk is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit("bench: wrk is not installed; it is in Debian's package wrk, and in Homebrew's")


def measure(url: str, work: RepeatedCall, load: Load, seconds: float, check: bool = True) -> Measured:
    """Send one kind of request for some seconds.

    With `check`, each answer is looked into, which costs wrk some of its speed.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "work.lua"
        script.write_text(_script(work, load, check), encoding="utf-8")
        command = ["wrk", "-t1", f"-c{load.clients}", f"-d{max(1, round(seconds))}s", "--latency", "--timeout", "10s"]
        done = subprocess.run(
            [*command, "-s", str(script), url.rstrip("/") + work.path], capture_output=True, text=True, check=True
        )
    return parse(done.stdout)


def parse(output: str) -> Measured:
    """Read wrk's output; raises ValueError for what is not it."""
    rate, slowest = re.search(r"Requests/sec:\s+([\d.]+)", output), re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", output)
    count = re.search(r"(\d+) requests in", output)
    if not rate or not slowest or not count:
        raise ValueError(f"this is not what wrk prints: {output[:300]!r}")
    wrong = re.search(r"Wrong: (\d+)", output)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    errors = sum(map(int, broken.groups())) if broken else 0
    wrong_answers = int(wrong[1]) if wrong else _bad(output)
    return Measured(int(count[1]), float(rate[1]), float(slowest[1]) * _UNITS[slowest[2]], errors + wrong_answers)


def _bad(output: str) -> int:
    found = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return int(found[1]) if found else 0


def _script(work: RepeatedCall, load: Load, check: bool) -> str:
    headers = HEADERS if load.keep_alive else {**HEADERS, "Connection": "close"}
    text = _SCRIPT.format(
        method=json.dumps(work.method),
        body=json.dumps(json.dumps(work.body)) if work.body is not None else "nil",
        headers="\n".join(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()),
        answer=json.dumps(work.answer),
    )
    return text if check else text.partition("wrong = 0")[0]
