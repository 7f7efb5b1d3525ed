"""A kind of options: the texts it allows, the values they stand for. Imports nothing heavy."""

from collections.abc import Callable, Mapping
from datetime import date
from os import PathLike
from typing import Any

from msgspec import Struct

from fakie_schemas.nearest import did_you_mean


class OptionKind(Struct, frozen=True):
    """The kind of an option's value: `metavar` stands for it in help; `read` raises ValueError with what is expected.

    `is_path`: a relative one is meant from the folder of the command line, unless it is one of the `words` or a URL;
    `may_be_secret`: messages do not repeat it; `words` are the ones that it takes, or some of them; `takes` are the
    types whose values Python code may give in place of a text.
    """

    metavar: str
    read: Callable[[str], Any]
    is_path: bool = False
    is_flag: bool = False
    may_be_secret: bool = False
    words: tuple[str, ...] = ()
    takes: tuple[type, ...] = (str,)

    def hint(self, text: str) -> str:
        """Return the word that a misspelt one may have meant, as a part of a message, or nothing."""
        return did_you_mean(text, self.words)

    def takes_value(self, value: object) -> bool:
        """Tell whether a value that Python code gives is of a type that can be meant; True and False are no numbers."""
        if isinstance(value, bool):
            return bool in self.takes
        return isinstance(value, self.takes)

    @property
    def types(self) -> str:
        """The types that it takes, in words."""
        return " or ".join(dict.fromkeys(words for kind, words in _IN_WORDS.items() if kind in self.takes))


_IN_WORDS: Mapping[type, str] = {
    bool: "True or False",
    int: "a number",
    float: "a number",
    str: "a text",
    PathLike: "a path",
    date: "a date",
    Mapping: "a dict",
}
