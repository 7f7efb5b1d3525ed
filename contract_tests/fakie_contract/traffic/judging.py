"""The judge of recorded traffic: each exchange once, in any number, without any network."""

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch

from fakie_contract.checks.envelope import ACCEPTED
from fakie_contract.checks.redaction_marks import breaks_off, is_redacted, is_shortened
from fakie_contract.traffic.answers import AnswerJudge
from fakie_contract.traffic.callbacks import Callbacks, told_data, without_consequences
from fakie_contract.traffic.endpoints import VENDOR_HOSTS, Endpoint, EndpointContracts, no_contract
from fakie_contract.traffic.envelope import judge_envelope
from fakie_contract.traffic.families import FamilyJudge
from fakie_contract.traffic.groups import CALLBACK, Groups
from fakie_contract.traffic.history import TaskHistory
from fakie_contract.traffic.requests import RequestJudge
from fakie_contract.traffic.secrets import Secrets
from fakie_contract.traffic.view import NOT_JSON, TOO_DEEP, View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import Job
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.rules.difference import Difference, worst_of_each_place

_MOST_REASONS = 200
_HOOK = "callBackUrl"
_POLLED = "record-info"
_SWITCHING = 101
# How the wire and the pages say that there is no such task.
_UNKNOWN = ("task_unknown", "not_found")
_REDIRECTS = range(300, 400)
LEFT_OUT, _ELSEWHERE = "a host that --host leaves out", "another host"
_WEBSOCKET, _PREFLIGHT = "a websocket", "a preflight (OPTIONS)"
# Why an exchange is passed over that is none with the API.
NOT_ABOUT_THE_API = frozenset({LEFT_OUT, _ELSEWHERE, _WEBSOCKET, _PREFLIGHT})


class TrafficJudge:
    """Judges exchanges one by one; `groups` has the findings so far, `not_judged` the reasons for what was passed over.

    `host` narrows to hosts of a pattern; `profile` says
    what is expected, None: what pages say. Where that is the wire, what is known of it is no finding.
    """

    def __init__(self, catalog: Catalog, host: str | None = None, profile: Profile | None = None) -> None:
        self._profile = expected = profile or Profile.load("documented")
        self._endpoints = EndpointContracts(catalog)
        self._requests, self._answers = RequestJudge(catalog, expected), AnswerJudge(catalog, expected)
        self._unknown_codes = frozenset(row.code for row in expected.rows if row.situation in _UNKNOWN)
        self._tells_known = expected.expects == "pages"
        self._history = TaskHistory(catalog, expected.facts.record_seconds)
        self._callbacks, self._families = Callbacks(), FamilyJudge()
        self._host = host
        self.secrets = Secrets()
        self.groups = Groups(self.secrets)
        self.exchanges = self.judged = 0
        self.not_judged: Counter[str] = Counter()

    def judge(self, exchange: RecordedExchange, file: str = "") -> bool:
        """Judge one exchange; tells whether there was anything to judge."""
        return self.found(exchange, file) is not None

    def found(self, exchange: RecordedExchange, file: str = "") -> list[Difference] | None:
        """Judge one exchange and give its own findings; None when there was nothing to judge."""
        self.exchanges += 1
        view = View(exchange)
        endpoint = self._endpoints.of(view)
        self._learn(view, endpoint)
        job = self._families.job_of(view) if endpoint is None else None
        is_callback = endpoint is None and (job is not None or self._callbacks.recognised(view))
        reason = self._passed_over(view, endpoint, is_callback)
        if reason:
            self.pass_over(reason)
            return None
        self.judged += 1
        self.secrets.learn_path(view.path)
        every = self._callback(view, job, file) if endpoint is None else self._exchange(view, endpoint, file)
        differences = worst_of_each_place([one for one in every if self._tells_known or not one.known])
        self.groups.add(CALLBACK if endpoint is None else endpoint.name, view, differences)
        return differences

    def pass_over(self, reason: str, count: int = 1) -> None:
        """Count what is not judged."""
        full = len(self.not_judged) >= _MOST_REASONS and reason not in self.not_judged
        if count:
            self.not_judged["no contract for other paths" if full else reason] += count

    def _learn(self, view: View, endpoint: Endpoint | None) -> None:
        exchange = view.exchange
        self.secrets.learn(exchange.request_headers, exchange.response_headers)
        self.secrets.learn_query(view.query)
        self.secrets.learn_fields(view.sent)
        if endpoint and endpoint.is_of_family:
            self._families.learn(view, endpoint)
        names = {_HOOK, *([endpoint.about.callback] if endpoint else [])}
        for name in (one for one in names if exchange.request_body and one.encode() in exchange.request_body):
            hook = view.sent.get(name) if isinstance(view.sent, dict) else None
            if isinstance(hook, str):
                self.secrets.learn_hook(hook)
                self._callbacks.named.learn(hook)

    def _knows_no_task(self, view: View) -> bool:
        return view.data is None and type(view.code) is int and view.code in self._unknown_codes

    def _exchange(self, view: View, endpoint: Endpoint, file: str) -> Iterator[Difference]:
        yield from judge_envelope(view, endpoint, self._profile)
        if not isinstance(view.answer, dict) or is_redacted(view.code):
            return
        yield from self._requests.judge(view, endpoint)
        if endpoint.shows_tasks and not endpoint.is_of_family and self._knows_no_task(view):
            yield from self._history.unknown(view, file)
        if type(view.code) is not int or view.code != ACCEPTED:
            return
        if endpoint.is_of_family:
            yield from self._families.answer(view, endpoint, file)
            return
        yield from self._answers.judge(view, endpoint)
        if endpoint.by_model:
            for early, differences in self._history.created(view, file):
                self.groups.add(CALLBACK if early.is_callback else _POLLED, early.view, differences)
        elif endpoint.shows_tasks:
            yield from self._history.polled(view, file)

    def _callback(self, view: View, job: Job | None, file: str) -> Iterator[Difference]:
        if job is not None:
            yield from self._families.callback(view, job, file)
            return
        told = list(self._history.called_back(view, told_data(view.sent), file))
        yield from without_consequences(list(self._answers.judge_callback(view)), told)
        yield from told

    def _passed_over(self, view: View, endpoint: Endpoint | None, is_callback: bool) -> str:
        """Say why an exchange is not judged; an empty text when it is."""
        method, status = view.exchange.method, view.exchange.status
        if self._host is not None and not fnmatch(view.host, self._host):
            return LEFT_OUT
        if view.scheme in {"ws", "wss"} or status == _SWITCHING:
            return _WEBSOCKET
        if method == "OPTIONS":
            return _PREFLIGHT
        if is_callback:
            return ""
        if endpoint is None:
            return no_contract(view) if view.host in VENDOR_HOSTS else _ELSEWHERE
        return _unjudgeable(view)


def _unjudgeable(view: View) -> str:
    exchange = view.exchange
    if not exchange.status:
        return "no answer (status 0)"
    if not exchange.response_body:
        if exchange.status in _REDIRECTS:
            return "a redirect, or what a cache still had"
        encoding = exchange.response_headers.get("content-encoding", "")
        known = re.fullmatch(r"[\w ,-]{1,30}", encoding)
        if exchange.lost:
            return exchange.lost
        return f"the answer's body was not kept, or cannot be decoded ({encoding})" if known else _NOT_KEPT
    if view.answer is TOO_DEEP:
        return "the answer's body is nested too deeply"
    if _is_rest_of_text(view.answer) or (view.answer is NOT_JSON and _is_rest(exchange)):
        return "the answer's body was shortened or taken out"
    return ""


_NOT_KEPT = "the answer's body was not kept"


def _is_rest_of_text(answer: object) -> bool:
    return isinstance(answer, str) and is_shortened(answer)


def _is_rest(exchange: RecordedExchange) -> bool:
    text = (exchange.response_body or b"").decode("utf-8", "replace").strip()
    return exchange.cut or is_redacted(text[:1000]) or breaks_off(text)
