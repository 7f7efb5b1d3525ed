"""What a compiled installation has compiled: all that each request passes through, and nothing else."""

import http.client
import importlib.util
import json
import os
import signal
import sys
import tomllib
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakie.adapters.server.connection import Connection
from fakie.core.memory.store import MemoryStore
from fakie.core.service import Service
from support.clients.doors import CREATE, MODEL, RECORD
from support.servers.program import Program
from support.waiting import wait_until

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
PACKAGES = [ROOT / package for package in WHEEL["packages"]]
FILES: list[str] = WHEEL["hooks"]["custom"]["modules"]
# Counts the calls of each file on all threads but the first, from SIGUSR1 on; writes them at the end.
COUNTING = """
import atexit, collections, json, os, signal, threading
counts = collections.Counter()
def seen(frame, event, arg):
    if event == "call":
        counts[frame.f_code.co_filename] += 1
def begin(*_):
    counts.clear()
    open(os.environ["COUNTS_TO"], "w").close()
signal.signal(signal.SIGUSR1, begin)
threading.setprofile(seen)
atexit.register(lambda: open(os.environ["COUNTS_TO"], "w").write(json.dumps(counts)))
"""
BODY = json.dumps({"model": MODEL, "input": {"audio_url": "https://files.test/a.mp3"}})
HEADERS = {"Authorization": "Bearer k", "Content-Type": "application/json"}
TIMES = 200


def module_of(file: str) -> str:
    [root] = {package.parent for package in PACKAGES if (ROOT / file).is_relative_to(package)}
    return ".".join((ROOT / file).relative_to(root).with_suffix("").parts)


class SteadyClient:
    """One connection to a fake, on which a client sends createTask or polls again and again."""

    def __init__(self, program: Program, *, polls: bool) -> None:
        self._connection = http.client.HTTPConnection(program.url.partition("//")[2], timeout=60)
        self._path: str | None = None
        if polls:
            self._path = f"{RECORD}?taskId={self._ask('POST', CREATE)['data']['taskId']}"

    def send(self, times: int) -> None:
        for _ in range(times):
            answer = self._ask("GET", self._path) if self._path else self._ask("POST", CREATE)
            assert answer["code"] == 200

    def _ask(self, method: str, path: str) -> Any:
        self._connection.request(method, path, BODY if method == "POST" else None, HEADERS)
        return json.loads(self._connection.getresponse().read())

    def close(self) -> None:
        self._connection.close()


def passed(folder: Path, *, polls: bool) -> set[Path]:
    """Return the files of the project of which a function is called for each request of a load."""
    written = folder / "counts.json"
    written.unlink(missing_ok=True)
    (folder / "sitecustomize.py").write_text(COUNTING)
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    with pytest.MonkeyPatch.context() as patch, ExitStack() as open_ones:
        patch.setenv("PYTHONPATH", path)
        patch.setenv("COUNTS_TO", str(written))
        program = open_ones.enter_context(Program("--key", "k", "--limits", "off", "--credits", "1e9"))
        client = open_ones.enter_context(closing(SteadyClient(program, polls=polls)))
        client.send(5)
        program.process.send_signal(signal.SIGUSR1)
        wait_until(written.exists)
        client.send(TIMES)
        program.stop()
    counts = json.loads(written.read_text())
    often = [Path(file) for file, count in counts.items() if count >= TIMES]
    return {file for file in often if any(file.is_relative_to(package) for package in PACKAGES)}


def test_what_each_request_passes_through_is_compiled(tmp_path: Path) -> None:
    """The files that the build hook is told are those of createTask and of recordInfo, each of them, and no others."""
    called = passed(tmp_path, polls=False) | passed(tmp_path, polls=True)
    assert sorted(file.relative_to(ROOT).as_posix() for file in called) == FILES


def test_an_installation_is_of_one_kind() -> None:
    """Each of these modules is compiled where that is asked for, and its source is there beside it; else none is."""
    for file in FILES:
        spec = importlib.util.find_spec(module_of(file))
        assert spec, file
        assert spec.origin, file
        assert spec.origin.endswith(".py") is not ("COMPILED_IS_NEEDED" in os.environ), spec.origin
        assert Path(spec.origin).with_name(Path(file).name).is_file()
    for plain in (Service, MemoryStore, Connection):
        # Whatever has a dictionary looks its attributes up in it.
        assert (plain.__dictoffset__ == 0) is ("COMPILED_IS_NEEDED" in os.environ), plain


CLASSES = """
class Plain:
    def __init__(self):
        self.b, self.a = 1, 2
        self.c: float = 3
        self.h: float | None = None
        other.d = 3
    def add(self):
        self.e += 1
        def later():
            self.f = self.g
        return later
class Inherits(Plain):
    def __init__(self):
        self.a = 1
@decorated
class Decorated:
    def __init__(self):
        self.a = 1
class HasValues:
    a = b = 0
    def __init__(self):
        self.b = 1
class HasProperty:
    def __init__(self):
        self.a = 1
    @property
    def a(self):
        return 1
class Empty:
    at_class = 1
"""


def test_plain_classes_are_declared_with_all_their_attributes() -> None:
    """Each that is set on `self`, in this order; those with bases, decorators or a value for one are left alone."""
    lines = build().declarations({"m": CLASSES})["m"]
    assert lines == [
        "cdef class Empty",
        "cdef class Plain",
        "cdef class Plain:",
        *(f"    cdef public object {name}" for name in "ba"),
        "    cdef public double c",
        *(f"    cdef public object {name}" for name in "hef"),
        "    cdef object __weakref__",
        "cdef class Empty:",
        "    cdef object __weakref__",
    ]


TYPED = """
from made import Made, Other as Another
if TYPE_CHECKING:
    from made import Later
class Owner:
    def __init__(self, given: Made | None, other: Made, text: str, another: Another, later: Later):
        self.given = given
        self.other = other
        self.made = Made()
        self.said: Made | None = None
        self.text, self.pair = text, other
        self.another = another
        self.later = later
    def set(self, other: Thing):
        self.other = other
    def plain(self, given: Made, text: str, most: int = 1): ...
    def two(self, first: int = 1, second: int = 2): ...
    def open(self, *given: Made): ...
    def named(self, *, given: Made): ...
    def within(self, given: Made):
        return lambda: given
    @property
    def shown(self): ...
    async def later(self): ...
def alone(given: Made): ...
"""


def test_what_the_source_says_of_plain_classes_is_declared() -> None:
    """Attributes set once or annotated, and arguments; no names of others, and none that is imported for mypy alone."""
    declared = build().declarations({"made": "class Made: ...\nclass Other: ...\nclass Later: ...", "owner": TYPED})
    assert declared["owner"] == [
        "from made cimport Made as declared_Made",
        "cdef class Owner",
        "cdef class Owner:",
        "    cdef public declared_Made given",
        "    cdef public object other",
        "    cdef public declared_Made made",
        "    cdef public declared_Made said",
        *(f"    cdef public object {name}" for name in ("text", "pair", "another", "later")),
        "    cdef object __weakref__",
        "    cpdef object set(self, object other)",
        "    cpdef object plain(self, declared_Made given, object text, object most=*)",
        "cpdef object alone(declared_Made given)",
    ]


def build() -> Any:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hook(build_config: Any = None) -> Any:
    return build().CompilingHook(str(ROOT), {"modules": FILES}, build_config, None, "", "wheel")


def test_an_editable_installation_is_not_compiled() -> None:
    """Its sources may change, which would change nothing."""
    made = hook()
    data: dict[str, Any] = {"force_include": {}}
    made.initialize("editable", data)
    made.finalize("editable", data, "")
    assert data == {"force_include": {}}


def test_what_cannot_be_compiled_says_what_would_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stays as it is, such as that of a compiler; below it stands what is needed, and what needs nothing."""
    monkeypatch.setitem(sys.modules, "Cython.Build", None)
    made = hook(SimpleNamespace(packages=WHEEL["packages"]))
    with pytest.raises(ImportError) as failed:
        made.initialize("standard", {"force_include": {}})
    made.finalize("standard", {}, "")
    [note] = failed.value.__notes__
    for word in ("gcc", "python3-dev", "--no-build-isolation", "Without HATCH_BUILD_HOOKS_ENABLE"):
        assert word in note
