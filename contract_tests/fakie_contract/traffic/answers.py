"""Judging the answer to a request that was accepted."""

from collections.abc import Iterator, Mapping
from typing import Any

import fakie_schemas
from fakie_contract.checks.agreement import CALLBACK, callback_itself, callback_keys, callback_type
from fakie_contract.checks.ids import other_task, promised, task_ids
from fakie_contract.checks.record import judge_record
from fakie_contract.checks.redaction_marks import is_placeholder, is_real_id, is_redacted
from fakie_contract.checks.shape import Schema, Sides, answer_schema
from fakie_contract.checks.strictness import strict
from fakie_contract.traffic.callbacks import told_data
from fakie_contract.traffic.endpoints import Endpoint
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach


class AnswerJudge:
    """Judges answers with code 200, and callbacks."""

    def __init__(self, catalog: Catalog, profile: Profile) -> None:
        self._catalog = catalog
        self._pages: dict[Revision, Schema] = {}
        self._by_wire = profile.expects == "wire"
        self._documented = {state: profile.callback(state) for state in ("success", "fail")}

    def judge(self, view: View, endpoint: Endpoint) -> Iterator[Difference]:
        """Judge an answer's body."""
        revision = self._revision(view, endpoint)
        sides = Sides(self._page(revision), revision, endpoint.wire)
        yield from promised(sides, view.answer, by_wire=self._by_wire)
        data = view.data
        if isinstance(data, dict) and endpoint.by_model:
            yield from _task_ids(data.get("taskId"), data.get("recordId"))
        elif isinstance(data, dict) and endpoint.shows_tasks:
            yield from _of_the_task_asked_for(view.query.get("taskId", ""), data)
            yield from judge_record(data, "/body/data", documented=True)
            yield from self._model(data, "/body/data/model")

    def judge_callback(self, view: View) -> Iterator[Difference]:
        """Judge a callback's body, and its type where that was kept."""
        told = view.exchange.request_headers.get("content-type", "")
        if told and not is_redacted(told):
            yield from callback_type(told)
        yield from strict(view.exchange.request_body or b"", CALLBACK)
        data = told_data(view.sent)
        yield from callback_itself(data, view.sent, self._documented)
        yield from Sides(None, None, answer_schema("callback"), CALLBACK).judge(view.sent)
        yield from callback_keys(data)
        yield from judge_record(data, f"{CALLBACK}/data", documented=False)
        yield from self._model(data, f"{CALLBACK}/data/model")

    def _revision(self, view: View, endpoint: Endpoint) -> Revision | None:
        if not endpoint.by_model:
            return endpoint.revision
        model = view.sent.get("model") if isinstance(view.sent, dict) else None
        return self._catalog.served(model) if isinstance(model, str) else None

    def _page(self, revision: Revision | None) -> Schema | None:
        if revision is None:
            return None
        if revision not in self._pages:
            answer = revision.facts["answers"]["success"]
            name = answer if isinstance(answer, str) else revision.file.parent.name
            schema = fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer
            self._pages[revision] = Schema(name, schema)
        return self._pages[revision]

    def _model(self, data: Mapping[str, Any], place: str) -> Iterator[Difference]:
        model = data.get("model")
        if isinstance(model, str) and model and not is_redacted(model) and self._catalog.served(model) is None:
            yield breach("record.unknown_model", model, place, model=model)


def _task_ids(task_id: object, record_id: object) -> Iterator[Difference]:
    # An empty one is told of by the schema.
    if isinstance(task_id, str) and task_id and not is_placeholder(task_id):
        given = isinstance(record_id, str) and not is_placeholder(record_id)
        yield from task_ids(task_id, record_id if given else None)


def _of_the_task_asked_for(asked: str, data: Mapping[str, Any]) -> Iterator[Difference]:
    came = data.get("taskId")
    if not isinstance(came, str) or came == asked or not asked or not came:
        return
    # A sanitizer may have replaced one of the two alone.
    if not is_placeholder(asked) and not is_placeholder(came) and is_real_id(asked) == is_real_id(came):
        yield other_task(asked, came)
