"""The server behind `fakie_server`: milliseconds until it answers, and until it has ended with connections open.

Medians and spans of the rounds, on this machine's clock, as a test run sees them.
"""

import argparse
import http.client
import statistics
import time
from urllib.parse import urlsplit

from fakie.harness.start import SessionCache, SharedServer, new_fake

ROUNDS = 30
PATH = "/api/v1/chat/credit"
HEADERS = {"Authorization": "Bearer k"}


def connect(url: str) -> http.client.HTTPConnection:
    """Open a connection, and keep it open once it was answered."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", PATH, headers=HEADERS)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"shared_server: {PATH} was answered with {answer.status}; expected 200")
    return connection


def once(kept: SessionCache, connections: int) -> dict[str, float]:
    """Start a server and a fake, use it, and end both; returns the milliseconds of each."""
    marks = [time.perf_counter()]
    server = SharedServer()
    fake = new_fake(catalog=kept.catalog_of(None, None, "pinned"), profile=kept.profile("documented"))
    with server.speaking_for(fake):
        opened = [connect(server.url)]
        marks.append(time.perf_counter())
        opened += [connect(server.url) for _ in range(connections - 1)]
        marks.append(time.perf_counter())
    marks.append(time.perf_counter())
    server.stop()
    marks.append(time.perf_counter())
    for connection in opened:
        connection.close()
    names = ("start, to the first answer", "", "the end of a test", "stop")
    return {name: (after - before) * 1000 for name, before, after in zip(names, marks, marks[1:], strict=False) if name}


def main() -> None:
    """Print what starting and ending take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("connections", nargs="?", type=int, default=64, help="how many are open meanwhile")
    connections = parser.parse_args().connections
    kept = SessionCache()
    # What is read once in a run is not what a start takes.
    once(kept, connections)
    rounds = [once(kept, connections) for _ in range(ROUNDS)]
    print(f"fakie_server, {connections} connections open, medians of {ROUNDS} rounds")
    for name in rounds[0]:
        values = [one[name] for one in rounds]
        print(f"  {name}: {statistics.median(values):.1f} ms ({min(values):.1f} to {max(values):.1f})")
    kept.close()


if __name__ == "__main__":
    main()
