"""Requests of one account that are sent at the same moment: two creates, and the tasks that come of them."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.checks.result import given_in
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import BalanceAround
from fakie_contract.trial.trial import Trial

# How long (s) one of them waits for the others.
_TOGETHER = 10.0


def asked_together(sends: Sequence[Callable[[], LiveExchange]]) -> list[LiveExchange]:
    """Send requests at the same moment; returns what came of each."""
    ready = threading.Barrier(len(sends))

    def send(one: Callable[[], LiveExchange]) -> LiveExchange:
        ready.wait(_TOGETHER)
        return one()

    with ThreadPoolExecutor(len(sends)) as threads:
        return list(threads.map(send, sends))


def start_at_once(trial: Trial, account: TargetAccount) -> tuple[CreatedTask, CreatedTask]:
    """Make two tasks by creates that are sent at the same moment; raises NotProvokable when one is not accepted.

    The second is JSON as other libraries write it.
    """
    sent = [tasks.request(trial) for _ in range(2)]
    moment = tasks.now()
    exchanges = asked_together([partial(trial.create, one, account) for one in (sent[0], _otherwise(sent[1]))])
    times = moment, tasks.now()
    first, second = (
        tasks.created(trial, account, one, exchange, times, BalanceAround())
        for one, exchange in zip(sent, exchanges, strict=True)
    )
    return first, second


def is_of(data: Mapping[str, Any], other: CreatedTask) -> bool:
    """Tell whether a record gives back the request of another task."""
    note = other.sent["input"].get("fakie_note")
    return note is not None and given_in(data.get("param")).get("fakie_note") == note


def _otherwise(body: Mapping[str, Any]) -> bytes:
    """Write JSON with its keys the other way round, wide characters as escapes, and no blanks."""
    return json.dumps(dict([*body.items()][::-1]), separators=(",", ":")).encode()
