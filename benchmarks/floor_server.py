"""The floor: an empty Flask view on the same server as the fake. Prints its URL, serves until stopped."""

import signal
import threading

from flask import Flask, Response

from fakie.adapters.live_server import LiveServer

ANSWER = b'{"code":200,"msg":"success","data":{"taskId":"0123456789abcdef0123456789abcdef"}}'


def main() -> None:
    """Serve one view that reads the body and answers a fixed text."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    app = Flask("floor")

    @app.post("/api/v1/jobs/createTask")
    def view() -> Response:
        return Response(ANSWER, 200, [("Content-Type", "application/json;charset=UTF-8")])

    server = LiveServer("127.0.0.1", 0)
    server.start(app)
    print(f"floor ready at {server.url}", flush=True)
    stopped.wait()
    server.stop()


if __name__ == "__main__":
    main()
