"""Exchanges with the families of a fake, recorded from both sides: what was asked, what was called back."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.families.family import endpoints
from support.clients.doors import Answer, Door, open_door
from support.families import FamilyClient
from support.recordings import Exchange
from support.servers.fakes import Collector, HandClock, new_service

HOST = "api.kie.ai"
_START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC).timestamp()


class RecordedClient(FamilyClient):
    """A client that writes down each exchange; `exchanges` has those with the API and the callbacks, in order."""

    def __init__(self, door: Door, clock: HandClock, sent: Collector) -> None:
        super().__init__(Door(self._send, door.service), clock)
        self.exchanges: list[Exchange] = []
        self._inner = door
        self._sent = sent
        self._began = clock.seconds

    def flush(self) -> None:
        """Write down the callbacks that have gone out."""
        while self._sent.outgoing:
            one = self._sent.outgoing.pop(0)
            self._note("POST", one.url, json.loads(one.body), {"code": 200}, _JSON)

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.flush()
        answer = self._inner.send(method, path, body, headers)
        came = answer.json if answer.body[:1] == b"{" else None
        self._note(method, f"https://{HOST}{path}", json.loads(body) if body else None, came, {}, answer.status)
        return answer

    def _note(self, method: str, url: str, sent: Any, came: Any, headers: Mapping[str, str], status: int = 200) -> None:
        at = datetime.fromtimestamp(_START + self.clock.seconds - self._began, UTC)
        self.exchanges.append(
            {
                "format_version": 1,
                "recorded": at.isoformat().replace("+00:00", "Z"),
                "request": {"method": method, "url": url, "headers": dict(headers), "body": sent},
                "response": {"status": status, "headers": dict(_JSON), "body": came},
            }
        )
        self.clock.seconds += 0.01


_JSON = {"content-type": "application/json"}


@contextmanager
def recorded_client(door: str = "direct") -> Iterator[RecordedClient]:
    """Return a client of a fake of its own behind a door."""
    clock, sent = HandClock(), Collector()
    service: Service = new_service(Settings(public_url="http://files.test"), sent, clock)
    with open_door(door, service) as opened:
        yield RecordedClient(opened, clock, sent)


def life(client: RecordedClient, name: str, **plan: Any) -> str:
    """Make a task by an endpoint that takes 15 s, look at it every 3 s for 24 s; return its id."""
    body = client.body(name)
    client.door.service.control.orders.add_plan(endpoint=name, seconds=15, **plan)
    task_id: str = client.ask(name, body).data["taskId"]
    record = endpoints()[name].makes.records[0]
    for _ in range(8):
        client.shown(record, task_id)
        client.pass_time(3)
    client.flush()
    return task_id


def lives(name: str, door: str = "direct") -> list[Exchange]:
    """Return the exchanges of a task that succeeds, and of one that fails in each way of its family."""
    with recorded_client(door) as client:
        life(client, name)
        if not endpoints()[name].same:
            for code in endpoints()[name].makes.failures:
                life(client, name, outcome="fail", code=code)
        return client.exchanges
