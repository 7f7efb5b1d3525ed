"""Handles: a task, an account and a callback in the hands of a test."""

from collections.abc import Mapping
from json import loads
from typing import Any

from msgspec import Struct

from fakie.core.control.control import Control
from fakie.core.ports import Outgoing
from fakie_schemas.families.telling import task_named
from fakie_schemas.recordings.fields import body_without_secrets
from fakie_schemas.recordings.secrets import MARK, SHORTEST_MADE_UP, header_mark
from fakie_schemas.recordings.urls import without_openings


class Callback(Struct, frozen=True):
    """One callback as it was sent: its URL, headers and body."""

    url: str
    headers: Mapping[str, str]
    content: bytes

    @classmethod
    def of(cls, outgoing: Outgoing) -> "Callback":
        """Make it from an outgoing request."""
        return cls(outgoing.url, dict(outgoing.headers), outgoing.body)

    def __repr__(self) -> str:
        """Return it without what opens its URL, for whoever shows a failed assertion may show this."""
        headers = {name: header_mark(name, value) or value for name, value in self.headers.items()}
        text = body_without_secrets(self.content.decode("utf-8", "replace"))
        return f"Callback(url={without_openings(self.url)!r}, headers={headers!r}, content={text!r})"

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return loads(self.content)

    @property
    def task_id(self) -> str:
        """The id of its task, wherever its family has it."""
        return task_named(self.json)


class AccountHandle(Struct, frozen=True):
    """An account that a test named: its key, and its credits as they are now."""

    key: str
    _control: Control

    def __repr__(self) -> str:
        """Return it without a key that may be a real one; a short one is a name that a test made up."""
        return f"AccountHandle(key={MARK if len(self.key) >= SHORTEST_MADE_UP else self.key!r})"

    @property
    def credits(self) -> float:
        """The balance; raises WrongOrderError when the account was reset away."""
        return float(self._control.accounts.get(self.key).credits)


class TaskHandle(Struct, frozen=True):
    """One task, to be looked at and moved by hand; raises WrongOrderError once the task is gone."""

    id: str
    _control: Control

    @property
    def state(self) -> str:
        """The state as of now, without counting as a poll."""
        return self._control.tasks.state_of(self._control.tasks.get(self.id))

    @property
    def body(self) -> Mapping[str, Any]:
        """The body of the request that made it."""
        return self._control.tasks.get(self.id).body

    @property
    def polls(self) -> int:
        """How often its record was asked for while it ran."""
        return self._control.tasks.get(self.id).polls

    def hold(self) -> "TaskHandle":
        """Keep it in its present state until it is finished or failed."""
        self._control.tasks.hold(self.id)
        return self

    def finish(self) -> "TaskHandle":
        """End it with success, and send its callback; raises WrongOrderError when it has ended already."""
        self._control.tasks.finish(self.id)
        return self

    def fail(self, code: str | None = None, msg: str | None = None) -> "TaskHandle":
        """End it with a failure in these words, and send its callback; raises WrongOrderError when it has ended."""
        self._control.tasks.fail(self.id, code=code, msg=msg)
        return self

    def call_back(self) -> "TaskHandle":
        """Send its callback once more; raises WrongOrderError while it runs, or when it has no callBackUrl."""
        self._control.tasks.call_back(self.id)
        return self
