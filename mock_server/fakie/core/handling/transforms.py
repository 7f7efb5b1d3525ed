"""Transforms: what is made of a task once, or of a request at once; asked again, the same one answers."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from fakie.core.accounts import Account
from fakie.core.handling.parents import Parents
from fakie.core.http.messages import Request
from fakie.core.ports import Work
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.task import Task
from fakie.core.tasks.template import filled, found
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint
from fakie_schemas.schema.query import typed_arguments


class Transforms:
    """Answers by the state of the task that a transform is."""

    def __init__(self, parents: Parents, results: Results, runner: Runner) -> None:
        self._parents = parents
        self._results = results
        self._runner = runner

    def act(
        self, endpoint: FamilyEndpoint, body: Mapping[str, Any], work: Work, accept: Callable[[str | None], Task]
    ) -> tuple[Task, Outcome]:
        """Return the transform that a request asks for, made by `accept` if there is none, and what it answers.

        Raises Refused where nothing can be made.
        """
        parent = self._parents.of(endpoint, body, work)
        if parent is not None:
            facts = self._results.facts(parent)
            if any(found(name, facts) for name in endpoint.refuses):
                raise Refused("transform_refused")
        wanted = _id_of(endpoint, body, work.account) if endpoint.same else None
        known = self._parents.own_task(wanted, work) if wanted else None
        task = known or accept(wanted)
        return task, self._answer(endpoint, task, work, is_new=known is None)

    def new_id(self, endpoint: FamilyEndpoint, body: Mapping[str, Any], work: Work) -> str | None:
        """Return the id of what can be made once, or None for any; raises Refused where it has been made."""
        wanted = _id_of(endpoint, body, work.account) if endpoint.same else None
        if wanted and self._parents.own_task(wanted, work):
            raise Refused("task_conflict")
        return wanted

    def _answer(self, endpoint: FamilyEndpoint, task: Task, work: Work, *, is_new: bool) -> Outcome:
        state = task.poll(work.account.clock.now())
        self._runner.settle(work, task)
        work.save_task(task)
        answers = endpoint.makes.answers
        places = ("first" if is_new else state, state, "running", "success")
        answer = next(answers[place] for place in places if place in answers)
        facts = self._results.facts(task, state)
        return Outcome(filled(answer["situation"], facts), filled(answer.get("data"), facts), facts=facts)


def asked(request: Request, revision: Revision) -> dict[str, Any]:
    """Return the arguments of a request's query as its page's schema has them: what reads as a number is one."""
    schema = revision.request_schema
    given = {name: request.argument(name) for name in schema.get("properties", {})}
    return typed_arguments({name: text for name, text in given.items() if text is not None}, schema)


def _id_of(endpoint: FamilyEndpoint, body: Mapping[str, Any], account: Account) -> str:
    """Return the id of the one transform of its kind: equal requests of an account are the same."""
    what = [endpoint.name, account.handle, *(str(body.get(name, "")) for name in endpoint.same)]
    return sha256("\n".join(what).encode()).hexdigest()[:32]
