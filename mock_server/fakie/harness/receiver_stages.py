"""The receiver suite for endpoints of families: their callbacks in their stages, lost, doubled, late, out of order."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

from msgspec import Struct

from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from fakie.harness.receiver import Receiver
from fakie.harness.receiver_signatures import forged, forged_again, forged_too, odd_timestamps
from fakie.harness.receiver_verdicts import (
    malformed,
    must_survive,
    must_take,
    must_take_again,
    outgoing_of,
    repeated,
    repeated_later,
    task_of,
    unchanged,
)
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.rules.difference import Difference
from fakie_schemas.selection import is_meant


class Story(Struct, frozen=True):
    """The callbacks of one endpoint's tasks, as its family writes them, for one receiver."""

    endpoint: str
    receiver: Receiver
    fake: Fake

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages before the end, in their order."""
        return tuple(stage.name for stage in endpoints()[self.endpoint].makes.stages)

    def end(self, outcome: str = "success", task_id: str | None = None) -> Outgoing:
        """Write the callback of an end: of a new task, or of one that was told of before."""
        return self._written(outcome, "", task_id)

    def stage(self, name: str, task_id: str | None = None) -> Outgoing:
        """Write the callback of a stage."""
        return self._written("success", name, task_id)

    def named(self, case: str) -> str:
        """Return a case's name with that of the endpoint."""
        return f"{self.endpoint}: {case}"

    def take(self, case: str, outgoing: Outgoing) -> Generator[Difference, None, bool]:
        """Send a callback that must be taken; returns whether it was."""
        return (yield from must_take(self.receiver, self.named(case), outgoing))

    def unchanged(self, rule: str, case: str, outgoing: Outgoing, send: Any = must_take) -> Iterator[Difference]:
        """Send something after which the probe must give what it gave before."""
        yield from unchanged(self.receiver, rule, self.named(case), outgoing, send)

    def _written(self, outcome: str, stage: str, task_id: str | None) -> Outgoing:
        key = self.receiver.webhook_key
        written = self.fake.signed_callback(outcome, webhook_key=key, model=self.endpoint, stage=stage, task_id=task_id)
        return outgoing_of(self.receiver, tuple(written.headers.items()), written.content)


class EndpointCase(Struct, frozen=True):
    """One thing to try with the callbacks of one endpoint."""

    name: str
    endpoint: str
    run: Callable[[Story], Iterator[Difference]]

    def __call__(self, receiver: Receiver, fake: Fake) -> Iterator[Difference]:
        """Try it on a receiver."""
        yield from self.run(Story(self.endpoint, receiver, fake))


def cases_of(endpoint: str) -> list[EndpointCase]:
    """Return what a receiver of an endpoint's callbacks is tried with."""
    staged = bool(endpoints()[endpoint].makes.stages)
    runs = (*_EVERY, *(_STAGED if staged else ()))
    return [EndpointCase(f"{endpoint}:{run.__name__.replace('_', ' ')}", endpoint, run) for run in runs]


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


def _success(story: Story) -> Iterator[Difference]:
    yield from _whole(story, story.stages)


def _whole(story: Story, stages: tuple[str, ...], outcome: str = "success", case: str = "") -> Iterator[Difference]:
    """Send some stages of one task, and its end."""
    end = story.end(outcome)
    for name in stages:
        yield from story.take(f"{case}stage {name}", story.stage(name, task_of(end)))
    yield from story.take(f"{case}{outcome}", end)


def _failure(story: Story) -> Iterator[Difference]:
    yield from story.take("failure", story.end("fail"))


def _duplicate(story: Story) -> Iterator[Difference]:
    yield from repeated(story.receiver, story.end(), int(story.fake.receivers_now()), story.named)
    yield from repeated_later(story.receiver, story.end(), story.end(), story.named)


def _forged(story: Story) -> Iterator[Difference]:
    another, good = story.end(), story.end()
    yield from forged(story.receiver, good, another, int(story.fake.receivers_now()), story.named)


def _forged_failure(story: Story) -> Iterator[Difference]:
    now = int(story.fake.receivers_now())
    yield from forged_too(story.receiver, story.end("fail"), "a failure", now, story.named)


def _forged_again(story: Story) -> Iterator[Difference]:
    done, failed, now = story.end(), story.end("fail"), int(story.fake.receivers_now())
    yield from forged_again(story.receiver, done, story.end("fail", task_of(done)), now, story.named)
    better = story.end("success", task_of(failed))
    yield from forged_again(story.receiver, failed, better, now, lambda case: story.named(f"{case} that failed"))


def _failure_twice(story: Story) -> Iterator[Difference]:
    now = int(story.fake.receivers_now())
    yield from repeated(story.receiver, story.end("fail"), now, lambda case: story.named(f"failure, {case}"))


def _forged_stages(story: Story) -> Iterator[Difference]:
    now = int(story.fake.receivers_now())
    for name in story.stages:
        yield from forged_too(story.receiver, story.stage(name), f"the stage {name}", now, story.named)


def _timestamps(story: Story) -> Iterator[Difference]:
    yield from odd_timestamps(story.receiver, story.end(), int(story.fake.receivers_now()), story.named)


def _failure_after_success(story: Story) -> Iterator[Difference]:
    done = story.end()
    if (yield from story.take("success before a failure", done)):
        failed = story.end("fail", task_of(done))
        yield from story.unchanged("receiver.ended", "failure after success", failed, must_survive)


def _malformed(story: Story) -> Iterator[Difference]:
    yield from malformed(story.receiver, story.end(), story.named)


def _unknown_task(story: Story) -> Iterator[Difference]:
    yield from must_survive(story.receiver, story.named("unknown task"), story.end(task_id="0" * 31 + "1"))


def _stage_lost(story: Story) -> Iterator[Difference]:
    for lost in story.stages:
        left = tuple(name for name in story.stages if name != lost)
        yield from _whole(story, left, case=f"without the stage {lost}, ")


def _stage_twice(story: Story) -> Iterator[Difference]:
    end = story.end()
    for name in story.stages:
        again = story.stage(name, task_of(end))
        if (yield from story.take(f"stage {name}, first of two", again)):
            yield from story.unchanged("receiver.repeats", f"stage {name} twice", again, must_take_again)
    yield from story.take("success after stages that came twice", end)


def _stages_out_of_order(story: Story) -> Iterator[Difference]:
    yield from _whole(story, story.stages[::-1], case="out of order, ")


def _stage_after_the_end(story: Story) -> Iterator[Difference]:
    end = story.end()
    has_ended = yield from story.take("success before its stages", end)
    for name in story.stages if has_ended else ():
        late = story.stage(name, task_of(end))
        yield from story.unchanged("receiver.late_stage", f"stage {name} after the end", late)


def _failure_after_a_stage(story: Story) -> Iterator[Difference]:
    for count in range(1, len(story.stages) + 1):
        yield from _whole(story, story.stages[:count], "fail", f"after {count} stages, ")


_Run = Callable[[Story], Iterator[Any]]
_EVERY: tuple[_Run, ...] = (
    _success,
    _forged,
    _duplicate,
    _failure,
    _forged_failure,
    _forged_again,
    _failure_twice,
    _failure_after_success,
    _malformed,
    _unknown_task,
    _timestamps,
)
_STAGED: tuple[_Run, ...] = (
    _stage_lost,
    _stage_twice,
    _stages_out_of_order,
    _stage_after_the_end,
    _failure_after_a_stage,
    _forged_stages,
)
