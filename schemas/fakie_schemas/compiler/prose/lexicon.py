"""The words of limits and the rules over their kinds, read from lexicon.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

# Kinds that no list of words makes: numbers, intervals, brackets, ends of clauses, and all other words.
MADE = ("number", "interval", "odd", "bytes", "own", "named", "word", "comma", "bracket")


class PhraseRule(Struct, frozen=True):
    """A pattern over the kinds of a part's tokens, how its match is read, and its samples."""

    id: str
    pattern: re.Pattern[str]
    reads: str
    samples: tuple[tuple[str, str, dict[str, Any]], ...]


class Lexicon(Struct, frozen=True):
    """Words by their kinds, numbers in words, bytes in a unit, the rules, and one letter for each kind."""

    kinds: dict[str, tuple[str, ...]]
    numerals: dict[str, int]
    multipliers: dict[str, int]
    bytes: dict[str, int]
    rules: tuple[PhraseRule, ...]
    letters: dict[str, str]

    def spell(self, kinds: list[str]) -> str:
        """Return one letter for each kind: the text that the rules' patterns are matched against."""
        return "".join(self.letters[kind] for kind in kinds)


@cache
def lexicon() -> Lexicon:
    """Return the lexicon as it is shipped."""
    data = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    names = sorted({*data["words"], *MADE})
    letters = {name: chr(0x4E00 + index) for index, name in enumerate(names)}
    words = {
        word: (kind,) for kind, lists in data["words"].items() for words in lists.values() for word in words.split(", ")
    }
    compounds = {word: tuple(kinds) for word, kinds in data["compounds"].items()}
    rules = tuple(_rule(rule, data["macros"], letters) for rule in data["rules"])
    return Lexicon(words | compounds, data["numerals"], data["multipliers"], data["bytes"], rules, letters)


def _rule(data: dict[str, Any], macros: dict[str, str], letters: dict[str, str]) -> PhraseRule:
    samples = tuple((kind, text, facts) for kind, text, facts in data["samples"])
    pattern = compiled(data["pattern"], macros, letters)
    return PhraseRule(data["id"], pattern, data["reads"], samples)


def compiled(pattern: str, macros: dict[str, str], letters: dict[str, str]) -> re.Pattern[str]:
    """Compile a pattern over names of kinds into one over their letters; raises `KeyError` for an unknown kind."""
    spelled = pattern
    while any(re.search(rf"\b{macro}\b", spelled) for macro in macros):
        spelled = re.sub(r"[A-Z]{2,}", lambda match: macros[match[0]], spelled)
    spelled = re.sub(r"[a-z_]{2,}", lambda match: letters[match[0]], spelled)
    return re.compile(spelled.replace(" ", "").replace("(", "(?:").replace("(?:?", "(?"))
