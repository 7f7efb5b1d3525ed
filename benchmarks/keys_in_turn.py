"""What a createTask over HTTP costs the server as more keys come in turn: CPU time (µs) of its process, and ratios.

Each of the servers is sent the requests of so many keys in turn by 16 clients of wrk on connections that are kept; the
servers take turns, so that a slow moment of the machine strikes all. Medians of the rounds, the first of which, where
accounts are opened, does not count. On Linux.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from load import RepeatedCall, need_wrk, parse
from servers import FAKIE, Server

ROUNDS, SECONDS, CLIENTS = 6, 4, 16
CREATE = "/api/v1/jobs/createTask"
BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://files.test/a.mp3"}}
# Made before, so that wrk sends them as fast as one.
_SCRIPT = """
local requests, at = {{}}, 0
function init()
  for number = 1, {keys} do
    local headers = {{["Authorization"] = "Bearer key-" .. number, ["Content-Type"] = "application/json"}}
    requests[number] = wrk.format("POST", {path}, headers, {body})
  end
end
function request()
  at = at % {keys} + 1
  return requests[at]
end
"""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def microseconds(server: Server, script: Path) -> float:
    """Send requests for some seconds; return what one of them cost the server, and look that each was answered."""
    pid = server.process.pid
    before = cpu_seconds(pid)
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency", "-s", str(script), server.url]
    found = parse(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if found.wrong:
        raise SystemExit(f"keys_in_turn: {found.wrong} answers were wrong")
    return (cpu_seconds(pid) - before) / found.requests * 1e6


def main() -> None:
    """Measure each number of keys, and print them beside the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keys", nargs="*", type=int, default=[1, 2, 100, 1_000, 10_000], help="numbers of keys")
    counts = parser.parse_args().keys
    need_wrk()
    figures: dict[int, list[float]] = {count: [] for count in counts}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        servers = {}
        for count in counts:
            script = Path(folder) / f"{count}.lua"
            body = json.dumps(json.dumps(BODY))
            script.write_text(_SCRIPT.format(keys=count, path=json.dumps(CREATE), body=body), encoding="utf-8")
            servers[count] = Server(FAKIE, RepeatedCall("createTask", "POST", CREATE, BODY)), script
            running.callback(servers[count][0].stop)
        for number in range(ROUNDS):
            for count, (server, script) in servers.items():
                took = microseconds(server, script)
                figures[count] += [took] if number else []
    first = statistics.median(figures[counts[0]])
    for count, values in figures.items():
        middle = statistics.median(values)
        print(f"{count:,} keys: {middle:.1f} µs ({min(values):.1f} to {max(values):.1f}); ratio {middle / first:.2f}")


if __name__ == "__main__":
    main()
