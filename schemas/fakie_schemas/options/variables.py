"""Environment variables of our name: those that are no option, and a word on those that nobody reads."""

import re
from collections.abc import Iterator, Mapping

from fakie_schemas.nearest import nearest
from fakie_schemas.options.settings_files import SWITCH
from fakie_schemas.options.table import OPTIONS

_OURS = "FAKIE_"
# What no option has, and what it says.
OTHER_VARIABLES: Mapping[str, str] = {
    "FAKIE_API_KEY": "the key of the API that is judged, recorded or asked for its catalogue",
    "FAKIE_ALLOW_PAID": "`1`: the second of the two acts, beside `--max-credits`, that let a live run spend",
    SWITCH: "`off`: no settings file is read",
    "FAKIE_ARGUMENTS": "more arguments of `fakie serve` in the job for GitLab",
    "FAKIE_COMMAND": "how the tests of the package for Node start fakie",
    "FAKIE_FUZZ": "how many times more the tests in `tests/fuzz` try",
    "FAKIE_SHARED": "where the tests of the repository find pages and captured traffic",
    "FAKIE_STARTED_BY": "set by `fakie test` for the run that it starts",
    "FAKIE_UNTIL_STDIN_ENDS": "set for a fake that ends with the process that started it",
}
# What Kubernetes and Docker set in a container that has a neighbour of our name.
_OF_NEIGHBOURS = r"FAKIE_(?:SERVICE|PORT|ENV)_.*|FAKIE_NAME"


def unread_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each variable that is named as ours are and that nobody reads: its name, and what was meant."""
    read = {option.variable for option in OPTIONS if option.variable} | OTHER_VARIABLES.keys()
    for name, text in sorted(environment.items()):
        if text and name.upper().startswith(_OURS) and name not in read and not re.fullmatch(_OF_NEIGHBOURS, name):
            yield f"{name[:80]}: {_instead(name.upper(), sorted(read))}"


def _instead(name: str, read: list[str]) -> str:
    by_hand = [option.name for option in OPTIONS if name == f"{_OURS}{option.name.replace('-', '_').upper()}"]
    if by_hand and name not in read:
        return f"no variable sets it; give --{by_hand[0]} on the command line"
    # Without what all of them begin with, which would make any two alike.
    near = nearest(name.removeprefix(_OURS), (one.removeprefix(_OURS) for one in read))
    hint = (
        f"did you mean {_OURS}{near[0]}?" if near else "`fakie config` lists the options, such as FAKIE_SPEED for speed"
    )
    return f"nobody reads this variable; {hint}"
