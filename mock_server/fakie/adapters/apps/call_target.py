"""How an app is called: the URL that it sees, and who seems to call it."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from fakie.adapters.imported import imported
from fakie.core.control.errors import WrongOrderError, shown
from fakie.core.ports import Outgoing
from fakie_schemas.addresses import HttpUrl, UnclearUrl, read_authority, read_url

HERE = "127.0.0.1"
# The statuses by which frameworks refuse a Host header that they were not told of.
_HOST_REFUSED = frozenset({400, 421})


class CalledAt(Struct, frozen=True):
    """The view that an app gets of the call: a URL instead of the callback's own, and the address of the client.

    Of `url` scheme and host count, and the path if it has one beside `/`.
    """

    url: str | None = None
    client: str = HERE

    def __post_init__(self) -> None:
        _require("client", self.client, "192.0.2.1", read_authority, f"[{self.client}]" if ":" in self.client else "")
        if self.url is not None:
            _require("url", self.url, "https://hooks.example.com", read_url)

    def target(self, outgoing: Outgoing) -> HttpUrl:
        """Return the URL that the app sees for a callback; raises UnclearUrl."""
        asked = read_url(outgoing.url)
        if self.url is None:
            return asked
        told = read_url(self.url)
        return told if told.target != "/" else replace(told, target=asked.target)

    def refusal(self, status: int, host: str) -> str:
        """Say what may be behind a refusal, or return an empty text."""
        if status not in _HOST_REFUSED:
            return ""
        return (
            f"HTTP {status} to a call of the host {host}; if the app takes calls of its own hosts alone (Django's"
            f" ALLOWED_HOSTS, TrustedHostMiddleware), name one: --host, or url='https://…'"
        )


def _require(name: str, value: str, works: str, read: Callable[[str], object], spelled: str = "") -> None:
    try:
        read(spelled or value)
    except UnclearUrl as unclear:
        raise WrongOrderError(f"{name}: {shown(value)} cannot be used: {unclear}; for example {works}") from None


def django_host() -> str | None:
    """Return a host that the Django project of this process allows, or None: no Django, or any host."""
    conf = imported("django.conf", having="settings")
    if conf is None or not conf.settings.configured:
        return None
    settings = conf.settings
    allowed = list(settings.ALLOWED_HOSTS) or (["localhost"] if settings.DEBUG else [])
    named = [str(host).removeprefix(".") for host in allowed if host != "*"]
    return next((host for host in named if _is_host(host)), None) if "*" not in allowed else None


def _is_host(text: str) -> bool:
    try:
        read_authority(text)
    except UnclearUrl:
        return False
    return True
