"""Making orders of what was asked for: one that no request could meet is refused."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from fakie.core.control.arguments import (
    FAULT,
    PLAN,
    TRANSPORT_FAULT,
    FaultArguments,
    PlanArguments,
    TransportFaultArguments,
    check,
    check_failure_code,
)
from fakie.core.control.errors import WrongOrderError
from fakie.core.control.result_argument import read_result
from fakie.core.control.vocabulary import Vocabulary
from fakie.core.orders import ANY_ENDPOINT, USUAL_ENDPOINT, Fault, OrderScope
from fakie.core.runtime import Contracts
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.quirks import OF_STAGES
from fakie.core.transport_faults import TIMED, TransportFault
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, of_kind

_WITH_TASK = (*of_kind("create"), *of_kind("record"), *of_kind("transform"), ANY_ENDPOINT)
# Which requests each way to narrow an order can be about.
_NARROWED = {"model": (*_WITH_TASK, "modelSchema", "modelPrice", "modelSuccessRate"), "when": _WITH_TASK}
_PROXY = "proxy_error"


class OrderMaker:
    """Makes faults, transport faults and plans, and says which requests are meant; raises WrongOrderError."""

    def __init__(self, contracts: Contracts) -> None:
        self._profile = contracts.profile
        self._catalog = contracts.catalog
        self.vocabulary = Vocabulary(contracts)

    def fault(self, **given: Unpack[FaultArguments]) -> Fault:
        """Make a fault: a situation, a documented code, or a proxy's page of an HTTP status."""
        _check(FAULT, given)
        return Fault(
            self._situation(given, given.get("endpoint", USUAL_ENDPOINT)), given.get("msg"), given.get("status")
        )

    def transport_fault(self, **given: Unpack[TransportFaultArguments]) -> TransportFault:
        """Make a transport fault."""
        _check(TRANSPORT_FAULT, given)
        if given.get("seconds") and given["kind"] not in TIMED:
            works = f"leave it out, or order {' or '.join(TIMED)}"
            raise WrongOrderError(f"seconds: an answer that is {given['kind']} takes none; {works}")
        if not given.get("seconds") and given["kind"] == "latency":
            raise WrongOrderError("seconds: latency needs how late the answer comes; for example 3")
        return TransportFault(given["kind"], given.get("seconds", 0.0))

    def plan(self, **given: Unpack[PlanArguments]) -> PlanOrder:
        """Make the plan of a task."""
        _check(PLAN, given)
        result = read_result(given.get("result"))
        if result and given.get("outcome") == "fail":
            raise WrongOrderError("result: a task that fails has none; order it with the outcome success")
        _check_course(given)
        self._check_seen(given)
        how = given.get("by", "time"), given.get("seconds"), self._failure(given), given.get("quirk", "")
        return PlanOrder(*how, result, (given.get("code"), given.get("msg")))

    def where(self, given: Mapping[str, Any]) -> OrderScope:
        """Read which requests are meant; an `account` is left as it was given."""
        where = {name: given[name] for name in OrderScope.__struct_fields__ if name in given}
        endpoint = where.get("endpoint", USUAL_ENDPOINT)
        for name, takers in _NARROWED.items():
            if where.get(name) is not None and endpoint not in takers:
                about = "model" if name == "model" else "task"
                raise WrongOrderError(f"{name}: no request to {endpoint} is about a {about}; leave it out")
        if where.get("model") is not None:
            self.vocabulary.model(where["model"], endpoint)
        return OrderScope(**where)

    def _situation(self, given: FaultArguments, endpoint: str) -> str:
        situation, code = given.get("situation"), given.get("code")
        if situation is not None and code is None:
            return self.vocabulary.situation(situation)
        if code is not None and situation is None:
            return self.vocabulary.situation_of_code(str(code), endpoint, given.get("model"))
        if code is None and "status" in given:
            return _PROXY
        raise WrongOrderError('expected either a situation or a code, or a status alone; for example {"code": 429}')

    def _check_seen(self, given: PlanArguments) -> None:
        """Raise WrongOrderError for what nobody could see of the tasks that an endpoint makes."""
        about = endpoints().get(given.get("endpoint", ANY_ENDPOINT))
        if about is None:
            return
        timed = given.get("by", "time") != "time" or "seconds" in given
        if timed and not about.makes.records:
            raise WrongOrderError(f"by, seconds: requests to {about.name} are answered at once; leave them out")
        if given.get("result") is not None and not (about.makes.dated or _has_files(about.makes.result)):
            raise WrongOrderError(f"result: what {about.name} makes results in no file; leave it out")
        quirk = given.get("quirk")
        if quirk and not self._calls_back(about):
            raise WrongOrderError(f"quirk: the page of {about.name} has no {about.callback}; leave it out")
        if quirk in OF_STAGES and not about.makes.stages:
            works = ", ".join(name for name, one in endpoints().items() if one.job and one.job.stages)
            raise WrongOrderError(
                f"quirk: the callbacks of {about.name} do not come in stages; those of these do: {works}"
            )

    def _calls_back(self, about: FamilyEndpoint) -> bool:
        page = None if about.page == BY_MODEL else self._catalog.endpoint(about.page)
        return page is None or about.callback in page.request_schema.get("properties", {})

    def _failure(self, given: PlanArguments) -> Failure | None:
        code, msg = given.get("code"), given.get("msg")
        if given.get("outcome") != "fail":
            if code is not None or msg is not None:
                raise WrongOrderError("code, msg: they are the words of a failure; order them with the outcome fail")
            return None
        check_failure_code(code)
        usual = self._profile.default_failure
        return self._profile.failure(usual.code if code is None else code, usual.msg if msg is None else msg)


def _check_course(given: PlanArguments) -> None:
    """Raise WrongOrderError for seconds that nothing would take, and for a course that ends before it begins."""
    by, takes = given.get("by", "time"), "seconds" in given
    if takes and by != "time":
        raise WrongOrderError(f"seconds: a plan by {by} takes none; leave it out, or order it by time")
    if given.get("quirk") == "before_answer" and (takes or by != "time"):
        raise WrongOrderError("by, seconds: a task called back before_answer has ended by then; leave them out")


def _has_files(template: Any) -> bool:
    """Tell whether a family's result, or a part of it, is a file."""
    parts = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return (isinstance(template, Mapping) and "media" in template) or any(map(_has_files, parts))


def _check(schema: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Check the arguments of an order; a function as `when`, which only Python can bring, is no JSON data."""
    when = given.get("when")
    if callable(when):
        _check_function(when)
    check(schema, {name: value for name, value in given.items() if name != "when" or not callable(value)})


def _check_function(when: Callable[..., Any]) -> None:
    """Raise WrongOrderError for a function that cannot be asked about a body."""
    import inspect

    try:
        inspect.signature(when).bind({})
    except TypeError as error:
        raise WrongOrderError(f"when: expected a function of the body, such as lambda body: True; {error}") from None
    except ValueError:
        # A builtin may not say what it takes.
        return
