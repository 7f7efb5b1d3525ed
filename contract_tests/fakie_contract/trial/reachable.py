"""Whether a target answers as the API does at all: before its first case, and when cases fail one after the other."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress

from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.exchange import Answer, printable, shown
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.json_values import NOT_JSON
from fakie_contract.http.levers import upstream_of
from fakie_contract.http.target import Target
from fakie_contract.secrets.secrecy import Secrecy
from fakie_contract.trial.environment import free_requests, is_denied
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.pace import asked_pause
from fakie_schemas.shortening import cut

_REDIRECTS = range(300, 400)
# Between looks at a target that fails (s), unless it asks for more; and how long (s) a silent one has for its answer.
_PAUSES = (1.0, 4.0)
_LONGEST_PAUSE = 30.0
_SHORT = 2.0
# What a target may have come to in the middle of a run, where all that is asked is answered so.
_COME_TO = {
    "unauthorized": "refuses the key, which it took when the run began",
    "rate_limited": "refuses whatever is asked as too much",
    "maintenance": "is under maintenance, whatever is asked",
    "server_error": "answers with an error of its own, whatever is asked",
}


def is_in_front_of_live(target: Target) -> bool:
    """Tell whether a loopback target is a recorder in front of a live one; raises CannotRun when it does not answer."""
    with closing(Client(target.url)) as client:
        try:
            return bool(upstream_of(client))
        except NoAnswer as error:
            raise _unreachable(target, error) from None


def check_reachable(target: Target, seconds: float = 10.0) -> None:
    """Raise CannotRun, with the reason on one line, unless the target answers some free request with a JSON object."""
    answers: list[Answer] = []
    with closing(Client(target.url, seconds)) as client:
        try:
            for request in free_requests(target):
                answers.append(client.send(request))
                if isinstance(answers[-1].json, dict):
                    return
        except NoAnswer as error:
            raise _unreachable(target, error) from None
    raise CannotRun(f"{target.url}: expected JSON objects, as the API answers; {_instead(answers[-1])}")


def refuses_key(target: Target, profile: Profile) -> bool:
    """Tell whether a target says that the key is none, whatever is asked: nothing would tell of anything else."""
    __tracebackhide__ = True
    with closing(Client(target.url)) as client:
        return all(is_denied(client, request, profile) for request in free_requests(target))


def why_useless(target: Target, profile: Profile, deadline: float) -> str:
    """Return why a target tells nothing of the contract any more; empty where it tells one request from another.

    It is looked at again after a while, as late as it wishes: it may have been started anew. After `deadline`
    (monotonic s) no pause begins, and none lasts longer.
    """
    __tracebackhide__ = True
    with closing(Client(target.url)) as client:
        for pause in (*_PAUSES, None):
            try:
                first, *others = (client.send(request) for request in free_requests(target))
            except NoAnswer:
                # Cases that get no answer end the run by themselves.
                return ""
            why = _useless(target, profile, first, others)
            left = deadline - time.monotonic()
            if not why or pause is None or left <= 0:
                break
            time.sleep(min(left, max(pause, asked_pause(first.headers.get("retry-after", ""), _LONGEST_PAUSE))))
    return why


def answers_again(target: Target) -> bool:
    """Tell whether a target that gave no answer gives one after a while."""
    __tracebackhide__ = True
    with closing(Client(target.url, _SHORT)) as client:
        for pause in _PAUSES:
            time.sleep(pause)
            with suppress(NoAnswer):
                client.send(free_requests(target)[0])
                return True
    return False


def _useless(target: Target, profile: Profile, first: Answer, others: Sequence[Answer]) -> str:
    """Say what a target answers whatever is asked; empty where it tells one request from another."""
    if any((answer.status, answer.code) != (first.status, first.code) for answer in others):
        return ""
    if not isinstance(first.json, dict):
        return f"{target.url}: {_instead(first)}, whatever is asked"
    for situation, words in _COME_TO.items():
        code = profile.row(situation, "credit").code
        if code in (first.code, first.status):
            return f"{target.url} {words} (code {code})"
    return ""


def _unreachable(target: Target, error: NoAnswer) -> CannotRun:
    return CannotRun(f"{target.url}: {error}; is it the right URL, and does the target run?")


def _instead(answer: Answer) -> str:
    if answer.status in _REDIRECTS:
        return f"it redirects (HTTP {answer.status}) to {_cleaned(answer.headers.get('location', 'nowhere'), 200)}"
    kind = _cleaned(answer.headers.get("content-type", "no content type"), 100)
    found = "no JSON" if answer.json is NOT_JSON else "JSON of another kind"
    start = _cleaned(answer.body.decode("utf-8", "replace"), 60)
    return f"it answered HTTP {answer.status} with {kind}: {found}, starting {shown(start)}"


def _cleaned(text: str, limit: int) -> str:
    """Cut a text of the target's once the key is out: half of it would not be known as such."""
    return cut(printable(Secrecy().of_text(text)), limit)
