"""Cases of the documented codes: provoked by nature where that can be done, and by order where there are levers."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie_contract import sources
from fakie_contract.cases.body.samples import body, without
from fakie_contract.cases.case import Case, Cost
from fakie_contract.cases.endpoint.accepted import accepted
from fakie_contract.cases.endpoint.asked import going_on, parents_of
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.accounts import expect_balance
from fakie_contract.cases.task.at_once import asked_together
from fakie_contract.cases.task.callbacks import expect_none
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.http.exchange import LiveExchange, SentRequest
from fakie_contract.subjects import endpoint_of, name_of
from fakie_contract.trial import answers, money
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.asking import WITH_CHARSET, request_to
from fakie_contract.trial.environment import bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint

# After so long (s) every task has ended.
_LATER = 3600
_SLOW = "the target takes {0:.0f} s for {1:g} creates, longer than the window of the limit"


class _Code(Struct, frozen=True):
    """One documented code of one model, or of one endpoint of a family."""

    revision: Revision
    profile: Profile
    code: int
    label: str

    @property
    def _endpoint(self) -> FamilyEndpoint:
        return endpoint_of(self.revision)

    @property
    def _needed(self) -> str:
        """A field without which a request is refused; not all are that the page requires and contradicts."""
        plain = self.revision.plain_schema
        needed = ("input",) if self.revision.model else plain.get("required", ())
        return next((name for name in needed if not self.revision.holds(without(plain, (name,)))), "")

    @property
    def _bad(self) -> Any:
        return without(self.revision.plain_schema, (self._needed,))

    def _good(self, trial: Trial, account: TargetAccount) -> Any:
        return going_on(trial, account, self._endpoint, body(self.revision.plain_schema, full=False))

    def bodies(self) -> list[Any]:
        """Return the bodies that the case by nature may send."""
        if self._endpoint.kind == "record":
            return []
        good, bad = body(self.revision.plain_schema, full=False), self._bad
        limit = int(self.profile.facts.create_limit.count)
        many = [good] * (limit + 2) + [bad] * (limit // 10)
        sent = {200: [good], 402: [good] * 5 + [bad], 422: [bad], 429: many}
        of_code = sent.get(self.code, [])
        return [*(parents_of(self._endpoint) if of_code else ()), *of_code]

    def by_order(self, trial: Trial) -> None:
        """Order the code's situation by lever: it is answered once, and nothing comes of the request."""
        situation = self.profile.situation_for(self.code, self._endpoint.name)
        if situation is None:
            raise NotProvokable(f"the profile {self.profile.name} has no answer with code {self.code}")
        account = trial.own_account()
        ask = self._asking(trial, account)
        trial.pull("POST", "/faults", {"situation": situation, "account": account.key, "endpoint": self._endpoint.name})
        with money.costing_nothing(trial, account):
            answers.refused(trial, ask(), situation)
        self._answered(trial, ask())

    def _asking(self, trial: Trial, account: TargetAccount) -> Callable[[], LiveExchange]:
        """Return what sends a good request: one that makes something, or asks for a task."""
        if self._endpoint.kind == "record":
            return partial(trial.record, "0" * 32, account)
        return partial(trial.create, self._good(trial, account), account)

    def _answered(self, trial: Trial, exchange: LiveExchange) -> None:
        """Judge that a good request is answered as ever."""
        if self._endpoint.kind == "record":
            answers.refused(trial, exchange, "task_unknown")
        else:
            accepted(trial, exchange, self.revision, {})

    def success(self, trial: Trial) -> None:
        """Send a good request."""
        account = trial.account()
        self._answered(trial, trial.create(self._good(trial, account), account))

    def unauthorized(self, trial: Trial) -> None:
        """Send a good request without a key."""
        sent = {"taskId": "0" * 32} if self._endpoint.kind == "record" else body(self.revision.plain_schema, full=False)
        answers.refused(trial, trial.ask(request_to(self._endpoint, sent)), "unauthorized")

    def no_credits(self, trial: Trial) -> None:
        """Send a good request from an account without credits: refused; an incomplete one never gets as far."""
        account = trial.own_account(credits=PLENTY)
        good = self._good(trial, account)
        price = self._price(trial, account, good)
        for left in (*([price / 2] if price else ()), 0.0):
            trial.pull("POST", "/accounts", {"key": account.key, "credits": left})
            with money.watched(trial, account) as seen:
                exchange = seen.exchange = trial.create(good, account)
            answers.refused(trial, exchange, "credits_insufficient")
            money.judge_refusal(trial, seen)
        answers.refused(trial, trial.create(self._bad, account), "field_missing")
        # Who asks pays nothing.
        expect_balance(trial, account, 0.0, "the account has none")
        if self._endpoint.makes.records:
            answers.refused(trial, trial.record("0" * 32, account), "task_unknown", trial.recording)

    def _price(self, trial: Trial, account: TargetAccount, good: Any) -> float:
        """Return what the request costs, which just as many credits pay for; 0 where that is not to be learned."""
        if self._endpoint.same:
            return 0.0
        with money.watched(trial, account) as paid:
            paid.exchange = trial.create(good, account)
        if paid.fall is None or not paid.costs_something():
            return 0.0
        price = float(paid.fall)
        trial.pull("POST", "/accounts", {"key": account.key, "credits": price})
        self._one_is_taken(trial, asked_together([partial(trial.create, good, account)] * 2))
        return price

    def _one_is_taken(self, trial: Trial, both: list[LiveExchange]) -> None:
        """Judge two creates that were sent at once, when there were credits for one of them."""
        accepted_code = self.profile.row("accepted", self._endpoint.name).code
        taken, other = sorted(both, key=lambda one: one.answer.code != accepted_code)
        self._answered(trial, taken)
        if taken.answer.code == accepted_code:
            answers.refused(trial, other, "credits_insufficient")

    def not_found(self, trial: Trial) -> None:
        """Ask for a path that the API does not have."""
        account = trial.account()
        exchange = trial.ask(SentRequest("GET", _NO_PATH, bearer(account.key)))
        answers.refused(trial, exchange, "not_found", endpoint=None)

    def invalid(self, trial: Trial) -> None:
        """Leave out the input, or another field that is needed, in a body whose type tells its charset."""
        answers.refused(trial, trial.create(self._bad, content_type=WITH_CHARSET), "field_missing")

    def too_many(self, trial: Trial) -> None:
        """Create as many as are allowed, refused ones in between, then one more, for which nobody is called."""
        account = tasks.frozen(trial, trial.own_account(**_plenty(trial)))
        limit = self.profile.facts.create_limit
        good = body(self.revision.plain_schema, full=False)
        inbox = trial.env.listener().inbox(())
        began = time.monotonic()
        made = self._as_many_as_allowed(trial, account, good)
        if made is None:
            return
        with money.watched(trial, account) as seen:
            exchange = seen.exchange = trial.create(good | self._hook(inbox.url), account)
            seconds = time.monotonic() - began
        if seconds >= limit.seconds and not account.frozen:
            raise NotProvokable(_SLOW.format(seconds, limit.count + 1))
        answers.refused(trial, exchange, "rate_limited")
        money.judge_refusal(trial, seen)
        self._window_ends(trial, account, limit.seconds, good)
        if account.frozen:
            tasks.advance(trial, account, _LATER)
        if exchange.answer.code != self.profile.row("accepted").code:
            expect_none(trial, inbox, exchange)
        if self._endpoint.name == "createTask":
            # However many came after it.
            tasks.poll(trial, made)

    def _as_many_as_allowed(self, trial: Trial, account: TargetAccount, good: Any) -> CreatedTask | None:
        """Create as many as are allowed, refused ones in between; returns the first, None where one was refused."""
        limit, first = self.profile.facts.create_limit, None
        for number in range(1, int(limit.count) + 1):
            if number % 10 == 0:
                answers.refused(trial, trial.create(self._bad, account), "field_missing")
            sent_at, exchange = tasks.now(), trial.create(good, account)
            task_id = answers.accepted(trial, exchange, self.revision)
            if task_id is None:
                cited = sources.of_revision(self.revision, "/codes")
                facts: dict[str, Any] = {"number": number, "count": limit.count}
                trial.find("account.create_limit", "refused", exchange, source=cited, **facts)
                return None
            if first is None:
                ahead, cost = tasks.clock_difference(trial, exchange), money.BalanceAround(exchange=exchange)
                times = sent_at, tasks.now(), ahead
                first = CreatedTask(task_id, account, good, *times, self.revision, cost)
        return first

    def _hook(self, url: str) -> dict[str, str]:
        """Return the field that says where a callback goes, where the page has one."""
        name = self._endpoint.callback
        return {name: url} if name in self.revision.plain_schema.get("properties", {}) else {}

    def _window_ends(self, trial: Trial, account: TargetAccount, seconds: float, good: Any) -> None:
        """Move on to where the limit counts anew: just as many are allowed again."""
        levers = trial.env.levers
        if levers and levers.has("POST", "/clock"):
            trial.pull("POST", "/clock", {"account": account.key, "advance": seconds})
            self._as_many_as_allowed(trial, account, good)

    def natural(self) -> tuple[str, str, Cost] | None:
        """Return how the code comes about by nature: the method, what is sent, what it may cost; None: it does not."""
        name, what, cost = _BY_NATURE.get(self.code, ("", "", "free"))
        kind, one = self._endpoint.kind, self._endpoint
        possible = {
            "record": ("unauthorized", "not_found"),
            "create": _EVERY if one.parent is None else tuple(method for method in _EVERY if method != "too_many"),
        }.get(kind, ("success", "unauthorized", "not_found", "invalid", *(() if one.free else ("no_credits",))))
        return (name, what, cost) if name in possible else None


def _plenty(trial: Trial) -> dict[str, Any]:
    """Return what an account is opened with that can pay for all its creates, where one is opened by lever."""
    levers = trial.env.levers
    return {"credits": PLENTY} if levers and levers.has("POST", "/accounts") else {}


_BY_NATURE: Mapping[int, tuple[str, str, Cost]] = {
    200: ("success", "a good request", "may_cost"),
    401: ("unauthorized", "no key", "free"),
    402: ("no_credits", "an account without credits", "may_cost"),
    404: ("not_found", "a path that does not exist", "free"),
    422: ("invalid", "a request without its input, whose type tells its charset", "may_cost"),
    429: ("too_many", "one create more than the limit allows", "may_cost"),
}
_EVERY = tuple(name for name, _, _ in _BY_NATURE.values())
_NO_PATH = "/api/v1/jobs/fakie-no-such-path"

_REFUSED_AS = {"unauthorized": "unauthorized", "invalid": "field_missing"}


def code_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of the documented codes of one model, or of one endpoint of a family."""
    model, usual = name_of(revision), profile.row("accepted").code
    for entry in revision.facts["codes"]:
        code: int = entry["code"]
        one = _Code(revision, profile, code, entry.get("label", ""))
        natural = one.natural()
        if natural is not None:
            method, what, cost = natural
            run = getattr(one, method)
            kind = _REFUSED_AS.get(method)
            name = f"{model}::code-{code}::by-nature"
            case = Case(name, f"{code}: {what}", run, cost, model, code, sends=one.bodies, kind=kind)
            yield replace(case, needs_levers=method == "no_credits")
        if code != usual:
            what = f"{code} ({one.label}), ordered by lever"
            name = f"{model}::code-{code}::by-order"
            yield Case(name, what, one.by_order, "may_cost", model, code, needs_levers=True)
