"""Where the files of a target's results may lie: a target that lies must not have this machine ask its neighbours."""

from ipaddress import ip_address

from fakie_schemas.addresses import HttpUrl
from fakie_schemas.allowed import address_problem
from fakie_schemas.hosts import is_loopback
from fakie_schemas.http.client import NoAnswer
from fakie_schemas.http.resolving import addresses_of

_ANY = ("*",)


class Whereabouts:
    """The addresses from which files are fetched: public ones, or near ones too where the target itself is near.

    What is no host's own, such as a cloud's metadata, is asked for nothing in either case.
    """

    def __init__(self, base: HttpUrl) -> None:
        self._base = base
        self._is_near: bool | None = None

    def addresses(self, url: HttpUrl) -> list[str]:
        """Return the addresses of a file's host, all of them looked at; raises NoAnswer."""
        found = self._looked_up(url)
        if self._is_near is None:
            self._is_near = any(not ip_address(one.partition("%")[0]).is_global for one in self._looked_up(self._base))
        allowed = _ANY if self._is_near else ()
        if is_loopback(url.host) and not self._is_near:
            raise NoAnswer(f"the URL is not fetched: {url.host[:80]!r} is this machine, and the target is not")
        problem = next(filter(None, (address_problem(one, url.host, allowed) for one in found)), None)
        if problem:
            raise NoAnswer(f"the URL is not fetched: {problem}")
        return found

    def _looked_up(self, url: HttpUrl) -> list[str]:
        try:
            return addresses_of(url)
        except OSError as error:
            raise NoAnswer(str(error)) from None
