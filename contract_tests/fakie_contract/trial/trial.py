"""One case on its way: the accounts it uses, what it sent, what it found."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote

from msgspec.structs import replace

from fakie_contract import subjects
from fakie_contract.checks.came import got_text
from fakie_contract.checks.key_shown import key_in_answer
from fakie_contract.http.client import NoAnswer
from fakie_contract.http.exchange import Answer, LiveExchange, SentRequest, curl_line, printable
from fakie_contract.http.json_values import json_or
from fakie_contract.http.levers import LeverRefused
from fakie_contract.purse.interrupt import uninterrupted
from fakie_contract.purse.purse import MAY_COST, CreateRequest, NotAllowed
from fakie_contract.purse.reservation import Reservation
from fakie_contract.purse.watch import Overcharge
from fakie_contract.sources import joined
from fakie_contract.trial.accounts import CaseAccounts
from fakie_contract.trial.asking import JSON_TYPE, cited, page_of, place_of, request_to
from fakie_contract.trial.cashier import Cashier
from fakie_contract.trial.environment import CREDIT, Environment, bearer
from fakie_contract.trial.keys import ShownKeys, TargetAccount
from fakie_contract.trial.repeating import RequestsToRepeat
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, endpoints
from fakie_schemas.payment import making, may_cost
from fakie_schemas.rules.difference import Difference, worst_of_each_place
from fakie_schemas.rules.table import breach
from fakie_schemas.shortening import cut

_EVIDENCE = 2_000
# Seconds without a create after one too many.
_BACK_OFF = 10.0
# Set by `fakie record` on what it answers in place of its upstream.
_REFUSED_BY_RECORDER = "x-fakie-refused"


class NotProvokable(Exception):
    """The target cannot be brought to what the case is about; the text says why."""


class OutsideScope(NotProvokable):
    """The case needs more than every target has: switches, a second key, a way back to this machine."""


class NotRun(Exception):
    """The case was not tried; the text says why."""


class Trial:
    """One case on its way: it asks, judges and notes differences through this object."""

    def __init__(
        self, case_id: str, env: Environment, model: str | None = None, kind: str | None = None, *, free: bool = False
    ) -> None:
        self.case_id = case_id
        self.env = env
        self.model = model
        self.endpoint: FamilyEndpoint = subjects.endpoint_named(model)
        self._wanted = CreateRequest(case_id, model, None, kind, free)
        self.differences: list[Difference] = []
        self.codes: set[int] = set()
        self.seen: set[str] = set()
        self._too_often = env.profile.row("rate_limited").code
        self.keys = ShownKeys(env.target.key)
        self._to_repeat = RequestsToRepeat(env.target.url, self.keys.names)
        self._accounts = CaseAccounts(env, self.keys, partial(self.pull, "POST", "/accounts"), self._to_repeat.add)
        self.cashier = Cashier(env, env.purse, self._blame) if env.purse else None

    def account(self, **wanted: Any) -> TargetAccount:
        """Return an account, of this case alone where that can be; `wanted`: credits, webhook_key, by lever."""
        return self._accounts.any(wanted)

    def shared_account(self, *, is_refused: bool) -> TargetAccount:
        """Return an account for one request, to be refused or not, which other cases of that kind may have used."""
        return self._accounts.shared(is_refused=is_refused)

    def own_account(self, **wanted: Any) -> TargetAccount:
        """Return an account that no other case uses; raises NotProvokable where there is but one key."""
        account = self.account(**wanted)
        if not account.own:
            raise OutsideScope("the target knows one key only, which all cases share")
        return account

    def pull(self, method: str, path: str, body: Mapping[str, Any] | None = None, lever: str | None = None) -> Any:
        """Pull a lever (`lever`: its listed path, where that has variable parts); raises NotProvokable if it cannot."""
        levers = self.env.levers
        if levers is None:
            raise OutsideScope("the target has no levers")
        if not levers.has(method, lever or path):
            raise OutsideScope(f"the target has no lever {method} /_fakie{lever or path}")
        request = levers.request(method, path, body)
        self._to_repeat.add(request)
        try:
            answer = levers.pull(request)
        except LeverRefused as refused:
            raise NotProvokable(f"the lever {method} /_fakie{path} was refused: {cut(str(refused), 200)}") from None
        if answer.code != self.env.profile.row("accepted").code:
            self.find("task.lever", answer.shown(), "", lever=f"{method} /_fakie{path}")
        return answer.data

    def ask(self, request: SentRequest) -> LiveExchange:
        """Send a request to the target; raises NotRun when it may not be sent."""
        purse, cashier = self.env.purse, self.cashier
        path, names = request.path.partition("?")[0], dict(request.headers)
        if not self.env.target.live or not may_cost(request.method, path, names):
            try:
                return self._question_asked(request, path)
            except NotAllowed as why:
                raise NotRun(str(why)) from None
        if purse is None or cashier is None:
            raise NotRun(MAY_COST)
        # Ctrl-C waits for the answer: it may hold the id of a task that has been paid for.
        with uninterrupted():
            try:
                exchange = self._reserved_and_asked(cashier, self._paid(path, request), request)
            except NotAllowed as why:
                raise NotRun(str(why)) from None
        if self._too_often in (exchange.answer.code, exchange.answer.status):
            purse.ledger.be_quiet(purse.run, _BACK_OFF)
        return exchange

    def _question_asked(self, request: SentRequest, path: str) -> LiveExchange:
        """Send what only asks, and see that it costs nothing on a live target."""
        cashier = self.cashier
        if cashier is None:
            return self._asked(request)
        with cashier.turn():
            if costly := cashier.before_question(path):
                raise NotAllowed(costly)
            exchange = self._asked(request)
            if costly := cashier.after_question(path):
                raise NotAllowed(costly)
        return exchange

    def surprised(self, situation: str, task_id: object) -> None:
        """Send no more creates that must be refused in this situation: the target accepts them, and they may cost."""
        if self.env.purse:
            self.env.purse.surprised(situation, f"one was accepted (task {task_id}) and may have cost")

    def _reserved_and_asked(self, cashier: Cashier, wanted: CreateRequest, request: SentRequest) -> LiveExchange:
        reservation = cashier.reserve(wanted)
        with ExitStack() as turn:
            with cashier.taken_back(reservation):
                turn.enter_context(cashier.turn())
                cashier.look(reservation)
            try:
                with reservation:
                    return self._create_asked(request, reservation)
            finally:
                cashier.see_charge(reservation.number)

    def _create_asked(self, request: SentRequest, reservation: Reservation) -> LiveExchange:
        try:
            exchange = self._asked(request)
        except NotRun as why:
            # Whatever answered did not pass it on.
            reservation.refused(str(why))
            raise
        reservation.answered(exchange.answer, request.path.partition("?")[0])
        return exchange

    def _paid(self, path: str, request: SentRequest) -> CreateRequest:
        """Return what a request wants to be paid for: what is made at its path counts, whatever the case is about."""
        name = making(path)
        body = dict(parse_qsl(request.path.partition("?")[2])) if request.body is None else json_or(None, request.body)
        if name is None or not subjects.is_endpoint(name):
            return replace(self._wanted, body=body)
        # What a case goes on from is to be accepted, also where the case itself is about a refusal.
        kind = self._wanted.kind if name == self.endpoint.name else None
        return replace(self._wanted, model=name, body=body, kind=kind)

    def _blame(self, found: Overcharge, asked: SentRequest) -> None:
        self.note([found.breach()], curl_line(self.env.target.url, asked, self.keys.names))

    def _sent(self, request: SentRequest) -> Answer:
        """Send; what only reads is paced on a live target, and asked again after a while when it was too often.

        So is whatever else is asked where all cases share one account and nothing costs.
        """
        env = self.env
        if env.target.live and not may_cost(request.method, request.path.partition("?")[0], dict(request.headers)):
            return env.too_often.asked(partial(self._paced, request), self._too_often, env.deadline)
        if env.has_one_account and not env.target.live:
            return env.too_often.asked(partial(env.client.send, request), self._too_often, env.deadline)
        return env.client.send(request)

    def _paced(self, request: SentRequest) -> Answer:
        self.env.queries.wait()
        return self.env.client.send(request)

    def _asked(self, request: SentRequest) -> LiveExchange:
        try:
            answer = self._sent(request)
        except NoAnswer as error:
            self.find("answer.none", str(error), curl_line(self.env.target.url, request, self.keys.names))
            raise
        if _REFUSED_BY_RECORDER in answer.headers:
            raise NotRun(f"a recorder before the target did not pass it on: {answer.shown(200)}")
        if type(answer.code) is int:
            self.codes.add(answer.code)
        endpoint = place_of(request)
        self.seen.update(f"{endpoint} {place}" for place in answer.fields() if endpoint)
        exchange = LiveExchange(self.env.target.url, request, answer, self.keys.names)
        self.note(key_in_answer(self.keys.names, answer.headers, answer.body), exchange)
        if making(request.path.partition("?")[0]) and answer.code == self.env.profile.row("accepted").code:
            # What is found of its task or callback later is seen again by this, too.
            self._to_repeat.add(request)
        return exchange

    @property
    def own(self) -> list[Difference]:
        """The differences of this case itself, and not of earlier ones whose cost was read in it."""
        return [one for one in self.differences if one.case == self.case_id]

    def create(
        self,
        body: Any,
        account: TargetAccount | None = None,
        endpoint: FamilyEndpoint | None = None,
        content_type: tuple[str, str] = JSON_TYPE,
    ) -> LiveExchange:
        """Send a body to the endpoint that the case is about, or to another one: as JSON, or as a query."""
        account = account or self.account()
        if not account.own and self.env.purse is None:
            self.env.pace.wait()
        to = endpoint or self.endpoint
        return self.ask(request_to(to, body, *bearer(account.key), content_type=content_type))

    @property
    def recording(self) -> str:
        """The endpoint that shows the tasks of the one that the case is about, or that one itself."""
        return self.endpoint.name if self.endpoint.kind == "record" else self.endpoint.makes.records[0]

    def record(self, task_id: str, account: TargetAccount, recording: str = "") -> LiveExchange:
        """Ask for a task, where the tasks of this case are shown or at another endpoint."""
        path = endpoints()[recording or self.recording].path
        return self.ask(SentRequest("GET", f"{path}?taskId={quote(task_id, safe='')}", bearer(account.key)))

    def credit(self, account: TargetAccount) -> LiveExchange:
        """Ask for the balance."""
        return self.ask(SentRequest("GET", CREDIT, bearer(account.key)))

    def tidy(self) -> None:
        """Make a fake forget what the accounts of this case did, where it is told to."""
        self._accounts.tidy(is_odd=bool(self.differences))

    def find(self, rule: str, got: Any, shown_by: LiveExchange | str, place: str | None = None, **facts: Any) -> None:
        """Note a breach of a rule; `shown_by` is the exchange that showed it, or its curl line."""
        self.note([breach(rule, got, place, **facts)], shown_by)

    def note(self, differences: Iterable[Difference], shown_by: LiveExchange | str) -> bool:
        """Note what was found in one answer, the gravest at each place; tells whether that was anything.

        By a profile that expects the wire, what is known of the wire is nothing.
        """
        tells_known = self.env.profile.expects == "pages"
        found = worst_of_each_place([one for one in differences if tells_known or not one.known])
        self.differences += (self._noted(one, shown_by) for one in found)
        return bool(found)

    def _noted(self, one: Difference, shown_by: LiveExchange | str) -> Difference:
        answer, source = "", one.source
        if not isinstance(shown_by, str):
            answer = shown_by.answer.shown(_EVIDENCE)
            source = joined(source, cited(self.page(shown_by), shown_by.request, one.place))
        return replace(
            one,
            expected=printable(cut(one.expected, 600)),
            got=printable(cut(self.keys.hide(got_text(one)), 600)),
            source=printable(source),
            case=self.case_id,
            curl=printable("\n".join(self._to_repeat.lines(shown_by))),
            answer=printable(self.keys.hide(answer)),
        )

    def page(self, exchange: LiveExchange) -> Revision | None:
        """Return the page that speaks of what was asked: the endpoint's own, else that of the case's model."""
        return page_of(self.env.catalog, exchange.request, self.model)
