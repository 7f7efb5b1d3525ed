"""The end of a queue's wait that outlives its test: nothing that was put meanwhile is left to nobody."""

import queue
import sys
import threading
from types import FrameType

import pytest

from fakie.harness.forward.queue_ends import end_queue


class FrameQueue(queue.Queue[FrameType]):
    """A queue whose `get` returns its own frame."""

    def _qsize(self) -> int:
        return 1

    def _get(self) -> FrameType:
        return sys._getframe(1)


def test_who_is_notified_before_the_end_looks_again() -> None:
    """For nobody else is told of it: another one that waits, too, would never see what was put."""
    frame, condition = FrameQueue().get(), threading.Condition()

    def tell() -> None:
        with condition:
            condition.notify()

    teller = threading.Thread(target=tell)
    begun = iter((teller.start,))

    def is_over() -> bool:
        # It gets the lock once this one waits.
        next(begun, lambda: None)()
        return False

    with condition:
        assert end_queue(frame, condition, is_over)
    teller.join()
    with condition, pytest.raises(queue.Empty):
        end_queue(frame, condition, lambda: True)
