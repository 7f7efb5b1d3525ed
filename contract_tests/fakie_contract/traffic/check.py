"""Checking files and folders of recordings: every file gets its line, and what is broken costs no other."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from fakie_contract.traffic.judging import LEFT_OUT, NOT_ABOUT_THE_API, TrafficJudge
from fakie_contract.traffic.readers import SUFFIXES, NoRecording, Unreadable, is_named_as_recording, read
from fakie_schemas.errors import ConfigurationError

FORMAT_VERSION = 1
_NO_EXCHANGE = "no exchange: request and response, as objects, expected"
_MOST_REASONS = 3


class CheckedFile(Struct):
    """One file: how many exchanges it gave, how many were judged, and what was wrong with it, on one line.

    `reasons` counts why the others were not judged; `named` tells that it was not only found in a folder.
    """

    file: str
    exchanges: int = 0
    judged: int = 0
    problem: str | None = None
    named: bool = True
    reasons: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return the file's line of the report as JSON data."""
        told = ("file", "exchanges", "judged", "problem")
        return {name: getattr(self, name) for name in told}


class Checked(Struct):
    """A whole check: its judge, its files, and the files of folders that turned out to be no recordings."""

    judge: TrafficJudge
    files: list[CheckedFile] = field(default_factory=list)
    skipped: int = 0

    @property
    def problems(self) -> list[CheckedFile]:
        """The files that could not be read to their end."""
        return [one for one in self.files if one.problem]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON data, as the published schema `traffic` describes it."""
        judge, clean = self.judge, self.judge.secrets.clean
        return {
            "format_version": FORMAT_VERSION,
            "exchanges": judge.exchanges,
            "judged": judge.judged,
            "not_judged": [
                {"reason": clean(reason), "count": count} for reason, count in judge.not_judged.most_common()
            ],
            "files": [one.as_dict() for one in self.files],
            "files_skipped": self.skipped,
            "findings": [group.as_dict(judge.secrets) for group in judge.groups.sorted],
            "findings_left_out": judge.groups.left_out,
        }


def check(paths: Sequence[Path], judge: TrafficJudge) -> Checked:
    """Judge every exchange of the files, and of the recordings in the folders."""
    checked = Checked(judge)
    closed: list[OSError] = []
    for path, named in _files(paths, closed):
        one = CheckedFile(str(path), named=named)
        try:
            _judge_file(path, one, judge)
        except NoRecording as error:
            if not named:
                checked.skipped += 1
                continue
            one.problem = str(error)
        except Unreadable as error:
            one.problem = str(error)
        checked.files.append(one)
    for why in closed:
        told = f"cannot be read: {why.strerror}"
        checked.files.append(CheckedFile(str(why.filename), named=False, problem=told))
    for one in checked.files:
        one.problem = one.problem or _unjudged(one, judge)
    return checked


def _unjudged(one: CheckedFile, judge: TrafficJudge) -> str | None:
    """Say that nothing of a file was judged, and why: of a folder's files only where it is about the API."""
    if one.judged or (not one.named and not one.reasons.keys() - NOT_ABOUT_THE_API):
        return None
    if judge.judged and one.reasons and one.reasons.keys() <= {LEFT_OUT}:
        # By the user's own word, and the other files were judged.
        return None
    if not one.reasons:
        return "is a recording without any exchange: nothing was judged"
    told = [f"{reason} ({count})" for reason, count in one.reasons.most_common(_MOST_REASONS)]
    more = len(one.reasons) - len(told)
    return judge.secrets.clean(f"nothing in it was judged: {'; '.join(told)}{f'; {more} reasons more' if more else ''}")


def _judge_file(path: Path, one: CheckedFile, judge: TrafficJudge) -> None:
    others, before = 0, Counter(judge.not_judged)
    try:
        for exchange in read(path):
            if exchange is None:
                others += 1
                continue
            one.exchanges += 1
            one.judged += judge.judge(exchange, str(path))
    finally:
        judge.pass_over(_NO_EXCHANGE, others if one.exchanges else 0)
        one.reasons = judge.not_judged - before
    if others and not one.exchanges:
        raise NoRecording(
            "does not hold an exchange; expected request and response, as objects, in each of its items, or a HAR file"
        )


def _files(paths: Sequence[Path], closed: list[OSError]) -> Iterator[tuple[Path, bool]]:
    """Return each file once, and whether it was named: of a folder all that have a recording's suffix.

    Why a folder in one cannot be looked into is added to `closed`.
    """
    seen: set[str] = set()
    for path in paths:
        # Which says no of a name that no file can have, too: whoever reads it says so.
        inside = sorted(_inside(path, closed)) if os.path.isdir(path) else [path]  # noqa: PTH112
        if not inside and not closed:
            raise ConfigurationError(f"{path}: expected recordings in it (*{', *'.join(SUFFIXES)}); there are none")
        for file in inside:
            # Links that lead in a circle end `resolve` of Python 3.11 and 3.12 with an error.
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield file, file == path


def _inside(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=closed.append):
        # Not in hidden folders below it: those of git, of tools and of virtual environments.
        folders[:] = [name for name in folders if not name.startswith(".")]
        files = (Path(place, name) for name in names)
        yield from (file for file in files if is_named_as_recording(file) and file.is_file())
