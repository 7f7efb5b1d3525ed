"""The callbacks that a receiver is tried with: written as the fake sends them, and what each must be answered."""

from collections.abc import Callable, Generator, Iterator
from json import dumps, loads
from typing import Any

from msgspec import Struct

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signed_headers
from fakie.harness.fake import Fake
from fakie.harness.receiver import Receiver
from fakie.harness.receiver_verdicts import BY_PROBE, GIVEN_UP_AFTER, found, not_broken, taken
from fakie_schemas.families.family import endpoints
from fakie_schemas.families.telling import task_named
from fakie_schemas.rules.difference import Difference


class Story(Struct, frozen=True):
    """The callbacks of tasks for one receiver: of models, or of one `endpoint` of a family, as that writes them."""

    receiver: Receiver
    fake: Fake
    endpoint: str | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages before the end, in their order."""
        return tuple(one.name for one in endpoints()[self.endpoint].makes.stages) if self.endpoint else ()

    @property
    def now(self) -> int:
        """The Unix time (s) at which callbacks are signed."""
        return int(self.fake.receivers_now())

    @property
    def work(self) -> Any:
        """The work that the probe shows; None without a probe."""
        return self.receiver.probe() if self.receiver.probe else None

    def end(self, outcome: str = "success", task_id: str | None = None, shape: str | None = None) -> Outgoing:
        """Write the callback of an end: of a new task, or of one that was told of before; `shape` is a page's date."""
        if self.endpoint is None and task_id is not None:
            # By recordInfo the task goes on as it was told of before.
            return self.changed(lambda body: body["data"].update(taskId=task_id), outcome)
        return self._written(outcome, "", task_id, shape)

    def stage(self, name: str, task_id: str | None = None) -> Outgoing:
        """Write the callback of a stage."""
        return self._written("success", name, task_id)

    def changed(self, change: Callable[[dict[str, Any]], object], outcome: str = "success") -> Outgoing:
        """Write a model's callback with a changed body, and sign it for the task that it then speaks of."""
        body = loads(self.end(outcome).body)
        change(body)
        headers = signed_headers(body["data"]["taskId"], self.now, self.receiver.webhook_key)
        return self._outgoing(headers, dumps(body, ensure_ascii=False).encode())

    def named(self, case: str) -> str:
        """Return a case's name, with that of the endpoint."""
        return f"{self.endpoint}: {case}" if self.endpoint else case

    def take(
        self, case: str, outgoing: Outgoing, *, slowly: bool = False, rule: str = "receiver.takes"
    ) -> Generator[Difference, None, bool]:
        """Send a callback that must be taken, and judge the answer by a rule; returns whether it was taken.

        Where it was not, the next delivery of it is the first one, and may well be worked on.
        """
        answer = self.receiver.post(outgoing, slowly=slowly)
        yield from taken(self.receiver, self.named(case), answer, 2.0 if slowly else 0.0, rule)
        return answer.taken

    def take_again(self, case: str, outgoing: Outgoing) -> Iterator[Difference]:
        """Send what was taken before: a refusal of it loses nothing."""
        yield from self.take(case, outgoing, rule="receiver.again")

    def refuse(self, case: str, outgoing: Outgoing, rule: str) -> Iterator[Difference]:
        """Send what must not be taken, and judge the answer by a rule."""
        answer = self.receiver.post(outgoing)
        if answer.taken:
            yield found(rule, self.named(case), str(answer), situation=str(answer))
        else:
            yield from not_broken(self.named(case), answer)

    def survive(self, case: str, outgoing: Outgoing) -> Iterator[Difference]:
        """Send what may be taken or not, and must break nothing."""
        yield from not_broken(self.named(case), self.receiver.post(outgoing))

    def unchanged(
        self, rule: str, case: str, outgoing: Outgoing, send: Callable[[str, Outgoing], Iterator[Difference]]
    ) -> Iterator[Difference]:
        """Send something after which the probe must give what it gave before, and judge that by a rule."""
        before = self.work
        yield from send(case, outgoing)
        after = self.work
        if before != after:
            got = f"the probe gave {before!r}, then {after!r}"
            yield found(rule, self.named(case), got, situation=BY_PROBE)

    def _written(self, outcome: str, stage: str, task_id: str | None, shape: str | None = None) -> Outgoing:
        key, model = self.receiver.webhook_key, self.endpoint
        written = self.fake.signed_callback(
            outcome, webhook_key=key, model=model, shape=shape, stage=stage, task_id=task_id
        )
        return self._outgoing(tuple(written.headers.items()), written.content)

    def _outgoing(self, headers: tuple[tuple[str, str], ...], body: bytes) -> Outgoing:
        return Outgoing(self.receiver.url, headers, body, GIVEN_UP_AFTER)


def task_of(outgoing: Outgoing) -> str:
    """Return the id of the task that a callback tells of."""
    return task_named(loads(outgoing.body))
