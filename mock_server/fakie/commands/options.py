"""Adapter for click: a command's options, made from the one table."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from fakie.commands.completing import completing
from fakie_schemas.options.kind import OptionKind
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import options_of
from fakie_schemas.validator import is_absolute_http_url

Command = Callable[..., Any]


def _one_text(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> str | None:  # noqa: ARG001
    """Make one text of what was given several times, None of nothing."""
    return ",".join(given) if given else None


# What makes an option of click's a text with commas between, of which all counts that is given; a default is a list.
_LISTED: Mapping[str, Any] = {"multiple": True, "callback": _one_text}


def _is_text(value: str) -> bool:
    """Tell whether what a shell has given is text; Python keeps bytes that are none as halves of surrogate pairs."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


class _Type(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click only
    """A kind of the table as a type of click's; `as_text` leaves the value as it was written."""

    name = "text"

    def __init__(self, kind: OptionKind, *, as_text: bool) -> None:
        self._kind = kind
        self._as_text = as_text

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        return self._kind.metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if not self._kind.is_path and not _is_text(value):
            self.fail("expected text in UTF-8; it holds other bytes", param, ctx)
        try:
            read = self._kind.read(value)
        except ValueError as error:
            self.fail(str(error) if self._kind.may_be_secret else f"{error}; got {value!r}", param, ctx)
        return value if self._as_text else read


class _Listed(_Type):
    """The type of what has commas between, in a variable too."""

    envvar_list_splitter = ","


class SavedPath(click.Path):
    """The type of an argument that names what was saved: nothing is fetched, and a path would lose a slash of a URL."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; fails on an address."""
        if is_absolute_http_url(str(value)):
            self.fail(f"expected a path; got the URL {value}; save what it gives first", param, ctx)
        return super().convert(value, param, ctx)


def as_type(kind: OptionKind) -> click.ParamType:  # type: ignore[type-arg]  # as above
    """Return a kind of the table as a type of click's, for an argument."""
    return _Type(kind, as_text=False)


def table_options(tool: str, *, required: tuple[str, ...] = (), as_text: bool = False) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the options of a tool, each with its variable where it has one."""

    def decorated(command: Command) -> Command:
        for option in reversed(list(options_of(tool))):
            command = _click_option(option, tool, option.key in required, as_text)(command)
        return command

    return decorated


def _click_option(option: Option, tool: str, required: bool, as_text: bool) -> Callable[[Command], Command]:
    names = [*option.flags_of(tool), option.key]
    common: dict[str, Any] = {"help": option.help(), "envvar": option.variable}
    if option.kind.is_flag:
        return click.option(*names, is_flag=True, **common)
    if option.default is not None and not as_text:
        common["default"] = [option.default] if option.repeatable else option.default
    kind = (_Listed if option.listed else _Type)(option.kind, as_text=as_text)
    common |= {"type": kind, "multiple": option.many, "required": required}
    common |= {**completing(option.key, option.kind.metavar), **(_LISTED if option.listed else {})}
    return click.option(*names, **common)
