"""The statements about one field, in order, before they are understood."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct
from msgspec import field as attribute

from fakie_schemas.compiler.facts import Fact, Field, Log
from fakie_schemas.compiler.page_words import Role
from fakie_schemas.compiler.written_values import Kind, ListedValue

# What stands in a cell or behind a label when there is nothing to say.
NOTHING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "–",
    "/",
    "\\",
    "无",
    "空",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "不适用",
    "没有",
    "undefined",
}


class Statement(NamedTuple):
    """One thing said about a field: under a label or column (`role`), or as running text (None)."""

    role: Role | None
    text: str
    line: int
    bullet: bool = False


class Draft(Struct):
    """The statements about one field, in order."""

    name: str
    line: int
    said: list[Statement] = attribute(default_factory=list)
    # What the title of a group of fields says of each: it counts where the field itself says nothing.
    group: Statement | None = None
    # The texts that say its type, for which a page may ask after each of thousands of statements.
    types: list[str] = attribute(default_factory=list)

    def say(self, *statements: Statement) -> None:
        """Add what is said next."""
        self.said += statements
        self.types += [one.text for one in statements if one.role == "type"]


class Raw(NamedTuple):
    """A written value, its line, and whether it was stated under a label or in words."""

    text: str
    line: int
    rank: int


class State(Struct):
    """A field while it is being read; `lists` tells that the line before ended in a list of values, `several` has several types."""

    field: Field
    log: Log
    kind: Kind | None = None
    defaults: list[Raw] = attribute(default_factory=list)
    examples: list[Raw] = attribute(default_factory=list)
    options: list[tuple[ListedValue, int]] = attribute(default_factory=list)
    texts: list[tuple[str, int]] = attribute(default_factory=list)
    several: Fact | None = None
    pending: tuple[Role, int] | None = None
    lists: bool = False


Take = Callable[[State, Statement], None]


def is_nothing(text: str) -> bool:
    """Tell whether a cell or label says that there is no value."""
    return text.strip().strip("`").strip().lower() in NOTHING
