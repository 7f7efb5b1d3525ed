"""Replay: a stage before the service's own way, which answers from recordings what they have an answer to."""

import io
import threading
from collections.abc import Iterable
from time import perf_counter

from fakie.core.http.messages import JSON_TYPE, Request, Response
from fakie.core.journal import Entry
from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.core.ports import Door
from fakie.core.replay.matching import RequestKey
from fakie.core.runtime import FakeState
from fakie.core.tasks import wire
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.decimals import whole_number
from fakie_schemas.recordings.bodies import json_value
from fakie_schemas.recordings.exchange import RecordedExchange

_KEPT_HEADERS = ("content-type", "location", "retry-after")
_NEAREST = 3
# Larger ones are for the fake; it refuses them.
MOST_BODY_BYTES = 100 * 1024 * 1024


class Tape:
    """Recorded answers by their question, each in recorded order; the last one repeats."""

    def __init__(self, exchanges: Iterable[RecordedExchange]) -> None:
        self._answers: dict[RequestKey, list[RecordedExchange]] = {}
        self._next: dict[RequestKey, int] = {}
        self._lock = threading.Lock()
        for exchange in exchanges:
            if not exchange.cut:
                self._answers.setdefault(RequestKey.of(exchange), []).append(exchange)

    def play(self, question: RequestKey) -> RecordedExchange | None:
        """Return the next answer to a question, or None when there is none."""
        with self._lock:
            answers = self._answers.get(question)
            if not answers:
                return None
            number = self._next.get(question, 0)
            self._next[question] = min(number + 1, len(answers) - 1)
            self._rewind(answers[number])
            return answers[number]

    def nearest(self, question: RequestKey) -> list[str]:
        """Name the recordings that come nearest, and why each is not it."""
        near = sorted(self._answers.items(), key=lambda item: question.similarity(item[0]), reverse=True)
        return [f"{answers[0].origin}: {question.difference(other)}" for other, answers in near[:_NEAREST]]

    def _rewind(self, answer: RecordedExchange) -> None:
        """Let a task that is created again go through its states again."""
        task_id = _task_id(answer)
        if task_id and answer.method == "POST":
            for question in self._next:
                if ("taskId", task_id) in question.query:
                    self._next[question] = 0


class Replay:
    """A `Door`: what was recorded is answered so; anything else goes to the next door, or is refused."""

    def __init__(
        self,
        door: Door,
        exchanges: Iterable[RecordedExchange],
        profile: Profile,
        state: FakeState,
        *,
        refuse_others: bool = False,
    ) -> None:
        self._door = door
        self._tape = Tape(exchanges)
        self._profile = profile
        self._journal = state.journal
        self._clock = state.clock
        self._handle_of = state.handle_of
        self._refuse_others = refuse_others

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.fault or _orders(request) or (request.length or 0) > MOST_BODY_BYTES:
            return self._door.handle(request)
        started = perf_counter()
        body = _read(request)
        question = RequestKey.of(_asked(request, body))
        recorded = self._tape.play(question)
        if recorded is not None:
            response = _response(recorded)
            self._write_journal(request, body, response, "replayed", recorded.origin, perf_counter() - started)
            return response
        if self._refuse_others:
            return self._refused(request, body, question, started)
        return self._door.handle(request.replaced(body=io.BytesIO(body)))

    def _refused(self, request: Request, body: bytes, question: RequestKey, started: float) -> Response:
        row = self._profile.row("replay_missed")
        nearest = "; ".join(self._tape.nearest(question)) or "there is none"
        msg = row.msg.format(asked=f"{question.method} {question.path[:200]}", nearest=nearest)
        answer = wire.compact({"code": row.code, "msg": msg, "data": None}).encode("utf-8", "replace")
        headers = (("Content-Type", JSON_TYPE), ("X-Fakie-Situation", row.situation))
        response = Response(row.status, headers, answer)
        self._write_journal(request, body, response, row.situation, msg, perf_counter() - started)
        return response

    def _write_journal(
        self, request: Request, body: bytes, response: Response, situation: str, reason: str, seconds: float
    ) -> None:
        key = request.headers.get("authorization", "").partition(" ")[2]
        asked, answer = json_value(body), json_value(response.body)
        model = asked.get("model") if isinstance(asked, dict) else None
        code = answer.get("code") if isinstance(answer, dict) else None
        self._journal.write(
            Entry(
                kind="request",
                at=self._clock.now(),
                account=self._handle_of(key) if key else None,
                method=request.method,
                path=request.path,
                query=request.query,
                headers=request.headers,
                sent=body,
                situation=situation,
                reason=reason,
                status=response.status,
                code=code if isinstance(code, int) else None,
                answered=response.body,
                model=model if isinstance(model, str) else None,
                task_id=request.argument("taskId") or _task_id_in(answer),
                seconds=seconds,
            )
        )


def _orders(request: Request) -> bool:
    """Tell whether a request orders its own answer, or moves the fake, as only the fake itself can do it."""
    ordered = "prefer" in request.headers or request.argument("__code") is not None
    return ordered or request.path.startswith(LEVERS)


def _read(request: Request) -> bytes:
    wanted = MOST_BODY_BYTES + 1 if request.length is None else request.length
    try:
        return request.body.read(wanted) if wanted else b""
    except (OSError, ValueError):
        # The fake sees that bytes are missing, and says so.
        return b""


def _asked(request: Request, body: bytes) -> RecordedExchange:
    target = request.target or request.path
    url = (
        "http://asked.invalid/" + target.partition("?")[0].lstrip("/") + (f"?{request.query}" if request.query else "")
    )
    return RecordedExchange(request.method, url, request.headers, body or None, 0, {}, None)


def _response(recorded: RecordedExchange) -> Response:
    told = recorded.response_headers
    kept = [(name.title(), told[name]) for name in _KEPT_HEADERS if name in told]
    origin = "".join(sign if " " <= sign <= "~" else "?" for sign in recorded.origin)
    headers = (*kept, ("X-Fakie-Replay", origin))
    if recorded.method != "HEAD":
        return Response(recorded.status, headers, recorded.response_body or b"")
    length = whole_number(told.get("content-length", ""))
    # Where nobody tells one, 0 would be wrong.
    return Response(recorded.status, headers, b"", rest=iter(()) if length is None else None, length=length)


def _task_id(recorded: RecordedExchange) -> str | None:
    return _task_id_in(json_value(recorded.response_body))


def _task_id_in(answer: object) -> str | None:
    data = answer.get("data") if isinstance(answer, dict) else None
    task_id = data.get("taskId") if isinstance(data, dict) else None
    return task_id if isinstance(task_id, str) else None
