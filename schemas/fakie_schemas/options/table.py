"""The table of options: `serve`, `record`, `test` are commands, `suite` and `plugin` what runs within pytest."""

from collections.abc import Iterator

from fakie_schemas.options.judging import JUDGING
from fakie_schemas.options.option import Option
from fakie_schemas.options.results import RESULTS
from fakie_schemas.options.serving import SERVING
from fakie_schemas.options.syncing import SYNCING
from fakie_schemas.options.telling import TELLING

OPTIONS: tuple[Option, ...] = (*SERVING, *JUDGING, *RESULTS, *SYNCING, *TELLING)


def options_of(tool: str) -> Iterator[Option]:
    """Return the options that a tool takes, in the order of the table."""
    return (option for option in OPTIONS if tool in option.tools)


def option_of(tool: str, key: str) -> Option:
    """Return one option of a tool by its key, such as `max_credits`; raises KeyError."""
    found = {option.key: option for option in options_of(tool)}
    return found[key]
