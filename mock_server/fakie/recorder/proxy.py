"""The proxy: each request is passed on once, or not at all; each exchange is written down and judged."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from fakie.core.http.body import read_body
from fakie.core.http.guard import foreign_name, foreign_page
from fakie.core.http.messages import JSON_TYPE, Request, Response
from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.core.situations import Refused
from fakie.recorder.gate import Gate, NotPassedOn, PaidRequest, Permit
from fakie.recorder.liveness import LivenessCheck
from fakie.recorder.upstream import Upstream, UpstreamAnswer, passed_on
from fakie_schemas.decimals import whole_number
from fakie_schemas.http.client import NoAnswer
from fakie_schemas.payment import in_one_spelling, may_cost, outcome_of
from fakie_schemas.recordings.bodies import compact, json_value
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.redaction import Redactor, redacted
from fakie_schemas.recordings.store import RecordingFolder, now
from fakie_schemas.shortening import cut

Judge = Callable[[RecordedExchange], Sequence[str]]
_log = logging.getLogger("fakie.recorder")
MOST_BODY_BYTES = 100 * 1024 * 1024
_FORMAT_VERSION = 1
_LONGEST_REASON = 1000


class Counts(Struct):
    """How many exchanges a recorder has written, passed on and refused, and how many remarks it has made."""

    recorded: int = 0
    unwritten: int = 0
    passed: int = 0
    refused: int = 0
    remarks: int = 0


class Proxy:
    """A `Door` in front of an upstream; `tell` prints what the judge says of an exchange."""

    def __init__(
        self,
        upstream: Upstream,
        folder: RecordingFolder,
        gate: Gate,
        liveness: LivenessCheck,
        *,
        judge: Judge | None = None,
        tell: Callable[[str], None] = _log.warning,
    ) -> None:
        self.counts = Counts()
        self._upstream = upstream
        self._folder = folder
        self._gate = gate
        self._liveness = liveness
        self._judge = judge
        self._tell = tell
        self._changed = threading.Condition()
        self._paying = 0
        self._closed = False

    def handle(self, request: Request) -> Response:
        """Answer one request, with the upstream's answer or with one of our own that says why not."""
        if request.fault:
            return _answer(400, f"fakie record: cannot pass this on: {request.fault.facts['reason']}")
        own = self._own_answer(request)
        if own is not None:
            return own
        try:
            body = read_body(request, MOST_BODY_BYTES)
        except Refused as unreadable:
            large = unreadable.situation == "body_too_large"
            return _answer(
                413 if large else 400,
                f"fakie record: cannot pass this on: {' '.join(map(str, unreadable.facts.values()))}",
            )
        try:
            return self._passed_on(request, body)
        except NotPassedOn as refused:
            self._count(refused=1)
            reason = self._told(request, body, refused)
            _log.warning("%s", reason)
            return _answer(403, f"fakie record: {reason}", ("X-Fakie-Refused", "it may cost"))
        except NoAnswer as failure:
            asked = redacted(_exchange(self._upstream, request, b"", None))
            _log.warning("%s %s: the upstream gave no answer: %s", asked.method, urlsplit(asked.url).path, failure)
            return _answer(502, f"fakie record: the upstream gave no answer: {failure}")

    def close(self, seconds: float) -> None:
        """Let nothing more pass that may cost, and wait for the answers to what has."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._paying == 0, seconds)

    def _own_answer(self, request: Request) -> Response | None:
        stranger = foreign_page(request) or foreign_name(request)
        if stranger or request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            shown = request.headers.hide(stranger or "another site")
            return _answer(403, f"fakie record: not for pages of others ({shown})")
        if not request.target.startswith("/"):
            return _answer(400, "fakie record: it is not a forward proxy; ask it for paths, as the API itself")
        path = in_one_spelling(request.path)
        if path != LEVERS and not path.startswith(LEVERS + "/"):
            return None
        if request.method == "GET" and path == LEVERS:
            return _answer(200, "success", data=self._about())
        return _answer(404, f"fakie record: there is only GET {LEVERS}/ here, and nothing below it is passed on")

    def _about(self) -> Any:
        try:
            live = self._liveness.live()
        except NoAnswer:
            # Nothing answers there: nobody can say that it is harmless.
            live = True
        recorder = {"upstream": self._upstream.url, "live": live}
        return {"format_version": _FORMAT_VERSION, "levers": [], "recorder": recorder}

    def _passed_on(self, request: Request, body: bytes) -> Response:
        started = time.monotonic()
        path = request.target.partition("?")[0]
        if not may_cost(request.method, path, request.headers) or not self._liveness.live():
            answer = self._send(request, body)
        else:
            with self._entered(PaidRequest.of(request.method, path, body)) as permit:
                answer = self._paid_for(permit, request, body)
        exchange = redacted(_exchange(self._upstream, request, body, answer))
        self._write(exchange, time.monotonic() - started)
        self._comment(exchange)
        if request.method != "HEAD":
            return Response(answer.status, answer.headers, answer.body)
        length = _length(answer)
        # Where nobody tells one, 0 would be wrong.
        return Response(answer.status, answer.headers, b"", rest=iter(()) if length is None else None, length=length)

    @contextmanager
    def _entered(self, paid: PaidRequest) -> Iterator[Permit]:
        with self._changed:
            if self._closed:
                raise NotPassedOn("not passed on: the recorder is about to stop")
            self._paying += 1
        try:
            yield self._gate.enter(paid)
        finally:
            with self._changed:
                self._paying -= 1
                self._changed.notify_all()

    def _paid_for(self, permit: Permit, request: Request, body: bytes) -> UpstreamAnswer:
        """Send what may cost, once, and settle its pass before anything else is done."""
        try:
            answer = self._send(request, body)
        except NoAnswer as failure:
            if failure.sent:
                self._count(passed=1)
                permit.unknown(str(failure))
            else:
                permit.refused()
            raise
        self._count(passed=1)
        settle(permit, answer, request.target.partition("?")[0])
        return answer

    def _send(self, request: Request, body: bytes) -> UpstreamAnswer:
        try:
            return self._upstream.send(request.method, request.target, request.headers, body)
        except NoAnswer as failure:
            # It may repeat what came in the place of an answer; log and ledger have it too.
            raise NoAnswer(self._told(request, body, failure), sent=failure.sent) from None

    def _told(self, request: Request, body: bytes, why: Exception) -> str:
        """Return what a refusal or failure says without the secrets of the request, cut only then."""
        return cut(Redactor.of(_exchange(self._upstream, request, body, None)).text(str(why)), _LONGEST_REASON)

    def _write(self, exchange: RecordedExchange, seconds: float) -> None:
        try:
            name = self._folder.add(exchange).name
        except OSError as error:
            self._count(unwritten=1)
            _log.error("not recorded: %s", error.strerror or error)
            return
        self._count(recorded=1)
        to = exchange.response_headers.get("location", "")
        _log.info("%s %s %.0f ms%s", name, exchange.status, seconds * 1000, f", redirects to {to[:200]}" if to else "")

    def _comment(self, exchange: RecordedExchange) -> None:
        if self._judge is None:
            return
        try:
            lines = self._judge(exchange)
        except Exception as bug:  # noqa: BLE001 - what a judge stumbles over must not keep an answer from its client
            lines = [f"this exchange could not be judged: {type(bug).__name__}"]
        self._count(remarks=len(lines))
        for line in lines:
            self._tell(line)

    def _count(self, **more: int) -> None:
        with self._changed:
            for name, number in more.items():
                setattr(self.counts, name, getattr(self.counts, name) + number)


def settle(permit: Permit, answer: UpstreamAnswer, path: str = "") -> None:
    """Settle a pass by what the upstream answered at a path."""
    outcome = outcome_of(json_value(answer.body), path)
    if outcome.state == "accepted":
        permit.accepted(outcome.task_id)
    elif outcome.state == "refused":
        permit.refused()
    else:
        permit.unknown(f"HTTP {answer.status} without a task id")


def _exchange(upstream: Upstream, request: Request, body: bytes, answer: UpstreamAnswer | None) -> RecordedExchange:
    headers: dict[str, str] = {}
    for name, value in answer.headers if answer else ():
        # Cookies come in several headers, none of which is kept.
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    return RecordedExchange(
        method=request.method,
        url=upstream.url + request.target,
        request_headers=passed_on(request.headers),
        request_body=body or None,
        status=answer.status if answer else 0,
        response_headers=headers,
        response_body=(answer.body or None) if answer else None,
        at=now(),
    )


def _length(answer: UpstreamAnswer) -> int | None:
    return whole_number(next((value for name, value in answer.headers if name.lower() == "content-length"), ""))


def _answer(code: int, msg: str, *headers: tuple[str, str], data: Any = None) -> Response:
    body = compact({"code": code, "msg": " ".join(msg.split())[:1000], "data": data})
    return Response(code, (("Content-Type", JSON_TYPE), *headers), body)
