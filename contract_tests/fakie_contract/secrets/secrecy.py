"""The last net before anything is written: no text carries the key or the token, in whatever form it came back."""

import os
import re
from collections.abc import Mapping
from typing import Any

from fakie_contract.secrets.secret_patterns import secret_patterns
from fakie_schemas.recordings.secrets import SHORTEST

NAMES = ("FAKIE_API_KEY", "FAKIE_ADMIN_TOKEN")


class Secrecy:
    """Replaces the secrets of this process's environment by the names of their variables."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._nets = [
            (re.compile(pattern), f"${name}")
            for name in NAMES
            if len(secret := environment.get(name, "")) >= SHORTEST
            for pattern in secret_patterns(secret, SHORTEST)
        ]

    def of_text(self, text: str) -> str:
        """Return a text without secrets."""
        for net, name in self._nets:
            text = net.sub(lambda _, shown=name: shown, text)  # type: ignore[misc]
        return text

    def of_data(self, data: Any) -> Any:
        """Return JSON data whose texts and names hold no secrets."""
        if not self._nets:
            return data
        if isinstance(data, str):
            return self.of_text(data)
        if isinstance(data, Mapping):
            return {self.of_text(str(name)): self.of_data(value) for name, value in data.items()}
        return [self.of_data(value) for value in data] if isinstance(data, list | tuple) else data
