"""Running cases: each ends held, with findings, not provokable, or not run; none hides another."""

import os
import time
from contextlib import suppress
from math import inf

from msgspec import Struct

from fakie_contract.cases.case import Case
from fakie_contract.http.client import NoAnswer
from fakie_contract.purse.ledger import LedgerBroken, is_running
from fakie_contract.purse.purse import MAY_COST
from fakie_contract.report.result import Ending, Result
from fakie_contract.report.scope import FREE, FULL, PAID, Scope
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.money import judge_unread
from fakie_contract.trial.reachable import answers_again, why_useless
from fakie_contract.trial.trial import NotProvokable, NotRun, OutsideScope, Trial
from fakie_schemas.errors import FakieError
from fakie_schemas.shortening import cut

_SILENT_CASES = 3
# After so many cases with findings one after the other the target is looked at, and then after twice as many each time.
_FAILED_CASES = 3
_ASKED_SECONDS = 0.1
_NO_LEVERS = "only a fake with levers (its switches under /_fakie/) can be brought to it"
_NOT_FREE = "it is not free, and the scope of the run is"
_NOT_PAID = "it needs levers, and the scope of the run is what any target can be brought to"


class RunEnded(FakieError):
    """The run is over, and no further case is begun; the text says why."""


class Engine:
    """Runs cases against one target; gives up on a target that stays silent."""

    def __init__(self, env: Environment, parent: int | None = None, scope: Scope = FULL) -> None:
        self._env = env
        self._scope = scope
        # When whoever started the run is gone, killed perhaps, nothing more is to be sent.
        self._parent = parent or os.getpid()
        self._silent = 0
        # Whether a silent target was found to answer, and no case has been answered since.
        self._has_waited = False
        self._failed = 0
        self._looks_at = _FAILED_CASES
        self._useless = ""
        # When it was looked whether that process runs (monotonic s).
        self._asked = -inf

    def run(self, case: Case, *, more_follow: bool = False) -> Result:
        """Run one case to its result, whatever happens in it; those that `more_follow` may be judged together with."""
        started = time.monotonic()
        trial = Trial(case.id, self._env, case.model, case.refused_as, free=case.cost == "free")
        try:
            ended = self._tried(case, trial, more_follow=more_follow)
        except (RunEnded, LedgerBroken) as why:
            ended = _Ended("not_run", str(why), stopped=True)
        with suppress(NoAnswer, NotProvokable, NotRun):
            # Also where this case was not begun: those before it may wait for what it would have read.
            judge_unread(trial, more_follow=more_follow and not ended.stopped)
            trial.tidy()
        self._look_again(ended)
        return Result.of_case(
            case,
            ended.ending,
            ended.reason,
            outside=ended.outside,
            stopped=ended.stopped,
            findings=tuple(trial.differences),
            emitted=tuple(sorted(trial.codes)),
            seen=tuple(sorted(trial.seen)),
            seconds=round(time.monotonic() - started, 4),
        )

    def _look_again(self, ended: "_Ended") -> None:
        """Look whether a target where cases fail refuses whatever is asked; at a fake that would meet orders.

        One that gave no answer several times may have been started anew: then cases are answered again.
        """
        if ended.ending == "held":
            self._failed, self._looks_at = 0, _FAILED_CASES
        self._failed += ended.ending == "findings"
        if ended.ending == "findings" and self._silent >= _SILENT_CASES and not self._has_waited:
            self._has_waited = True
            self._silent = 0 if answers_again(self._env.target) else self._silent
        if self._failed >= self._looks_at and self._env.levers is None:
            self._looks_at *= 2
            self._useless = why_useless(self._env.target, self._env.profile, self._env.deadline)

    def _tried(self, case: Case, trial: Trial, *, more_follow: bool) -> "_Ended":
        if time.monotonic() > self._env.deadline or not self._is_wanted():
            raise RunEnded("the run has reached its time limit, or was ended")
        outside = self._outside(case)
        if outside is not None:
            return outside
        if self._useless:
            raise RunEnded(self._useless)
        if self._silent >= _SILENT_CASES:
            return _Ended("not_run", f"the target gave no answer in {_SILENT_CASES} cases one after the other")
        not_begun = self._why_not(case)
        if not_begun:
            return _Ended("not_run", not_begun)
        stopped = self._run_whole(case, trial, more_follow=more_follow)
        if not all(one.fails_nobody for one in trial.own):
            return _Ended("findings")
        return stopped or _Ended("held")

    def _is_wanted(self) -> bool:
        """Tell whether whoever started the run still runs; where nothing can cost that is not asked at each case."""
        now = time.monotonic()
        if self._env.target.live or now - self._asked > _ASKED_SECONDS:
            if not is_running(self._parent):
                return False
            self._asked = now
        return True

    def _outside(self, case: Case) -> "_Ended | None":
        """Say why a case lies outside the scope of the run, or None where it does not."""
        if case.needs_levers and self._env.levers is None:
            return _Ended("not_provokable", _NO_LEVERS, outside=self._scope != FULL)
        if case.cost == "may_cost" and not self._env.target.may_cost:
            return _Ended("not_run", MAY_COST, outside=True)
        if self._scope == FREE and (case.cost == "may_cost" or case.needs_levers):
            return _Ended("not_run", _NOT_FREE, outside=True)
        if case.needs_levers and self._scope == PAID:
            return _Ended("not_run", _NOT_PAID, outside=True)
        return None

    def _why_not(self, case: Case) -> str:
        """Say why a case is not begun on a live target; empty when it is."""
        purse = self._env.purse
        if purse is None:
            return ""
        if not purse.ledger.claim(purse.run, case.id):
            return "it was begun before in this run, perhaps by another process; what may cost is never repeated"
        return purse.why_over

    def _run_whole(self, case: Case, trial: Trial, *, more_follow: bool) -> "_Ended | None":
        """Run a case to its end, or to what stopped it: the ending and why, unless that is a finding."""
        try:
            _run(case, trial, more_follow=more_follow)
        except NoAnswer as silence:
            self._silent += 1
            if not trial.differences:
                trial.find("answer.none", str(silence), "")
        except NotProvokable as why:
            return _Ended("not_provokable", str(why), outside=isinstance(why, OutsideScope) and self._scope != FULL)
        except NotRun as why:
            return _Ended("not_run", str(why), outside=str(why) == MAY_COST)
        except LedgerBroken:
            raise
        except Exception as error:  # noqa: BLE001 - an odd answer must become a finding, not end the other cases
            trial.find("answer.odd", f"{type(error).__name__}: {cut(str(error), 300)}", "")
        else:
            self._silent, self._has_waited = 0, False
        return None


def _run(case: Case, trial: Trial, *, more_follow: bool) -> None:
    """Run a case, and judge what its refused creates have cost, whatever has ended it."""
    try:
        case.run(trial)
    except Exception:
        judge_unread(trial, more_follow=False)
        raise
    judge_unread(trial, more_follow=more_follow)


class _Ended(Struct, frozen=True):
    """How a case ended and why.

    `outside`: what it is about lies outside the scope of the run. `stopped`: the run is over.
    """

    ending: Ending
    reason: str = ""
    outside: bool = False
    stopped: bool = False
