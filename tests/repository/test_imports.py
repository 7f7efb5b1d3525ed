"""Every module can be imported on every Python, and importing one does nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import fakie
from support.modules import module_names
from support.some import some

IMPORTING = """
import importlib, threading
from support.modules import module_names
for name in module_names():
    importlib.import_module(name)
    assert threading.active_count() == 1, name
    print(name)
"""


def test_every_module_can_be_imported() -> None:
    """It needs nothing that this version of Python lacks, and starts no thread: seen where none has been imported."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", IMPORTING], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == some(module_names())


@pytest.mark.usefixtures("pytester")
def test_no_module_is_first_imported_beside_a_project() -> None:
    """After a test with one each is forgotten that came meanwhile: the next to import it would get a second copy."""
    assert [name for name in some(module_names()) if name not in sys.modules] == []


@pytest.mark.parametrize("plugin", ["fakie.pytest_plugin", "fakie_contract.pytest_options"])
def test_the_plugins_bring_in_nothing_heavy(plugin: str) -> None:
    """Whoever has fakie installed pays for neither a web framework nor a validator in other tests."""
    heavy = "flask, jsonschema, requests, responses, rich, urllib3, werkzeug, hypothesis, yaml"
    told = f"import sys, {plugin}; print([name for name in {heavy.split(', ')!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_of_the_suite_brings_in_no_templates_and_no_tables() -> None:
    """Most runs write no page, and have no findings to show."""
    told = "import sys, fakie_contract.run.plugin; print({'jinja2', 'rich'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


ACCEPT = """
import json, sys
import fakie.commands.serving
from fakie.adapters.compose import make_service
from fakie.commands.keeping import begin_day
from fakie.core.http.messages import Request
from fakie.core.settings import Settings
class Unused:
    def send(self, outgoing, done): raise AssertionError(outgoing)
body = json.dumps({"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://a.test/a.mp3"}}).encode()
headers = {"Authorization": "Bearer k", "Content-Type": "application/json"}
service = make_service(Settings(), Unused())
begin_day(service, None)
answer = service.handle(Request.of("POST", "/api/v1/jobs/createTask", body, headers))
assert json.loads(answer.body)["code"] == 200, answer
"""

UNNEEDED = (
    *("flask", "jinja2", "jsonschema", "referencing", "requests", "rich", "urllib3", "werkzeug"),
    *("difflib", "importlib.resources", "mimetypes", "tempfile", "tomllib", "wave", "zipfile"),
    *("fakie.adapters.store_secret", "fakie.core.catalogue.entries", "fakie.core.conduct", "fakie.core.control.files"),
    *("fakie.core.openapi", "fakie_schemas.openapi"),
)


def test_a_fake_accepts_its_first_task_without_what_explains_fetches_and_takes_forms() -> None:
    """The libraries for a refusal's words, for callbacks and for uploads come with the first one of these."""
    pytest.importorskip("jsonschema_rs")
    told = f"{ACCEPT}print([name for name in {UNNEEDED!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_fakie_imports_nothing_else() -> None:
    """What it offers is loaded when it is asked for, the version too."""
    told = "import sys; before = {*sys.modules}; import fakie; print({*sys.modules} - before); print(fakie.__version__)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["{'fakie'}", fakie.__version__]


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
@pytest.mark.parametrize(("before", "code"), [("", -signal.SIGINT), ("trap '' INT; ", 7)], ids=["heard", "ignored"])
def test_a_ctrl_c_while_the_program_is_loaded_leaves_no_trace(before: str, code: int, tmp_path: Path) -> None:
    """The signal ends it, as it ends a program in C; whoever started it so that it is ignored is obeyed."""
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nos._exit(7)\n")
    command = ["bash", "-c", f'{before}exec "$0" -m fakie models', sys.executable]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_a_module_whose_bytecode_is_cut_off_is_told(tmp_path: Path) -> None:
    """As a full disk may leave it; Click takes the EOFError of its import for a Ctrl-C, which ends without a word."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "fakie", "models", "z-image"]
    env = {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    subprocess.run(command, env=env, capture_output=True, check=True)
    [compiled] = tmp_path.rglob("fakie/commands/models.*.pyc")
    os.truncate(compiled, compiled.stat().st_size // 2)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "\nEOFError: " in done.stderr


SERVE = """
import gc, sys
from fakie.cli import main
loaded = "fakie.commands.serving", "tomllib", "click.shell_completion"
looks = []
def loading():
    serving = sys.modules.get("fakie.commands.serving")
    return serving is not None and not hasattr(serving, "serve_port")
gc.callbacks.append(lambda phase, facts: looks.append(loading()))
try:
    main(ARGUMENTS)
except SystemExit:
    print(True in looks, [name for name in loaded if name in sys.modules])
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [(["serve", "--replay-miss", "refuse"], ["fakie.commands.serving"]), (["serve", "--help"], [])],
)
def test_a_fake_is_loaded_without_looks_for_garbage(arguments: list[str], loaded: list[str], tmp_path: Path) -> None:
    """CPython looks at nothing of what is loaded to serve, which stays for good; help loads none of it."""
    told = SERVE.replace("ARGUMENTS", repr(arguments))
    done = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"False {loaded}"


def test_an_address_is_listened_on_without_the_tables_of_names() -> None:
    """Names may be of any script; to read them takes tables that an address does not need."""
    told = "import sys; from fakie.adapters.listening import reserve; reserve('127.0.0.1', 0).close()"
    told += "; print([name for name in ('encodings.idna', 'unicodedata') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
