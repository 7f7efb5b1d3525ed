"""Judging exchanges of families that have endpoints of their own: by their pages, and by the data of each family."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.checks.agreement import CALLBACK, callback_type
from fakie_contract.checks.by_page import linked
from fakie_contract.checks.family_way import result_of_failure, times_in_order, told_in_time
from fakie_contract.checks.ids import other_task
from fakie_contract.checks.param import comes_back
from fakie_contract.checks.redaction_marks import is_placeholder, is_redacted, is_whole
from fakie_contract.checks.shape import MISSING as NO_KEY
from fakie_contract.checks.shape import TYPE, page_schema
from fakie_contract.checks.strictness import strict, strict_text
from fakie_contract.checks.told import RECORD, FamilyTask
from fakie_contract.sources import part_of
from fakie_contract.traffic.endpoints import Endpoint
from fakie_contract.traffic.family_tasks import SeenTask, SeenTasks, maker_of
from fakie_contract.traffic.hooks import Hooks
from fakie_contract.traffic.lenient import judge_data, judge_posted
from fakie_contract.traffic.timeline import ExchangeClock
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, Job
from fakie_schemas.families.reading import MISSING
from fakie_schemas.families.shown import USUAL, ShownTask, show_callback, show_record, unlikeness
from fakie_schemas.families.telling import Telling
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# What an accepted request that makes a task is answered with.
_CREATED = Job("request", ())
_ID = {"taskId": "{id}"}
_SHOWING = ("accepted", "transform_shown")


class FamilyJudge:
    """Judges accepted answers and callbacks of families, each by itself and by what was said of its task before."""

    def __init__(self) -> None:
        self._tasks = SeenTasks()
        self._clock = ExchangeClock()
        self._hooks = Hooks()

    def learn(self, view: View, endpoint: Endpoint) -> None:
        """Remember where a request wants to be called back."""
        hook = view.sent.get(endpoint.about.callback) if isinstance(view.sent, dict) else None
        if isinstance(hook, str) and endpoint.about.job:
            self._hooks.named.learn(hook)

    def answer(self, view: View, endpoint: Endpoint, file: str) -> Iterator[Difference]:
        """Judge an accepted answer."""
        if endpoint.shows_tasks:
            yield from self._record(view, endpoint, file)
            return
        if endpoint.about.job and isinstance(view.data, dict):
            length = len(view.exchange.request_body or b"")
            self._tasks.created(view.data.get("taskId"), endpoint.about, view.sent, length)
        yield from _made(view, endpoint)

    def job_of(self, view: View) -> Job | None:
        """Return the job of the family's task that an exchange is the callback of; None where it is none."""
        return self._hooks.job_of(view, self._tasks)

    def callback(self, view: View, job: Job, file: str) -> Iterator[Difference]:
        """Judge the callback of a task of a job."""
        told = view.exchange.request_headers.get("content-type", "")
        if told and not is_redacted(told):
            yield from callback_type(told)
        yield from strict(view.exchange.request_body or b"", CALLBACK)
        shown = show_callback(job, view.sent)
        seen = self._tasks.of(shown.task_id)
        if seen.maker and seen.sent is not None:
            shown = show_callback(job, view.sent, seen.sent)
        found = list(judge_posted(_task(shown, seen, shown.task_id), shown, view.sent))
        yield from found
        yield from result_of_failure(shown.telling, shown.name, view.sent)
        if not any(one.rule == "callback.stage" for one in found):
            yield from seen.judge_callback(shown, self._clock.moment(view.exchange, file))

    def _record(self, view: View, endpoint: Endpoint, file: str) -> Iterator[Difference]:
        moment = self._clock.moment(view.exchange, file)
        asked, data = view.query.get("taskId", ""), view.data
        if endpoint.revision is None or not isinstance(data, dict):
            if not is_redacted(data):
                yield breach(TYPE, data, RECORD, source="its page", wanted="object")
            return
        seen = self._tasks.of(asked)
        is_made_here = seen.maker is not None and endpoint.about.name in seen.maker.makes.records
        shown = show_record(
            endpoint.about, data, *((seen.maker.makes, seen.sent) if is_made_here and seen.maker else ())
        )
        came = shown.task_id
        about = came if is_placeholder(came) or is_placeholder(asked) or not asked else asked
        if about and came and about != came:
            # All else is that of another task.
            yield other_task(asked, came)
            return
        yield from judge_data(_task(shown, seen, about or None), shown, endpoint.revision, view.answer)
        yield from _words(shown)
        yield from _texts(shown)
        yield from times_in_order(shown)
        yield from told_in_time(shown)
        yield from seen.judge_poll(shown, moment)


def _task(shown: ShownTask, seen: SeenTask, task_id: str | None) -> FamilyTask:
    maker: FamilyEndpoint = seen.maker or maker_of(shown.job)
    return FamilyTask(task_id or None, maker, _coming_back(seen.sent or {}), shown.telling)


def _coming_back(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what of a request must come back as it was sent: what a recorder took out says nothing."""
    return {name: value for name, value in sent.items() if comes_back(value)}


def _made(view: View, endpoint: Endpoint) -> Iterator[Difference]:
    """Judge what a create or a transform was answered with."""
    if endpoint.revision is None:
        return
    if view.data is None:
        yield _no_data(endpoint.revision, view.answer)
    elif endpoint.about.asks == "link" and is_whole(view.data):
        yield from linked(view.data)
    shown = _answered(endpoint.about, view)
    task = FamilyTask(None, endpoint.about, _coming_back(shown.telling.reading.sent), shown.telling)
    yield from judge_data(task, shown, endpoint.revision, view.answer)


def _no_data(page: Revision, body: Any) -> Difference:
    """Return the difference of an accepted answer without what was asked for: pages do not tell of null."""
    schema = page_schema(page)
    rules = part_of(schema.schema, ("data",)) if schema else None
    mark = "" if rules else "inf"
    if isinstance(body, dict) and "data" in body:
        wanted = str((rules or {}).get("type", "object"))
        return breach(TYPE, None, RECORD, source="its page", evidence=mark, wanted=wanted)
    return breach(NO_KEY, "nothing", RECORD, source="its page", evidence=mark, wanted="'data'")


def _answered(about: FamilyEndpoint, view: View) -> ShownTask:
    sent = view.sent if isinstance(view.sent, dict) else {}
    telling = Telling.of(about.job or _CREATED, USUAL, sent)
    if about.kind == "query":
        return ShownTask(telling, "", ())
    templates: list[Mapping[str, Any]] = [_ID]
    if about.kind == "transform":
        answers = about.makes.answers.values()
        templates = [one["data"] for one in answers if one["situation"] in _SHOWING and "data" in one]
    read = [ShownTask(telling, "", telling.reading.of(template, view.data)) for template in templates]
    return min(read, key=unlikeness) if read else ShownTask(telling, "", ())


def _words(shown: ShownTask) -> Iterator[Difference]:
    """Find words that say no state, or not one and the same."""
    if shown.state:
        return
    words = [one for one in shown.told if one.fact in shown.job.words and one.fact not in shown.job.varies]
    said = [one for one in words if one.value is not MISSING and not is_redacted(one.value)]
    if said:
        code, _ = shown.failure
        failed = f", with the failure {code}" if code else ", with no failure"
        got = ", ".join(f"{one.steps[-1]} {one.value!r}" for one in said)
        place = f"{RECORD}/{said[0].steps[-1]}"
        yield breach("task.state_word", got + failed, place, words=shown.telling.words_known())


def _texts(shown: ShownTask) -> Iterator[Difference]:
    """Find JSON within texts that strict readers refuse."""
    for one in shown.told:
        if one.fact == "param" and isinstance(one.value, str) and not is_redacted(one.value):
            yield from strict_text(one.value, f"{RECORD}/{one.steps[-1]}")
