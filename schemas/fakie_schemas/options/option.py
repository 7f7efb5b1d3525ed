"""One option, wherever it may be given. Imports nothing heavy."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.kind import OptionKind
from fakie_schemas.options.kinds import TEXT


class Option(Struct, frozen=True, dict=True):
    """An option: `name` in words with dashes, `what` it says in help, `tools` that take it.

    `default` is a text as somebody could give it; `otherwise` says in help what holds without one. `flags` are the
    names on the command line of a tool, where they are others. `by_environment` is False where the environment must
    not decide, such as for what costs money. `many`: it may be given several times, one value each. `listed`: one
    text with commas between; given several times, or as a list in a file, all of it counts. `in_table`: its name means
    something else to other tools, or too little alone; no variable sets it, and of a file the table of its tool only.
    `called` is its key where that is not its name.
    """

    name: str
    what: str
    tools: tuple[str, ...]
    kind: OptionKind = TEXT
    default: str | None = None
    otherwise: str = ""
    many: bool = False
    listed: bool = False
    by_environment: bool = True
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_table: bool = False
    called: str = ""

    @cached_property
    def key(self) -> str:
        """The name as an identifier, such as `max_credits`."""
        return self.called or self.name.replace("-", "_")

    @cached_property
    def variable(self) -> str | None:
        """The environment variable that gives it, such as `FAKIE_SPEED`; None when none may."""
        return f"FAKIE_{self.key.upper()}" if self.stands_alone else None

    @property
    def stands_alone(self) -> bool:
        """Whether its name says enough for a variable, and for a file above all tables."""
        return self.by_environment and not self.in_table

    @property
    def repeatable(self) -> bool:
        """Whether it may be given several times, and as a list in a file."""
        return self.many or self.listed

    def joined(self, texts: Iterable[str]) -> str:
        """Return as one text what was given several times, as a variable would have it."""
        return ("," if self.listed else " ").join(texts)

    def flags_of(self, tool: str) -> tuple[str, ...]:
        """Return the option as a tool's command line has it, such as `--speed`, or `-k` for a letter."""
        return tuple(f"--{name}" if len(name) > 1 else f"-{name}" for name in self.flags.get(tool, (self.name,)))

    def read(self, text: str, folder: Path | None = None, *, shown_as: str = "") -> Any:
        """Return the value of a text; raises ConfigurationError with what came and what is expected."""
        is_path = self.kind.is_path and "://" not in text and text not in ("", *self.kind.words)
        text = str(folder / text) if is_path and folder else text
        try:
            return self.kind.read(text)
        except ValueError as error:
            got = "" if self.kind.may_be_secret else f"; got {text!r}"
            hint = "" if self.kind.may_be_secret else self.kind.hint(text)
            raise ConfigurationError(f"{shown_as or '--' + self.name}: {error}{got}{hint}") from None

    def value(self, text: str, folder: Path | None = None, *, shown_as: str = "") -> Any:
        """Return the value of a text in a variable or a file, None for an empty one; raises ConfigurationError.

        Of what may be given several times that is a tuple: spaces stand between them.
        """
        if self.many:
            return tuple(self.read(one, folder, shown_as=shown_as) for one in text.split())
        return self.read(text, folder, shown_as=shown_as) if text else None

    def meant(self, value: object, folder: Path | None = None) -> Any:
        """Return what a value that Python code gives stands for; raises ConfigurationError as `read` does."""
        if not self.kind.takes_value(value):
            got = type(value).__name__ if self.kind.may_be_secret else f"{value!r:.80}"
            raise ConfigurationError(f"{self.key}: expected {self.kind.types}; got {got}")
        text = ("on" if value else "off") if isinstance(value, bool) else str(value)
        return self.read(text, folder, shown_as=self.key)

    def help(self) -> str:
        """Return what it does, and what holds without it."""
        default = self.otherwise or (self.default if self.default and not self.kind.is_flag else "")
        return f"{self.what}  [{default}]" if default else self.what
