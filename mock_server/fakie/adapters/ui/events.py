"""Server-sent events: that something is new, so that a page looks again; what is new, the page itself shows."""

import json
import time
from itertools import count

from fakie.core.journal import Entry, Journal

_MOST_VIEWERS = 16
_LOOK_SECONDS = 0.4
_BEAT_SECONDS = 15.0
# How soon a browser comes again that was not kept.
_AGAIN_MS = 2000


class Viewers:
    """Those who watch at the moment; where they are too many, or the server keeps none, they come again and again."""

    def __init__(self, journal: Journal, most: int = _MOST_VIEWERS) -> None:
        self._journal = journal
        self._most = most
        self._listens = False
        self._steps = count(1)
        self._step = 0
        self.watching = 0

    @property
    def now(self) -> str:
        """A text that changes whenever something is new."""
        return f"{self._journal.last}.{self._step}"

    def note(self, _: Entry | None = None) -> None:
        """Take note that something was moved, by these pages or by a lever."""
        self._step = next(self._steps)

    def start_of(self, seen: str) -> bytes:
        """Return the start of the events for a page that has seen so much."""
        if not self._listens:
            # From the first viewer on: nobody else pays for it.
            self._listens = True
            self._journal.listen(self.note)
        return f"retry: {_AGAIN_MS}\n\n".encode() + self.news_since(seen)

    def news_since(self, seen: str) -> bytes:
        """Return the event that tells of what is new, nothing when nothing is."""
        now = self.now
        data = json.dumps({"last": self._journal.last})
        return b"" if now == seen else f"id: {now}\nevent: news\ndata: {data}\n\n".encode()

    def enter(self) -> bool:
        """Take one more in; return False when there are too many."""
        full = self.watching >= self._most
        self.watching += not full
        return not full

    def leave(self) -> None:
        """Let one go."""
        self.watching -= 1


class NewsFeed:
    """A `Feed`: one viewer's news."""

    seconds = _LOOK_SECONDS

    def __init__(self, viewers: Viewers) -> None:
        self._viewers = viewers
        self._seen = viewers.now
        self._beat = time.monotonic()
        self._entered = False

    def start(self) -> bool:
        """Begin; return False when too many watch already."""
        self._entered = self._viewers.enter()
        return self._entered

    def news(self) -> bytes:
        """Return an event when something is new, now and then a word that all is well, else nothing."""
        news = self._viewers.news_since(self._seen)
        self._seen = self._viewers.now
        now = time.monotonic()
        if not news and now - self._beat < _BEAT_SECONDS:
            return b""
        self._beat = now
        return news or b": still here\n\n"

    def close(self) -> None:
        """End."""
        if self._entered:
            self._entered = False
            self._viewers.leave()
