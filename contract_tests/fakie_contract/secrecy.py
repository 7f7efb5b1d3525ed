"""The last net before anything is written: no text carries the key or the token, in whatever form it came back."""

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

NAMES = ("FAKIE_API_KEY", "FAKIE_ADMIN_TOKEN")
# A secret of fewer characters is none, and its letters stand in every other word.
_SHORTEST = 6


class Secrecy:
    """Replaces the secrets of this process's environment by the names of their variables."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._nets = [
            (re.compile(_pattern(secret), re.IGNORECASE), f"${name}")
            for name in NAMES
            if len(secret := environment.get(name, "")) >= _SHORTEST
        ]

    def of_text(self, text: str) -> str:
        """Give a text without secrets."""
        for net, name in self._nets:
            text = net.sub(lambda _, shown=name: shown, text)  # type: ignore[misc]
        return text

    def of_data(self, data: Any) -> Any:
        """Give JSON data whose texts and names hold no secrets."""
        if not self._nets:
            return data
        if isinstance(data, str):
            return self.of_text(data)
        if isinstance(data, Mapping):
            return {self.of_text(str(name)): self.of_data(value) for name, value in data.items()}
        return [self.of_data(value) for value in data] if isinstance(data, list | tuple) else data


def _pattern(secret: str) -> str:
    whole = "|".join(re.escape(form) for form in sorted(set(_forms(secret)), key=len, reverse=True))
    # A text that was shortened can end within the secret.
    starts = "|".join(re.escape(secret[:length]) for length in range(len(secret) - 1, _SHORTEST - 1, -1))
    return f"{whole}|(?:{starts})(?=…)" if starts else whole


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    # As a step of a JSON pointer: the name of a field can be the key.
    yield secret.replace("~", "~0").replace("/", "~1")
    yield secret.encode().hex()
    for before in range(3):
        yield from _base64(secret.encode(), before)


def _base64(secret: bytes, before: int) -> Iterator[str]:
    """Give those letters of a base64 text that the secret alone decides, when so many bytes stand before it."""
    text = base64.b64encode(bytes(before) + secret).decode()
    letters = text[(0, 2, 3)[before] : (before + len(secret)) * 8 // 6]
    yield from (letters, letters.replace("+", "-").replace("/", "_"))
