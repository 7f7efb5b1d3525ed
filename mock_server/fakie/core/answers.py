"""Answers and journal entries: an outcome in the profile's words."""

import itertools
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fakie.core.clock import Clock
from fakie.core.exchange import Exchange
from fakie.core.http.messages import JSON_TYPE, Response
from fakie.core.journal import Entry, Kind
from fakie.core.levers.listing import Listing
from fakie.core.ports import Media
from fakie.core.situations import Outcome
from fakie.core.tasks import wire
from fakie_schemas.catalog.profile import Profile, Row
from fakie_schemas.errors import ConfigurationError

# A page that somebody uploaded must not act in the name of the fake's own pages.
_AS_FILE = (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox"))


class AnswerForm:
    """A row made ready: its headers, and the body's text before the result, where nothing in it changes.

    `code` and `reason` are what the journal says of it; None for a reason that depends on the facts.
    """

    def __init__(self, row: Row) -> None:
        fixed = row.data == "result" and row.content_type is None and row.body is None and not {"{", "}"} & set(row.msg)
        kind = row.content_type or row.json_type or JSON_TYPE
        self.row = row
        self.headers: tuple[tuple[str, str], ...] = (("Content-Type", kind), ("X-Fakie-Situation", row.situation))
        self.start = wire.compact({"code": row.code, "msg": row.msg})[:-1] + ',"data":' if fixed else None
        self.code = None if row.content_type or row.body else row.code
        self.reason = row.reason({}) if fixed and not row.explained else None


class AnswerWriter:
    """Words outcomes; with `mirror_status` the HTTP status is the body's code.

    `ways`: the situations that are answered in another way than the usual one, by its number. Raises
    ConfigurationError for a way that the profile does not have.
    """

    def __init__(self, profile: Profile, mirror_status: bool, clock: Clock, ways: Sequence[tuple[str, int]]) -> None:
        for situation, way in ways:
            if way > profile.ways(situation):
                known = f"the profile {profile.name} knows {profile.ways(situation)}"
                raise ConfigurationError(
                    f"--way: {situation}={way}: {known}; fakie profile show {profile.name} has them"
                )
        self._ways = dict(ways)
        self._profile = profile
        self._mirror_status = mirror_status
        self._clock = clock
        self._forms: dict[int, AnswerForm] = {}

    def response(self, form: AnswerForm, outcome: Outcome, exchange: Exchange) -> Response:
        """Return the response to a request with this outcome, in its form."""
        row, status = form.row, self._status(form.row, exchange)
        headers = _headers(form, outcome, status)
        if isinstance(outcome.result, Media):
            media = outcome.result
            as_file = (("Content-Type", media.content_type), *headers[1:], *_AS_FILE)
            return Response(row.status, as_file, media.content, transport_fault=outcome.spoiled, kept=True)
        if row.content_type is not None:
            return Response(status, headers, self._page(row, exchange).encode())
        if row.body is not None:
            request, now = exchange.request, int(self._clock.now() * 1000)
            asked = {"method": request.method, "path": request.path[:200], "timestamp": now}
            page = row.whole_body({**row.example, **asked, **outcome.facts})
            return Response(status, headers, wire.compact(page).encode())
        leading = self._profile.leading_key(exchange.endpoint)
        if form.start is not None and exchange.fault is None and not leading:
            return _with_data(status, headers, form.start, outcome.result)
        body: dict[str, Any] = {leading: row.data == "result"} if leading else {}
        body |= {"code": row.code, "msg": self._msg(row, outcome, exchange)}
        if row.data == "result":
            body["data"] = wire.plain(_written(outcome.result))
        elif row.data == "null" and not leading:
            body["data"] = None
        return Response(status, headers, wire.compact(body).encode())

    def entry(
        self, form: AnswerForm, outcome: Outcome, exchange: Exchange, response: Response, kind: Kind, seconds: float
    ) -> Entry:
        """Return the journal's entry for a request that was answered in so many seconds."""
        request, account, fault = exchange.request, exchange.account, response.transport_fault
        is_file = isinstance(outcome.result, Media)
        # By place, which takes half as long as by name.
        return Entry(
            kind,
            (account.clock if account else self._clock).now(),
            account.handle if account else None,
            request.method,
            request.path,
            request.headers,
            exchange.raw,
            outcome.situation,
            exchange.reason or (form.row.reason(outcome.facts) if form.reason is None else form.reason),
            request.query,
            exchange.fault is not None,
            response.status,
            None if is_file else form.code,
            b"%d bytes" % len(response.body) if is_file else response.body,
            exchange.model,
            exchange.task_id,
            outcome.advice,
            seconds,
            fault.kind if fault else "",
            fault.seconds if fault else 0.0,
            ", ".join(exchange.met.steps) if exchange.met.steps else "",
        )

    def form(self, outcome: Outcome, exchange: Exchange) -> AnswerForm:
        """Return the form of what a request with this outcome is answered."""
        field = outcome.facts.get("field")
        row = self._profile.row(outcome.situation, exchange.endpoint, exchange.model, field)
        if outcome.situation in self._ways:
            row = self._profile.another(row, self._ways[outcome.situation])
        form = self._forms.get(id(row))
        if form is None:
            form = self._forms[id(row)] = AnswerForm(row)
        return form

    def _msg(self, row: Row, outcome: Outcome, exchange: Exchange) -> str:
        fault = exchange.fault
        if fault is None:
            return row.words(outcome.facts)
        if fault.msg is not None:
            return fault.msg
        # The example stands in for facts that a request could not tell.
        return row.words({**row.example, **outcome.facts})

    def _page(self, row: Row, exchange: Exchange) -> str:
        """Write the page of a proxy, headed by the order's msg or by the usual phrase of the status."""
        status = self._status(row, exchange)
        usual = next((one.phrase for one in HTTPStatus if one == status), "Error")
        phrase = exchange.fault.msg if exchange.fault and exchange.fault.msg is not None else usual
        from html import escape

        return row.msg.format(status=status, phrase=escape(phrase))

    def _status(self, row: Row, exchange: Exchange) -> int:
        if exchange.fault and exchange.fault.status is not None:
            return exchange.fault.status
        # Levers are no part of the API: what refuses them says so by its HTTP status, whatever it is.
        mirror = self._mirror_status or exchange.is_lever
        return row.code if mirror else row.status


def _headers(form: AnswerForm, outcome: Outcome, status: int) -> tuple[tuple[str, str], ...]:
    headers = form.headers
    if outcome.advice:
        headers = (*headers, ("X-Fakie-Advice", outcome.advice))
    if status == HTTPStatus.METHOD_NOT_ALLOWED and "allowed" in outcome.facts:
        headers = (*headers, ("Allow", outcome.facts["allowed"]))
    return headers


def _with_data(status: int, headers: tuple[tuple[str, str], ...], start: str, data: Any) -> Response:
    """Return the response that ends with its data; of a long list it is as far made as its first page."""
    if not isinstance(data, Listing):
        return Response(status, headers, f"{start}{wire.compact(data)}}}".encode())
    if data.rest is None:
        return Response(status, headers, f"{start}{data.first}}}".encode())
    rest = itertools.chain((page.encode() for page in data.rest), [b"}"])
    return Response(status, headers, f"{start}{data.first}".encode(), rest=rest)


def _written(result: Any) -> Any:
    return wire.WrittenJson(result.whole()) if isinstance(result, Listing) else result
