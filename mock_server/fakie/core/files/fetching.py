"""Fetching a file by its URL: as published, or from hosts that were allowed alone, each redirect looked at anew."""

from time import monotonic
from urllib.parse import urljoin

from fakie.core.file_ports import Fetched, Fetcher, FetchFailed
from fakie.core.files.published import PublishedFiles
from fakie.core.situations import Refused
from fakie_schemas.addresses import HttpUrl, UnclearUrl, read_url
from fakie_schemas.allowed import address_problem, host_problem

_MOST_HOPS = 5
_OFF = (
    "this fake fetches nothing from elsewhere unless hosts are allowed by --callback-allow PATTERN; files that it "
    "holds can be named by their URLs, and POST /_fakie/files publishes one under any URL"
)


class Fetching:
    """Fetches files of at most `most_bytes`, each with all its redirects within so many seconds."""

    def __init__(
        self, fetcher: Fetcher, published: PublishedFiles, allowed: tuple[str, ...], seconds: float, most_bytes: int
    ) -> None:
        self._fetcher = fetcher
        self._published = published
        self._allowed = allowed
        self._seconds = seconds
        self._most = most_bytes

    def fetch(self, text: str) -> Fetched:
        """Return the file of a URL; raises Refused when it may not or cannot be fetched."""
        until = monotonic() + self._seconds
        for _ in range(_MOST_HOPS):
            answer = self._ask(text, until)
            if answer.location is None:
                return self._whole(answer)
            text = _redirected(text, answer.location)
        raise _failed(f"it was redirected more than {_MOST_HOPS - 1} times")

    def unreachable(self, text: str) -> str | None:
        """Say why nothing can be read under a URL, or None when it can, or must not be asked for."""
        try:
            known = self._published.get(text) is not None
            if known or (self._allowed and host_problem(read_url(text).host, self._allowed) is None):
                self.fetch(text)
        except UnclearUrl as unclear:
            return f"it is unclear where the URL leads: {unclear}"
        except Refused as refused:
            # A file that is longer than was wanted is there.
            return refused.facts["reason"] if refused.situation == "fetch_failed" else None
        return None

    def _ask(self, text: str, until: float) -> Fetched:
        published = self._published.get(text)
        if published:
            return published
        url = self._readable(text)
        left = until - monotonic()
        if left <= 0:
            raise _failed(f"it took more than {self._seconds:g} s")
        try:
            return self._fetcher.get(
                url, lambda address: address_problem(address, url.host, self._allowed), left, self._most
            )
        except FetchFailed as failed:
            raise _failed(str(failed)) from None

    def _readable(self, text: str) -> HttpUrl:
        try:
            url = read_url(text)
        except UnclearUrl as unclear:
            raise _failed(f"it is unclear where the URL leads: {unclear}") from None
        if not self._allowed:
            raise _failed(_OFF)
        problem = host_problem(url.host, self._allowed)
        if problem:
            raise _failed(f"{problem}; allow it by --callback-allow PATTERN")
        return url

    def _whole(self, answer: Fetched) -> Fetched:
        if not 200 <= answer.status < 300:
            raise _failed(f"the host answered HTTP {answer.status}")
        if answer.is_longer or len(answer.content) > self._most:
            raise Refused("upload_too_large", got=f"more than {self._most} bytes", rule=f"{self._most} bytes")
        return answer


def _redirected(text: str, location: str) -> str:
    try:
        return urljoin(text, location)
    except ValueError as unclear:
        raise _failed(f"it is unclear where it was redirected: {unclear}") from None


def _failed(reason: str) -> Refused:
    return Refused("fetch_failed", reason=reason)
