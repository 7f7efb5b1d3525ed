"""Stand-ins that lie about money: what they charge, what they show, when they say so, and whether they answer."""

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from support.servers.listening import listening
from support.servers.stand_in import CREATE_PATH, CREDIT_PATH, StandIn

# How a liar does not answer: it closes before or after it has acted, or sends a byte now and then for ever.
UNHEARD, CLOSES, DRIBBLES = "unheard", "closes", "dribbles"


@dataclass
class Liar(StandIn):
    """Charges `price_of(n)` for its n-th accepted create and shows `shows(credits)` as the balance.

    `late` seconds pass until a charge shows, `refused_price` is taken for a refused create (of those whose number
    `charges`), `asking_price` for every query, `odd` says how a request is not answered, by method, path and how often
    it was asked. `charged` is all that was taken, `dearest` the most at once.
    """

    price_of: Callable[[int], float] = lambda number: 12.0
    shows: Callable[["Liar", float], Any] = lambda liar, left: left
    odd: Callable[[str, str, int], str] = lambda method, path, times: ""
    late: Callable[[int], float] = lambda number: 0.0
    refused_price: float = 0.0
    charges: Callable[[int], bool] = lambda number: True
    asking_price: float = 0.0
    refunds: bool = False
    charged: float = 0.0
    dearest: float = 0.0
    refusals: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    pending: list[tuple[float, float]] = field(default_factory=list)

    def answer(self, method: str, path: str, authorization: str, content: bytes) -> dict[str, Any]:
        """Answer one request, and charge for it."""
        if path == CREATE_PATH and method == "GET" and self.asking_price:
            method = "POST"
        before = len(self.creates)
        answer = super().answer(method, path, authorization, content)
        with self.lock:
            if len(self.creates) > before:
                # The base has taken its own price.
                self.credits += self.price
                self._take(self.price_of(len(self.creates)), self.late(len(self.creates)))
            elif path == CREATE_PATH and method == "POST":
                self.refusals += 1
                self._take(self.refused_price if self.charges(self.refusals) else 0.0, self.late(0))
            elif path != CREDIT_PATH:
                self._take(self.asking_price, 0.0)
            if path == CREDIT_PATH and answer["code"] == 200:
                answer["data"] = self.shows(self, self._left())
        return answer

    def _take(self, price: float, late: float) -> None:
        self.charged += price
        self.dearest = max(self.dearest, price)
        if not self.refunds:
            self.pending.append((time.time() + late, price))

    def _left(self) -> float:
        return self.credits - sum(price for at, price in self.pending if at <= time.time())


class _Handler(BaseHTTPRequestHandler):
    liar: Liar
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        with self.liar.lock:
            self.liar.asked[self.command, path] += 1
            odd = self.liar.odd(self.command, path, self.liar.asked[self.command, path])
        if odd == UNHEARD:
            self._close()
            return
        sent_as = self.headers.get("Authorization", "")
        status, headers, data = self.liar.wire(self.command, self.path, sent_as, content)
        time.sleep(self.liar.slow if self.command == "POST" else 0)
        if odd == CLOSES:
            self._close()
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self._dribble() if odd == DRIBBLES else self.wfile.write(data)

    def _close(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _dribble(self) -> None:
        with suppress(OSError):
            while True:
                self.wfile.write(b" ")
                time.sleep(0.2)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the base's names

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def lying(liar: Liar) -> Iterator[Liar]:
    """Serve a liar on a free loopback port."""
    with listening(type("Handler", (_Handler,), {"liar": liar})) as liar.url:
        yield liar
