"""Keys in the calls of levers: what has no use for one keeps none, and shows none to others."""

import json
from typing import Any

import pytest

from fakie.core.journal import Entry
from fakie.core.service import Service
from support.clients.doors import CREDIT, Door, open_door
from support.some import some

KEY = "a-key-of-somebody-0123456789"
OWN = {"Authorization": f"Bearer {KEY}"}


def _written(service: Service) -> list[Entry]:
    """Return what listeners are told from now on."""
    told: list[Entry] = []
    service.state.journal.listen(told.append)
    return told


def _text(entries: list[Entry]) -> str:
    return json.dumps([entry.as_dict() for entry in some(entries)], default=str)


@pytest.mark.parametrize(
    "path",
    [
        f"/_fakie/accounts/{KEY}",
        f"/_fakie/{KEY}",
        f"/_fakie/tasks/{KEY}",
        f"/_fakie/tasks/{KEY}/hold",
        f"/_fakie/tasks/{KEY * 4}",
        f"/_fakie/faults/{KEY}",
        f"/_fakie/accounts/a/{KEY}/b",
        f"/_fakie/accounts/credits={KEY}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_key_in_a_levers_path_is_not_written_down(service: Service, method: str, path: str) -> None:
    """No listener, and so no log, sees a key that stands where a lever's name or an id is expected."""
    told = _written(service)
    with open_door("direct", service) as door:
        answer = door.ask(method, path)
    assert answer.situation in {"lever_unknown", "lever_misused"}
    assert "0123456789" not in _text(told)
    assert "/_fakie/" in told[0].path


def test_the_words_of_a_lever_that_is_not_there_are_shown(service: Service) -> None:
    """What is no name of somebody's can be read: a wrong method, a word that is mistaken."""
    told = _written(service)
    with open_door("direct", service) as door:
        door.ask("PUT", "/_fakie/openapi.json")
        door.ask("GET", "/_fakie/jurnal")
    assert [entry.path for entry in told] == ["/_fakie/openapi.json", "/_fakie/jurnal"]
    assert "no lever answers GET /_fakie/jurnal" in told[1].reason


def test_the_task_of_a_lever_that_was_pulled_is_shown(service: Service) -> None:
    """The id of a task that is there can be read in the log."""
    told = _written(service)
    with open_door("direct", service) as door:
        task_id = door.create().data["taskId"]
        door.ask("GET", f"/_fakie/tasks/{task_id}")
    assert told[-1].path == f"/_fakie/tasks/{task_id}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_fakie/faults", {"code": 429, "when": f"say {KEY} twice"}),
        ("/_fakie/faults", {"code": 429, "when": {"input": {"text": KEY}}}),
        ("/_fakie/faults", {"code": 429, "when": {KEY: 1}}),
        ("/_fakie/faults", {"code": 429, "msg": f"Bearer {KEY}"}),
        ("/_fakie/faults", {"code": KEY}),
        ("/_fakie/faults", {"code": 429, "endpoint": KEY}),
        ("/_fakie/faults", {KEY: 429}),
        ("/_fakie/plans", {"when": f'"token":"{KEY}"'}),
        (
            "/_fakie/scenarios",
            {"scenario": {"format_version": 1, "name": KEY, "steps": [{"id": "a", "fault": {"code": 429}}]}},
        ),
        (
            "/_fakie/scenarios",
            {
                "scenario": {
                    "format_version": 1,
                    "name": "a",
                    "steps": [{"id": "a", "when": KEY, "fault": {"code": 429}}],
                }
            },
        ),
    ],
)
def test_a_key_in_a_levers_texts_is_refused(fake: Door, path: str, body: dict[str, Any]) -> None:
    """Nothing is kept that holds the key of an account; the refusal does not repeat it and says what works."""
    fake.get(CREDIT, OWN)
    answer = fake.post(path, body)
    assert answer.situation == "lever_misused"
    assert "by `account`" in answer.msg
    assert KEY not in answer.msg
    assert not fake.get("/_fakie/faults").data
    assert not fake.get("/_fakie/plans").data


def test_a_key_as_an_account_is_taken(fake: Door) -> None:
    """Where a key says whose requests are meant it is welcome, and a handle is kept."""
    fake.get(CREDIT, OWN)
    shown = fake.post("/_fakie/faults", {"code": 429, "account": KEY}).data
    assert shown["account"].startswith("account-")
    scenario = {"format_version": 1, "name": "a", "steps": [{"id": "a", "account": KEY, "fault": {"code": 429}}]}
    answer = fake.post("/_fakie/scenarios", {"scenario": scenario})
    assert answer.situation == "lever_pulled", answer.msg


def test_a_lever_with_more_words_than_any_order_has_is_not_looked_up_for_ever(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many words a body has, so many at most are looked up among the accounts."""
    asked: list[str] = []

    def is_key(word: str) -> bool:
        asked.append(word)
        return False

    monkeypatch.setattr(service.control.accounts, "is_key", is_key)
    with open_door("direct", service) as door:
        door.post("/_fakie/faults", {"code": 429, "when": " ".join(f"word-number-{one:06}" for one in range(20_000))})
    assert 0 < len(asked) <= 1000
    assert len(set(asked)) == len(asked)
