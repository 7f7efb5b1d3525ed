"""Files that are not what they should be: read, or refused in one line by the documented error."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fakie_fixtures
from fakie.adapters.state.copying import exported, import_state
from fakie.adapters.state.state_file import StateFile
from fakie.core.control.errors import WrongOrderError
from fakie.core.service import Service
from fakie_contract.traffic import readers
from fakie_schemas.compiler import PageError, derive
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.scenario_files import read_scenario, scenario_names
from support.dialects import DIALECTS
from support.fuzzing import json_values, spoilt, spoilt_json, tried
from support.recordings import create, record, task
from support.state import Restarting

_FOLDER = Path(fakie_fixtures.__file__).parent / "pages"
PAGES = sorted(path.name for path in _FOLDER.iterdir() if path.is_file())
EXCHANGES = [create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}), record(task())]
SCENARIOS = [dict(read_scenario(name)) for name in scenario_names()]


@pytest.mark.parametrize("name", PAGES)
def test_a_spoilt_page_is_derived_or_refused_by_line(name: str, tmp_path: Path) -> None:
    """Its revision is JSON data, or its error has one line."""
    page = tmp_path / name

    @tried(25)
    @given(spoilt([(_FOLDER / name).read_bytes()]))
    def judge(data: bytes) -> None:
        page.write_bytes(data)
        try:
            json.dumps(derive(page, date="2026-01").as_dict())
        except PageError as error:
            assert "\n" not in str(error)

    judge()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_spoilt_traffic_is_read_or_refused(dialect: str, tmp_path: Path) -> None:
    """Each reader yields exchanges, None for what is none, or says in one line that it cannot go on."""
    made = DIALECTS[dialect](tmp_path, EXCHANGES)
    files = sorted(one for one in (made.rglob("*") if made.is_dir() else [made]) if one.is_file())
    file, samples = files[0], [one.read_bytes() for one in files]

    @tried(15)
    @given(spoilt(samples))
    def judge(data: bytes) -> None:
        file.write_bytes(data)
        try:
            for _ in readers.read(file):
                pass
        except readers.Unreadable as error:
            assert "\n" not in str(error)

    judge()


@tried(100)
@given(st.sampled_from((".json", ".toml")), spoilt([json.dumps(one).encode() for one in SCENARIOS] + [b'name = "a"\n']))
def test_a_spoilt_scenario_file_is_data_or_refused(
    tmp_path_factory: pytest.TempPathFactory, end: str, data: bytes
) -> None:
    """By the error of settings, that names the file."""
    file = tmp_path_factory.getbasetemp() / f"fuzzed{end}"
    file.write_bytes(data)
    try:
        assert isinstance(read_scenario(str(file)), dict)
    except ConfigurationError as error:
        assert str(error).startswith(str(file))


def test_a_spoilt_export_becomes_a_whole_state_or_none(make: Callable[..., Service], tmp_path: Path) -> None:
    """What is taken comes back as it was; what is refused leaves no file behind."""
    start = Restarting(make, tmp_path)
    door = start()
    door.post("/_fakie/plans", {"by": "polls", "result": [{"content": "aGVsbG8=", "suffix": ".txt"}]})
    door.post("/_fakie/faults", {"code": 500, "times": None, "probability": 0.5})
    door.create(callBackUrl="http://127.0.0.1:9/hook")
    door.post("/api/file-base64-upload", {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"})
    start.stop()
    with closing(StateFile(start.path)) as file:
        sample = exported(file)
    copy = tmp_path / "copy.state"

    @tried(100)
    @given(spoilt_json([sample]))
    def judge(data: Any) -> None:
        try:
            import_state(copy, data)
        except ConfigurationError as error:
            assert "\n" not in str(error)
            assert not copy.exists()
            return
        with closing(StateFile(copy)) as file:
            again = exported(file)
        copy.unlink()
        assert set(again) == set(sample)

    judge()


def test_scenario_data_is_played_or_refused(service: Service) -> None:
    """Whatever stands in its fields."""

    @tried(200)
    @given(spoilt_json(SCENARIOS) | json_values())
    def judge(data: Any) -> None:
        try:
            service.control.scenarios.play(data)
        except WrongOrderError as error:
            assert str(error)
        else:
            assert service.control.scenarios.stop() == 1

    judge()
