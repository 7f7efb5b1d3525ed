"""Answers and journal entries: an outcome in the profile's words."""

from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Any

from fakie.core.clock import Clock
from fakie.core.exchange import Exchange
from fakie.core.http.messages import JSON_TYPE, Response
from fakie.core.journal import Entry
from fakie.core.ports import Media
from fakie.core.situations import Outcome
from fakie.core.tasks import wire
from fakie_schemas.catalog.profile import Profile, Row


@dataclass(frozen=True)
class AnswerWriter:
    """Words outcomes; with `mirror_status` the HTTP status is the body's code."""

    profile: Profile
    mirror_status: bool
    clock: Clock

    def response(self, outcome: Outcome, exchange: Exchange) -> Response:
        """Return the response to a request with this outcome."""
        row = self._row(outcome, exchange)
        headers = [("Content-Type", JSON_TYPE), ("X-Fakie-Situation", outcome.situation)]
        if outcome.advice:
            headers.append(("X-Fakie-Advice", outcome.advice))
        if row.content_type is not None:
            headers[0] = ("Content-Type", row.content_type)
            return Response(self._status(row, exchange), tuple(headers), self._page(row, exchange).encode())
        if isinstance(outcome.result, Media):
            media = outcome.result
            return Response(row.status, (("Content-Type", media.content_type), *headers[1:]), media.content)
        body: dict[str, Any] = {"code": row.code, "msg": self._msg(row, outcome, exchange)}
        if row.data != "absent":
            body["data"] = outcome.result if row.data == "result" else None
        return Response(self._status(row, exchange), tuple(headers), wire.compact(body).encode())

    def entry(self, outcome: Outcome, exchange: Exchange, response: Response, kind: Any, seconds: float) -> Entry:
        """Return the journal's entry for a request that was answered in so many seconds."""
        request, account = exchange.request, exchange.account
        row = self._row(outcome, exchange)
        is_file = isinstance(outcome.result, Media)
        return Entry(
            kind=kind,
            at=(account.clock if account else self.clock).now(),
            account=account.handle if account else None,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            body=exchange.raw.decode("utf-8", "replace"),
            situation=outcome.situation,
            reason=exchange.reason or row.msg.format(**outcome.facts),
            ordered=exchange.ordered,
            scenario=", ".join(exchange.met.steps),
            status=response.status,
            code=None if is_file or row.content_type else row.code,
            answer=f"{len(response.body)} bytes" if is_file else response.body.decode(),
            model=exchange.model,
            task_id=exchange.task_id,
            advice=outcome.advice,
            seconds=seconds,
            spoiled=response.transport_fault.kind if response.transport_fault else "",
        )

    def _row(self, outcome: Outcome, exchange: Exchange) -> Row:
        return self.profile.row(outcome.situation, exchange.endpoint, exchange.model)

    def _msg(self, row: Row, outcome: Outcome, exchange: Exchange) -> str:
        fault = exchange.fault
        if fault is None:
            return row.msg.format(**outcome.facts)
        if fault.msg is not None:
            return fault.msg
        # The example stands in for facts that a request could not tell.
        return row.msg.format(**{**row.example, **outcome.facts})

    def _page(self, row: Row, exchange: Exchange) -> str:
        """Write the page of a proxy, headed by the order's msg or by the usual phrase of the status."""
        status = self._status(row, exchange)
        usual = next((one.phrase for one in HTTPStatus if one == status), "Error")
        phrase = exchange.fault.msg if exchange.fault and exchange.fault.msg is not None else usual
        return row.msg.format(status=status, phrase=escape(phrase))

    def _status(self, row: Row, exchange: Exchange) -> int:
        if exchange.fault and exchange.fault.status is not None:
            return exchange.fault.status
        return row.code if self.mirror_status else row.status
