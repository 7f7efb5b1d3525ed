"""Replay ids: a request that failed, as one word to give to `--replay`; it holds the body, and so outlives releases."""

import base64
import binascii
import json
import zlib
from typing import Any

from fakie_contract.cases.attempt import Attempt, attempt_case, situation_of
from fakie_contract.cases.case import Case
from fakie_contract.subjects import near_subjects, page_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.shortening import short

_MOST_BYTES = 4 * 1024 * 1024


def replay_id(model: str, body: Any) -> str:
    """Write a model and a body as one word."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"{model}~{base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip('=')}"


def read_id(text: str) -> tuple[str, Any]:
    """Return the model and the body of a replay id; raises ConfigurationError when it is none."""
    model, _, code = text.rpartition("~")
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        content = opened.decompress(packed, _MOST_BYTES)
        if not (model and opened.eof):
            raise ValueError
        return model, json.loads(content)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        shown = short(text, 80)
        expected = "the whole id that a finding names, such as z-image~eJyr…"
        raise ConfigurationError(f"--fakie-replay: expected {expected}; got {shown!r}") from None


def replay_case(catalog: Catalog, profile: Profile, text: str) -> Case:
    """Make the case of a replay id; raises ConfigurationError for a broken one and for an unknown model."""
    model, body = read_id(text)
    revision = page_of(catalog, model)
    if revision is None:
        near = ", ".join(near_subjects(catalog, model))
        raise ConfigurationError(f"--fakie-replay: no model is called {model!r}; there are for example: {near}")
    attempt = Attempt(revision, body, situation_of(revision, body))
    what = f"the replayed request: {attempt.situation or 'accepted'}"
    return attempt_case(attempt, profile, "replay", what)
