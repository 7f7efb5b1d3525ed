"""The service: the one door. A request passes the stages, its situation is found, the profile words the answer."""

import logging
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from fakie.core import orders
from fakie.core.accounts import Account, bearer_key, handle_of
from fakie.core.endpoints import PATHS, Endpoints
from fakie.core.exchange import Exchange
from fakie.core.http.guard import check_headers, check_page
from fakie.core.http.messages import JSON_TYPE, Request, Response
from fakie.core.http.transport_faults import Spoil
from fakie.core.journal import Entry
from fakie.core.levers.desk import LeverDesk
from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.core.orders import OrderBook
from fakie.core.parts import Parts
from fakie.core.ports import Media
from fakie.core.running.results import PREFIX as RESULTS
from fakie.core.running.results import show_result
from fakie.core.running.runner import Runner
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import wire

T = TypeVar("T")
_log = logging.getLogger("fakie")
_BUGS_KEPT = 100


class Service:
    """The fake itself, independent of what carries its requests; `bugs` holds the unexpected errors it met."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.bugs: deque[Exception] = deque(maxlen=_BUGS_KEPT)
        self.runner = Runner(parts)
        self._endpoints = Endpoints(parts, self.runner)
        self._levers = LeverDesk(parts, self.runner)
        parts.open_configured_accounts()

    def handle(self, request: Request) -> Response:
        """Answer one request; whatever happens, there is an answer and a journal entry."""
        started = time.perf_counter()
        profile = self.parts.profile
        endpoint = PATHS.get((request.method, request.path))
        exchange = Exchange(request, endpoint, profile.fact("body_bytes"), profile.fact("body_depth"))
        try:
            outcome = self._outcome(exchange)
        except Refused as refused:
            outcome = Outcome(refused.situation, facts=refused.facts)
        except Exception as bug:  # noqa: BLE001 - a bug of ours must reach the client as the API's own 500, and the log in full
            self.bugs.append(bug)
            error_id = self.parts.ids.error_id()
            _log.exception("unexpected error %s in %r %r", error_id, request.method, request.path)
            outcome = Outcome("server_error", facts={"id": error_id})
        response = replace(self._response(outcome, exchange), spoil=self._spoil(exchange))
        self._write_journal(exchange, outcome, response, time.perf_counter() - started)
        return response

    def run_due(self) -> float | None:
        """Carry out what is due on every account's clock; give the seconds to the next event, or None."""
        for account in self.parts.store.accounts():
            self.runner.run_due(account)
        return self.runner.seconds_to_next()

    def _outcome(self, exchange: Exchange) -> Outcome:
        request = exchange.request
        check_headers(request, self.parts.profile.fact("header_length"))
        if request.path.startswith(LEVERS):
            return self._levers.pull(exchange)
        if request.path.startswith(RESULTS):
            return show_result(request, self.parts)
        if exchange.endpoint is None:
            works = ", ".join(_why_not(request, *endpoint) for endpoint in PATHS)
            raise Refused("not_found", method=request.method, path=request.path[:200], works=works)
        check_page(request, self.parts.settings.public_url)
        ordered = self._ordered(exchange)
        if ordered is not None:
            return ordered
        account = self._authenticate(exchange)
        if self.parts.settings.maintenance:
            raise Refused("maintenance")
        self.runner.run_due(account)
        return self._endpoints.act(exchange, account)

    def _ordered(self, exchange: Exchange) -> Outcome | None:
        request, profile = exchange.request, self.parts.profile
        situation = orders.wished_situation(request, profile, self._documented(exchange))
        if situation is None and any(self.parts.faults):
            situation = self._take(self.parts.faults, exchange)
        if situation is None:
            return None
        exchange.ordered = True
        return Outcome(situation)

    def _spoil(self, exchange: Exchange) -> Spoil | None:
        waiting = exchange.endpoint is not None and any(self.parts.spoils)
        return self._take(self.parts.spoils, exchange) if waiting else None

    def _take(self, book: OrderBook[T], exchange: Exchange) -> T | None:
        """Take what a book holds for this request, by the key and model that it names, good or not."""
        header = exchange.request.headers.get("authorization", "")
        handle = handle_of(header.partition(" ")[2])
        model = exchange.peek_model() if exchange.endpoint == "createTask" else None
        with self.parts.store.transaction():
            return book.take(exchange.endpoint or "", handle, model)

    def _documented(self, exchange: Exchange) -> Iterator[int]:
        # A generator, so that nothing is read for the many requests that wish for no code.
        if exchange.endpoint == "createTask":
            yield from self.parts.catalog.codes_of(exchange.peek_model())
        else:
            yield from self.parts.profile.codes

    def _authenticate(self, exchange: Exchange) -> Account:
        key = bearer_key(exchange.request, self.parts.profile.fact("key_length"))
        with self.parts.store.transaction():
            account = self.parts.store.account(handle_of(key))
            if account is None:
                if self.parts.settings.keys:
                    raise Refused("unauthorized", reason="the key is unknown")
                account = self.parts.open_account(key)
        exchange.account = account
        return account

    def _response(self, outcome: Outcome, exchange: Exchange) -> Response:
        row = self.parts.profile.row(outcome.situation, exchange.endpoint, exchange.model)
        headers = [("Content-Type", JSON_TYPE), ("X-Fakie-Situation", outcome.situation)]
        if outcome.advice:
            headers.append(("X-Fakie-Advice", outcome.advice))
        if isinstance(outcome.result, Media):
            media = outcome.result
            return Response(row.status, (("Content-Type", media.content_type), *headers[1:]), media.content)
        facts = {**row.example, **outcome.facts} if exchange.ordered else outcome.facts
        body: dict[str, Any] = {"code": row.code, "msg": row.msg.format(**facts)}
        if row.data != "absent":
            body["data"] = outcome.result if row.data == "result" else None
        status = row.code if self.parts.settings.mirror_status else row.status
        return Response(status, tuple(headers), wire.compact(body).encode())

    def _write_journal(self, exchange: Exchange, outcome: Outcome, response: Response, seconds: float) -> None:
        request, account = exchange.request, exchange.account
        row = self.parts.profile.row(outcome.situation, exchange.endpoint, exchange.model)
        is_file = isinstance(outcome.result, Media)
        self.parts.journal.write(
            Entry(
                kind="lever" if request.path.startswith(LEVERS) else "request",
                at=(account.clock if account else self.parts.clock).now(),
                account=account.handle if account else None,
                method=request.method,
                path=request.path,
                query=request.query,
                headers=request.headers,
                body=exchange.raw.decode("utf-8", "replace"),
                situation=outcome.situation,
                reason="ordered" if exchange.ordered else row.msg.format(**outcome.facts),
                ordered=exchange.ordered,
                status=response.status,
                code=None if is_file else row.code,
                answer=f"{len(response.body)} bytes" if is_file else response.body.decode(),
                model=exchange.model,
                task_id=exchange.task_id,
                advice=outcome.advice,
                seconds=seconds,
                spoiled=response.spoil.kind if response.spoil else "",
            )
        )


def _why_not(request: Request, method: str, path: str) -> str:
    """Name an endpoint that a request did not reach, and what keeps them apart."""
    if request.path == path:
        return f"{method} {path} (the same path, another method)"
    near = request.path.rstrip("/").lower().endswith(path.lower())
    return f"{method} {path} (not quite the same path)" if near else f"{method} {path}"
