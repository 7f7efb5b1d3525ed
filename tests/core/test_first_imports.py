"""The first requests of a process that need a library which is loaded by the first of them: they may come at once."""

import subprocess
import sys

import pytest

# One thread begins, and another with every part of the library that is looked for meanwhile.
PROGRAM = """
import io, sys, threading
from importlib.abc import MetaPathFinder
from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.wsgi_app import WsgiApp
from fakie.adapters.form_reader import WerkzeugForms
from fakie.core.ports import Outgoing

FORM = b'--x\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\nb\\r\\n--x--\\r\\n'
done, threads = [], []

def app(environ, start_response):
    start_response("200 OK", [])
    return [b""]

def upload():
    done.append(WerkzeugForms().read(io.BytesIO(FORM), "multipart/form-data; boundary=x"))

def callback():
    done.append(WsgiApp(app, CalledAt(), lambda: 0.0).post(Outgoing("http://a.test/", (), b"{}", 15.0)))

def begin():
    threads.append(threading.Thread(target=KIND if threads else upload))
    threads[-1].start()

class Looked(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("werkzeug.") and len(threads) < 9:
            begin()

sys.meta_path.insert(0, Looked())
begin()
for thread in threads:
    thread.join()
print(len(threads), len(done))
"""


@pytest.mark.parametrize("kind", ["upload", "callback"])
def test_those_that_come_while_it_is_loaded_wait_for_it(kind: str) -> None:
    """Of four files that were sent at once, to a fake that had just begun, two were answered with a server error."""
    command = [sys.executable, "-c", PROGRAM.replace("KIND", kind)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("9 9", "")
