"""The families besides the Market: each endpoint from its data and its page alone, with the same life as createTask."""

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

import fakie_schemas
from fakie.core.control.errors import WrongOrderError
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie.core.tasks.result_parts import part_ids
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive, write
from fakie_schemas.families.family import endpoints, families
from fakie_schemas.validator import contract_validator
from support.clients.doors import KEY, Door, open_door
from support.families import FAMILIES, MAKING, RECORDS, FamilyClient
from support.servers.fakes import Collector, HandClock, new_service
from support.some import some

ALL = pytest.mark.parametrize("name", [one.name for one in some(FAMILIES)])
CREATES = pytest.mark.parametrize("name", [one.name for one in some(MAKING)])
# What each kind of refusal needs to come about by itself.
OTHER_KEY = {"Authorization": "Bearer another-key"}


def test_every_family_keeps_the_format() -> None:
    """Its file is what the published schema says, and each row and endpoint is named once."""
    for file in some(fakie_schemas.data_folder("families").glob("*.json")):
        contract_validator(fakie_schemas.format_schema("family")).validate(fakie_schemas.read_json(file))
    names = [one.name for family in families() for one in family.endpoints]
    assert len(names) == len(set(names))


@ALL
def test_every_endpoint_has_a_page_and_words_for_each_code_of_it(name: str, client: FamilyClient) -> None:
    """Each documented code but the success can be ordered by a header, and is answered as that code."""
    page = client.door.service.contracts.catalog.endpoint(endpoints()[name].page)
    assert page is not None
    for code in page.codes:
        if code != 200:
            answer = client.door.ask(endpoints()[name].method, f"{endpoints()[name].path}?__code={code}")
            assert (answer.status, answer.code) == (200, code), answer.json


@CREATES
def test_a_task_lives_from_its_request_to_record_and_callback(name: str, client: FamilyClient, sent: Collector) -> None:
    """The id of the answer is that of the record; the record changes at the end, and one callback tells of it."""
    job = endpoints()[name].makes
    task_id = client.new_task(name)
    sent.outgoing.clear()
    running = client.record(name, task_id)
    client.pass_time()
    ended = client.record(name, task_id)
    assert running["taskId"] == ended["taskId"] == task_id
    assert list(running) == list(ended)
    assert running != ended
    bodies = [json.loads(one.body) for one in sent.outgoing]
    assert len(bodies) == 1 + len(job.stages)
    assert bodies[-1]["code"] == 200
    assert task_id in json.dumps(bodies[-1])


@CREATES
@pytest.mark.parametrize("outcome", ["success", "fail"])
def test_its_record_is_what_the_page_says(outcome: Literal["success", "fail"], name: str, client: FamilyClient) -> None:
    """No key of the page's schema has another type, but for null, which pages do not tell of."""
    body = client.body(name)
    client.door.service.control.orders.add_plan(outcome=outcome, endpoint=name)
    task_id = client.ask(name, body).data["taskId"]
    client.pass_time()
    record = endpoints()[endpoints()[name].makes.records[0]]
    page = client.door.service.contracts.catalog.endpoint(record.page)
    assert page is not None
    answer = client.shown(record.name, task_id).json
    broken = contract_validator(page.facts["answers"]["success"]).iter_errors(answer)
    odd = _ODD if outcome == "success" else _ODD | _ODD_FAILURES
    assert [error.message for error in broken if error.instance is not None and not _is_odd(error, odd)] == []


# What pages break themselves: times and kinds in their examples; and the codes and flags of failures that they list
# elsewhere than in the schema.
_ODD = {("type", "completeTime"), ("type", "createTime"), ("enum", "operationType")}
_ODD_FAILURES = {("enum", "errorCode"), ("enum", "failCode"), ("enum", "successFlag")}


def _is_odd(error: Any, odd: set[tuple[str, str]]) -> bool:
    return "chirp-v3-5" in error.message or (error.validator, error.absolute_path[-1]) in odd


@CREATES
def test_its_results_can_be_downloaded(name: str, client: FamilyClient) -> None:
    """Each URL of the record that leads to the fake gives a file; one is there where the family makes files."""
    record = json.dumps(client.record(name, client.done_task(name)))
    urls = {text for text in record.split('"') if "/results/" in text}
    for url in urls:
        answer = client.door.get(url.removeprefix("http://fake.test"), {})
        assert (answer.status, answer.situation) == (200, "result_shown")
        assert answer.body
    assert bool(urls) == ('"media"' in json.dumps(endpoints()[name].makes.result))


@CREATES
def test_each_failure_of_the_family_is_told_by_record_and_callback(
    name: str, client: FamilyClient, sent: Collector
) -> None:
    """Ordered by its code alone, it has the family's own words, and the credits come back."""
    account = client.door.service.control.accounts.get("test-key")
    for code, words in endpoints()[name].makes.failures.items():
        if code in endpoints()[name].makes.fallback.get("codes", ()):
            continue
        body = client.body(name)
        client.door.service.control.orders.add_plan(outcome="fail", code=code, endpoint=name)
        sent.outgoing.clear()
        before = account.credits
        answer = client.ask(name, body)
        assert answer.code == 200, answer.json
        client.pass_time()
        shown = json.dumps(client.record(name, answer.data["taskId"]), ensure_ascii=False)
        assert words.msg in shown
        last = json.loads(sent.outgoing[-1].body)
        assert (last["code"], last["msg"]) == (int(code), words.msg)
        assert account.credits == before


@CREATES
def test_a_request_is_paid_and_refused_as_createtask_is(
    name: str, make: Callable[..., Service], clock: HandClock
) -> None:
    """Without a key, without credits, too often, in maintenance, switched off: each by nature, and nothing is made."""
    with open_door("direct", make(credits=1000)) as door:
        client = FamilyClient(door, clock)
        body, path = client.body(name), endpoints()[name].path
        account = door.service.control.accounts.get("test-key")
        before = account.credits
        assert door.post(path, body, {}).situation == "unauthorized"
        assert door.post(path, {}).situation in {"field_missing", "parent_unknown"}
        answer = door.ask("POST", path, b"{", {**KEY, "Content-Type": "application/json"})
        assert (answer.situation, answer.msg.endswith(f"fields of {name}")) == ("body_malformed", True)
        assert account.credits == before
        assert client.ask(name, body).situation == "accepted"
        assert account.credits == before - 1
        account.credits = Decimal(0)
        assert client.ask(name, body).situation in {"credits_insufficient", "task_conflict"}
    with open_door("direct", make(disabled=frozenset({name}))) as door:
        assert door.post(path, body).situation == "feature_disabled"
    with open_door("direct", make(maintenance=True)) as door:
        assert door.post(path, body).situation == "maintenance"


def test_the_limit_on_creates_counts_all_families(client: FamilyClient) -> None:
    """Twenty tasks in ten seconds, whatever makes them."""
    bodies = {name: client.body(name) for name in ("veo/generate", "suno/lyrics", "aleph/generate")}
    client.clock.seconds += 100
    answers = [client.ask(name, bodies[name]).situation for _ in range(7) for name in bodies]
    assert answers == ["accepted"] * 20 + ["rate_limited"]
    assert client.door.create().situation == "rate_limited"


@pytest.mark.parametrize("record", [one.name for one in some(RECORDS)])
def test_a_task_of_another_family_is_unknown(record: str, client: FamilyClient) -> None:
    """At each record's endpoint: a task of any other, one of the Market, another account's, none, and no id."""
    about = endpoints()[record]
    makers = {one.makes.records[0]: one.name for one in MAKING}
    for other, name in makers.items():
        if other != record:
            assert client.shown(record, client.new_task(name)).situation == "task_unknown"
            client.clock.seconds += 5
    assert client.shown(record, client.door.new_task()).situation == "task_unknown"
    own = client.new_task(makers[record])
    assert client.shown(record, own).situation == "task_shown"
    assert client.door.get(f"{about.path}?taskId={own}", OTHER_KEY).situation == "task_unknown"
    assert client.shown(record, "0" * 32).code == 422
    assert client.door.get(about.path).situation == "task_id_missing"
    assert client.door.get(f"/api/v1/jobs/recordInfo?taskId={own}").situation == "task_unknown"


def test_a_task_that_is_asked_for_elsewhere_is_told_where_it_is_shown(client: FamilyClient) -> None:
    """As advice, which a header carries; not of another account's task, or of none, and the answer is the usual one."""
    video_path, song_path = (endpoints()[name].path for name in ("veo/record-info", "suno/generate/record-info"))
    song, market = client.new_task("suno/generate"), client.door.new_task()
    answer = client.shown("veo/record-info", song)
    assert answer.headers["x-fakie-advice"] == f"suno/generate made this task; GET {song_path} shows it"
    assert answer.body == client.shown("veo/record-info", "0" * 32).body
    answer = client.shown("suno/generate/record-info", market)
    assert answer.headers["x-fakie-advice"] == "createTask made this task; GET /api/v1/jobs/recordInfo shows it"
    assert [entry.advice for entry in client.door.service.state.journal][-1] == answer.headers["x-fakie-advice"]
    nobodys, theirs = (
        client.shown("veo/record-info", "0" * 32),
        client.door.get(f"{video_path}?taskId={song}", OTHER_KEY),
    )
    assert not any("x-fakie-advice" in unknown.headers for unknown in (nobodys, theirs))
    assert theirs.situation == "task_unknown"


@pytest.mark.parametrize("name", [one.name for one in FAMILIES if one.parent])
def test_what_a_request_goes_on_from_must_be_there(name: str, client: FamilyClient) -> None:
    """A task that nobody made, one of another kind or account, a part that it has not, and one that still runs."""
    parent = endpoints()[name].parent
    assert parent is not None
    good = client.body(name)
    key = parent.field or parent.part
    stranger = client.done_task("flux-kontext/generate")
    for wrong in ("nobody", stranger, "00000000-0000-0000-0000-000000000001"):
        assert client.ask(name, {**good, key: wrong}).situation == "parent_unknown"
    if parent.field and parent.part in good:
        assert client.ask(name, {**good, parent.part: "nobody"}).situation == "parent_unknown"
    if endpoints()[name].kind != "query" and parent.field:
        running = client.new_task(parent.made_by[0])
        part = {parent.part: part_ids(running)["1"]} if parent.part in good else {}
        assert client.ask(name, {**good, key: running, **part}).situation == "parent_unfinished"
    about = endpoints()[name]
    query = "" if about.method == "POST" else f"?{parent.field}={good[parent.field]}"
    body = json.dumps(good).encode() if about.method == "POST" else b""
    headers = {**OTHER_KEY, "Content-Type": "application/json"}
    assert client.door.ask(about.method, about.path + query, body, headers).situation == "parent_unknown"


def test_every_door_takes_every_family(door: Door, clock: HandClock) -> None:
    """A request, its record and its end, over each door."""
    client = FamilyClient(door, clock)
    for name in ("veo/generate", "suno/generate", "4o-image/generate", "flux-kontext/generate", "runway/generate"):
        task_id = client.done_task(name)
        assert client.record(name, task_id)["taskId"] == task_id


def test_the_control_sees_and_moves_tasks_of_families(client: FamilyClient, sent: Collector) -> None:
    """Held, finished and failed by hand, by polls, seen in the journal, with a callback that is signed."""
    control = client.door.service.control
    control.orders.add_plan(by="hold", endpoint="veo/generate")
    held = client.new_task("veo/generate")
    client.pass_time(1000)
    assert client.record("veo/generate", held)["successFlag"] == 0
    control.tasks.finish(held)
    assert client.record("veo/generate", held)["successFlag"] == 1
    control.orders.add_plan(by="hold")
    failed = client.new_task("suno/generate")
    control.tasks.fail(failed, code="531")
    assert client.record("suno/generate", failed)["errorCode"] == 531
    control.orders.add_plan(by="polls", endpoint="runway/generate")
    polled = client.new_task("runway/generate")
    states = [client.record("runway/generate", polled)["state"] for _ in range(4)]
    assert states == ["wait", "queueing", "generating", "success"]
    assert {held, failed, polled} <= {entry.task_id for entry in client.door.service.state.journal}
    assert [task.endpoint for task in control.tasks.all()] == ["veo/generate", "suno/generate", "runway/generate"]


def test_a_plan_meets_the_next_task_of_whatever_endpoint(client: FamilyClient) -> None:
    """Without an endpoint it is for the next task; with one for that alone."""
    orders = client.door.service.control.orders
    orders.add_plan(outcome="fail", endpoint="aleph/generate")
    other = client.done_task("veo/generate")
    assert client.record("veo/generate", other)["successFlag"] == 1
    assert client.record("aleph/generate", client.done_task("aleph/generate"))["errorCode"] == 500
    orders.add_plan(outcome="fail")
    assert client.record("veo/generate", client.done_task("veo/generate"))["successFlag"] == 3


@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": "veo/record-info"},
        {"endpoint": "veo/nothing"},
        {"endpoint": "veo/generate", "quirk": "stage_lost"},
    ],
)
def test_a_plan_that_no_task_can_meet_is_refused(given: Any, client: FamilyClient) -> None:
    """An endpoint that makes nothing, that there is not, or whose callbacks have no stages."""
    with pytest.raises(WrongOrderError):
        client.door.service.control.orders.add_plan(**given)


def test_results_of_ones_own_stand_in_place_of_the_usual_ones(client: FamilyClient) -> None:
    """Each file of the result is one's own, one by one, and the last one where there are more; or it is gone."""
    orders = client.door.service.control.orders
    orders.add_plan(result=[{"base64": "b25l"}, {"base64": "dHdv"}], endpoint="suno/generate")
    tracks = client.record("suno/generate", client.done_task("suno/generate"))["response"]["sunoData"]
    urls = [tracks[0]["audioUrl"], tracks[0]["streamAudioUrl"], tracks[1]["imageUrl"]]
    files = [client.door.get(url.removeprefix("http://fake.test"), {}).body for url in urls]
    assert files == [b"one", b"two", b"two"]
    orders.add_plan(result="gone", endpoint="veo/generate")
    url = client.record("veo/generate", client.done_task("veo/generate"))["response"]["resultUrls"][0]
    assert client.door.get(url.removeprefix("http://fake.test"), {}).situation == "result_gone"


def test_pages_of_a_family_that_come_later_need_no_code(
    tmp_path: Path, clock: HandClock, sent: Collector, shared: Path
) -> None:
    """Held back, each of its endpoints says so in one line; derived into a folder of one's own, all of them work."""
    own = tmp_path / "own"
    (own / "endpoints").mkdir(parents=True)
    held_back = tmp_path / "without"
    shutil.copytree(fakie_schemas.data_folder("revisions"), held_back, ignore=shutil.ignore_patterns("flux-kontext"))
    settings = Settings(public_url="http://fake.test")
    with open_door("direct", new_service(settings, sent, clock, catalog=Catalog(held_back))) as door:
        answer = door.post("/api/v1/flux/kontext/generate", {"prompt": "x"})
        assert (answer.status, answer.situation) == (404, "family_not_faked")
        assert "fakie derive" in answer.msg
    for page in some((shared / "pages" / "families" / "flux-kontext-api").glob("*ge*.md")):
        if "callbacks" not in page.name:
            write(derive(page, date="2026-04"), own)
    with open_door("direct", new_service(settings, sent, clock, catalog=Catalog(held_back, own))) as door:
        client = FamilyClient(door, clock)
        task_id = client.done_task("flux-kontext/generate")
        assert client.record("flux-kontext/generate", task_id)["successFlag"] == 1
