"""The cases of the receiver suite: every callback of models that may come, and forgeries of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from json import dumps
from typing import Any

from fakie.core.ports import Outgoing
from fakie.harness.probed_values import moves
from fakie.harness.receiver import OutOfTime, Receiver, ReceiverAnswer
from fakie.harness.receiver_ends import duplicate, failure_after_success, failure_twice, malformed, unknown_task
from fakie.harness.receiver_signatures import forged, forged_again, forged_failure, timestamps
from fakie.harness.receiver_stages import OF_ENDPOINTS, OF_STAGES
from fakie.harness.receiver_story import Story
from fakie.harness.receiver_verdicts import BY_PROBE, found, taken
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.rules.difference import Difference

Case = Callable[[], Iterator[Difference]]


def cases_of(story: Story) -> Iterator[tuple[str, Case]]:
    """Yield each case of a story, with its name for people."""
    of_endpoint = (*OF_ENDPOINTS, *(OF_STAGES if story.stages else ()))
    for run in of_endpoint if story.endpoint else _OF_MODELS:
        yield story.named(run.__name__.strip("_").replace("_", " ")), partial(run, story)


def _success(story: Story) -> Iterator[Difference]:
    yield from _in_each_shape(story, "success", "success")


def _failure(story: Story) -> Iterator[Difference]:
    yield from _in_each_shape(story, "failure", "fail")


def _in_each_shape(story: Story, case: str, outcome: str) -> Iterator[Difference]:
    for date in callback_shapes():
        name = case if date == served_shape().date else f"{case} as of {date}"
        yield from _worked(story, name, partial(story.end, outcome, shape=date), outcome)


def _worked(
    story: Story, case: str, write: Callable[[], Outgoing], outcome: str = "success", *, slowly: bool = False
) -> Iterator[Difference]:
    """Send an end that must be taken, and judge that it is worked on if a plain one is.

    Whoever answers first, or whatever its own errors are, hides by its answer that it could not read this one.
    """
    before = story.work
    findings = list(story.take(case, write(), slowly=slowly))
    yield from findings
    if story.receiver.probe is None or findings or story.work != before:
        return
    # Twice: whoever works on several at a time shows nothing of most, whatever they are.
    if all(not _moves(story, write()) and _moves(story, story.end(outcome)) for _ in range(2)):
        got = f"a 2xx, and no work: the probe gave {before!r} before and after"
        yield found("receiver.undone", case, got, situation=BY_PROBE)


def _moves(story: Story, outgoing: Outgoing) -> bool:
    before = story.work
    story.receiver.post(outgoing)
    return bool(story.work != before)


def _slow_network(story: Story) -> Iterator[Difference]:
    yield from _worked(story, "slow network", story.end, slowly=True)


def _unknown_keys(story: Story) -> Iterator[Difference]:
    def add(body: dict[str, Any]) -> None:
        body["traceId"] = "8f2c"
        body["data"] |= {"priority": 3, "labels": ["a"], "usage": {"tokens": None}}

    yield from _worked(story, "unknown keys", partial(story.changed, add))


def _text_result(story: Story) -> Iterator[Difference]:
    result = {"resultObject": {"text": "what was said, 音频", "language_code": "en", "words": []}}

    def tell(body: dict[str, Any]) -> None:
        body["data"]["resultJson"] = dumps(result, ensure_ascii=False)

    yield from story.take("a text for a result", story.changed(tell))


def _at_once(story: Story) -> Iterator[Difference]:
    receiver, before = story.receiver, story.work
    yield from story.take("before two at once", story.end())
    once, outgoing = story.work, story.end()
    answers: list[ReceiverAnswer] = []
    threads = [threading.Thread(target=_post_into, args=(receiver, outgoing, answers)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < len(threads):
        raise OutOfTime
    rule = "receiver.again" if any(answer.taken for answer in answers) else "receiver.takes"
    for answer in answers:
        yield from taken(receiver, "two at once", answer, rule=rule)
    for one, two in moves(before, once, story.work):
        # Whoever works on several at a time shows one of them, or none: nothing can be said of that.
        if two > one > 0:
            got = f"the probe moved by {one:g} for one delivery, and by {two:g} for two of one task at once"
            yield found("receiver.repeats", "two at once", got, situation=BY_PROBE)
            return


def _post_into(receiver: Receiver, outgoing: Outgoing, answers: list[ReceiverAnswer]) -> None:
    with suppress(OutOfTime):
        answers.append(receiver.post(outgoing))


# What a receiver is for and what endangers it come first: a slow one is not sent all.
_OF_MODELS = (
    _success,
    forged,
    duplicate,
    _failure,
    forged_failure,
    forged_again,
    failure_twice,
    _at_once,
    failure_after_success,
    _text_result,
    _unknown_keys,
    malformed,
    unknown_task,
    _slow_network,
    timestamps,
)
