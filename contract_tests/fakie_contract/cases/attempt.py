"""Sending one body, and judging the answer by what the schema says of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct

from fakie_contract.cases.case import Case, Cost
from fakie_contract.cases.endpoint.accepted import accepted, accepted_situations
from fakie_contract.cases.endpoint.asked import going_on, known, parents_of
from fakie_contract.cases.task import tasks
from fakie_contract.checks.param import gives_back
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.purse.names import Names, shipped_names
from fakie_contract.subjects import endpoint_of, is_endpoint, name_of
from fakie_contract.trial import answers, money
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision


class Attempt(Struct, frozen=True):
    """A body to send, and the situation that it must meet (None: accepted).

    What it goes on from is made and named in it, but where it is that which breaks a rule.
    """

    revision: Revision
    body: Any
    situation: str | None

    def __call__(self, trial: Trial) -> None:
        """Send it and judge the answer."""
        # What is gone on from is made first, by an account whose time may be moved.
        account = (
            trial.account() if trial.endpoint.parent else trial.shared_account(is_refused=self.situation is not None)
        )
        kept = self._broken() if trial.endpoint.parent else ""
        sent = going_on(trial, account, trial.endpoint, self.body, kept)
        with money.watched(trial, account) as seen:
            exchange = seen.exchange = trial.create(sent, account)
        if self.situation is not None and not self._is_made_again(trial, exchange):
            answers.refused(trial, exchange, self.situation)
            money.judge_refusal(trial, seen)
            return
        task_id = accepted(trial, exchange, self.revision, sent)
        if task_id is not None:
            money.judge_price(trial, seen, self.revision, sent)
            if is_endpoint(trial.model):
                tasks.poll(trial, known(trial, account, task_id, trial.endpoint, sent))
            else:
                self._is_given_back(trial, account, task_id)

    def _is_made_again(self, trial: Trial, exchange: LiveExchange) -> bool:
        """Tell whether a target took what the wire is known to take, with a refusal that names what it made before."""
        of_task = isinstance(exchange.answer.data, dict) and "taskId" in exchange.answer.data
        return trial.endpoint.kind == "transform" and of_task and is_known_to_be_taken(self)

    def _broken(self) -> str:
        """Return the field that breaks a rule; empty for a body that holds, or is none."""
        violation = self.revision.violation(self.body) if isinstance(self.body, dict) else None
        return violation.field.partition(".")[0] if violation else ""

    def _is_given_back(self, trial: Trial, account: TargetAccount, task_id: str) -> None:
        """Ask for the task, which costs nothing: what was accepted is what it tells of."""
        exchange = trial.record(task_id, account)
        data = exchange.answer.data
        if isinstance(data, dict):
            trial.note(gives_back(self.body, data.get("param"), [self.revision]), exchange)


def attempt_case(
    attempt: Attempt, profile: Profile, name: str, what: str, run: Callable[[Trial], None] | None = None, **about: Any
) -> Case:
    """Make the case of one body; `run` is how it is tried, by default once and as it is."""
    model, endpoint = name_of(attempt.revision), endpoint_of(attempt.revision)
    situation = attempt.situation
    # Where no target can recognise a model's name, no task is created, even if the target accepts the rest.
    cost: Cost = "free" if situation == "model_unknown" and _names_no_model(attempt.body, model) else "may_cost"
    code = profile.row(situation or accepted_situations(endpoint)[0], endpoint.name).code
    sends = partial(tuple[Any], (*parents_of(endpoint), attempt.body))
    # One case a field has an empty URL; there are as many of numbers for texts as fields, and each would be paid.
    lenient = situation == "url_malformed" and is_known_to_be_taken(attempt)
    about = {"sends": sends, "kind": situation, "lenient": lenient, **about}
    return Case(f"{model}::{name}", what, run or attempt, cost, model, code, **about)


def is_known_to_be_taken(attempt: Attempt) -> bool:
    """Tell whether the wire is known to accept the body, though its page does not."""
    broken = attempt.revision.violation(attempt.body) if attempt.situation and isinstance(attempt.body, dict) else None
    taken = broken and Observed.load().acceptance(broken.situation, broken.field, broken.rule, broken.got)
    return bool(taken)


def _names_no_model(body: Any, model: str) -> bool:
    named = body.get("model")
    return shipped_names().is_no_model(named) and Names((model,)).is_no_model(named)


def situation_of(revision: Revision, body: Any) -> str | None:
    """Return the situation that a body meets by its revision; None: it is accepted."""
    if not isinstance(body, dict):
        return "body_malformed"
    violation = revision.violation(body)
    if violation is None:
        return None
    of_model = revision.model is not None
    unknown = of_model and (violation.situation, violation.field) == ("value_not_allowed", "model")
    return "model_unknown" if unknown else violation.situation
