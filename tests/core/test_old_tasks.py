"""Endpoints whose pages support the tasks of the last days alone."""

import pytest

from fakie.core.service import Service
from fakie_schemas.families.family import endpoints
from support.clients.doors import open_door
from support.families import FamilyClient
from support.servers.fakes import HandClock
from support.some import some

WITHIN = some(name for name, one in endpoints().items() if one.within)


@pytest.mark.parametrize("name", WITHIN)
def test_a_task_of_long_ago_is_refused(name: str, service: Service, clock: HandClock) -> None:
    """Fourteen days after it was made, and not before."""
    with open_door("direct", service) as door:
        client = FamilyClient(door, clock)
        made = clock.seconds
        body = client.body(name) if endpoints()[name].parent else {"taskId": client.done_task("veo/generate")}
        clock.seconds = made + 14 * 86400
        before = client.ask(name, body)
        clock.seconds += 1
        after = client.ask(name, body)
    assert before.situation != "task_too_old"
    assert (after.code, after.situation) == (422, "task_too_old")
    assert after.msg == "Temporarily supports records within 14 days."
