"""What may cost, and whether it did: one answer for the suite's purse and the recorder's gate."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie.recorder.gate import PaidRequest
from fakie.recorder.proxy import settle
from fakie.recorder.upstream import UpstreamAnswer
from fakie_contract.http.exchange import Answer
from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.reservation import Reservation
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints
from fakie_schemas.payment import live_upstream, making, may_cost, outcome_of
from fakie_schemas.recordings.bodies import compact

CREDIT = "/api/v1/chat/credit"
PAGE = {"timestamp": 1, "status": 405, "error": "Method Not Allowed", "message": "", "path": "/api/v1/veo/generate"}
ANSWERS: dict[str, tuple[Any, str, str]] = {
    "task": ({"code": 200, "data": {"taskId": "a"}}, "accepted", "a"),
    "record alone": ({"code": 200, "data": {"recordId": "b"}}, "accepted", "b"),
    "success without an id": ({"code": 200, "data": None}, "accepted", ""),
    "task under an error": ({"code": 500, "data": {"taskId": "c"}}, "accepted", "c"),
    "a number for an id": ({"code": 200, "data": {"taskId": 7}}, "accepted", "7"),
    "refusal": ({"code": 422, "data": None}, "refused", ""),
    "refusal with an empty id": ({"code": 500, "data": {"taskId": ""}}, "refused", ""),
    "a code as text": ({"code": "422"}, "unknown", ""),
    "true": ({"code": True}, "unknown", ""),
    "a code below": ({"code": 302}, "unknown", ""),
    "a fraction": ({"code": 422.0}, "unknown", ""),
    "no code": ({"data": None}, "unknown", ""),
    "no object": ([], "unknown", ""),
    "a page of the framework": (PAGE, "refused", ""),
    "a page with a task": ({**PAGE, "data": {"taskId": "d"}}, "accepted", "d"),
    "a page of an error": ({**PAGE, "status": 500}, "unknown", ""),
    "a page that leads elsewhere": ({**PAGE, "status": 302}, "unknown", ""),
    "a page with a code": ({**PAGE, "code": "422"}, "unknown", ""),
    "half a page": ({"status": 405, "error": "Method Not Allowed"}, "unknown", ""),
    "no JSON": (None, "unknown", ""),
}


class Noted:
    """A permit that notes how it was settled."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def accepted(self, task_id: str) -> None:
        self.told = ["accepted", task_id]

    def refused(self) -> None:
        self.told = ["refused", ""]

    def unknown(self, why: str) -> None:
        self.told = ["unknown", ""]


@pytest.mark.parametrize("name", ANSWERS)
def test_purse_and_recorder_settle_an_answer_alike(name: str, tmp_path: Path) -> None:
    """What one counts as paid, as refused or as unknown, the other does too."""
    answer, state, task_id = ANSWERS[name]
    body = b"not JSON" if answer is None else compact(answer)
    ledger, told = Ledger(tmp_path / "ledger.sqlite"), Noted()
    run = ledger.begin("a test", Decimal(0), None)
    columns, values = "run, at, pid, name, model, kind, worst, state", "?, 0, 1, 'x', 'm', NULL, 0, 'open'"
    with ledger.transaction() as book:
        number = book.execute(f"INSERT INTO creates ({columns}) VALUES ({values})", (run,)).lastrowid
    with Reservation(ledger, int(number or 0), lambda _: None) as reservation:
        reservation.answered(Answer(200, {}, body, 0.0))
    settle(told, UpstreamAnswer(200, (), body))
    with ledger.transaction() as book:
        noted = book.execute("SELECT state, task_id FROM creates").fetchone()
    assert told.told == [state, task_id]
    assert [noted[0], noted[1] or ""] == [state, task_id]


@pytest.mark.parametrize("path", ["/api/v1/jobs%252FcreateTask", "//JOBS/x/../createtask/;v=1", "/jobs%5CcreateTask"])
def test_a_create_is_known_however_it_is_spelled(path: str) -> None:
    """The gate is told that it is one, and of which model."""
    paid = PaidRequest.of("POST", path, b'{"model": "z-image"}')
    assert may_cost("POST", path)
    assert (paid.creates, paid.model) == (True, "z-image")


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-method-override", "X-Original-URL"])
def test_a_request_in_disguise_may_cost(name: str) -> None:
    """A header that makes a free request another one takes its freedom away."""
    assert not may_cost("GET", CREDIT)
    assert may_cost("GET", CREDIT, [name])


@pytest.mark.parametrize(
    ("method", "path", "costs"),
    [
        ("GET", "/api/v1/jobs/createTask", False),
        ("POST", "/api/v1/jobs/createTask", True),
        ("get", CREDIT, True),
        ("POST", "/api/v1/veo/generate", True),
        ("POST", "//API/v1/suno/cover/generate/", True),
        ("POST", "/api/v1/generate", True),
        ("GET", "/api/v1/veo/get-1080p-video", True),
        ("GET", "/proxy/api/v1/VEO/get-1080p-video/", True),
        ("HEAD", "/api/v1/veo/get-1080p-video", True),
        ("GET", "/api/v1/veo/record-info", False),
        ("GET", "/api/v1/generate/record-info", False),
        ("POST", "/api/v1/anything/generate", True),
        ("POST", "/api/file-url-upload", False),
        ("POST", "/api/file-url-upload/", True),
        ("DELETE", CREDIT, True),
    ],
)
def test_only_what_is_known_to_be_free_is_free(method: str, path: str, costs: bool) -> None:
    """A method or a path that nobody knows may cost."""
    assert may_cost(method, path) is costs


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/api/v1/jobs/createTask", "createTask"),
        ("/below/another/jobs/createTask", "createTask"),
        ("/api/v1/generate", "suno/generate"),
        ("/API/v1//suno/cover/generate/", "suno/cover"),
        ("/api/v1/veo/get-1080p-video", "veo/get-1080p-video"),
        ("/api/v1/anything/generate", None),
        ("/api/v1/veo/record-info", None),
        (CREDIT, None),
    ],
)
def test_what_is_made_at_a_path_is_known(path: str, endpoint: str | None) -> None:
    """An endpoint of a family by its whole path, that of models below any other too: its price stands in the body."""
    assert making(path) == endpoint


@pytest.mark.parametrize("endpoint", [one for one in endpoints().values() if one.kind in ("create", "transform")])
def test_every_creating_path_of_every_family_may_cost(endpoint: FamilyEndpoint) -> None:
    """By its method, whatever that is; a recorder is told that it is a create, and of what."""
    assert may_cost(endpoint.method, endpoint.path)
    paid = PaidRequest.of(endpoint.method, endpoint.path, b'{"model": "z-image"}')
    assert (paid.creates, paid.model) == (True, "z-image" if endpoint.page == BY_MODEL else endpoint.name)


def test_what_says_that_it_is_at_work_may_have_been_paid_for() -> None:
    """The first request for 1080p is answered by the code of a refusal; any other refusal costs nothing."""
    path = "/api/v1/veo/get-1080p-video"
    assert outcome_of({"code": 400, "msg": "1080P is processing", "data": None}, path).state == "unknown"
    assert outcome_of({"code": 422, "msg": "record is null", "data": None}, path).state == "refused"
    assert outcome_of({"code": 400, "msg": "flagged", "data": None}, "/api/v1/veo/generate").state == "refused"


@pytest.mark.parametrize(
    ("about", "upstream"),
    [
        ({"recorder": {"upstream": "https://api.example", "live": True}}, "https://api.example"),
        ({"recorder": {"upstream": "", "live": True}}, "unknown"),
        ({"recorder": {}}, "unknown"),
        ({"recorder": {"live": False}}, ""),
        ({"recorder": None}, ""),
        (None, ""),
    ],
)
def test_a_recorder_that_does_not_deny_it_is_live(about: Any, upstream: str) -> None:
    """A recorder counts as liveness in front of a live host unless it says otherwise."""
    assert live_upstream(about) == upstream


def test_ids_of_any_depth_are_noted_in_few_words() -> None:
    """A target cannot fill a ledger with an id."""
    outcome = outcome_of({"code": 200, "data": {"taskId": [[["x" * 10_000]]]}})
    assert outcome.state == "accepted"
    assert len(outcome.task_id) < 200
