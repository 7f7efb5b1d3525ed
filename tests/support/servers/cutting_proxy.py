"""A proxy before a Redis that cuts connections: what was asked is done there, and the answer never comes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MOST = 65536


class CuttingProxy:
    """Carries bytes between clients and a Redis; `cut` has the sign by which requests are cut, and how often."""

    def __init__(self, path: Path, server: Path) -> None:
        self._server = server
        self._sign, self._times = b"", 0
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        self.url = f"unix://{path}"

    def cut(self, sign: bytes, times: int = 1) -> None:
        """Cut the connections of so many of the next requests that have a sign in them, once they are carried out."""
        self._sign, self._times = sign, times

    def close(self) -> None:
        """Let all connections go."""
        for end in (self._listener, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                self._open += [client, server]
                self._threads.append(threading.Thread(target=self._carry, args=(client, server)))
                self._threads[-1].start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        """Carry a connection of one request after the other, as a client without a pipeline has it."""
        with suppress(OSError):
            while asked := client.recv(_MOST):
                server.sendall(asked)
                answer = server.recv(_MOST)
                if self._times and self._sign in asked:
                    self._times -= 1
                    self.cuts += 1
                    break
                client.sendall(answer)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting_proxy(path: Path, server: Path) -> Iterator[CuttingProxy]:
    """Put a proxy before a Redis for a `with` block."""
    proxy = CuttingProxy(path, server)
    try:
        yield proxy
    finally:
        proxy.close()
