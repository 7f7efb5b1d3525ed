"""What never leaves a recording: keys, cookies, signed URLs; and what a recorder took out already."""

import re
from collections.abc import Iterator, Mapping

_MASK = "<secret>"
_SHORTEST = 8
_LONG_NUMBER = 20
_FEW = 500
_MOST_KEPT = 100_000
_HIDING = re.compile(r"authori[sz]ation|cookie|api-?key|token|secret|signature|password|^key$", re.IGNORECASE)
_IN_TEXT = (
    # The query of a URL signs it, and so may its user part.
    (re.compile(r"(https?://[^\s\"'\\?#<>]*)\?[^\s\"'\\<>]*", re.IGNORECASE), r"\1?…"),
    (re.compile(r"(https?://)[^/\s\"'@]+@", re.IGNORECASE), rf"\1{_MASK}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{4,}", re.IGNORECASE), rf"\1 {_MASK}"),
    (re.compile(r"\b(sk|pk|rk|ghp|xox[a-z])[-_][\w-]{12,}"), _MASK),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), _MASK),
    (
        re.compile(
            r"(\\*\"[\w-]*(?:api_?key|token|secret|password|authorization|cookie|signature)\\*\"\s*:\s*\\*\")[^\"\\]+",
            re.IGNORECASE,
        ),
        rf"\1{_MASK}",
    ),
)
_CUTS = (re.compile(r"[^\w.~+/=-]+"), re.compile(r"[^\w-]+"))
_REDACTED = re.compile(
    r"\*{3,}|^0{8,}$|^[xX•#.]{3,}$|redacted|<(?:secret|hidden|removed|masked|token|key)[^>]*>"
    r"|[\[{_](?:secret|hidden|removed|masked|filtered|scrubbed|sanitized|omitted)",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"…|\.{3}\W*$|truncated|shortened", re.IGNORECASE)


def is_redacted(value: object) -> bool:
    """Tell whether a value was replaced by whoever recorded it."""
    return isinstance(value, str) and bool(_REDACTED.search(value))


def is_shortened(text: str) -> bool:
    """Tell whether a text says of itself that its end is missing, or that something was taken out."""
    return bool(_SHORTENED.search(text)) or is_redacted(text)


class Secrets:
    """The secrets that the headers of a recording have shown, to be taken out of everything that is written."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def learn(self, *headers: Mapping[str, str]) -> None:
        """Remember what stands in headers that carry secrets: the value of each part, for an echo need not be whole."""
        for side in headers:
            for name, value in side.items():
                if _HIDING.search(name) and len(self._known) < _MOST_KEPT:
                    self._known |= set(_values(name, value))

    def clean(self, text: str) -> str:
        """Take the secrets out of a text."""
        for pattern, replacement in _IN_TEXT:
            text = pattern.sub(replacement, text)
        known = self._known
        if len(known) > _FEW:
            # A hundred thousand keys are not searched for one by one in each text.
            known = known & {word for cut in _CUTS for word in cut.split(text)}
        for word in sorted(known, key=len, reverse=True):
            text = text.replace(word, _MASK)
        return text


def _values(name: str, value: str) -> Iterator[str]:
    # What follows the first part of a set-cookie, and the words before `=`, are no secrets.
    parts = value.split(";")[:1] if name == "set-cookie" else re.split(r"[\s;,]+", value)
    for part in parts:
        before, equals, after = part.strip().partition("=")
        word = after if equals and after.strip("=") else before
        # A short number is a count or a time, such as those of rate-limit headers.
        if len(word) >= (_LONG_NUMBER if word.isdecimal() else _SHORTEST):
            yield word
