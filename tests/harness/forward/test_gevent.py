"""Programs that gevent or eventlet has patched: what cannot be had there is refused at once, the rest works."""

import sys
from types import SimpleNamespace

import pytest

from fakie.harness.forward.greenlets import PatchedProgramError, refuse_patched

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
PATCHING = "from gevent import monkey\nmonkey.patch_{}()\n"


def run(pytester: pytest.Pytester, *arguments: str, part: str = "all") -> pytest.RunResult:
    """Run both tests in a process of their own, patched by the project's conftest."""
    pytester.makeconftest(PATCHING.format(part))
    pytester.makepyfile(TESTS)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments, timeout=60)


@pytest.mark.parametrize("part", ["all", "socket"])
def test_skipped_time_and_a_port_are_refused_at_once(pytester: pytest.Pytester, part: str) -> None:
    """Both tests end with the message that says what helps, also where not all is patched."""
    result = run(pytester, part=part)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines_random(["fakie offers no skipped time*gevent*", "fakie offers no port*gevent*"])


def test_calls_are_answered_in_process_where_time_is_real(pytester: pytest.Pytester) -> None:
    """With fast-forward off the calls of a patched program are answered."""
    run(pytester, "--fakie-fast-forward=off", "-k", "not port").assert_outcomes(passed=1, deselected=1)


def test_a_program_that_eventlet_has_patched_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """By eventlet's own word; one that only imports it is not refused."""
    patched: set[str] = set()
    patcher = SimpleNamespace(is_monkey_patched=patched.__contains__)
    monkeypatch.setitem(sys.modules, "eventlet.patcher", patcher)
    refuse_patched("port")
    patched.add("thread")
    with pytest.raises(PatchedProgramError, match="no port in a program that eventlet's monkey_patch has patched"):
        refuse_patched("port")
