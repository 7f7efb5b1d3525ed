"""Conduct of clients of the families: the same rules as for createTask, by each family's own paths and words."""

import pytest

from fakie.core.conduct.entries import state_of
from fakie_schemas.families.family import endpoints
from support.families import FAMILIES, MAKING, FamilyClient
from support.servers.fakes import Collector
from support.some import some

CREATES = pytest.mark.parametrize("name", [one.name for one in some(MAKING)])
# What may be made again and again: of those made once, the second is refused.
REPEATED = pytest.mark.parametrize("name", [one.name for one in some(MAKING) if not one.same])
# What the list of prices has at nothing.
FREE = {"suno/cover", "suno/midi"}
STAGED = next(one.name for one in MAKING if one.makes.stages)


def found(client: FamilyClient) -> dict[str, str]:
    """Return the rules that the client broke, with what was seen."""
    return {one.rule: one.seen for one in client.door.service.control.conduct()}


def quiet(client: FamilyClient, name: str) -> dict[str, object]:
    """Return a good body that asks for no callback, where the page lets it."""
    body = client.body(name)
    page = client.door.service.contracts.catalog.endpoint(endpoints()[name].page)
    assert page is not None
    hook = endpoints()[name].callback
    return body if hook in page.request_schema.get("required", ()) else {k: v for k, v in body.items() if k != hook}


@CREATES
def test_a_patient_client_is_blamed_for_nothing(name: str, client: FamilyClient, sent: Collector) -> None:
    """It polls every 3 s to the end, fetches what came, and goes."""
    task_id = client.new_task(name)
    states: list[str] = []
    while states[-1:] != ["success"]:
        client.pass_time(3)
        record = client.shown(endpoints()[name].makes.records[0], task_id)
        states.append(state_of(list(client.door.service.state.journal)[-1]))
    for text in record.body.decode().split('"'):
        if f"/results/{task_id}" in text:
            client.door.get(text[text.index("/results/") :], {})
    client.pass_time(100)
    assert found(client) == {}


@REPEATED
def test_a_wish_that_is_sent_again_while_its_task_runs_is_paid_twice(name: str, client: FamilyClient) -> None:
    """Polled once, given up, and sent again: at the price of the list, or at what was charged where it has none."""
    body = client.body(name)
    task_id = client.ask(name, body).data["taskId"]
    client.record(name, task_id)
    client.pass_time(1)
    client.ask(name, {**body, endpoints()[name].callback: "http://127.0.0.1:9/other"})
    [finding] = [one for one in client.door.service.control.conduct() if one.rule == "paid_twice"]
    assert f"{name} number" in finding.seen
    assert finding.cost is not None
    assert finding.cost.credits is not None
    assert (finding.cost.credits > 0) == (name not in FREE)


def test_wishes_of_two_endpoints_are_two(client: FamilyClient) -> None:
    """Equal bodies ask two endpoints for two things."""
    body = {
        "prompt": "a",
        "customMode": False,
        "instrumental": True,
        "model": "V4",
        "callBackUrl": "http://127.0.0.1:9/",
    }
    client.door.service.control.orders.add_fault(situation="server_error", endpoint="suno/generate")
    assert client.ask("suno/generate", body).code == 500
    client.ask("suno/lyrics", {"prompt": "a", "callBackUrl": "http://127.0.0.1:9/"})
    assert "paid_twice" not in found(client)
    client.ask("suno/generate", body)
    assert "paid_twice" in found(client)


@CREATES
def test_a_loop_without_pauses_is_polled_too_fast(name: str, client: FamilyClient) -> None:
    """Five polls within a second; a task that has ended is polled after its end."""
    task_id = client.new_task(name)
    for _ in range(5):
        client.record(name, task_id)
        client.clock.seconds += 0.2
    assert "polled_too_fast" in found(client)
    client.pass_time()
    for _ in range(4):
        client.record(name, task_id)
        client.clock.seconds += 3
    assert "polled_after_the_end" in found(client)


@CREATES
def test_a_task_that_is_left_running_was_given_up(name: str, client: FamilyClient) -> None:
    """Polled, and not looked at again; one that calls back is left to its callback."""
    body = quiet(client, name)
    task_id = client.ask(name, body).data["taskId"]
    client.record(name, task_id)
    client.pass_time(100)
    assert ("gave_up_on_running" in found(client)) == (endpoints()[name].callback not in body)


@pytest.mark.parametrize("record", [one.name for one in FAMILIES if one.kind == "record"])
def test_a_task_that_is_unknown_there_is_polled_on(record: str, client: FamilyClient) -> None:
    """The id of a task of the Market, asked for at a family's record again and again."""
    task_id = client.door.new_task()
    for _ in range(5):
        client.shown(record, task_id)
        client.clock.seconds += 5
    assert "polled_unknown_task_on" in found(client)


@REPEATED
def test_a_failure_that_lies_in_the_request_is_charged_twice(name: str, client: FamilyClient) -> None:
    """Refused by moderation, read, and sent again unchanged."""
    body = client.body(name)
    for _ in range(2):
        client.door.service.control.orders.add_plan(outcome="fail", code="413", endpoint=name)
        task_id = client.ask(name, body).data["taskId"]
        client.pass_time()
        client.record(name, task_id)
    assert "charged_twice_for_a_failure" in found(client)


@REPEATED
def test_a_failure_that_nobody_read_is_repeated(name: str, client: FamilyClient, sent: Collector) -> None:
    """The task has failed, its callback reached nobody, and the wish is sent again."""
    body = client.body(name)
    sent.statuses = [500] * 20
    client.door.service.control.orders.add_plan(outcome="fail", endpoint=name)
    client.ask(name, body)
    client.pass_time()
    client.ask(name, body)
    assert "repeated_unread_failure" in found(client)


@CREATES
def test_a_success_that_is_read_and_not_fetched_is_told(name: str, client: FamilyClient) -> None:
    """As a note, where there is a file to fetch."""
    task_id = client.done_task(name)
    record = client.shown(endpoints()[name].makes.records[0], task_id)
    has_files = f"/results/{task_id}" in record.body.decode()
    assert ("result_never_fetched" in found(client)) == has_files


@CREATES
def test_a_refusal_is_taken_for_success(name: str, client: FamilyClient) -> None:
    """The record of no task is asked for right after the request was refused with HTTP 200."""
    client.door.service.control.orders.add_fault(code=402, endpoint=name)
    client.ask(name, client.body(name))
    client.shown(endpoints()[name].makes.records[0], "undefined")
    assert "took_refusal_for_success" in found(client)


def test_a_stage_is_not_the_end(client: FamilyClient, sent: Collector) -> None:
    """A receiver that got the callback of the text alone never heard of the failure, and the wish is sent again."""
    body = client.body(STAGED)
    sent.statuses = [200, *[500] * 9]
    client.door.service.control.orders.add_plan(outcome="fail", endpoint=STAGED)
    client.ask(STAGED, body)
    client.pass_time(3)
    assert len(sent.outgoing) == 1 + bool(endpoints()[STAGED].parent)
    client.pass_time()
    assert len(sent.outgoing) > 1
    client.ask(STAGED, body)
    assert "repeated_unread_failure" in found(client)
