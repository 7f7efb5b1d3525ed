"""The page of the options: the one table, whoever takes them."""

from collections.abc import Iterator

from fakie_reference.tables import code, codes, page, table
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import OPTIONS, options_of
from fakie_schemas.options.variables import OTHER_VARIABLES

_WITHIN = {
    "suite": "`pytest --pyargs fakie_contract`",
    "plugin": "the pytest plugin",
    "catalog": "`models`, `show`, `openapi`",
}


def options_page() -> str:
    """Return every option with its variable, its names in files and in pytest, its default, and who takes it."""
    about = (
        "Every option once. The first that says something holds: marker, command line, environment, pytest's ini\n"
        "file, `fakie.toml`, `[tool.fakie]`, default ([settings](../settings.md)). What each command takes, with its\n"
        "exit codes, stands on [the page of the commands](commands.md)."
    )
    alike = sorted({(option.name, option.what) for option in OPTIONS})
    return page("Options", about, table(_HEAD, (_row(name, what) for name, what in alike)), _plugin(), _variables())


_HEAD = ("option", "what it says", "takes", "default", "variable", "taken by")


def _row(name: str, what: str) -> tuple[str, ...]:
    rows = [option for option in OPTIONS if (option.name, option.what) == (name, what)]
    flags = [flag for option in rows for tool in option.tools for flag in option.flags_of(tool)]
    return (
        code(f"--{name}" if f"--{name}" in flags else flags[0]),
        what + (" (several times)" if rows[0].repeatable else ""),
        "nothing" if rows[0].kind.is_flag else codes(dict.fromkeys(option.kind.metavar for option in rows)),
        "; ".join(_defaults(rows)),
        code(rows[0].variable or "")
        or ("none: a file, in the table of its command" if rows[0].by_environment else "none: a person says it"),
        ", ".join(dict.fromkeys(_taker(tool) for option in rows for tool in option.tools)),
    )


def _defaults(rows: list[Option]) -> Iterator[str]:
    for option in rows:
        default = option.otherwise or (code(option.default) if option.default and not option.kind.is_flag else "")
        if default:
            yield f"{default} ({', '.join(map(_taker, option.tools))})" if len(rows) > 1 else default


def _taker(tool: str) -> str:
    return _WITHIN.get(tool) or code(tool)


def _plugin() -> str:
    head = ("marker", "command line", "ini", "what it says")
    rows = (
        (code(f"{option.key}="), code(f"--fakie-{option.name}"), code(f"fakie_{option.key}"), option.help())
        for option in options_of("plugin")
    )
    about = "How each stands in a test's marker, on pytest's command line and in its ini file.\n"
    return f"## The plugin\n\n{about}\n{table(head, rows)}"


def _variables() -> str:
    rows = ((code(name), what) for name, what in OTHER_VARIABLES.items())
    about = "Variables that no option has. Commands and pytest say which other `FAKIE_...` nobody reads.\n"
    return f"## Other variables\n\n{about}\n{table(('variable', 'what it says'), rows)}"
