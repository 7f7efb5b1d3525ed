"""The cases of the receiver suite for all that call back: ends that come again, contradict, are broken or nobody's."""

from collections.abc import Iterator

from msgspec.structs import replace

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signed_headers
from fakie.harness.receiver_story import Story, task_of
from fakie_schemas.rules.difference import Difference

# Between two deliveries of one callback (s).
_MOMENT = 5


def duplicate(story: Story) -> Iterator[Difference]:
    """Send a success twice, and another one twice with that of another task in between: a retry comes later."""
    yield from _repeated(story, story.end())
    outgoing, another = story.end(), story.end()
    is_first = not (yield from story.take("before another task's", outgoing))
    yield from story.take("another task's", another)
    if not is_first:
        again = "duplicate after another task's"
        yield from story.unchanged("receiver.repeats", again, outgoing, story.take_again)


def failure_twice(story: Story) -> Iterator[Difference]:
    """Send a failure twice."""
    yield from _repeated(story, story.end("fail"), "failure, ")


def _repeated(story: Story, outgoing: Outgoing, which: str = "") -> Iterator[Difference]:
    """Send a callback twice as some seconds ago, and where it is signed once more as now.

    Each delivery is signed when it is sent, so that the last one has another signature.
    """
    key = story.receiver.webhook_key
    earlier = replace(outgoing, headers=signed_headers(task_of(outgoing), story.now - _MOMENT, key))
    if not (yield from story.take(f"{which}first of two", earlier)):
        return
    yield from story.unchanged("receiver.repeats", f"{which}duplicate", earlier, story.take_again)
    if key is not None:
        again = f"{which}duplicate signed anew"
        yield from story.unchanged("receiver.repeats", again, outgoing, story.take_again)


def failure_after_success(story: Story) -> Iterator[Difference]:
    """Send a failure of a task that has succeeded."""
    done = story.end()
    if (yield from story.take("success before a failure", done)):
        failed = story.end("fail", task_of(done))
        yield from story.unchanged("receiver.ended", "failure after success", failed, story.survive)


def malformed(story: Story) -> Iterator[Difference]:
    """Send what is left of a callback whose body is broken, gone or empty."""
    good = story.end()
    for case, body in (("broken JSON", good.body[:-20]), ("no body", b""), ("no data", b'{"code":200,"msg":"x"}')):
        yield from story.survive(case, replace(good, body=body))


def unknown_task(story: Story) -> Iterator[Difference]:
    """Send an end of a task that nobody has asked for."""
    yield from story.survive("unknown task", story.end(task_id="0" * 31 + "1"))
