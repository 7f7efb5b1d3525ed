"""Every dialect of recorders is judged: what is right is right in it, and what is wrong is found."""

import ast
import json
import sys
from pathlib import Path
from types import FrameType

import pytest

from fakie_contract.traffic import readers
from support.dialects import DIALECTS
from support.recordings import GOOD, create, news, record, report, task, write
from support.some import some

BAD = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "5:1"}})
RIGHT = [GOOD, record(task())]
# Of these the request is not kept.
WITHOUT_REQUESTS = {"responses"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_right_is_right_in_every_dialect(dialect: str, tmp_path: Path) -> None:
    """Both exchanges are judged, and nothing is new."""
    found = report(DIALECTS[dialect](tmp_path, RIGHT))
    assert (found["judged"], found["not_judged"]) == (2, [])
    assert [one["problem"] for one in found["files"] if one["problem"]] == []
    assert news(found["findings"]) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_wrong_is_found_in_every_dialect(dialect: str, tmp_path: Path) -> None:
    """In the answer of a poll, and in the request that was accepted."""
    found = news(report(DIALECTS[dialect](tmp_path, [BAD, record(task(costTime="12"))]))["findings"])
    assert ("breaking", "shape.type", "/body/data/costTime") in found
    if dialect not in WITHOUT_REQUESTS:
        assert "request.accepted" in {rule for _, rule, _ in found}


def test_what_ngrok_has_seen_is_read_however_it_was_written_again(tmp_path: Path) -> None:
    """With its keys sorted, as `jq -S` has them, one exchange alone, and a journal of WireMock with an empty answer."""
    seen = json.loads(DIALECTS["ngrok"](tmp_path, RIGHT).read_text("utf-8"))
    for shown, count in ((dict(sorted(seen.items())), 2), (seen["requests"][0], 1)):
        found = report(write(tmp_path / "again.json", shown))
        assert (found["judged"], found["not_judged"], news(found["findings"])) == (count, [], set())
    asked = {"url": "/a", "absoluteUrl": "https://api.kie.ai/a", "method": "GET", "host": "api.kie.ai"}
    file = write(tmp_path / "journal.json", {"requests": [{"request": asked, "response": {"status": 404}}]})
    assert [one and one.url for one in readers.read(file)] == ["https://api.kie.ai/a"]


def test_every_reader_is_tried_by_a_dialect(tmp_path: Path) -> None:
    """Each function `read…` below `readers` reads a file that some dialect writes."""
    called = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add((Path(frame.f_code.co_filename).stem, frame.f_code.co_name))

    for number, writer in enumerate(DIALECTS.values()):
        (folder := tmp_path / str(number)).mkdir()
        file = writer(folder, RIGHT)
        for one in [file] if file.is_file() else sorted(file.rglob("*.*")):
            sys.setprofile(note)
            try:
                list(readers.read(one))
            except readers.NoRecording:
                # A file of a body, beside the recording that it belongs to.
                continue
            finally:
                sys.setprofile(None)
    folder = Path(str(readers.__file__)).parent
    there = {(file.stem, name) for file in folder.glob("*.py") for name in reading_functions(file)}
    assert set(some(there)) - called == set(), "give DIALECTS (tests/support/dialects) a writer of what it reads"


def reading_functions(file: Path) -> list[str]:
    """Return the functions of a module that take a file and yield exchanges."""
    found = ast.parse(file.read_text("utf-8")).body
    functions = [one for one in found if isinstance(one, ast.FunctionDef) and one.name.split("_")[0] == "read"]
    return [one.name for one in functions if one.returns and "RecordedExchange" in ast.unparse(one.returns)]
