"""`fakie.create_app()`: the whole fake as a Flask application, for any WSGI server."""

import io
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.handlers import SimpleHandler
from wsgiref.util import setup_testing_defaults

import pytest
import time_machine
from flask import Flask, request
from werkzeug.serving import make_server

import fakie
from fakie_schemas.account_words import read_account
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import CREATE, CREDIT, KEY, MODEL, RECORD
from support.servers.listening import serving

BODY = {"model": MODEL, "input": {}}


@pytest.fixture
def app() -> Iterator[Flask]:
    made = fakie.create_app(speed=1000, seed=1, create_limit=None, public_url="http://app.test")
    yield made
    made.extensions["fakie"].close()


def test_a_job_runs_to_its_end(app: Flask) -> None:
    """createTask, recordInfo until success, credits charged, the result to be had."""
    client = app.test_client()
    task = client.post(CREATE, json=BODY, headers=KEY).get_json()["data"]["taskId"]
    deadline = time.monotonic() + 60
    while (data := client.get(f"{RECORD}?taskId={task}", headers=KEY).get_json()["data"])["state"] != "success":
        assert time.monotonic() < deadline
        # No more than ten queries a second, which is the limit.
        time.sleep(0.15)
    assert client.get(CREDIT, headers=KEY).get_json()["data"] == 999.0
    [url] = json.loads(data["resultJson"])["resultUrls"]
    assert url.startswith("http://app.test/results/")
    assert client.get(url.removeprefix("http://app.test")).status_code == 200


def test_a_mocked_id_of_the_process_is_no_other_process(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that was made before a test put a mock in place of `os.getpid` is there afterwards."""
    client = app.test_client()
    task = client.post(CREATE, json=BODY, headers=KEY).get_json()["data"]["taskId"]
    monkeypatch.setattr(os, "getpid", lambda: 4711)
    assert client.get(f"{RECORD}?taskId={task}", headers=KEY).get_json()["code"] == 200


@pytest.mark.parametrize("moment", [1_900_000_000, 1_600_000_000])
def test_a_test_that_travels_takes_it_along(app: Flask, moment: int) -> None:
    """Ahead and back, and time that a test lets stand still stands still."""
    client = app.test_client()
    client.post(CREATE, json=BODY, headers=KEY)
    with time_machine.travel(2_000_000_000, tick=False):
        client.post(CREATE, json=BODY, headers=KEY)
    with time_machine.travel(moment, tick=False):
        task = client.post(CREATE, json=BODY, headers=KEY).get_json()["data"]["taskId"]
        record = client.get(f"{RECORD}?taskId={task}", headers=KEY).get_json()["data"]
    assert record["createTime"] == moment * 1000


def test_the_catalogue_is_served_at_its_documented_pace(app: Flask) -> None:
    """As by `fakie serve`: one request a second, and what comes too early is the body's 429."""
    client = app.test_client()
    # However slow this machine is at the moment.
    assert client.post("/_fakie/clock", json={"freeze": True, "account": "test-key"}).status_code == 200
    codes = [client.get("/api/v1/models", headers=KEY).get_json()["code"] for _ in range(3)]
    assert codes == [200, 429, 429]


def test_every_documented_code_can_be_ordered(app: Flask) -> None:
    """By header, as on any other door."""
    client = app.test_client()
    codes = client.get("/_fakie/").get_json()["data"]["codes"]
    for code in codes:
        if code != 200:
            answer = client.get(CREDIT, headers={**KEY, "Prefer": f"code={code}"})
            assert answer.get_json()["code"] == code
    assert len(codes) > 8


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"credits": 1e300}, "credits: expected a finite number from 0 up to 1e+12"),
        ({"credits": math.nan}, "credits: expected a finite number"),
        ({"credits": -1}, "credits: expected a finite number"),
        ({"credits": True}, "credits: expected a number"),
        ({"speed": 0}, "speed: expected a finite number from 1e-06 on"),
        ({"keep_tasks": 2.5}, "keep_tasks: expected a whole number from 1 on"),
        ({"keep_accounts": 0}, "keep_accounts: expected a whole number from 1 on"),
        ({"keep_hours": -1}, "keep_hours: expected a finite number above 0"),
        ({"keys": "my-key"}, "keys: expected a tuple or a list of them; got str"),
        ({"keys": ("my-key", "")}, "keys: it is empty"),
        ({"keys": (5,)}, "keys: expected a text; got int"),
        ({"callback_allow": "a.example"}, "callback_allow: expected a tuple or a list of them; got 'a.example'"),
        ({"accounts": ("broke=debts:0",)}, "accounts: "),
        ({"create_limit": "much"}, "create_limit: expected "),
        ({"limits": "none"}, "limits: expected off or creates or catalogue or all; got 'none'"),
        ({"prices": "lsited"}, "prices: expected flat, listed, or a file"),
        ({"files": "trusted"}, "files: expected judge or trust; got 'trusted'"),
        ({"latency": "on"}, "latency: expected off or observed"),
        ({"mirror_status": "mirror"}, "mirror_status: expected yes or no"),
        ({"maintenance": 1}, "maintenance: expected True or False"),
        ({"public_url": "a.example"}, "public_url: expected an absolute http or https URL"),
        ({"public_url": "https://a.example/kie?x=1"}, "public_url: it holds a query or a fragment; expected a URL"),
        ({"public_url": "https://a.example/#"}, "public_url: it holds a query or a fragment; expected a URL"),
        ({"public_url": "https://me:it@a.example"}, "public_url: it holds a user; expected a URL without"),
        ({"seed": "x"}, "seed: expected a whole number"),
        ({"docs": "lastest"}, "docs: expected pinned, latest, or a date"),
        ({"profile": "nobody"}, "no profile is called 'nobody'"),
        ({"schemas": "nowhere"}, "nowhere is not a folder of revisions"),
        ({"disabled": {"z-imag"}}, "no model is called 'z-imag'; the nearest are: z-image"),
        ({"ways": [("credits_insufficient", 9)]}, "credits_insufficient=9: the profile documented knows"),
    ],
)
def test_a_setting_that_no_option_takes_makes_no_application(wrong: dict[str, Any], words: str) -> None:
    """What a command line refuses is refused here, in the same words and before anybody asks."""
    with pytest.raises(ConfigurationError, match=words.replace("+", r"\+")):
        fakie.create_app(**wrong)


def test_settings_may_be_said_as_on_a_command_line(tmp_path: Path) -> None:
    """In texts, in lists, or made already; a secret stands in a file."""
    (tmp_path / "key").write_text("from-a-file\n", encoding="utf-8")
    made = fakie.create_app(
        keys=["k", f"@{tmp_path / 'key'}"],
        accounts=["broke=credits:0", read_account("flaky=fault:429")],
        disabled=["z-image"],
        create_limit="1/10s",
        ways=(("credits_insufficient", 1),),
        mirror_status=True,
        credits="7",
        keep_hours=math.inf,
        webhook_key=None,
    )
    client = made.test_client()
    codes = []
    for key in ("k", "from-a-file", "broke", "flaky", "other"):
        answers = [client.post(CREATE, json=BODY, headers={"Authorization": f"Bearer {key}"}) for _ in range(2)]
        codes.append([answer.status_code for answer in answers])
    assert codes == [[200, 429], [200, 429], [402, 402], [429, 429], [401, 401]]
    off = client.post(CREATE, json={**BODY, "model": "z-image"}, headers={"Authorization": "Bearer k"})
    assert off.get_json()["code"] != 200
    made.extensions["fakie"].close()


def test_callbacks_are_sent(app: Flask) -> None:
    """By the application's own threads, once the task has ended."""
    received: list[Any] = []
    arrived = threading.Event()
    receiver = Flask("receiver")

    @receiver.post("/hook")
    def hook() -> dict[str, int]:
        received.append(request.get_json())
        arrived.set()
        return {"code": 200}

    with serving(make_server("127.0.0.1", 0, receiver, threaded=True)) as url:
        body = {**BODY, "callBackUrl": f"{url}/hook"}
        task = app.test_client().post(CREATE, json=body, headers=KEY).get_json()["data"]
        assert arrived.wait(10)
    assert received[0]["data"]["taskId"] == task["taskId"]


def test_any_wsgi_server_can_call_it(app: Flask) -> None:
    """The standard library's, which knows nothing of Flask."""
    environ: dict[str, Any] = {"PATH_INFO": CREDIT, "HTTP_AUTHORIZATION": KEY["Authorization"]}
    setup_testing_defaults(environ)
    out = io.BytesIO()
    SimpleHandler(environ["wsgi.input"], out, sys.stderr, environ, multithread=False).run(app)
    head, _, body = out.getvalue().partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert json.loads(body) == {"code": 200, "msg": "success", "data": 1000.0}


@pytest.mark.parametrize("several", [True, False])
def test_a_server_of_several_processes_is_told_once(
    app: Flask, caplog: pytest.LogCaptureFixture, several: bool
) -> None:
    """Half of the polls find no task there, and nothing else would say why."""
    for _ in range(3):
        app.test_client().get(CREDIT, headers=KEY, environ_overrides={"wsgi.multiprocess": several})
    told = [record.getMessage() for record in caplog.records if "several processes" in record.getMessage()]
    assert len(told) == several
    assert all("run one, with threads" in line for line in told)


def test_nothing_runs_before_the_first_request() -> None:
    """A server that forks after loading the application takes no threads along."""
    before = threading.active_count()
    app = fakie.create_app()
    assert threading.active_count() == before
    assert app.test_client().get("/_fakie/health").status_code == 200
    assert threading.active_count() > before
    app.extensions["fakie"].close()


def test_unknown_settings_are_named() -> None:
    """A misspelt setting is a TypeError with its name."""
    with pytest.raises(TypeError, match="credit_s"):
        fakie.create_app(credit_s=5)


def test_flasks_own_command_finds_it() -> None:
    """`flask --app fakie routes` loads the factory by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "fakie", "routes"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
