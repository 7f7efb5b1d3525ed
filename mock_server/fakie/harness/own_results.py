"""Files of a test's own as results: bytes and paths as the control's argument."""

import mimetypes
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

from fakie.core.control.errors import WrongOrderError, shown
from fakie.core.tasks.result_order import RESULT_TROUBLES
from fakie_schemas.nearest import did_you_mean

OwnResult = str | bytes | os.PathLike[str] | list[bytes | os.PathLike[str]] | None


def result_argument(result: Any) -> Any:
    """Return the control's argument for a trouble, bytes, a path, or a list of files; raises WrongOrderError."""
    if result is None or (isinstance(result, str) and result in RESULT_TROUBLES):
        return result
    if isinstance(result, list | tuple):
        return [_file(one) for one in result]
    return _file(result)


def _file(given: Any) -> dict[str, str]:
    if isinstance(given, bytes):
        return {"base64": b64encode(given).decode()}
    if not isinstance(given, os.PathLike):
        raise WrongOrderError(
            f"result: expected {', '.join(RESULT_TROUBLES)}, bytes, a Path, or a list of files; got {shown(given)}"
            + did_you_mean(given, RESULT_TROUBLES)
        )
    path = Path(given)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongOrderError(f"result: {shown(str(path))} cannot be read: {error.strerror}") from None
    kind = mimetypes.guess_type(path.name)[0]
    told = {"type": kind, "suffix": path.suffix}
    return {"base64": b64encode(content).decode(), **{name: value for name, value in told.items() if value}}
