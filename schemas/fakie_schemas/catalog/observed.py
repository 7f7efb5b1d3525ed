"""The known differences of the wire: where it does otherwise than the pages say. Both judges read it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from fakie_schemas.catalog.profile import Profile, Row
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import Violation, empty_text
from fakie_schemas.families.family import endpoints
from fakie_schemas.rules.difference import FIRST_SEEN, GUESSES, Known

# As JSON: null, or a text of blanks.
_NOTHING = re.compile(r'null|"(\s|\\[bfnrt])*"')


class Observed:
    """Facts of the wire, each with its evidence mark and when it was first seen: what the profile of the wire holds."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._facts: Mapping[str, Any] = profile.data["judging"]

    @classmethod
    @cache
    def load(cls) -> "Observed":
        """Return the shipped facts."""
        return cls(Profile.load("observed"))

    @property
    def fresh_seconds(self) -> float:
        """How long (s) recordInfo may not know a new task yet."""
        return self._profile.facts.fresh_seconds

    @property
    def of_the_account(self) -> frozenset[int]:
        """Codes that the account explains, or the service, whatever was sent."""
        return frozenset(self._facts["of_the_account"]["codes"])

    @property
    def of_the_body(self) -> frozenset[str]:
        """Situations that the request's body explains by its page."""
        return frozenset(self._facts["of_the_body"]["situations"])

    @property
    def codes_of_the_body(self) -> frozenset[int]:
        """Codes under which a body is refused, by the pages or on the wire."""
        return frozenset(self._facts["of_the_body"]["codes"])

    @cached_property
    def words_of_refusals(self) -> frozenset[str]:
        """The msgs that the wire is known to refuse with, but for those that name what was sent."""
        accepted = self._profile.row("accepted").code
        rows = (row for row in self._profile.rows if row.since and row.code != accepted)
        return frozenset(row.msg for row in rows if "{" not in row.msg)

    def refusal(self, situation: str, code: object, model: str | None = None, field: str | None = None) -> Known | None:
        """Return how the wire is known to refuse a createTask in a situation; None if not with this code."""
        row = self._profile.answering(code, situation, "createTask", model, field)
        if type(code) is not int or row.code != code or not row.since:
            return None
        return Known(f"{code} [{row.mark}]", row.since, row.mark in GUESSES)

    def of_nothing(self, broken: Violation, code: object) -> Known | None:
        """Return how the wire is known to refuse an empty value, where null or blanks may count as one; else None."""
        return self.refusal("value_empty", code, field=broken.field) if _NOTHING.fullmatch(broken.got) else None

    def said(self, code: object, msg: object) -> Known | None:
        """Return the refusal that the wire is known to give in these very words; None where it is none of its own."""
        rows = (row for row in self._profile.rows if row.since and (row.code, row.msg) == (code, msg))
        row = next(rows, None)
        return Known(f"{code}: {row.situation} [{row.mark}]", row.since) if row else None

    def emptiness(self, revision: Revision, body: Any, code: object) -> Known | None:
        """Return how the wire is known to refuse a body that its page accepts, for an empty text; else None."""
        empty = (
            self._profile.habits.refuses_empty and isinstance(body, dict) and empty_text(revision.request_schema, body)
        )
        return self.refusal(empty.situation, code, field=empty.field) if empty else None

    def added_to(self, model: str) -> Callable[[str, object], Known | None]:
        """Return what tells how the wire is known to add a value of a name to the input of a model's tasks."""
        added = self._profile.habits.added_to(model)
        return lambda name, value: Known("added to the input [obs]") if name in added and added[name] == value else None

    def course(self, model: str, states: Sequence[object], end: str) -> Known | None:
        """Return how the wire is known to show a model's task on its way to its end; None where it is not so."""
        usual = [*(state for state, _ in self._profile.habits.steps(model)[:-1]), end]
        course = self._profile.habits.course_of(model)
        return Known(f"{', '.join(usual)} [{course['mark']}]") if course and list(states) == usual else None

    def page_of(self, situation: str) -> Row | None:
        """Return the row of a situation that the wire is known to answer with a page of its framework, or None."""
        row = self._profile.row(situation)
        return row if row.body else None

    def without_data(self, code: object, *, bare: bool) -> Known | None:
        """Return how the wire is known to refuse without `data`; None where it is not. `bare`: this endpoint does."""
        fact = self._facts["refusals_without_data"]
        return _known(fact, fact["words"]) if bare or code in fact["codes"] else None

    def acceptance(self, situation: str, field: str, rule: str, got: str) -> Known | None:
        """Return how the wire is known to accept a body that breaks a rule; None where it is not known to."""
        if (situation, got) == ("url_malformed", '""') and field in {one.callback for one in endpoints().values()}:
            return _known(self._facts["empty_callback_accepted"], "accepted")
        number = got[:1] in tuple("-0123456789") and (situation, rule) == ("wrong_type", "string")
        return _known(self._facts["number_for_text_accepted"], "accepted") if number else None


def _known(fact: Mapping[str, Any], words: str) -> Known:
    return Known(f"{words} [{fact['mark']}]", fact.get("since", FIRST_SEEN))
