"""The kinds of those arguments of a test's objects that no lever takes; the control judges the others."""

from functools import cache

import fakie_schemas
from fakie.core.control.arguments import LATEST_MOMENT, SECONDS, TEXT, check, takes
from fakie.core.control.errors import WrongOrderError, hinted, shown
from fakie.core.files.uploads import PATHS as UPLOADS
from fakie.core.handling.routes import ENDPOINTS

_NAME = {**TEXT, "minLength": 1}
_URL = {"type": "string", "format": "uri", "maxLength": 2048, "examples": ["https://fake.example.com"]}
_STAGE = {"type": "string", "maxLength": 100, "examples": ["text"]}
_OUTCOME = {"type": "string", "examples": ["success"]}

MOMENT = takes("Moment", moment={"type": "number", "minimum": 0, "maximum": LATEST_MOMENT, "examples": [1790000000]})
PLACE = takes("Place", url=_URL)
CALLED = takes("Called", url=TEXT, client={"type": "string", "minLength": 1, "examples": ["192.0.2.1"]})
LIMITED = takes("Limited", ("seconds",), seconds=SECONDS)
WAIT = takes("Wait", timeout={**SECONDS, "examples": [600]}, stage=_STAGE)
SIGNED = takes(
    "SignedCallback", outcome=_OUTCOME, webhook_key=_NAME, model=_NAME, shape=_NAME, stage=_STAGE, task_id=_NAME
)
_QUESTION = takes("Question", endpoint=_NAME, situation=_NAME, task=_NAME)


def check_question(**given: str | None) -> None:
    """Raise WrongOrderError for a question to the journal that no entry can answer."""
    asked = {name: value for name, value in given.items() if value is not None}
    if not asked:
        return
    check(_QUESTION, asked)
    for name, names in {"endpoint": _endpoints(), "situation": _situations()}.items():
        if name in asked and asked[name] not in names:
            raise WrongOrderError(hinted(name, asked[name], names))


def check_content(content: object) -> None:
    """Raise WrongOrderError for what is no content of a file."""
    if not isinstance(content, bytes | bytearray | memoryview):
        raise WrongOrderError(f"content: expected bytes; got {shown(content)}; for example b'...'")


@cache
def _endpoints() -> tuple[str, ...]:
    return (*ENDPOINTS.values(), *UPLOADS.values())


@cache
def _situations() -> tuple[str, ...]:
    return tuple(sorted({row["situation"] for row in fakie_schemas.profile("documented")["answers"]}))
