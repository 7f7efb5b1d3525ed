"""The receiver suite for what is signed: signatures that are not the callback's own, and timestamps that are none."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import JSON_HEADER, signature, signed_headers
from fakie.harness.receiver_story import Story, task_of
from fakie.harness.receiver_verdicts import BY_PROBE, found, not_broken
from fakie_schemas.rules.difference import Difference

_HOUR = 3600
# Between a callback and what is made of it (s): both are fresh.
_SOON = 20
_Headers = tuple[tuple[str, str], ...]


def forged(story: Story) -> Iterator[Difference]:
    """Send a callback under signatures that are not its own, and under its own of an hour ago.

    One of them is that of another task, whose callback is sent before: a receiver may remember it as a good one.
    Without a key nothing can be told from a forgery, and nothing is sent.
    """
    another, good, now, key = story.end(), story.end(), story.now, story.receiver.webhook_key
    if key is None:
        return
    yield from story.take("before forgeries", another)
    forgeries = {**_forgeries(task_of(good), now, key), "another task's signature": another.headers}
    yield from _refused(story, {case: replace(good, headers=headers) for case, headers in forgeries.items()})
    old = replace(good, headers=signed_headers(task_of(good), now - _HOUR, key))
    yield from story.refuse("timestamp an hour old", old, "receiver.old")


def _refused(story: Story, forgeries: Mapping[str, Outgoing]) -> Iterator[Difference]:
    """Send forgeries, and judge that nothing was done for those that were refused."""
    before, is_told_of = story.work, False
    for case, forgery in forgeries.items():
        for one in story.refuse(case, forgery, "receiver.forged"):
            is_told_of = True
            yield one
    after = story.work
    if before != after and not is_told_of:
        got = f"a refusal, and work all the same: the probe gave {before!r}, then {after!r}"
        yield found("receiver.forged", story.named("refused forgeries"), got, situation=BY_PROBE)


def forged_failure(story: Story) -> Iterator[Difference]:
    """Send a failure under a wrong signature and under none."""
    yield from _forged_too(story, story.end("fail"), "a failure")


def forged_stages(story: Story) -> Iterator[Difference]:
    """Send each stage under a wrong signature and under none."""
    for name in story.stages:
        yield from _forged_too(story, story.stage(name), f"the stage {name}")


def _forged_too(story: Story, good: Outgoing, what: str) -> Iterator[Difference]:
    """Send another callback than that of a success, `what` it is, under a wrong signature and under none.

    Whoever looks at the signatures of successes alone takes everybody's word for failures and stages.
    """
    key = story.receiver.webhook_key
    if key is None:
        return
    forgeries = _forgeries(task_of(good), story.now, key)
    for case in ("wrong signature", "missing signature"):
        yield from story.refuse(f"{case} of {what}", replace(good, headers=forgeries[case]), "receiver.forged")


def forged_again(story: Story) -> Iterator[Difference]:
    """Send the other end of tasks that have ended, under signatures that are not its own."""
    done, failed = story.end(), story.end("fail")
    yield from _forged_again(story, done, story.end("fail", task_of(done)))
    yield from _forged_again(story, failed, story.end("success", task_of(failed)), " that failed")


def _forged_again(story: Story, ended: Outgoing, other: Outgoing, which: str = "") -> Iterator[Difference]:
    """Send an `other` end of a task that has `ended`, under a wrong signature and its own one with another moment.

    Whoever remembers tasks, or signatures, as verified lets by what comes under their names. One that looks for what it
    has done before it verifies may answer both as it answers what is repeated, as long as it does no work.
    """
    key, task_id, now = story.receiver.webhook_key, task_of(ended), story.now
    if key is None:
        return
    earlier = replace(ended, headers=signed_headers(task_id, now - _SOON, key))
    yield from story.take(f"before forgeries of its task{which}", earlier)
    before = story.work
    known = (JSON_HEADER, _timestamp(now), _signed(signature(task_id, now - _SOON, key)))
    cases = {"wrong signature of a known task": _forgeries(task_id, now, key)["wrong signature"]}
    cases |= {"known signature at another moment": known}
    post = story.receiver.post
    answers = {story.named(case + which): post(replace(other, headers=headers)) for case, headers in cases.items()}
    after = story.work
    (_, wrong), (case, answer) = answers.items()
    if before != after:
        got = f"work for what anybody could have sent: the probe gave {before!r}, then {after!r}"
        yield found("receiver.forged", story.named(f"forgeries of a known task{which}"), got, situation=BY_PROBE)
    elif answer.taken and not wrong.taken:
        yield found("receiver.forged", case, str(answer), situation=str(answer))
    for case, answer in answers.items():
        if not answer.taken:
            yield from not_broken(case, answer)


def timestamps(story: Story) -> Iterator[Difference]:
    """Send a callback with rightly signed timestamps that are no Unix seconds of about now, and with none."""
    good, now, key = story.end(), story.now, story.receiver.webhook_key
    if key is None:
        return
    task_id = task_of(good)
    odd = {"timestamp an hour ahead": str(now + _HOUR), "timestamp in milliseconds": f"{now}000"}
    odd |= {f"timestamp {text or 'empty'}": text for text in ("", "soon", "NaN", "1e999", "-1", "9" * 40)}
    told = {case: (_timestamp(text), _signed(signature(task_id, text, key))) for case, text in odd.items()}
    for case, headers in {**told, "no timestamp": (_signed(signature(task_id, now, key)),)}.items():
        yield from story.refuse(case, replace(good, headers=(JSON_HEADER, *headers)), "receiver.time")


def _forgeries(task_id: str, now: int, key: str) -> dict[str, _Headers]:
    near = {case: (JSON_HEADER, _timestamp(now), *text) for case, text in _near(signature(task_id, now, key)).items()}
    return {
        "wrong signature": signed_headers(task_id, now, key + "x"),
        "missing signature": (JSON_HEADER,),
        **near,
        "signature of no task": signed_headers("", now, key),
        # A receiver has one that reads a second key, for the time when keys change, and finds none.
        "signature with an empty key": signed_headers(task_id, now, ""),
        "another moment's signature": (JSON_HEADER, _timestamp(now), _signed(signature(task_id, now - 60, key))),
    }


def _near(right: str) -> dict[str, _Headers]:
    """Return the header of a signature that a careless comparison takes for the right one, by its case."""
    texts = {
        "empty signature": "",
        "start of the signature": right[:8],
        # In front: what follows the padding is passed over by many a decoder, which then compares the right bytes.
        "more before the signature": f"A{right}",
        "signature in another case": right.swapcase(),
    }
    return {"timestamp without a signature": (), **{case: (_signed(text),) for case, text in texts.items()}}


def _timestamp(text: object) -> tuple[str, str]:
    return "X-Webhook-Timestamp", str(text)


def _signed(text: str) -> tuple[str, str]:
    return "X-Webhook-Signature", text
