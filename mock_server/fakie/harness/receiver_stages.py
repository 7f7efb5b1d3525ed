"""The receiver suite for endpoints of families: their callbacks in their stages, lost, doubled, late, out of order."""

from collections.abc import Iterator

from fakie.harness.receiver_ends import duplicate, failure_after_success, failure_twice, malformed, unknown_task
from fakie.harness.receiver_signatures import forged, forged_again, forged_failure, forged_stages, timestamps
from fakie.harness.receiver_story import Story, task_of
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.rules.difference import Difference
from fakie_schemas.selection import is_meant


def calling_back() -> tuple[str, ...]:
    """Return the endpoints of families whose tasks call back in words of their own."""
    return tuple(name for name, one in endpoints().items() if one.job and one.kind == "create" and one.job.callbacks)


def named_endpoints(text: str) -> tuple[str, ...]:
    """Return the endpoints that names and patterns with commas between name; raises ConfigurationError for none.

    An empty text names none: the callbacks are those of models then.
    """
    found = tuple(name for name in calling_back() if is_meant(name, text))
    if text and not found:
        near = ", ".join(calling_back()[:3])
        raise ConfigurationError(f"no endpoint that calls back is called {text[:80]!r}; there are for example: {near}")
    return found


def success(story: Story) -> Iterator[Difference]:
    """Send all stages of a task, and its success."""
    yield from _whole(story, story.stages)


def _whole(story: Story, stages: tuple[str, ...], outcome: str = "success", case: str = "") -> Iterator[Difference]:
    """Send some stages of one task, and its end."""
    end = story.end(outcome)
    for name in stages:
        yield from story.take(f"{case}stage {name}", story.stage(name, task_of(end)))
    yield from story.take(f"{case}{outcome}", end)


def failure(story: Story) -> Iterator[Difference]:
    """Send a failure."""
    yield from story.take("failure", story.end("fail"))


def _stage_lost(story: Story) -> Iterator[Difference]:
    for lost in story.stages:
        left = tuple(name for name in story.stages if name != lost)
        yield from _whole(story, left, case=f"without the stage {lost}, ")


def _stage_twice(story: Story) -> Iterator[Difference]:
    end = story.end()
    for name in story.stages:
        again = story.stage(name, task_of(end))
        if (yield from story.take(f"stage {name}, first of two", again)):
            yield from story.unchanged("receiver.repeats", f"stage {name} twice", again, story.take_again)
    yield from story.take("success after stages that came twice", end)


def _stages_out_of_order(story: Story) -> Iterator[Difference]:
    yield from _whole(story, story.stages[::-1], case="out of order, ")


def _stage_after_the_end(story: Story) -> Iterator[Difference]:
    end = story.end()
    has_ended = yield from story.take("success before its stages", end)
    for name in story.stages if has_ended else ():
        late = story.stage(name, task_of(end))
        yield from story.unchanged("receiver.late_stage", f"stage {name} after the end", late, story.take)


def _failure_after_a_stage(story: Story) -> Iterator[Difference]:
    for count in range(1, len(story.stages) + 1):
        yield from _whole(story, story.stages[:count], "fail", f"after {count} stages, ")


OF_ENDPOINTS = (
    success,
    forged,
    duplicate,
    failure,
    forged_failure,
    forged_again,
    failure_twice,
    failure_after_success,
    malformed,
    unknown_task,
    timestamps,
)
OF_STAGES = (
    _stage_lost,
    _stage_twice,
    _stages_out_of_order,
    _stage_after_the_end,
    _failure_after_a_stage,
    forged_stages,
)
