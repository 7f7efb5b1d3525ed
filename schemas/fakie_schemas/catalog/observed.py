"""What is known of the wire: where it does otherwise than the pages say. Both judges read it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import fakie_schemas


class Observed:
    """Facts of the wire, each with its evidence mark."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._facts: Mapping[str, Any] = data["facts"]

    @classmethod
    @cache
    def load(cls) -> "Observed":
        """Return the shipped facts."""
        return cls(fakie_schemas.profile("observed"))

    @property
    def of_the_account(self) -> frozenset[int]:
        """Codes that the account explains, or the service, whatever was sent."""
        return frozenset(self._facts["of_the_account"]["codes"])

    @property
    def of_the_body(self) -> frozenset[str]:
        """Situations that the request's body explains by its page."""
        return frozenset(self._facts["refusals"])

    def refusal(self, situation: str, code: object) -> str:
        """Return how the wire is known to refuse in a situation, such as `500 [obs]`; empty if not with this code."""
        fact = self._facts["refusals"].get(situation, {"codes": [], "mark": ""})
        return f"{code} [{fact['mark']}]" if type(code) is int and code in fact["codes"] else ""

    def without_data(self, code: object, *, bare: bool) -> str:
        """Return how the wire is known to refuse without `data`; empty where it is not. `bare`: this endpoint does."""
        fact = self._facts["refusals_without_data"]
        return f"{fact['words']} [{fact['mark']}]" if bare or code in fact["codes"] else ""

    def acceptance(self, situation: str, rule: str, got: str) -> str:
        """Return how the wire is known to accept a body that breaks a rule; empty where it is not known to."""
        number = got[:1] in tuple("-0123456789") and (situation, rule) == ("wrong_type", "string")
        return f"accepted [{self._facts['number_for_text_accepted']['mark']}]" if number else ""
