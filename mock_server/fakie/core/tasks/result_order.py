"""An order for what a task results in: files of one's own, and how their download goes."""

from dataclasses import dataclass
from typing import Literal, get_args

# broken: half of the file · slow: it comes late · gone: it is no longer there.
ResultTrouble = Literal["broken", "slow", "gone"]
RESULT_TROUBLES: tuple[ResultTrouble, ...] = get_args(ResultTrouble)


@dataclass(frozen=True)
class OwnFile:
    """A file of one's own; without a type and a suffix (`.png`) it has those of the file that it replaces."""

    content: bytes
    content_type: str | None = None
    suffix: str | None = None

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes>"


@dataclass(frozen=True)
class ResultOrder:
    """An order of what a task results in: these `files`, or the usual ones, and what is wrong with their download."""

    files: tuple[OwnFile, ...] = ()
    trouble: ResultTrouble | None = None
