"""The two skins of the control, as one kind of call: the fixture's object, and the levers over HTTP."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from fakie.core.http.messages import Request
from fakie.harness.fake import Fake, WrongOrderError

JSON = {"Content-Type": "application/json"}
# Returns why a call was refused, or nothing.
Skin = Callable[[Fake, str, Mapping[str, Any]], str]


def by_object(fake: Fake, call: str, given: Mapping[str, Any]) -> str:
    """Try a call on the fixture's object; return why it was refused, or nothing."""
    named = dict(given)
    try:
        CALLS[call](fake, named)
    except WrongOrderError as error:
        return str(error)
    return ""


def by_lever(fake: Fake, call: str, given: Mapping[str, Any]) -> str:
    """Try the same call on the levers; return why it was refused, or nothing."""
    name, changed = WRITTEN.get(call, (call, {}))
    lever = next(one for one in fake.service.levers.levers if one.name == name)
    body = {_RENAMED.get((call, name), name): value for name, value in given.items()} | dict(changed)
    path = re.sub(r"\{(\w+)\}", lambda place: str(body.pop(place[1])), lever.path)
    query = {name: body.pop(name) for name in lever.query if name in body}
    request = Request.of(lever.method, f"/_fakie{path}", json.dumps(body).encode() if body else b"", JSON)
    response = fake.service.handle(request.replaced(query=urlencode(query)))
    answer = json.loads(response.body)
    assert answer["code"] in {200, 404, 422}, response
    return "" if answer["code"] == 200 else str(answer["msg"])


# Calls of the object that are one lever's with these arguments, and arguments that it calls otherwise.
WRITTEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "advance": ("move_clock", {}),
    "freeze": ("move_clock", {"freeze": True}),
    "resume": ("move_clock", {"freeze": False}),
}
_RENAMED = {("advance", "seconds"): "advance"}


def _fault(fake: Fake, given: dict[str, Any]) -> None:
    what = given.pop("situation", None)
    code = given.pop("code", None)
    fake.fail_next(code if what is None else what, **given)


def _account(fake: Fake, given: dict[str, Any]) -> None:
    fake.account(given.pop("key"), **given)


CALLS: Mapping[str, Callable[[Fake, dict[str, Any]], Any]] = {
    "fault": _fault,
    "transport_fault": lambda fake, given: fake.spoil_next(given.pop("kind"), **given),
    "plan": lambda fake, given: fake.plan_next(given.pop("outcome", "success"), **given),
    "drop_faults": lambda fake, _: fake.take_back("faults"),
    "drop_fault": lambda fake, given: fake.take_back("faults", given["id"]),
    "drop_transport_faults": lambda fake, _: fake.take_back("transport_faults"),
    "drop_transport_fault": lambda fake, given: fake.take_back("transport_faults", given["id"]),
    "drop_plans": lambda fake, _: fake.take_back("plans"),
    "drop_plan": lambda fake, given: fake.take_back("plans", given["id"]),
    "account": _account,
    "publish": lambda fake, given: fake.web.publish(given.pop("url"), **given),
    "play": lambda fake, given: fake.play(given.pop("scenario"), **given),
    "drop_scenarios": lambda fake, given: fake.stop_scenarios(**given),
    "advance": lambda fake, given: fake.advance(given.pop("seconds"), **given),
    "freeze": lambda fake, given: fake.freeze(**given),
    "resume": lambda fake, given: fake.resume(**given),
    "empty_journal": lambda fake, _: fake.journal.clear(),
    "reload": lambda fake, _: fake.reload(),
    "reset": lambda fake, given: fake.reset(**given),
    "hold": lambda fake, given: fake.task(given["task_id"]).hold(),
    "finish": lambda fake, given: fake.task(given["task_id"]).finish(),
    "fail": lambda fake, given: fake.task(given.pop("task_id")).fail(**given),
    "call_back": lambda fake, given: fake.task(given["task_id"]).call_back(),
}
