"""The argument `result` of a plan: its schema, and what it stands for."""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from fakie.core.control.errors import WrongOrderError, shown
from fakie.core.tasks.result_order import RESULT_TROUBLES, OwnFile, ResultOrder

_FILE = {
    "title": "OwnFile",
    "type": "object",
    "required": ["base64"],
    "properties": {
        "base64": {"type": "string", "examples": ["iVBORw=="]},
        "type": {"type": "string", "examples": ["image/png"]},
        "suffix": {"type": "string", "examples": [".png"]},
    },
    "additionalProperties": False,
    "examples": [{"base64": "iVBORw==", "suffix": ".png"}],
}
RESULT: Mapping[str, Any] = {
    "anyOf": [
        {"enum": [*RESULT_TROUBLES, None]},
        _FILE,
        {"type": "array", "items": _FILE, "minItems": 1, "maxItems": 100},
    ],
    "examples": ["gone"],
}
_TYPE = r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}"
_SUFFIX = r"\.[a-z0-9]{1,10}"


def read_result(given: Any) -> ResultOrder | None:
    """Return what a checked argument orders; raises WrongOrderError for a file that cannot be served."""
    if given is None:
        return None
    if isinstance(given, str):
        return ResultOrder(trouble=next(one for one in RESULT_TROUBLES if one == given))
    return ResultOrder(tuple(_file(one) for one in (given if isinstance(given, list) else [given])))


def _file(given: Mapping[str, str]) -> OwnFile:
    for name, pattern, works in (("type", _TYPE, "image/png"), ("suffix", _SUFFIX, ".png")):
        if name in given and not re.fullmatch(pattern, given[name], re.IGNORECASE):
            raise WrongOrderError(f"result.{name}: expected one such as {works}; got {shown(given[name])}")
    try:
        content = b64decode(given["base64"], validate=True)
    except ValueError:
        raise WrongOrderError(f"result.base64: expected Base64; got {shown(given['base64'])}") from None
    return OwnFile(content, given.get("type"), given.get("suffix"))
