"""Result files: what a finished task's URLs give, until they expire."""

from fakie.core.messages import Request
from fakie.core.parts import Parts
from fakie.core.situations import Outcome, Refused

PREFIX = "/results/"


def show_result(request: Request, parts: Parts) -> Outcome:
    """Give the file of a finished task; raises Refused when there is none, or no longer."""
    if request.method not in {"GET", "HEAD"}:
        raise Refused("result_gone", reason=f"results are read by GET, not {request.method}")
    name = request.path.removeprefix(PREFIX)
    task = parts.store.task(name.partition(".")[0])
    account = parts.store.account(task.account) if task else None
    media = parts.media.media_for(task.model) if task else None
    if task is None or account is None or media is None or name != task.id + media.suffix:
        raise Refused("result_gone", reason="no task has this result")
    now = account.clock.now()
    if task.state(now) != "success" or task.end is None:
        raise Refused("result_gone", reason="the task has not succeeded")
    kept = parts.profile.fact("result_seconds")
    if now - task.end.at > kept:
        raise Refused("result_gone", reason=f"it expired {kept / 3600:g} h after the task ended")
    return Outcome("result_shown", media)
