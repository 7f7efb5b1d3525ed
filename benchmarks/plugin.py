"""The pytest plugin: load time, cost of its fixtures a test, and a thousand jobs, each against a peer in the same run.

Peers that are not installed (pytest-httpserver, moto[server]) are left out, and said so.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

TESTS = 200
ROUNDS = 5

EMPTY = "def test_x(): pass\n"
FIXTURE = """
import pytest, requests, responses
BODY = {"model": "elevenlabs/audio-isolation", "input": {}}
HEADERS = {"Authorization": "Bearer k"}
URL = "/api/v1/jobs/createTask"
"""
BARE = (
    FIXTURE
    + f"""
@pytest.mark.parametrize("n", range({TESTS}))
def test_bare(n):
    with responses.RequestsMock() as mock:
        mock.post("https://api.kie.ai" + URL, json={{"code": 200}})
        assert requests.post("https://api.kie.ai" + URL, json=BODY, headers=HEADERS).json()["code"] == 200
"""
)
FAKIE = (
    FIXTURE
    + f"""
@pytest.mark.parametrize("n", range({TESTS}))
def test_fakie(n, fakie):
    assert requests.post("https://api.kie.ai" + URL, json=BODY, headers=HEADERS).json()["code"] == 200
"""
)
SERVER = (
    FIXTURE
    + f"""
@pytest.mark.parametrize("n", range({TESTS}))
def test_server(n, fakie_server):
    assert requests.post(fakie_server.url + URL, json=BODY, headers=HEADERS).json()["code"] == 200
"""
)
HTTPSERVER = (
    FIXTURE
    + f"""
@pytest.mark.parametrize("n", range({TESTS}))
def test_httpserver(n, httpserver):
    httpserver.expect_request(URL, method="POST").respond_with_json({{"code": 200}})
    assert requests.post(httpserver.url_for(URL), json=BODY, headers=HEADERS).json()["code"] == 200
"""
)
MOTO = (
    FIXTURE
    + f"""
from moto.server import ThreadedMotoServer

@pytest.mark.parametrize("n", range({TESTS // 10}))
def test_moto(n):
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    requests.get(f"http://{{host}}:{{port}}/moto-api/")
    server.stop()
"""
)


def seconds(text: str, *arguments: str) -> float:
    """Return the CPU time of one pytest run of a module."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_it.py").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, folder]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, ours: tuple[str, ...], theirs: tuple[str, ...], tests: int) -> None:
    """Run both in turns and print milliseconds a test and the ratio, medians of the rounds."""
    pairs = [(seconds(*ours), seconds(*theirs)) for _ in range(ROUNDS)]
    left, right = (statistics.median(side) / tests * 1000 for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name}: {left:.2f} ms and {right:.2f} ms; ratio {ratio:.2f}", flush=True)


def thousand_jobs() -> None:
    """Create a thousand jobs, poll each to success every 5 s, and collect the callbacks."""
    import requests

    from fakie.harness.fast_forward import fast_forward
    from fakie.harness.start import in_process, new_fake

    fake = new_fake()
    fake.account(fake.key, credits=2000)
    base, headers = "https://api.kie.ai/api/v1/jobs/", {"Authorization": "Bearer k"}
    body = {"model": "elevenlabs/audio-isolation", "input": {}, "callBackUrl": "https://me.test/hook"}
    started = time.perf_counter()
    with requests.Session() as session, in_process(fake), fast_forward(fake):
        for _ in range(1000):
            task = session.post(base + "createTask", json=body, headers=headers).json()["data"]["taskId"]
            while (
                session.get(base + "recordInfo", params={"taskId": task}, headers=headers).json()["data"]["state"]
                != "success"
            ):
                time.sleep(5)
    took = time.perf_counter() - started
    print(f"1,000 jobs created, polled and called back: {took:.1f} s real, {len(fake.callbacks)} callbacks")


def main() -> None:
    """Run everything."""
    compare("empty run with and without the plugin, whole", (EMPTY,), (EMPTY, "-p", "no:fakie"), 1)
    compare("a test with fakie, with a bare RequestsMock", (FAKIE,), (BARE,), TESTS)
    if find_spec("pytest_httpserver"):
        compare("a test with fakie_server, with pytest-httpserver", (SERVER,), (HTTPSERVER,), TESTS)
    else:
        print("pytest-httpserver is not installed: left out")
    if find_spec("moto") and find_spec("flask_cors"):
        per_test = seconds(MOTO) / (TESTS // 10) * 1000
        print(f"a test with a threaded moto server of its own: {per_test:.0f} ms")
    else:
        print("moto[server] is not installed: left out")
    thousand_jobs()


if __name__ == "__main__":
    main()
