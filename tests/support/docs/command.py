"""`python -m support.docs.command NAME ARGUMENT…`: a command of the docs, its addresses led to this machine.

A server is started, asked whether it is ready, and ended again; what needs a registry or the reader's own project is
looked at and not done.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from support.servers.listening import free_port

ROOT = Path(__file__).parents[3]
_FAKE = "http://127.0.0.1:8080"
# 1 says that something was found, which a page may well show.
_VERDICTS = {"test", "diff", "verify-pages", "check-traffic", "sync", "check-receiver"}
# Of the cases of the suite, enough to see that it runs.
_FEW = ("-k", "credit or model::type-boolean")
_SECONDS = 30


def main(name: str, arguments: list[str]) -> int:
    """Carry out one command; return its exit code."""
    led = [one.replace(_FAKE, os.environ["DOCS_FAKE"]) for one in arguments]
    return _COMMANDS[name](led)


def _fakie(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "fakie", *arguments]
    if arguments[0] in {"serve", "record"}:
        return _served(command)
    if arguments[0] == "test":
        command = _suite(command)
    if arguments[0] == "sync":
        command += ["--from", "documents"]
    if arguments[0] not in _VERDICTS:
        os.execve(command[0], command, _environment())
    code = subprocess.run(command, env=_environment(), check=False).returncode
    return 0 if code == 1 else code


def _suite(command: list[str]) -> list[str]:
    led = [os.environ["DOCS_LIVE"] if word == "live" else word for word in command]
    live = ["--live"] if led != command else []
    # All models take a while, and what one is tried by the others are too.
    one = ["--model", "z-image"] if "--changed-since" in led else []
    if "--callback-port" in led:
        led[led.index("--callback-port") + 1] = str(free_port())
    return [*led, *one, *live, *_FEW]


def _served(command: list[str]) -> int:
    """Start a server on a free port, ask whether it is ready, end it; its exit code."""
    with_port = [*command, "--port", "0"]
    with subprocess.Popen(with_port, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        assert server.stdout is not None
        found = re.search(r"https?://([\w.:\[\]]+)", server.stdout.readline())
        # A recorder passes on whatever it is asked.
        if found and found[0].startswith("http:") and "serve" in command:
            _ask(found[0])
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=_SECONDS)
        return server.returncode if found else server.returncode or 1


def _ask(url: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc.replace("0.0.0.0", "127.0.0.1"), timeout=_SECONDS)
    connection.request("GET", "/_fakie/health")
    assert connection.getresponse().status == 200, url
    connection.close()


def _environment() -> dict[str, str]:
    # A page writes `…` where a key belongs.
    given = os.environ.get("FAKIE_API_KEY", "")
    return {**os.environ, "FAKIE_API_KEY": os.environ["DOCS_KEY"]} if given in ("", "…") else dict(os.environ)


def _curl(arguments: list[str]) -> int:
    return subprocess.run([os.environ["DOCS_CURL"], "--silent", "--max-time", "20", *arguments], check=False).returncode


def _pip(arguments: list[str]) -> int:
    """Look whether what is installed is there to be installed: fakie or its folder, with extras that it has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    verb, *wanted = arguments
    for one in wanted:
        name, _, extras = one.rstrip("]").partition("[")
        known = set(project["optional-dependencies"]) | {""}
        if verb != "install" or name not in {"fakie", "."} or not set(extras.split(",")) <= known:
            sys.stderr.write(f"pip cannot install {one}\n")
            return 2
    return 0


def _make(arguments: list[str]) -> int:
    return subprocess.run(
        ["/usr/bin/make", "-n", "-C", str(ROOT), *arguments], check=False, capture_output=True
    ).returncode


def _pytest(arguments: list[str]) -> int:
    led = [os.environ["DOCS_FAKE"] if one == "URL" else one for one in arguments]
    few = _FEW if "fakie_contract" in arguments else ()
    code = subprocess.run([sys.executable, "-m", "pytest", "-q", *led, *few], check=False).returncode
    return 0 if few and code == 1 else code


def _of_the_reader(arguments: list[str]) -> int:
    return 0


_COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "curl": _curl,
    "fakie": _fakie,
    "go": _of_the_reader,
    "make": _make,
    "npm": _of_the_reader,
    "pip": _pip,
    "pytest": _pytest,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
