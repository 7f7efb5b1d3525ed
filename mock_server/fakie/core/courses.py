"""The courses of tasks: as usual, which is found once for all tasks of a model, or as ordered."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from fakie.core.settings import Settings
from fakie.core.tasks import rendering
from fakie.core.tasks.plans import Plan, PlanOrder
from fakie.core.tasks.quirks import Quirk
from fakie.core.tasks.result_order import ResultOrder
from fakie_schemas.catalog.profile import Failure, Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint


class TaskCourse:
    """How a task goes, with which words it fails, what is odd about its callback, and what it results in, if ordered.

    `added` is what `param` shows though nobody sent it; `shows_charge` whether the record tells it while the task runs.
    """

    def __init__(
        self,
        plan: Plan,
        failure: Failure,
        added: Mapping[str, Any],
        shows_charge: bool,
        quirk: Quirk = "",
        result: ResultOrder | None = None,
    ) -> None:
        self.plan = plan
        self.failure = failure
        self.added = added
        self.shows_charge = shows_charge
        self.quirk = quirk
        self.result = result


class TaskCourses:
    """Finds courses by profile and settings."""

    def __init__(self, profile: Profile, settings: Settings) -> None:
        self._profile = profile
        self._settings = settings
        # By model, of which there are no more than the catalogue has: others make no tasks.
        self._usual: dict[str, dict[str, TaskCourse]] = {}

    def usual(self, endpoint: FamilyEndpoint, model: str) -> TaskCourse:
        """Return how a task goes where nobody orders how; it has a plan of all tasks of its model."""
        usual = self._usual.setdefault(endpoint.name, {})
        found = usual.get(model)
        if found is None:
            habits = self._profile.habits
            plan = self._plan(endpoint, model, PlanOrder())
            shows_charge = habits.charge_shown(model, Decimal(1)) > 0
            failure = rendering.usual_failure(endpoint.makes, self._profile.default_failure)
            found = TaskCourse(plan, failure, habits.added_to(model), shows_charge)
            # One object for all that go alike, so that a request finds it in the processor's caches.
            found = next((one for one in list(usual.values()) if one == found), found)
            usual[model] = found
        return found

    def ordered(
        self, endpoint: FamilyEndpoint, model: str, order: PlanOrder, revision: Revision, body: Mapping[str, Any]
    ) -> TaskCourse:
        """Return how a task goes that was ordered to go so."""
        job, usual = endpoint.makes, self.usual(endpoint, model)
        failure = rendering.failure(job, usual.failure, order.words, self._profile) if order.failure else usual.failure
        if job.fallback and rendering.saved_by_fallback(job, failure, {**revision.defaults, **body}):
            order = replace(order, failure=None)
        plan = self._plan(endpoint, model, order)
        return TaskCourse(plan, failure, usual.added, usual.shows_charge, order.quirk, order.result)

    def _plan(self, endpoint: FamilyEndpoint, model: str, order: PlanOrder) -> Plan:
        job, measured = endpoint.makes, self._settings.latency == "observed"
        steps = self._profile.habits.steps(model, measured=measured, of_family=endpoint.page != BY_MODEL)
        if job.plan:
            longer = steps[-1][1] / (job.plan[-1][1] or 1)
            steps = tuple((state, age * longer) for state, age in job.plan)
        return order.plan(steps, self._settings.speed)
