"""Cases of the documented codes: provoked by nature where that can be done, and by order where there are levers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakie_contract import sources
from fakie_contract.cases.body.samples import body, without
from fakie_contract.cases.case import Case, Cost
from fakie_contract.http.exchange import SentRequest
from fakie_contract.trial import answers
from fakie_contract.trial.bench import CREATE, bearer
from fakie_contract.trial.trial import JSON_TYPE, NotProvokable, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision

_SLOW = "the target takes {0:.0f} s for {1} creates, longer than the window of the limit"


@dataclass(frozen=True)
class _Code:
    """One documented code of one model."""

    revision: Revision
    profile: Profile
    code: int
    label: str

    def bodies(self) -> list[Any]:
        """Return the bodies that the case by nature may send."""
        schema = self.revision.plain_schema
        good, bad = body(schema, full=False), without(schema, ("input",))
        limit = int(self.profile.facts.create_limit.count)
        sent = {200: [good], 402: [good, bad], 422: [bad], 429: [good] * (limit + 2) + [bad] * (limit // 10)}
        return sent.get(self.code, [])

    def by_order(self, trial: Trial) -> None:
        """Order the code's situation by lever: it is answered once, and nothing comes of the request."""
        situation = self.profile.situation_for(self.code, "createTask")
        if situation is None:
            raise NotProvokable(f"the profile {self.profile.name} has no answer with code {self.code}")
        account = trial.own_account()
        trial.pull("POST", "/faults", {"situation": situation, "account": account.key})
        good = body(self.revision.plain_schema, full=False)
        before = trial.credit(account).answer.data
        answers.refused(trial, trial.create(good, account), situation)
        exchange = trial.credit(account)
        if exchange.answer.data != before:
            got = str(exchange.answer.data)
            trial.find("account.balance", got, exchange, credits=before, why="a refusal costs nothing")
        answers.accepted(trial, trial.create(good, account), self.revision)

    def success(self, trial: Trial) -> None:
        """Send a good request."""
        answers.accepted(trial, trial.create(body(self.revision.plain_schema, full=False)), self.revision)

    def unauthorized(self, trial: Trial) -> None:
        """Send a good request without a key."""
        content = json.dumps(body(self.revision.plain_schema, full=False)).encode()
        answers.refused(trial, trial.ask(SentRequest("POST", CREATE, (JSON_TYPE,), content)), "unauthorized")

    def no_credits(self, trial: Trial) -> None:
        """Send a good request from an account without credits: refused; an incomplete one never gets as far."""
        account = trial.own_account(credits=0)
        schema = self.revision.plain_schema
        answers.refused(trial, trial.create(body(schema, full=False), account), "credits_insufficient")
        answers.refused(trial, trial.create(without(schema, ("input",)), account), "field_missing")

    def not_found(self, trial: Trial) -> None:
        """Ask for a path that the API does not have."""
        account = trial.account()
        exchange = trial.ask(SentRequest("GET", "/api/v1/jobs/fakie-no-such-path", bearer(account.key)))
        answers.refused(trial, exchange, "not_found", endpoint=None)

    def invalid(self, trial: Trial) -> None:
        """Leave out the input."""
        answers.refused(trial, trial.create(without(self.revision.plain_schema, ("input",))), "field_missing")

    def too_many(self, trial: Trial) -> None:
        """Create as many as are allowed, refused ones in between, then one more."""
        account = trial.own_account()
        limit = self.profile.facts.create_limit
        schema = self.revision.plain_schema
        good, bad = body(schema, full=False), without(schema, ("input",))
        seconds = 0.0
        for number in range(1, int(limit.count) + 1):
            if number % 10 == 0:
                answers.refused(trial, trial.create(bad, account), "field_missing")
            exchange = trial.create(good, account)
            seconds += exchange.answer.seconds
            if answers.accepted(trial, exchange, self.revision) is None:
                cited = sources.of_revision(self.revision, "/codes")
                facts: dict[str, Any] = {"number": number, "count": limit.count}
                trial.find("account.create_limit", "refused", exchange, source=cited, **facts)
                return
        if seconds >= limit.seconds:
            raise NotProvokable(_SLOW.format(seconds, limit.count))
        answers.refused(trial, trial.create(good, account), "rate_limited")
        self._window_ends(trial, account.key, limit.seconds, lambda: trial.create(good, account))

    def _window_ends(self, trial: Trial, key: str, seconds: float, create: Any) -> None:
        levers = trial.bench.levers
        if levers and levers.has("POST", "/clock"):
            trial.pull("POST", "/clock", {"account": key, "advance": seconds})
            answers.accepted(trial, create(), self.revision)


_BY_NATURE: Mapping[int, tuple[str, str, Cost]] = {
    200: ("success", "a good request", "may_cost"),
    401: ("unauthorized", "no key", "free"),
    402: ("no_credits", "an account without credits", "may_cost"),
    404: ("not_found", "a path that does not exist", "free"),
    422: ("invalid", "a request without its input", "may_cost"),
    429: ("too_many", "one create more than the limit allows", "may_cost"),
}

_REFUSED_AS = {"unauthorized": "unauthorized", "invalid": "field_missing"}


def code_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of one model's documented codes."""
    model: str = revision.facts["model"]
    for entry in revision.facts["codes"]:
        code: int = entry["code"]
        one = _Code(revision, profile, code, entry.get("label", ""))
        if code in _BY_NATURE:
            method, what, cost = _BY_NATURE[code]
            run = getattr(one, method)
            kind = _REFUSED_AS.get(method)
            name = f"{model}::code-{code}::by-nature"
            case = Case(name, f"{code}: {what}", run, cost, model, code, sends=one.bodies, kind=kind)
            yield replace(case, needs_levers=method == "no_credits")
        if code != profile.row("accepted").code:
            what = f"{code} ({one.label}), ordered by lever"
            name = f"{model}::code-{code}::by-order"
            yield Case(name, what, one.by_order, "may_cost", model, code, needs_levers=True)
