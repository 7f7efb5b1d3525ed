"""Ctrl-C in the middle of a wait."""

import pytest

WAITS = """
import os, signal, threading, time

def test_waits(fakie):
    with fakie.real_time():
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()
        time.sleep(60)
"""


def test_the_place_named_is_one_of_the_code_under_test(pytester: pytest.Pytester) -> None:
    """Not one of the stand-in that waits for it."""
    pytester.makepyfile(test_waits=WAITS)
    result = pytester.runpytest_subprocess(timeout=60)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    # It may strike in the wait for the thread's beginning already, which is Python's.
    result.stdout.re_match_lines([r".*/(test_waits|threading)\.py:\d+: KeyboardInterrupt"])
