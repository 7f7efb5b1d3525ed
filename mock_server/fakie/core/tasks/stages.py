"""The stages of a task at which its family calls back before the end."""

from fakie.core.tasks.plans import TimedPlan
from fakie.core.tasks.rendering import job_of
from fakie.core.tasks.task import Task


def of(task: Task) -> tuple[str, ...]:
    """Return the names of a task's stages, in order; none where its callback comes at the end alone."""
    return tuple(stage.name for stage in job_of(task).stages)


def ages(task: Task) -> tuple[float, ...]:
    """Return the ages, in seconds, at which time alone brings a task to its stages."""
    states = {stage.state for stage in job_of(task).stages}
    steps = task.plan.steps if states and isinstance(task.plan, TimedPlan) else ()
    return tuple(age for state, age in steps if state in states)


def reached(task: Task, state: str) -> tuple[str, ...]:
    """Return the stages that a task in this state has come to: all once it has succeeded, no new one if it failed."""
    job, names = job_of(task), of(task)
    if not names:
        return ()
    order = [name for name, _ in job.plan]
    if state == order[-1]:
        return names
    if state not in order:
        return names[: task.staged]
    return tuple(stage.name for stage in job.stages if order.index(stage.state) <= order.index(state))
