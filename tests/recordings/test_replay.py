"""Replay: recordings answer what they have an answer to; the rest goes to the fake or is refused with the reason."""

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from fakie.adapters.flask_app import door_app
from fakie.adapters.flask_server import FlaskServer
from fakie.adapters.live_server import LiveServer
from fakie.core.http.messages import Request
from fakie.core.replay.replay import Replay
from fakie.core.service import Service
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import read_recordings
from fakie_schemas.recordings.store import RecordingFolder
from support.clients.doors import CREATE, CREDIT, MODEL, RECORD, Door, open_door
from support.servers.upstreams import RunningRecorder

HOST = "https://api.acme.test"
TASK = "0" * 32
BODY = {"model": "z-image", "input": {"prompt": "a lake", "image_url": "https://x.test/a.png?sig=1"}}
OK = {"content-type": "application/json;charset=UTF-8"}


def recorded(method: str, path: str, body: Any, answer: Any, **more: Any) -> RecordedExchange:
    asked = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    settings = {"status": 200, "response_headers": OK, **more}
    return RecordedExchange(method, HOST + path, {}, asked, response_body=json.dumps(answer).encode(), **settings)


def record(state: str) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": {"taskId": TASK, "state": state}}


EXCHANGES = [
    recorded("POST", CREATE, {**BODY, "callBackUrl": "https://me.test/h?k=1"}, record("")),
    *(
        recorded("GET", f"{RECORD}?taskId={TASK}", None, record(state))
        for state in ("waiting", "generating", "success")
    ),
    recorded("GET", "/api/v1/models", None, ["m"], status=503, response_headers={"content-type": "text/plain"}),
    recorded("POST", "/api/v1/common/download-url", {"url": "https://x.test/a"}, {"code": 422}),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of recordings, as the recorder writes them."""
    store = RecordingFolder(tmp_path / "tape")
    for exchange in EXCHANGES:
        store.add(exchange)
    return tmp_path / "tape"


@pytest.fixture(params=[False, True], ids=["fake", "refuse"])
def replay(request: pytest.FixtureRequest, folder: Path, service: Service) -> Replay:
    return Replay(
        service,
        read_recordings(folder).exchanges,
        service.contracts.profile,
        service.state,
        refuse_others=request.param,
    )


@pytest.fixture(params=["direct", "flask", "socket"])
def door(request: pytest.FixtureRequest, replay: Replay) -> Any:
    with open_door(request.param, replay) as opened:  # type: ignore[arg-type]
        yield opened


def states(door: Door, times: int) -> list[str]:
    return [door.record(TASK)["state"] for _ in range(times)]


def test_a_task_is_answered_as_it_was_recorded(door: Door, service: Service) -> None:
    """Whatever the key and callback, signature included; polls in recorded order, the last one repeating."""
    again = {
        **BODY,
        "input": {"prompt": "a lake", "image_url": "https://x.test/a.png?sig=2"},
        "callBackUrl": "http://o",
    }
    assert door.create(again).data["taskId"] == TASK
    assert states(door, 4) == ["waiting", "generating", "success", "success"]
    assert [entry.situation for entry in service.state.journal] == ["replayed"] * 5
    first = next(iter(service.state.journal))
    assert (first.reason, first.model) == ("000001-post-createTask.json", "z-image")
    assert list(service.state.store.tasks()) == []


def test_a_task_that_is_created_again_goes_through_its_states_again(door: Door) -> None:
    """A second run sees what the first saw."""
    for _ in range(2):
        door.create(BODY)
        assert states(door, 3) == ["waiting", "generating", "success"]


def test_status_type_and_file_are_told(replay: Replay) -> None:
    """An answer has the recorded status and content type, and names the file that it stands in."""
    response = replay.handle(Request.of("GET", "/api/v1/models"))
    assert (response.status, response.body) == (503, b'["m"]')
    assert dict(response.headers) == {"Content-Type": "text/plain", "X-Fakie-Replay": "000005-get-models.json"}


@pytest.mark.parametrize("told", ["1234", None, "many"])
@pytest.mark.parametrize("name", ["flask", "wsgi", "socket", "plain"])
def test_an_answer_to_head_tells_the_length_that_was_recorded(service: Service, name: str, told: str | None) -> None:
    """Not that of the body, which it does not have; none where none was told."""
    headers = {"content-type": "image/png"} | ({"content-length": told} if told else {})
    head = RecordedExchange("HEAD", f"{HOST}/a.png", {}, None, 200, headers, None)
    replay = Replay(service, [head], service.contracts.profile, service.state)
    with ExitStack() as opened:
        if name == "flask":
            length = door_app(replay).test_client().head("/a.png").headers.get("Content-Length")
        else:
            server = (
                FlaskServer("127.0.0.1", 0) if name == "wsgi" else LiveServer("127.0.0.1", 0, plain=name == "plain")
            )
            server.start(replay)
            opened.callback(server.stop)
            length = requests.head(f"{server.url}/a.png", timeout=5).headers.get("Content-Length")
    assert length == (told if told == "1234" else None)


@pytest.mark.parametrize("replay", [True], indirect=True)
@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("POST", CREATE, {"model": "z-image", "input": {"prompt": "a sea"}}, 'body.input.image_url is "https://x.test'),
        ("POST", CREATE, {**BODY, "model": "other"}, 'body.model is "z-image" there, "other" here'),
        ("GET", f"{RECORD}?taskId=1", None, f'query.taskId is "{TASK}" there, "1" here'),
        ("GET", CREATE, None, "its method is POST"),
        ("GET", "/api/v1/model", None, "its path is /api/v1/models"),
        ("POST", "/api/v1/common/download-url", None, 'body.url is "https://x.test/a" there, absent here'),
    ],
)
def test_a_miss_is_refused_with_the_nearest_recordings(
    door: Door, method: str, path: str, body: Any, why: str, service: Service
) -> None:
    """The answer says what was asked and, for each of the nearest, what keeps it apart; the journal has it too."""
    answer = door.post(path, body) if method == "POST" else door.get(path)
    assert (answer.status, answer.code, answer.data) == (404, 404, None)
    assert f"{method} {path.partition('?')[0]}" in answer.msg
    assert why in answer.msg
    assert [entry.situation for entry in service.state.journal] == ["replay_missed"]


@pytest.mark.parametrize("replay", [False], indirect=True)
def test_a_miss_is_answered_by_the_fake(door: Door) -> None:
    """The fake creates, polls and refuses what no recording knows, with the body that was sent."""
    task = door.new_task()
    assert task != TASK
    assert door.record(task)["state"] == "waiting"
    assert door.post(CREATE, {"model": MODEL}).situation == "field_missing"
    assert door.get(CREDIT).data == 999.0


@pytest.mark.parametrize("replay", [False], indirect=True)
def test_levers_and_ordered_answers_come_before_recordings(door: Door) -> None:
    """`Prefer` and `?__code=` are answered by the fake, and levers stay levers."""
    assert door.post(f"{CREATE}?__code=429", BODY).code == 429
    assert door.post(CREATE, BODY, {"Authorization": "Bearer k", "Prefer": "code=455"}).code == 455
    assert door.get("/_fakie/health").data == {"status": "ok"}


def test_equal_json_matches_whatever_its_order(replay: Replay) -> None:
    """The order of keys and spaces make no other request; a number that became text does."""
    with open_door("direct", replay) as door:  # type: ignore[arg-type]
        turned = {"input": dict(reversed(BODY["input"].items())), "model": "z-image"}  # type: ignore[attr-defined]
        assert door.create(turned).data["taskId"] == TASK


def test_uploads_match_by_what_is_kept_of_them(service: Service, tmp_path: Path) -> None:
    """A multipart form with another boundary and a base64 upload of the same length are asked again."""
    form = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%s\r\n--%s--\r\n'
    paths = ("/api/file-stream-upload", "/api/file-base64-upload")
    store = RecordingFolder(tmp_path / "tape")
    multipart = {"content-type": "multipart/form-data; boundary=b1"}
    store.add(RecordedExchange("POST", HOST + paths[0], multipart, form % (b"b1", b"abc", b"b1"), 200, OK, b"{}"))
    store.add(recorded("POST", paths[1], {"base64Data": "YWJj"}, {}))
    replay = Replay(
        service,
        read_recordings(tmp_path / "tape").exchanges,
        service.contracts.profile,
        service.state,
        refuse_others=True,
    )
    with open_door("direct", replay) as door:  # type: ignore[arg-type]
        headers = {"Content-Type": "multipart/form-data; boundary=b22"}
        assert door.ask("POST", paths[0], form % (b"b22", b"xyz", b"b22"), headers).status == 200
        assert door.ask("POST", paths[0], form % (b"b22", b"longer", b"b22"), headers).status == 404
        assert door.post(paths[1], {"base64Data": "eHl6"}).status == 200


def test_a_shortened_recording_answers_nothing(service: Service) -> None:
    """Half an answer is no answer."""
    cut = recorded("GET", CREDIT, None, {"code": 200}, cut=True)
    replay = Replay(service, [cut], service.contracts.profile, service.state, refuse_others=True)
    with open_door("direct", replay) as door:  # type: ignore[arg-type]
        assert door.get(CREDIT).status == 404


def test_serve_replays_a_folder_and_warns_of_what_is_broken(folder: Path, tmp_path: Path) -> None:
    """The program answers from the good files and names the broken one; the file's name is in a header."""
    (folder / "000009-broken.json").write_text("{")
    command = [
        sys.executable,
        "-m",
        "fakie",
        "serve",
        "--port",
        "0",
        "--replay",
        str(folder),
        "--replay-miss",
        "refuse",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout
        found = re.search(r"http://[\w.:]+", program.stdout.readline())
        assert found
        client = RunningRecorder(found[0], None, tmp_path)  # type: ignore[arg-type]
        answer = client.ask("POST", CREATE, BODY, Authorization="Bearer k")
        missed = client.ask("GET", CREDIT, Authorization="Bearer k")
        program.terminate()
        _, log = program.communicate(timeout=60)
    assert answer.json["data"]["taskId"] == TASK
    assert answer.headers["x-fakie-replay"] == "000001-post-createTask.json"
    assert missed.status == 404
    assert "left out: " in log
    assert "000009-broken.json" in log
    assert "POST /api/v1/jobs/createTask replayed 200" in log


@pytest.mark.parametrize(
    ("content", "word"), [(None, "not a folder of recordings"), ({}, "no recording"), ("{", "bad.json")]
)
def test_a_folder_without_a_good_recording_is_one_line_and_exit_2(tmp_path: Path, content: Any, word: str) -> None:
    """Missing, empty, or with broken files only: the line says which."""
    if content is not None:
        (tmp_path / "tape").mkdir()
    if content:
        (tmp_path / "tape" / "bad.json").write_text(content)
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", "--replay", str(tmp_path / "tape")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert word in done.stderr
