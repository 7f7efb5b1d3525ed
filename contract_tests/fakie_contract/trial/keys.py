"""The keys that a case works with, and the names under which they may be shown."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from fakie_contract.http.exchange import LiveExchange, redact

_OWN = "$FAKIE_API_KEY"
# With a create each time: an account may create more in ten seconds.
_SHARED_BY = 10


@dataclass(frozen=True)
class TargetAccount:
    """A key on the target; `own` when no other case uses it, `frozen` when its time moves by lever alone."""

    key: str = field(repr=False)
    own: bool
    frozen: bool = False

    def with_frozen_clock(self) -> "TargetAccount":
        """Return the same account, its clock frozen."""
        return replace(self, frozen=True)


@dataclass
class SharedAccount:
    """An account of a fake of our own, which cases of one request each use one after the other.

    `refuses`: it is for requests that are to be refused. `left`: its credits after the last case; None where they are
    to be read. `unread` are the creates that were refused since they were, each with the case that sent it.
    """

    key: str = field(repr=False)
    refuses: bool
    cases: int = 0
    left: Decimal | None = None
    unread: list[tuple[str, LiveExchange]] = field(default_factory=list)

    @property
    def is_used_up(self) -> bool:
        """Whether as many cases have used it as may."""
        return self.cases >= _SHARED_BY


class ShownKeys:
    """Names for keys and what is made of them, by secret; `of_user` is the key that the run was given."""

    def __init__(self, of_user: str) -> None:
        self.names = {of_user: _OWN}

    def add(self, key: str) -> None:
        """Name a key that a case has made; the first one stands for the user's own in what is shown."""
        used = len(set(self.names.values()))
        self.names[key] = _OWN if len(self.names) == 1 else f"$OTHER_KEY_{used}"

    def hold_back(self, secret: str, name: str) -> None:
        """Show what is made of a key under a name of its own, as the key itself is; without one it may be shown."""
        if name:
            self.names[secret] = name

    def hide(self, text: str) -> str:
        """Replace keys by their names."""
        return redact(text, self.names)
