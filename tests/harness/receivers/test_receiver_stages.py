"""The receiver suite for families: their callbacks in each stage, and the habits that do not fit stages."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, request

from fakie.cli import main
from fakie.core.control.errors import WrongOrderError
from fakie.core.running.callbacks import signature
from fakie.harness.fake import Fake
from fakie.harness.receiver_stages import calling_back, named_endpoints
from fakie.harness.receiver_suite import check_receiver
from fakie.harness.receivers import receiver_at
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.families.telling import task_named
from fakie_schemas.rules.difference import Difference

Done = list[tuple[str, str]]


def receiver(habit: str) -> tuple[Flask, Done]:
    """Make an app that works on the first news of a task alone, but for its habit."""
    app, done = Flask("receiver"), Done()

    @app.post("/hook")
    def hook() -> dict[str, int]:
        body: Any = request.get_json(silent=True)
        if not isinstance(body, dict) or "data" not in body:
            abort(400)
        stage = str((body["data"] or {}).get("callbackType", "end"))
        task, news = task_named(body), "end" if stage in ("complete", "error") else stage
        if habit == "needs each stage" and stage == "complete" and (task, "first") not in done:
            abort(409)
        if habit == "takes no failure after a stage" and stage == "error" and (task, "first") in done:
            abort(500)
        if habit == "takes no stage twice" and (task, news) in done:
            abort(409)
        ended = (task, "end") in done
        known = (task, news) in done or ended
        if habit == "stops working" and len(done) > 2:
            return {"code": 200}
        if not known or (habit == "counts every end" and news == "end") or (habit == "starts anew" and ended):
            done.append((task, news))
        return {"code": 200}

    return app, done


def findings(fake: Fake, habit: str, names: str) -> list[Difference]:
    app, done = receiver(habit)
    tried = receiver_at(app, path="/hook", probe=lambda: len(done))
    return check_receiver(tried, fake, endpoints=named_endpoints(names))


def test_a_good_receiver_passes_with_every_family(fake: Fake) -> None:
    """Each endpoint's callbacks, in each of its stages, are taken by one that works on the first news of a task."""
    assert findings(fake, "", "*") == []
    assert len(calling_back()) == sum(
        one.kind == "create" and bool(one.makes.callbacks) for one in endpoints().values()
    )


def test_a_receiver_that_stops_working_is_found(fake: Fake) -> None:
    """It takes everything to the end, and works on the first callbacks alone."""
    found = findings(fake, "stops working", "veo/generate")
    assert ("receiver.stopped", "to the end") in {(one.rule, one.case) for one in found}


@pytest.mark.parametrize(
    ("habit", "rule", "case"),
    [
        ("needs each stage", "receiver.takes", "suno/generate: without the stage first, success"),
        ("takes no failure after a stage", "receiver.takes", "suno/generate: after 2 stages, fail"),
        ("takes no stage twice", "receiver.again", "suno/generate: stage text twice"),
        ("counts every end", "receiver.repeats", "suno/generate: duplicate"),
        ("counts every end", "receiver.repeats", "suno/generate: failure, duplicate"),
        ("counts every end", "receiver.ended", "suno/generate: failure after success"),
        ("starts anew", "receiver.late_stage", "suno/generate: stage first after the end"),
    ],
)
def test_a_bad_habit_is_found(fake: Fake, habit: str, rule: str, case: str) -> None:
    """By a rule, in a case whose name says which callback it was."""
    assert (rule, case) in [(one.rule, one.case) for one in findings(fake, habit, "suno/generate")]


@pytest.mark.parametrize(
    ("verifies", "rule", "case"),
    [
        ("the start", "receiver.forged", "veo/generate: start of the signature"),
        ("any case", "receiver.forged", "veo/generate: signature in another case"),
        ("no timestamp", "receiver.time", "veo/generate: timestamp an hour ahead"),
    ],
)
def test_a_careless_look_at_a_signature_is_found(fake: Fake, verifies: str, rule: str, case: str) -> None:
    """As with the callbacks of models."""
    app = Flask("receiver")

    @app.post("/hook")
    def hook() -> dict[str, int]:
        body, stamp = request.get_json(silent=True), request.headers.get("X-Webhook-Timestamp", "")
        came, right = request.headers.get("X-Webhook-Signature", ""), signature(task_named(body), stamp, "key")
        looks = {
            "the start": bool(came) and right.startswith(came),
            "any case": came.lower() == right.lower(),
            "no timestamp": came == right,
        }
        if not looks[verifies]:
            abort(401)
        return {"code": 200}

    found = check_receiver(receiver_at(app, path="/hook", webhook_key="key"), fake, endpoints=["veo/generate"])
    assert (rule, case) in [(one.rule, one.case) for one in found]


def test_stages_are_forged_too(fake: Fake) -> None:
    """As is what tells of a failure: a receiver that looks at the signature of the last stage alone takes them."""
    app = Flask("receiver")

    @app.post("/hook")
    def hook() -> dict[str, int]:
        body, stamp = request.get_json(silent=True), request.headers.get("X-Webhook-Timestamp", "")
        if not isinstance(body, dict) or "data" not in body:
            abort(400)
        right = signature(task_named(body), stamp, "key")
        if body["data"].get("callbackType") == "complete" and request.headers.get("X-Webhook-Signature") != right:
            abort(401)
        return {"code": 200}

    found = check_receiver(receiver_at(app, path="/hook", webhook_key="key"), fake, endpoints=["suno/generate"])
    forged = {one.case for one in found if one.rule == "receiver.forged"}
    names = "a failure", "the stage text", "the stage first"
    assert forged == {f"suno/generate: {how} signature of {what}" for what in names for how in ("wrong", "missing")}


def test_the_first_callback_is_one_of_the_endpoint() -> None:
    """A receiver of a family's callbacks alone is sent no other."""
    Path("suno_alone.py").write_text(
        "from flask import Flask, request\n"
        "app, seen = Flask('receiver'), []\n"
        "@app.post('/hook')\n"
        "def hook():\n"
        "    body = request.get_json(silent=True)\n"
        "    seen.append('callbackType' in (body or {}).get('data', {}) if body else None)\n"
        "    return {'code': 200}\n",
        encoding="utf-8",
    )
    with pytest.raises(SystemExit):
        main(["check-receiver", "suno_alone:app", "--path", "/hook", "--endpoint", "suno/generate"])
    assert sys.modules["suno_alone"].seen[0] is True


def test_what_calls_back_once_has_no_cases_of_stages(fake: Fake) -> None:
    """Veo's end alone is sent, and sent again."""
    found = findings(fake, "counts every end", "veo/generate")
    cases = ["duplicate", "duplicate after another task's", "failure, duplicate", "failure after success"]
    assert [one.case for one in found] == [f"veo/generate: {case}" for case in cases]


def test_a_callback_of_a_stage_can_be_written_by_hand(fake: Fake) -> None:
    """Of the same task as another one; a stage that there is not is told the ones that there are."""
    end = fake.signed_callback(model="suno/generate", webhook_key="key")
    first = fake.signed_callback(model="suno/generate", stage="first", task_id=end.task_id)
    assert first.json["data"]["callbackType"] == "first"
    assert first.task_id == end.task_id
    with pytest.raises(WrongOrderError, match="text"):
        fake.signed_callback(model="suno/generate", stage="frist")
    with pytest.raises(WrongOrderError, match="stage"):
        fake.signed_callback(model="veo/generate", stage="first")


def test_names_of_no_endpoint_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It says which there are for example, also on the command line, with exit code 2."""
    with pytest.raises(ConfigurationError, match=r"'sumo/\*'.*4o-image/generate"):
        named_endpoints("sumo/*")
    with pytest.raises(SystemExit) as ended:
        main(["check-receiver", "http://127.0.0.1:9/", "--endpoint", "veo/record-info"])
    assert (ended.value.code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_a_task_of_any_family_is_found_in_its_callback(fake: Fake) -> None:
    """Whatever key names it, and wherever that stands; wait_callback goes by it."""
    for name in calling_back():
        for outcome in ("success", "fail"):
            written = fake.signed_callback(outcome, model=name)
            assert written.task_id in json.dumps(written.json)
            assert len(written.task_id) == 32
