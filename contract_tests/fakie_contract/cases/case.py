"""One thing to try on a target."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from msgspec import Struct

from fakie_contract.trial.trial import Trial

Cost = Literal["free", "may_cost"]


def sends_nothing() -> Sequence[Any]:
    """Return the bodies of a case that creates no task."""
    return ()


class Case(Struct, frozen=True):
    """A case: its id names model, field and rule and stays the same between runs.

    `code` is the documented code that the case verifies when it holds. `may_cost`: what it sends could be accepted
    and charged, if only by surprise. `sends` gives the createTask bodies that it may send, for the bill. `field` and
    `rule` name what of the request it is about (`face`: in which way it is broken), `source` the revision and page line
    of that rule, and `kind` the situation in which its requests must be refused (None: accepted). `covers` are the
    fields and rules of a case that is about several. `needs_levers`: only what moves a fake from outside can bring it
    about, and no payment. `shares`: on a live target all cases of one name follow one task, which the first makes.
    `lenient`: a target may as well take what must be refused, as the wire is known to; others of its kind are sent all
    the same.
    """

    id: str
    what: str
    run: Callable[[Trial], None]
    cost: Cost = "may_cost"
    model: str | None = None
    code: int | None = None
    sends: Callable[[], Sequence[Any]] = sends_nothing
    field: str | None = None
    rule: str | None = None
    face: str = ""
    source: str = ""
    kind: str | None = None
    covers: tuple[tuple[str, str], ...] = ()
    needs_levers: bool = False
    shares: str = ""
    lenient: bool = False

    @property
    def refused_as(self) -> str | None:
        """The situation of which nothing more is sent once a target has taken one; None where it may take it."""
        return None if self.lenient else self.kind
