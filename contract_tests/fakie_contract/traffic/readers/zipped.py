"""Archives: what Playwright writes as .zip, a HAR file or a trace, with its bodies beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZipFile

from fakie_contract.traffic.readers import har, own
from fakie_contract.traffic.readers.attached import DAMAGED, inside
from fakie_contract.traffic.readers.opened import LARGEST, NoRecording, Unreadable
from fakie_schemas.recordings.exchange import RecordedExchange

# A line for each exchange.
_TRACE = ".network"


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of the HAR files in an archive, and of the traces.

    What is wrong with one of them costs no other, and is raised at the end.
    """
    try:
        with ZipFile(file) as archive:
            names = [one for one in archive.namelist() if one.lower().endswith((".har", _TRACE))]
            if not names:
                raise NoRecording(_what_else(archive))
            problems = []
            for name in names:
                try:
                    yield from _read_inside(archive, name, file.name)
                except (Unreadable, *DAMAGED) as error:
                    problems.append(f"{Path(name).name}: {error}")
    except DAMAGED as error:
        raise NoRecording(f"is not an archive that can be read: {error}") from error
    if problems:
        others = f" (and {len(problems) - 1} more of its files)" if len(problems) > 1 else ""
        raise Unreadable(f"{problems[0]}{others}")


def _read_inside(archive: ZipFile, name: str, of: str) -> Iterator[RecordedExchange | None]:
    if archive.getinfo(name).file_size > LARGEST:
        raise Unreadable(f"holds more than {LARGEST} bytes; unpack it first")
    read_one = own.entries if name.lower().endswith(_TRACE) else har.entries
    with archive.open(name) as source:
        yield from read_one(cast(BinaryIO, source), f"{of}, {Path(name).name}", inside(archive))


def _what_else(archive: ZipFile) -> str:
    if any(name.lower().startswith("raw/") for name in archive.namelist()):
        return "is an archive of Fiddler; export its sessions as HAR (File, Export Sessions, HTTPArchive)"
    return "is an archive without a HAR file, or a trace of Playwright"
