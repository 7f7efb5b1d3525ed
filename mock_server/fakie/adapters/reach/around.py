"""The time around a fake in its own test: before it is there, and after it has ended, nobody answers."""

from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.floor import watched
from fakie.adapters.reach.refusals import refused_around


class AroundFake:
    """Refuses calls to the vendor's hosts from `begin` to `end`; a fake that is there goes before it."""

    def __init__(self, test: str) -> None:
        self._claims = Claims.of(())
        self._test = test
        # The messages of what was refused, each once.
        self.refusals: list[str] = []

    def begin(self) -> None:
        """Refuse from now on."""
        watched().around.append(self)

    def end(self) -> None:
        """Refuse no longer."""
        watched().around.remove(self)

    def guard(self, host: str, port: int | None = None) -> None:  # noqa: ARG002 - any port is meant
        """See a connection to a host."""
        self.guard_name(host)

    def guard_name(self, host: str) -> None:
        """See a host that is meant, however it is reached."""
        if self._claims.is_vendor(host):
            refusal = refused_around(host, self._test)
            if str(refusal.strerror) not in self.refusals:
                self.refusals.append(str(refusal.strerror))
            raise refusal

    def guard_text(self, text: str) -> None:
        """Let any process begin: its environment may name a host that it never calls."""
