"""Programs that gevent has patched: what cannot be had there is refused at once, the rest works."""

import pytest

pytest.importorskip("gevent")

TESTS = """
import requests

def call(url):
    body = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://example.com/a.mp3"}}
    sent = requests.post(url + "/api/v1/jobs/createTask", json=body, headers={"Authorization": "Bearer k"}, timeout=5)
    assert sent.json()["code"] == 200

def test_in_process(fakie):
    call("https://api.kie.ai")

def test_port(fakie_server):
    call(fakie_server.url)
"""
PATCHING = "from gevent import monkey\nmonkey.patch_all()\n"


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run both tests in a process of their own, patched by the project's conftest."""
    pytester.makeconftest(PATCHING)
    pytester.makepyfile(TESTS)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments, timeout=60)


def test_skipped_time_and_a_port_are_refused_at_once(pytester: pytest.Pytester) -> None:
    """Both tests end with the message that says what helps."""
    result = run(pytester)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines_random(["fakie offers no skipped time*gevent*", "fakie offers no port*gevent*"])


def test_calls_are_answered_in_process_where_time_is_real(pytester: pytest.Pytester) -> None:
    """With fast-forward off the calls of a patched program are answered."""
    run(pytester, "--fakie-fast-forward=off", "-k", "not port").assert_outcomes(passed=1, deselected=1)
