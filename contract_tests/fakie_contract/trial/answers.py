"""Judging answers: HTTP status, content type, JSON, the answer schema, the code that a situation has."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema.protocols import Validator

from fakie_contract import sources
from fakie_contract.checks import envelope, refusals
from fakie_contract.checks.ids import promised, task_ids
from fakie_contract.checks.in_words import tied
from fakie_contract.checks.request import BrokenRule, broken_rules
from fakie_contract.checks.shape import Sides, answer_schema, page_schema
from fakie_contract.checks.strictness import of_another_encoding, strict
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.http.json_values import NOT_JSON
from fakie_contract.subjects import is_endpoint
from fakie_contract.trial.trial import NotProvokable, NotRun, Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Row
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import Violation
from fakie_schemas.families.family import FamilyEndpoint
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.validator import contract_validator

_MOST_DIFFERENCES = 10
# What a target answers on a path that it does not have.
_ABSENT = (404, 405, 501)
# What the wire adds to the keys of a page was seen where models have pages.
_CREATED = {False: "task-created-with-record-id", True: "task-created"}


def accepted(trial: Trial, exchange: LiveExchange, revision: Revision) -> str | None:
    """Judge the answer to a request that must be accepted; returns the task id, None when there is none."""
    row = trial.env.profile.row("accepted", trial.endpoint.name)
    _check_made_once(trial, exchange)
    outside(trial, exchange, row)
    if not has_code(trial, exchange, row):
        return None
    page = page_schema(revision) or answer_schema(revision.facts["answers"]["success"])
    sides = Sides(page, revision, answer_schema(_CREATED[is_endpoint(trial.model)]))
    task_id = _task_id(exchange)
    ids = [*task_ids(task_id, exchange.answer.data.get("recordId")), *_again(trial, task_id)] if task_id else ()
    by_wire = trial.env.profile.expects == "wire"
    trial.note([*promised(sides, exchange.answer.json, by_wire=by_wire), *ids], exchange)
    return task_id


def is_absent(trial: Trial, exchange: LiveExchange) -> bool:
    """Tell whether a target does not have an endpoint, by its HTTP status or, as the API may, by its code alone."""
    return exchange.answer.status in _ABSENT or exchange.answer.code == trial.env.profile.row("not_found").code


def _again(trial: Trial, task_id: str) -> Iterator[Difference]:
    """Judge whether a task's id is its own, among all that this process made of models."""
    if is_endpoint(trial.model):
        return
    if task_id in trial.env.made:
        yield breach("task.id_again", f"{task_id} again")
    trial.env.made.add(task_id)


def _check_made_once(trial: Trial, exchange: LiveExchange) -> None:
    """Raise NotProvokable where all cases go on from one task, and what is made of it once has been made before."""
    one, code = trial.endpoint, exchange.answer.code
    if code == trial.env.profile.row("task_conflict", one.name).code and made_before(trial, one):
        raise NotProvokable(
            f"{one.name} makes one of each task, as it has in this run, which pays for a single such task"
        )
    if code == trial.env.profile.row("accepted", one.name).code:
        note_made(trial, one, exchange.answer.data)


def note_made(trial: Trial, endpoint: FamilyEndpoint, data: Any) -> None:
    """Remember what an endpoint made that makes it once, where all cases go on from one task."""
    if trial.env.target.live and endpoint.same and endpoint.kind == "create":
        trial.env.followed[f"{endpoint.name}::made"] = data


def made_before(trial: Trial, endpoint: FamilyEndpoint) -> Any:
    """Return the data with which an endpoint told of what it makes once, or None."""
    return trial.env.followed.get(f"{endpoint.name}::made")


def refused(trial: Trial, exchange: LiveExchange, situation: str, endpoint: str | None = "") -> None:
    """Judge the answer to a request that must be refused in a situation, by the endpoint of the case or another one."""
    row = _expected(trial, exchange, situation, trial.endpoint.name if endpoint == "" else endpoint)
    outside(trial, exchange, row)
    answer = exchange.answer
    if not isinstance(answer.json, dict):
        return
    if row.body is not None:
        trial.note(envelope.page(answer.json, row), exchange)
    elif has_code(trial, exchange, row):
        trial.note(_inside_of_refusal(answer.json, row), exchange)
    if isinstance(answer.data, dict) and "taskId" in answer.data and not _is_known_to_be_taken(trial, exchange):
        trial.surprised(situation, answer.data["taskId"])


def expect_refused(trial: Trial, asked: Iterable[tuple[str, LiveExchange]]) -> bool:
    """Tell whether requests that must be refused, each in its situation, were; judges the answers that accept one."""
    wrong = [one for one in asked if one[1].answer.code == trial.env.profile.row("accepted").code]
    for situation, exchange in wrong:
        refused(trial, exchange, situation)
    return not wrong


def _is_known_to_be_taken(trial: Trial, exchange: LiveExchange) -> bool:
    """Tell whether all that the request breaks is what the wire is known to accept."""
    found = list(refusals.accepted(_broken(trial, exchange), trial.model))
    return bool(found) and all(one.known for one in found)


def _expected(trial: Trial, exchange: LiveExchange, situation: str, endpoint: str | None) -> Row:
    """Return the row that a refusal is to follow: of this model and field, and of several the one with its code."""
    code, profile = exchange.answer.code, trial.env.profile
    broken = _violation(trial, exchange, situation) if profile.tells_fields_apart(situation) else None
    return profile.answering(code, situation, endpoint, trial.model, broken.field if broken else None)


def _violation(trial: Trial, exchange: LiveExchange, situation: str) -> Violation | None:
    """Return how a request breaks a rule, in a situation; None when it is not about one."""
    broken = (one.violation for one in _broken(trial, exchange))
    return next((one for one in broken if one.situation == situation), None)


def _inside_of_refusal(body: dict[str, Any], row: Row) -> Iterator[Difference]:
    yield from envelope.refusal(body)
    if row.data != "absent":
        yield from envelope.no_data(body, bare=False)
    elif body.get("code") == row.code:
        yield from envelope.more_data(body, row)


Check = Callable[[Any], Iterator[Difference]]


def answered(
    trial: Trial, exchange: LiveExchange, situation: str, schema: str, endpoint: str, check: Check | None = None
) -> Any:
    """Judge an answer with code 200 of another endpoint, its `data` also by a check of the caller's.

    Returns the data; None when it is not such a answer.
    """
    row = trial.env.profile.row(situation, endpoint)
    outside(trial, exchange, row)
    if not has_code(trial, exchange, row):
        return None
    answer = exchange.answer
    told = list(islice(Sides(None, None, answer_schema(schema)).judge(answer.json), _MOST_DIFFERENCES))
    more = check(answer.data) if check and isinstance(answer.data, dict) else ()
    trial.note([*told, *more], exchange)
    return answer.data if not told or isinstance(answer.data, dict) else None


def outside(trial: Trial, exchange: LiveExchange, row: Row) -> None:
    """Judge what every answer has in common: the HTTP status, JSON under its content type; NotRun as `check_heard`."""
    if row.code != _too_many(trial):
        check_heard(trial, exchange)
    trial.note(_outside(trial, exchange, row), exchange)


def check_heard(trial: Trial, exchange: LiveExchange) -> None:
    """Raise NotRun where the account that all cases share was asked with too often, whatever was asked."""
    # By its HTTP status alone too: what stands before a target has limits of its own, and words for them.
    if trial.env.has_one_account and _too_many(trial) in (exchange.answer.code, exchange.answer.status):
        raise NotRun("the target's only account has reached its rate limit")


def _outside(trial: Trial, exchange: LiveExchange, row: Row) -> Iterator[Difference]:
    answer, cited = exchange.answer, sources.of_row(row, trial.page(exchange))
    told = answer.headers.get("content-type", "")
    other_type, odd = list(envelope.content_type(told)), list(of_another_encoding(answer.body))
    if answer.json is NOT_JSON and other_type and not odd and not answer.cut:
        # The page of a gateway, say: that its status and type are none of the API's goes without saying.
        kind = f", but {told}" if told else " and no content type"
        yield breach("answer.not_json", f"no JSON{kind}: {answer.shown()}", source=cited)
        return
    # Of an answer with another code than expected, too: that is judged by itself.
    mirrored = answer.code if type(answer.code) is int else row.code
    status = mirrored if trial.env.mirror_status else row.status
    yield from envelope.http_status(answer.status, answer.code, status, row.mark, f"{row.situation}: {cited}")
    yield from other_type
    if answer.cut:
        yield breach("answer.too_long", f"{len(answer.body)} bytes and more")
    elif not isinstance(answer.json, dict):
        got = f"no JSON: {answer.shown()}" if answer.json is NOT_JSON else answer.shown()
        yield from odd or [breach("answer.not_json", got, source=cited)]
    else:
        yield from strict(answer.body)
        yield from envelope.acceptance(answer.json) if answer.code == envelope.ACCEPTED else ()


def has_code(trial: Trial, exchange: LiveExchange, row: Row) -> bool:
    """Tell whether an answer has the code of a row; where it has another one, that is judged."""
    body, code = exchange.answer.json, exchange.answer.code
    if type(code) is int and code == row.code:
        return True
    if isinstance(body, dict):
        trial.note(_wrong_code(trial, exchange, row), exchange)
    return False


def _wrong_code(trial: Trial, exchange: LiveExchange, row: Row) -> Iterator[Difference]:
    """Judge another code than the expected one: whether a request is refused at all weighs more than under which."""
    code = exchange.answer.code
    if type(code) is not int:
        yield from envelope.code(exchange.answer.json, row.situation)
    elif code == envelope.ACCEPTED:
        yield from _not_refused(trial, exchange, row)
    else:
        yield from _inside_of_refusal(exchange.answer.json, row)
        yield _refused_otherwise(trial, exchange, row)


def _not_refused(trial: Trial, exchange: LiveExchange, row: Row) -> Iterator[Difference]:
    broken = list(_broken(trial, exchange)) if row.situation in Observed.load().of_the_body else []
    yield from refusals.accepted(broken, trial.model)
    if not broken:
        got, cited = exchange.answer.shown(), sources.of_row(row, trial.page(exchange))
        yield breach("answer.not_refused", got, source=cited, situation=row.situation, code=row.code)


def _refused_otherwise(trial: Trial, exchange: LiveExchange, row: Row) -> Difference:
    code, page, known = exchange.answer.code, trial.page(exchange), trial.env.catalog.codes
    cited = sources.of_row(row, page)
    if row.code == envelope.ACCEPTED:
        got = exchange.answer.shown()
        words = tied(page, exchange.sent) if page and code in Observed.load().codes_of_the_body else ()
        if words:
            fields = ", ".join(words)
            return breach("answer.refused_by_words", got, situation=row.situation, code=row.code, fields=fields)
        if page and code in Observed.load().codes_of_the_body and page.contradicted(exchange.sent):
            return breach("answer.refused_by_one_reading", got, source=cited, situation=row.situation, code=row.code)
        empty = Observed.load().emptiness(page, exchange.sent, code) if page else None
        return breach("answer.refused", got, source=cited, known=empty, situation=row.situation, code=row.code)
    if code in known:
        broken = _violation(trial, exchange, row.situation)
        return refusals.other_code(code, row, cited, model=trial.model, broken=broken)
    source = sources.of_revision(page, "/codes") if page else "all pages"
    return refusals.undocumented_code(code, page.codes if page else known, source)


def _broken(trial: Trial, exchange: LiveExchange) -> Iterator[BrokenRule]:
    """Find the rules of its page that the request broke; none when another reason was to refuse it."""
    page = trial.page(exchange)
    if exchange.request.method == "POST" and page is not None and isinstance(exchange.sent, dict):
        yield from broken_rules(_validator(page), page, exchange.sent)


@cache
def _validator(page: Revision) -> Validator:
    return contract_validator(page.request_schema)


def _task_id(exchange: LiveExchange) -> str | None:
    data = exchange.answer.data
    task_id = data.get("taskId") if isinstance(data, dict) else None
    return task_id if isinstance(task_id, str) and task_id else None


def _too_many(trial: Trial) -> int:
    return trial.env.profile.row("rate_limited").code
