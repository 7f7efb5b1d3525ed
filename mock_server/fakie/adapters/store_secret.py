"""The secret that goes with a store and is not in it: accounts are named by it, and callback URLs sealed."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from fakie.adapters.sealing import seals_of
from fakie.core.kept.seals import Seals
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import made_once

# A shorter one could be guessed by who has the store.
SHORTEST = 16
_BYTES = 32


class StoreSecret:
    """A secret; raises ConfigurationError for one that can be guessed.

    `fingerprint` tells whether it is the one of a store, and says nothing of it.
    """

    def __init__(self, value: str) -> None:
        if len(value) < SHORTEST:
            raise ConfigurationError(
                f"--secret: expected at least {SHORTEST} characters; got {len(value)}; "
                "`openssl rand -hex 32` makes a good one"
            )
        self.value = value.encode("utf-8", "surrogateescape")
        self.fingerprint = hmac.new(self.value, b"fakie: which secret", hashlib.sha256).hexdigest()[:16]
        self.seals: Seals = seals_of(self.value)


def read_secret(path: Path) -> StoreSecret | None:
    """Return the secret in a file, or None where there is no file; raises ConfigurationError for any other."""
    try:
        text = path.read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"the secret {path} cannot be read: {reason}") from None
    if len(text) < SHORTEST:
        raise ConfigurationError(f"the secret {path} is damaged: expected {2 * _BYTES} digits; restore a copy")
    return StoreSecret(text)


def made_secret(path: Path) -> StoreSecret:
    """Return the secret in a file, which is made if it is absent, for its owner alone; raises ConfigurationError."""
    known = read_secret(path)
    if known:
        return known
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with made_once(path) as beside, beside.open("w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ConfigurationError(
            f"the secret {path} cannot be made: {error.strerror}; give one by --secret @FILE or FAKIE_SECRET"
        ) from None
    made = read_secret(path)
    if made is None:
        raise ConfigurationError(f"the secret {path} is gone")
    return made
