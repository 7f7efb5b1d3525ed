"""The last net before anything is written: no text carries the key or the token, in whatever form it came back."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.secrets.secret_patterns import most_of, secret_patterns
from fakie_schemas.recordings.hidden import HiddenSecrets
from fakie_schemas.recordings.secrets import SHORTEST

NAMES = ("FAKIE_API_KEY", "FAKIE_ADMIN_TOKEN")


class Secrecy:
    """Replaces the secrets of this process's environment by the names of their variables.

    `words` are what data has of its own, such as its names: also a secret that is one of them leaves them as they are.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, words: frozenset[str] = frozenset()) -> None:
        environment = os.environ if environment is None else environment
        secrets = {name: secret for name in NAMES if len(secret := environment.get(name, "")) >= SHORTEST}
        self._whole = [HiddenSecrets([secret], f"${name}") for name, secret in secrets.items()]
        self._words = words
        self._nets = [(net, f"${name}") for name, secret in secrets.items() for net in _nets_of(secret)]

    def of_text(self, text: str) -> str:
        """Return a text without secrets."""
        for hidden in self._whole:
            text = hidden.without(text)
        for net, name in self._nets:
            text = net.sub(lambda _, shown=name: shown, text)  # type: ignore[misc]
        return text

    def of_data(self, data: Any) -> Any:
        """Return JSON data whose texts and names hold no secrets."""
        if not self._nets:
            return data
        if isinstance(data, str):
            return data if data in self._words else self.of_text(data)
        if isinstance(data, Mapping):
            return {self.of_data(str(name)): self.of_data(value) for name, value in data.items()}
        return [self.of_data(value) for value in data] if isinstance(data, list | tuple) else data


def _nets_of(secret: str) -> Iterator[re.Pattern[str]]:
    """Return the patterns of what is left of a secret where a text was cut."""
    yield from map(re.compile, secret_patterns(secret, SHORTEST))
    part = most_of(secret)
    if part:
        yield part
