"""A folder of recordings: one JSON file for each exchange, numbered in the order of their answers."""

import json
import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.bodies import shown_body
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.redaction import redacted

FORMAT_VERSION = 1
LARGEST_BODY = 1024 * 1024
_NUMBER = re.compile(r"\d{6,}", re.ASCII)


class RecordingFolder:
    """A folder in which exchanges are written down, each whole or not at all; several may write into one."""

    def __init__(self, folder: Path, largest_body: int = LARGEST_BODY) -> None:
        self.folder = folder
        self._largest = largest_body
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ConfigurationError(f"cannot write recordings into {folder}: {error.strerror or error}") from None
        self._number = self._last()

    def add(self, exchange: RecordedExchange) -> Path:
        """Write an exchange down, redacted whatever it holds; raises OSError when it cannot be written."""
        safe = redacted(exchange)
        content = json.dumps(_document(safe, self._largest), ensure_ascii=False, indent=1) + "\n"
        number, part = self._claim()
        try:
            # Half of a surrogate pair becomes the escape that it was.
            part.write_bytes(content.encode("utf-8", "backslashreplace"))
            return part.replace(self.folder / f"{number:06}-{_slug(safe)}.json")
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def _claim(self) -> tuple[int, Path]:
        """Return the next number, and the file that keeps other recorders away from it."""
        number = self._number + 1
        while True:
            part = self.folder / f".{number:06}.part"
            with suppress(FileExistsError):
                part.open("xb").close()
                # Looked up only now: whoever had claimed the number before may have finished with it.
                last = self._last()
                if number > last:
                    self._number = number
                    return number, part
                part.unlink()
                number = last
            number += 1

    def _last(self) -> int:
        names = os.listdir(self.folder)  # noqa: PTH208 - an object for each of a great many files takes longer
        numbers = (name.partition("-")[0] for name in names if "-" in name)
        return max((int(one) for one in numbers if _NUMBER.fullmatch(one)), default=0)


def _document(exchange: RecordedExchange, largest: int) -> dict[str, Any]:
    asked, asked_cut = shown_body(exchange.request_body, largest)
    answered, answered_cut = shown_body(exchange.response_body, largest)
    request = {"method": exchange.method, "url": exchange.url, "headers": dict(exchange.request_headers), **asked}
    response = {"status": exchange.status, "headers": dict(exchange.response_headers), **answered}
    document = {
        "format_version": FORMAT_VERSION,
        "recorded": exchange.at or now(),
        "request": request,
        "response": response,
    }
    return {**document, "truncated": True} if asked_cut or answered_cut or exchange.cut else document


def now() -> str:
    """Return this moment as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _slug(exchange: RecordedExchange) -> str:
    last = urlsplit(exchange.url).path.rstrip("/").rpartition("/")[2]
    words = [re.sub(r"[^A-Za-z0-9_.]+", "-", word).strip("-.")[:60] for word in (exchange.method.lower(), last)]
    return "-".join(word for word in words if word) or "exchange"
