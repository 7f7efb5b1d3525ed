"""Recognising callbacks, also those whose form has drifted, among all requests that were posted."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.traffic.named_urls import NamedUrls, posted_object
from fakie_contract.traffic.view import View
from fakie_schemas.rules.difference import BREAKING, Difference

_ENOUGH = 3
# What Market tasks tell of themselves; the callbacks of other families (Suno, Veo, Runway, …) have none of these.
_OF_TASKS = frozenset({"state", "model", "param", "resultJson", "failCode", "failMsg", "costTime", "completeTime"})
_TWO = 2
# The fields that differ as a consequence, where a callback states another state than the real one.
_FOLLOWS = ("msg", "state", "resultJson", "failCode", "failMsg", "costTime", "completeTime", "creditsConsumed")


class Callbacks:
    """Tells callbacks from other traffic; knows the URLs that createTasks named."""

    def __init__(self) -> None:
        self.named = NamedUrls()

    def recognised(self, view: View) -> bool:
        """Tell whether an exchange is the callback of a Market task."""
        body = posted_object(view)
        if body is None:
            return False
        data = told_data(body)
        named = self.named.has(view.exchange.url)
        has_id, has_state = bool({"taskId", "task_id"} & data.keys()), "state" in data
        signs = ("code" in body) + ("msg" in body) + has_id + has_state
        # Three alone are those of Suno's and Veo's callbacks as well.
        of_tasks = len(_OF_TASKS & data.keys()) >= _TWO or (has_id and has_state)
        return of_tasks and (signs >= _ENOUGH or named)


def told_data(body: Any) -> Mapping[str, Any]:
    """Return what a callback says of its task: its `data`, or the object in place of it; empty when none."""
    if not isinstance(body, dict):
        return {}
    if "data" in body:
        return body["data"] if isinstance(body["data"], dict) else {}
    inner = (value for value in body.values() if isinstance(value, dict) and len(_OF_TASKS & value.keys()) >= _TWO)
    return next(inner, {})


def without_consequences(differences: list[Difference], told: list[Difference]) -> Iterator[Difference]:
    """Leave out what only follows from a state that contradicts the record."""
    if not any(one.rule == "callback.state" for one in told):
        yield from differences
        return
    for one in differences:
        if one.severity == BREAKING or one.place.rpartition("/")[2] not in _FOLLOWS:
            yield one
