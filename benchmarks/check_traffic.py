"""What judging recorded traffic costs: exchanges a second as a ratio to bare reading, and memory for a large HAR."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ijson

from fakie_contract.traffic.check import check
from fakie_contract.traffic.judging import TrafficJudge
from fakie_schemas.catalog.catalog import Catalog

SMALL_EXCHANGES = 3_000
LARGE_BYTES = 200 * 1024 * 1024
# A body as an upload or a page of a browser's session has it.
FILLER = "x" * 100_000
HEADERS = [{"name": f"x-header-{number}", "value": "v" * 40} for number in range(15)]


def entry(number: int) -> dict[str, Any]:
    """Make one exchange: a createTask or a poll of the same task, with the headers of a browser."""
    task_id = f"{number // 4:032x}"
    if number % 4 == 0:
        body: Any = {"taskId": task_id, "recordId": task_id}
        sent = json.dumps({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})
        method, url = "POST", "https://api.kie.ai/api/v1/jobs/createTask"
    else:
        body, sent, method = record(task_id), "", "GET"
        url = f"https://api.kie.ai/api/v1/jobs/recordInfo?taskId={task_id}"
    text = json.dumps({"code": 200, "msg": "success", "data": body})
    request = {"method": method, "url": url, "headers": HEADERS, "postData": {"text": sent}}
    content = {"mimeType": "application/json", "size": len(text), "text": text}
    return {"request": request, "response": {"status": 200, "headers": HEADERS, "content": content}}


def record(task_id: str) -> dict[str, Any]:
    """Make the data of a task that waits."""
    nothing = dict.fromkeys(("failCode", "failMsg", "costTime", "completeTime"))
    param = json.dumps({"input": json.dumps({"prompt": "a lake", "aspect_ratio": "1:1"}), "model": "z-image"})
    told = {"taskId": task_id, "model": "z-image", "state": "waiting", "param": param, "resultJson": ""}
    return {**told, **nothing, "createTime": 1_790_000_000_000}


def write_small(file: Path) -> None:
    """Write a HAR of exchanges that are all judged."""
    file.write_text(json.dumps({"log": {"entries": [entry(number) for number in range(SMALL_EXCHANGES)]}}))


def write_large(file: Path) -> None:
    """Write a HAR of 200 MB: exchanges that are judged, between others with large bodies."""
    other = {
        "request": {"method": "GET", "url": "https://example.com/"},
        "response": {"status": 200, "content": {"text": FILLER}},
    }
    with file.open("w") as out:
        out.write('{"log": {"entries": [')
        number = 0
        while out.tell() < LARGE_BYTES:
            out.write(f"{json.dumps(other)}, {json.dumps(entry(number))}, ")
            number += 1
        out.write(json.dumps(other) + "]}}")


def walked(file: Path) -> None:
    """Pass over a file's events and do nothing: the floor of whoever streams."""
    with file.open("rb") as source:
        for _ in ijson.basic_parse(source):
            pass


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def judged(file: Path) -> int:
    """Judge a file as the command does; gives how many exchanges were judged."""
    return check([file], TrafficJudge(Catalog.shipped())).judge.judged


def peak(file: Path) -> tuple[int, float]:
    """Judge a file in a process of its own; gives how many exchanges were judged, and its peak memory in MB."""
    command = [sys.executable, __file__, str(file)]
    count, kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(count), int(kilobytes) / 1024


def main() -> None:
    """Print one line for speed, one for memory."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.har", Path(folder) / "large.har"
        write_small(small)
        judging = seconds(lambda: judged(small))
        loads, walk = seconds(lambda: json.loads(small.read_bytes())), seconds(lambda: walked(small))
        print(
            f"{SMALL_EXCHANGES / judging:.0f} exchanges a second: {judging / loads:.1f} times json.loads of the file, "
            f"{judging / walk:.1f} times an ijson walk"
        )
        write_large(large)
        taken = seconds(lambda: print("{} judged of a HAR of 200 MB; peak memory {:.0f} MB".format(*peak(large))))
        print(f"  in {taken:.1f} s, start included")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(judged(Path(sys.argv[1])), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main()
