"""Judging the answer to a request that was accepted."""

from collections.abc import Iterator, Mapping
from typing import Any

import fakie_schemas
from fakie_contract.http.exchange import shown
from fakie_contract.traffic.asked import unknown_model
from fakie_contract.traffic.callbacks import told_data
from fakie_contract.traffic.differences import Sides
from fakie_contract.traffic.endpoints import Endpoint, Schema, wire_schema
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.records import judge_record
from fakie_contract.traffic.taken_out import is_placeholder, is_real_id, is_redacted
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision


class Answers:
    """Judges answers with code 200, and callbacks."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._pages: dict[Revision, Schema] = {}
        self._callback = wire_schema("callback")

    def judge(self, view: View, endpoint: Endpoint) -> Iterator[Found]:
        """Give every difference of an answer's body."""
        revision = self._revision(view, endpoint)
        for found in Sides(self._page(revision), revision, endpoint.wire).judge(view.came):
            # Some pages document a record id, some do not: without a page, nothing is expected of it.
            if found.place != "/body/data/recordId" or (revision is not None and not _is_empty_twice(view.data)):
                yield found
        data = view.data
        if isinstance(data, dict) and endpoint.creates:
            yield from _task_ids(data)
        elif isinstance(data, dict) and endpoint.name == "record-info":
            yield from _of_the_task_asked_for(view.query.get("taskId", ""), data)
            yield from judge_record(data, "/body/data", documented=True)
            yield from self._model(data, "/body/data/model")

    def judge_callback(self, view: View) -> Iterator[Found]:
        """Give every difference of a callback's body."""
        place = "/request/body"
        yield from Sides(None, None, self._callback, place).judge(view.sent)
        data = told_data(view.sent)
        yield from judge_record(data, f"{place}/data", documented=False)
        yield from self._model(data, f"{place}/data/model")

    def _revision(self, view: View, endpoint: Endpoint) -> Revision | None:
        if not endpoint.creates:
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

    def _model(self, data: Mapping[str, Any], place: str) -> Iterator[Found]:
        model = data.get("model")
        if isinstance(model, str) and model and not is_redacted(model) and self._catalog.served(model) is None:
            yield unknown_model(model, place)


def _is_empty_twice(data: Any) -> bool:
    """Tell whether the record id only repeats what is wrong with the task id."""
    return isinstance(data, dict) and data.get("taskId") == data.get("recordId") == ""


def _task_ids(data: dict[str, Any]) -> Iterator[Found]:
    task_id, record_id = data.get("taskId"), data.get("recordId")
    # An empty one is told of by the schema.
    if not isinstance(task_id, str) or not task_id or is_placeholder(task_id):
        return
    if not is_real_id(task_id):
        yield Found("minor", "value", "/body/data/taskId", "32 lowercase hex digits (238 of 238 captures)", task_id)
    if isinstance(record_id, str) and not is_placeholder(record_id) and record_id != task_id:
        expected = f"recordId equal to taskId, {shown(task_id)} (238 of 238 captures; the page's example differs)"
        yield Found("minor", "value", "/body/data/recordId", expected, record_id)


def _of_the_task_asked_for(asked: str, data: Mapping[str, Any]) -> Iterator[Found]:
    came = data.get("taskId")
    if not isinstance(came, str) or came == asked or not asked or not came:
        return
    # A sanitizer may have replaced one of the two alone.
    if not is_placeholder(asked) and not is_placeholder(came) and is_real_id(asked) == is_real_id(came):
        yield Found("breaking", "task", "/body/data/taskId", f"{asked}, which was asked for", came)
