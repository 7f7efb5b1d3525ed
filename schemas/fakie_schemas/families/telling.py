"""Writing a job's records and callbacks about a task, in the words of its family."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from fakie_schemas.families.family import ENDS, Job, endpoints
from fakie_schemas.families.long_decimals import as_numbers
from fakie_schemas.families.reading import MISSING, TemplateReading, Told

_OF_MODELS = ("data", "taskId")
# What a record says where nothing has failed.
NO_FAILURE = (None, "", 0, "0", 200, "200", MISSING)


class Telling(Struct, frozen=True):
    """How one task of a job tells of itself: `states` are those that it goes through, its end left out."""

    job: Job
    states: Sequence[str]
    reading: TemplateReading

    @classmethod
    def of(cls, job: Job, usual: Sequence[str], sent: Mapping[str, Any]) -> "Telling":
        """Return how a task tells of itself: by the states of its own job, or by the `usual` ones."""
        states = [state for state, _ in job.plan] if job.plan else usual
        return cls(job, tuple(state for state in states if state not in ENDS), TemplateReading(sent, job.result))

    def record(self, state: str, data: Any) -> tuple[Told, ...]:
        """Read the `data` of a record of a task in a state."""
        return self.reading.of(self.job.record_of(state), data)

    def callback(self, stage: str, body: Any) -> tuple[Told, ...]:
        """Read the body of a callback of a stage, or of an end."""
        return self.reading.of(self.job.bodies[stage], as_numbers(body) if self.job.long_decimals else body)

    def state(self, data: Any) -> str | None:
        """Return the state that a record tells of; None where it has no word of the family."""
        return next((state for state in ("fail", "success", *self.states) if self._tells(state, data)), None)

    def word(self, state: str) -> str:
        """Say a state as records say it."""
        words = next(iter(self._words(state)))
        return ", ".join(str(word) for name, word in words.items() if name not in self.job.varies) or state

    def words_known(self) -> str:
        """Say all states as records say them, in their order."""
        return ", ".join(dict.fromkeys(self.word(state) for state in (*self.states, *ENDS)))

    def _tells(self, state: str, data: Any) -> bool:
        told = self.record(state, data)
        if state == "fail" and all(one.value in NO_FAILURE for one in told if _is_of("failure", one)):
            return False
        said = {one.fact: one.value for one in told if one.fact in self.job.words and one.fact not in self.job.varies}
        return bool(said) and any(all(_same(words[name], said[name]) for name in said) for words in self._words(state))

    def _words(self, state: str) -> Iterator[Mapping[str, Any]]:
        usual = self.job.words_of(state)
        yield usual
        if state == "fail":
            yield from ({**usual, **words.shown} for words in self.job.failures.values() if words.shown)


def task_named(body: Any) -> str:
    """Return the id of the task that a callback's body names, of whatever family it is; empty where it names none."""
    for steps in _id_places():
        found = body
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return found
    return ""


@cache
def _id_places() -> tuple[tuple[str, ...], ...]:
    """Return the places at which callbacks name their task, those of models first."""
    bodies = [body for one in endpoints().values() if one.job for body in one.job.bodies.values()]
    found = (place for body in bodies for place in _named_in(body, ()))
    return tuple(dict.fromkeys((_OF_MODELS, *found)))


def _named_in(template: Any, steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if template == "{id}":
        yield steps
    for key, inner in template.items() if isinstance(template, Mapping) else ():
        yield from _named_in(inner, (*steps, key))


def _same(word: Any, said: Any) -> bool:
    # In Python True is 1.
    return type(word) is type(said) and bool(word == said)


def _is_of(root: str, told: Told) -> bool:
    return told.fact.partition(".")[0] == root
