"""An order for what a task results in: files of one's own, and how their download goes."""

from typing import Literal, get_args

from msgspec import Struct

# broken: half of the file · slow: it comes late · gone: it is no longer there.
ResultTrouble = Literal["broken", "slow", "gone"]
RESULT_TROUBLES: tuple[ResultTrouble, ...] = get_args(ResultTrouble)


class OwnFile(Struct, frozen=True):
    """A file of one's own; without a type and a suffix (`.png`) it has those of the file that it replaces."""

    content: bytes
    content_type: str | None = None
    suffix: str | None = None

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes>"


class ResultOrder(Struct, frozen=True):
    """An order of what a task results in: these `files`, or the usual ones, and what is wrong with their download."""

    files: tuple[OwnFile, ...] = ()
    trouble: ResultTrouble | None = None
