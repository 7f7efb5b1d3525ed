"""The floors: the same server as the fake's with a constant answer, or an empty Flask view on Werkzeug's.

Usage: floor_server.py constant|flask PORT
"""

import signal
import sys
import threading

from fakie.core.http.messages import Request, Response

ANSWER = b'{"code":200,"msg":"success","data":{"taskId":"0123456789abcdef0123456789abcdef"}}'
HEADERS = (("Content-Type", "application/json;charset=UTF-8"),)


class Constant:
    """A door that answers everything alike."""

    def handle(self, _: Request) -> Response:
        """Return the answer."""
        return Response(200, HEADERS, ANSWER)


def serve_constant(port: int) -> None:
    """Serve the constant answer until SIGTERM."""
    from fakie.adapters.live_server import LiveServer

    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    server = LiveServer("127.0.0.1", port)
    server.start(Constant(), lambda _: True)
    stopped.wait()
    server.stop()


def serve_flask(port: int) -> None:
    """Serve one empty view until it is killed."""
    from flask import Flask, Response

    app = Flask("floor")

    @app.route("/<path:path>", methods=["GET", "POST"])
    def view(path: str) -> Response:  # noqa: ARG001
        return Response(ANSWER, 200, list(HEADERS))

    app.run("127.0.0.1", port, threaded=True)


if __name__ == "__main__":
    {"constant": serve_constant, "flask": serve_flask}[sys.argv[1]](int(sys.argv[2]))
