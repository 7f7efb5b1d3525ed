"""The end of a queue's wait that outlives the test in which it began."""

import queue
import threading
from collections.abc import Callable
from types import FrameType

from fakie.harness.forward import real

# How the waits of a queue end whose time is up.
_ENDS = {queue.Queue.get.__code__: queue.Empty, queue.Queue.put.__code__: queue.Full}
# So long (seconds, real) at most is waited for the stand-ins to be out of place, looking so often.
_HANDING_OVER, _LOOK = 1.0, 0.001


def end_queue(caller: FrameType, condition: threading.Condition, is_over: Callable[[], bool]) -> bool:
    """Raise what a queue raises whose time is up, once clocks are as they were; tells whether it is notified before.

    It counts by the clock, which goes back: what it still has to wait would be all that was skipped. Who is notified
    looks again, for nobody else is. Nothing is done for other callers.
    """
    its_end = _ENDS.get(caller.f_code)
    if its_end is None:
        return False
    began = real.clock()
    while not is_over() and real.clock() - began < _HANDING_OVER:
        if real.wait(condition, _LOOK):
            return True
    raise its_end
