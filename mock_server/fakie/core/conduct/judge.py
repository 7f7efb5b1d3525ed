"""The judge of conduct: every rule, once a kind, with what it costs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from msgspec.structs import replace

from fakie.core.conduct import callbacks, money, patience
from fakie.core.conduct.finding import ConductCost, ConductFinding, together
from fakie.core.conduct.watched import WatchedClient
from fakie.core.runtime import Contracts
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.prices import Cost, Prices
from fakie_schemas.families.family import BY_MODEL, endpoints

Rule = Callable[[WatchedClient], Iterator[ConductFinding]]
RULES: Sequence[Rule] = (
    patience.polled_too_fast,
    money.paid_twice,
    money.charged_twice_for_a_failure,
    money.repeated_unread_failure,
    patience.gave_up_on_running,
    patience.polled_unknown_task_on,
    patience.retried_without_pause,
    patience.took_refusal_for_success,
    patience.polled_after_the_end,
    money.result_expired,
    money.result_never_fetched,
    callbacks.callback_never_taken,
)


def judge(clients: Sequence[WatchedClient], contracts: Contracts) -> list[ConductFinding]:
    """Judge the clients of all accounts by every rule, one finding a rule, in the order of the rules."""
    tasks = {key: task for client in clients for key, task in client.tasks.items()}
    began = {client.account: client.began for client in clients}
    findings = [
        replace(finding, after=finding.at - began[_whose(finding, tasks)])
        for rule in RULES
        for client in clients
        for finding in rule(client)
    ]
    kinds = [together(list(group)) for _, group in groupby(findings, key=lambda finding: finding.rule)]
    return [_priced(finding, tasks, contracts) for finding in kinds]


def _whose(finding: ConductFinding, tasks: Mapping[str, Task]) -> str | None:
    """Return the account that a finding is about: a result is fetched without a key, and is the one of its task."""
    task = tasks.get(finding.wasted[0]) if finding.account is None and finding.wasted else None
    return task.account if task else finding.account


def _priced(finding: ConductFinding, tasks: Mapping[str, Task], contracts: Contracts) -> ConductFinding:
    """Add what the wasted tasks cost, by the list that jobs are charged by, else by the shipped one."""
    wasted = [tasks[task_id] for task_id in finding.wasted if task_id in tasks]
    if not wasted:
        return finding
    prices = contracts.prices or Prices.load()
    return replace(finding, cost=_sum((_cost(task, prices, contracts) for task in wasted), prices))


def _cost(task: Task, prices: Prices, contracts: Contracts) -> Cost:
    endpoint = endpoints()[task.endpoint]
    if endpoint.page != BY_MODEL and not prices.rows(endpoint.name):
        # No list names it: what the account was charged.
        return Cost(task.cost, "", f"as {endpoint.name} was charged")
    by_model = endpoint.page == BY_MODEL
    revision = contracts.catalog.served(task.model) if by_model else contracts.catalog.endpoint(endpoint.page)
    if revision is None:
        return Cost(None, "the model is not served any more", "")
    seconds = Decimal(str(contracts.profile.facts.media_seconds))
    return prices.usual(task.model if by_model else endpoint.name, task.body, revision, media_seconds=seconds)


def _sum(costs: Iterable[Cost], prices: Prices) -> ConductCost:
    total, source = Decimal(0), ""
    for cost in costs:
        if cost.credits is None:
            return ConductCost(None, None, cost.why)
        total, source = total + cost.credits, cost.source
    return ConductCost(total, total * prices.usd_per_credit, source)
