"""Adapter for cryptography: seals by a secret, where the library is installed."""

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from fakie.core.kept.seals import NO_SEALS, Seals

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"fakie: callback URLs"


def seals_of(secret: bytes) -> Seals:
    """Return the seals of a secret; such that seal nothing where cryptography is not installed."""
    try:
        from cryptography.fernet import Fernet
    except ModuleNotFoundError:
        return NO_SEALS
    return _FernetSeals(Fernet(base64.urlsafe_b64encode(hmac.new(secret, _PURPOSE, hashlib.sha256).digest())))


class _FernetSeals:
    """Seals by one key."""

    def __init__(self, fernet: "Fernet") -> None:
        self._fernet = fernet

    def seal(self, text: str) -> str | None:
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode()

    def opened(self, sealed: str) -> str | None:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed).decode("utf-8", "surrogatepass")
        except (InvalidToken, ValueError):
            return None
