"""Adapter for h11: the parser in pure Python, for where httptools is missing, and for unusual requests."""

import h11

from fakie.adapters.wire.parsing import Head, MalformedError, Sink

# h11 keeps both sides in step, so it is told of an answer; what it would write is not sent.
_SOME_ANSWER = h11.Response(status_code=404, headers=[("content-length", "0")])


class H11Parser:
    """A `Parser` on h11."""

    def __init__(self, sink: Sink, head_bytes: int) -> None:
        self._sink = sink
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=head_bytes)

    def feed(self, data: bytes) -> None:
        """Parse a whole head, or some of the body behind it; raises MalformedError for what is not HTTP/1."""
        try:
            self._connection.receive_data(data)
            while self._step():
                pass
        except h11.RemoteProtocolError as error:
            raise MalformedError from error

    def close(self) -> None:
        """Forget the sink."""
        del self._sink

    def _step(self) -> bool:
        event = self._connection.next_event()
        if isinstance(event, h11.Request):
            self._sink.begin()
            version = event.http_version.decode()
            self._sink.head(Head(event.method.decode(), event.target, version, list(event.headers)))
        elif isinstance(event, h11.Data):
            self._sink.body(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            return self._end()
        else:
            return False
        return True

    def _end(self) -> bool:
        """Pass the end on; tells whether another request may follow."""
        connection = self._connection
        connection.send(_SOME_ANSWER)
        connection.send(h11.EndOfMessage())
        keep_alive = connection.our_state is h11.DONE and connection.their_state is h11.DONE
        self._sink.end(keep_alive)
        if keep_alive:
            connection.start_next_cycle()
        return keep_alive
