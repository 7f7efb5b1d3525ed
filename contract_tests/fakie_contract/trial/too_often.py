"""Asking a target again that refuses for a while whoever asks, as too often."""

import time
from collections.abc import Callable

from fakie_contract.http.exchange import Answer
from fakie_schemas.pace import asked_pause

# Seconds, unless the target asks for more.
_PAUSES = (1.0, 2.0, 4.0)
_PAUSES_LIVE = (2.0, 5.0, 10.0)
_LONGEST = 30.0
# Where one thing is refused for ever among others that are answered.
_MOST_IN_VAIN = 5


class TooOften:
    """Repeats what was refused as too often, after pauses; once they were of no use, not before another answer came.

    After `_MOST_IN_VAIN` times of no use not at all: a run does not wait at each of thousands of requests.
    """

    def __init__(self, *, live: bool) -> None:
        self._pauses = _PAUSES_LIVE if live else _PAUSES
        self._lasts = False
        self._in_vain = 0

    def asked(self, send: Callable[[], Answer], code: int, deadline: float) -> Answer:
        """Send until the answer is another one, or waiting is of no use; return the last answer.

        `code` is that of the refusal, in the body or as HTTP status; after `deadline` (monotonic s) no pause begins,
        and none lasts longer.
        """
        pauses = () if self._lasts or self._in_vain == _MOST_IN_VAIN else self._pauses
        for pause in pauses:
            answer = send()
            left = deadline - time.monotonic()
            if code not in (answer.code, answer.status) or left <= 0:
                return answer
            time.sleep(min(left, max(pause, asked_pause(answer.headers.get("retry-after", ""), _LONGEST))))
        answer = send()
        self._lasts = code in (answer.code, answer.status)
        self._in_vain += self._lasts and bool(pauses)
        return answer
