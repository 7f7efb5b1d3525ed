"""Recordings in forms that are known and not read: what would work is said."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.opened import DamagedGzip, NoRecording, Unreadable, opened

_LONGEST_HEAD = 64
_HAR = "write its traffic as HAR"
# What such a file begins with, and what to do.
_BEGINNINGS: Mapping[re.Pattern[bytes], str] = {
    re.compile(rb"\d{1,12}:\d{1,12}:"): f"is a dump of mitmproxy; {_HAR}: mitmdump -nr FILE --set hardump=FILE.har",
    re.compile(rb"\xac\xed\x00\x05"): f"is a session of Charles in its own form; {_HAR}, or as JSON session (.chlsj)",
    re.compile(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x0a\x0d\x0d\x0a"): f"is a capture of packets; {_HAR} by a proxy",
    re.compile(rb"SQLite format 3\x00"): f"is a database of SQLite; {_HAR}",
}
_BY_PROXY = f"{_HAR}, by a proxy"
# What JSON of others is, by a key that stands at its top, and by one that stands in each item of an array.
KEYS: Mapping[str, str] = {
    "consumer": f"is a contract of Pact, which holds what is expected, not what came; {_BY_PROXY}",
    "lastMigration": f"is an environment of Mockoon, whose answers were written by hand; {_BY_PROXY}",
    "brunoConfig": f"is a collection of Bruno, which holds no answers; {_BY_PROXY}",
    "run": f"is of another kind, such as a report of Newman; {_BY_PROXY}",
    "summary": f"is of another kind, such as a report of Bruno; {_BY_PROXY}",
}
ITEM_KEYS: Mapping[str, str] = {
    "httpResponse": f"holds expectations of MockServer; {_BY_PROXY}",
    "iterationIndex": f"is a report of Bruno; {_BY_PROXY}",
}
_ZIP = re.compile(rb"PK\x03\x04|PK\x05\x06")


def known_other(file: Path) -> str:
    """Say which known form a file has that is not read as text: `zip` for an archive; empty for any other file."""
    try:
        with opened(file) as source:
            head = source.read(_LONGEST_HEAD)
    except DamagedGzip:
        # It cannot be text.
        raise
    except Unreadable:
        # Said by whoever reads it further.
        return ""
    if _ZIP.match(head):
        return "zip"
    return next((words for start, words in _BEGINNINGS.items() if start.match(head)), "")


def refuse_known(item: Mapping[str, Any]) -> None:
    """Refuse the first item of an array that others write, with what would work; raises NoRecording."""
    for key, words in ITEM_KEYS.items():
        if key in item:
            raise NoRecording(words)
