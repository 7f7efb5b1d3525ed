"""Published files: what URL uploads find without any network, because somebody who tests has put it there."""

from fakie.core.file_ports import Fetched
from fakie_schemas.addresses import UnclearUrl, read_url


class PublishedFiles:
    """Answers by their URLs, as read by the one reading of URLs."""

    def __init__(self) -> None:
        self._files: dict[str, Fetched] = {}

    def put(self, url: str, file: Fetched) -> None:
        """Publish a file; raises UnclearUrl for what is no URL."""
        self._files[read_url(url).text] = file

    def get(self, url: str) -> Fetched | None:
        """Return what was published under a URL, or None."""
        try:
            return self._files.get(read_url(url).text)
        except UnclearUrl:
            return None

    def clear(self) -> None:
        """Take all of it back."""
        self._files.clear()
