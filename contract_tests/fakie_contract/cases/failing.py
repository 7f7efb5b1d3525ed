"""Reporting a generated request that fails: it is shrunk where that costs nothing, and named by its replay id."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fakie_contract.cases.attempt import Attempt, situation_of
from fakie_contract.cases.replay import replay_id
from fakie_contract.http.client import NoAnswer
from fakie_contract.subjects import name_of
from fakie_contract.trial.money import judge_unread
from fakie_contract.trial.trial import NotProvokable, NotRun, Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import Difference

# An account that all cases share is kept below the rate of creates, so each try takes half a second there.
_TRIES, _SLOW_TRIES = 200, 20
# Where everything fails, the first few say enough.
_MOST_SHRUNK = 10


class Failing(Struct):
    """The failing requests of one model's generated cases that have been reported already, by target."""

    revision: Revision
    docs: str
    _reported: Counter[tuple[str, str]] = field(default_factory=Counter)

    def run(self, attempt: Attempt) -> Callable[[Trial], None]:
        """Return how a case of this body is tried."""
        return partial(self._run, attempt)

    def _run(self, attempt: Attempt, trial: Trial) -> None:
        try:
            attempt(trial)
            judge_unread(trial, more_follow=False)
        except NoAnswer:
            self._name(trial, attempt.body)
            raise
        if not _blamed(trial.own):
            return
        body = attempt.body
        if not trial.env.target.live and self._count(trial) < _MOST_SHRUNK:
            body = self._shrunk(attempt, trial)
        self._name(trial, body)

    def _count(self, trial: Trial) -> int:
        return sum(count for (url, _), count in self._reported.items() if url == trial.env.target.url)

    def _shrunk(self, attempt: Attempt, trial: Trial) -> Any:
        """Find the simplest body that fails; its findings take the place of the first ones."""
        # Only a failure needs hypothesis.
        from fakie_contract.cases.body.simpler import simplest

        tries = _Tries(attempt, trial, _TRIES if trial.account().own else _SLOW_TRIES)
        body = simplest(self.revision.plain_schema, attempt.body, tries, _TRIES)
        findings = tries.findings_of(body)
        if findings:
            _put(trial, findings)
            attempt = replace(attempt, body=body)
        name = replay_id(name_of(self.revision), attempt.body)
        self._reported[trial.env.target.url, name] += 1
        if self._reported[trial.env.target.url, name] > 1:
            _put(trial, [])
            raise NotRun("it fails as another generated request does, which is reported")
        return attempt.body

    def _name(self, trial: Trial, body: Any) -> None:
        docs = "" if self.docs == "pinned" else f"--docs {self.docs} "
        again = f"(replay: fakie test {docs}--replay {replay_id(name_of(self.revision), body)})"
        _put(trial, [replace(one, expected=f"{one.expected} {again}") for one in trial.own])


class _Tries:
    """Tells of a body whether it fails on the target in the way that is expected of it, without asking twice."""

    def __init__(self, attempt: Attempt, trial: Trial, count: int) -> None:
        self._attempt = attempt
        self._trial = trial
        self._left = count
        self._known: dict[str, Sequence[Difference]] = {}

    def __call__(self, body: Any) -> bool:
        return bool(self.findings_of(body))

    def findings_of(self, body: Any) -> Sequence[Difference]:
        """Return what is found when the body is sent; nothing for one that is about something else."""
        name = json.dumps(body)
        if name not in self._known:
            same = situation_of(self._attempt.revision, body) == self._attempt.situation
            self._known[name] = self._sent(body) if same and self._left > 0 else ()
        return self._known[name]

    def _sent(self, body: Any) -> Sequence[Difference]:
        self._left -= 1
        # A trial of its own: what a try finds is dropped unless nothing simpler fails.
        trial = Trial(self._trial.case_id, self._trial.env, self._trial.model)
        try:
            replace(self._attempt, body=body)(trial)
            judge_unread(trial, more_follow=False)
        except (NoAnswer, NotRun, NotProvokable):
            return ()
        finally:
            self._trial.codes |= trial.codes
            self._trial.seen |= trial.seen
        trial.tidy()
        return trial.differences if _blamed(trial.differences) else ()


def _blamed(differences: Sequence[Difference]) -> bool:
    return not all(one.fails_nobody for one in differences)


def _put(trial: Trial, findings: Sequence[Difference]) -> None:
    """Put findings in the place of the case's own; those of earlier cases are no matter of its body."""
    earlier = [one for one in trial.differences if one.case != trial.case_id]
    trial.differences[:] = [*earlier, *findings]
