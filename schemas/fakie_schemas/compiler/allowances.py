"""Values that the words about a field allow beside its keywords: null, and other things than a URL."""

import re
from collections.abc import Callable

from fakie_schemas.compiler.facts import Alternatives, Fact, Field, Log

_WORD = r"(?:`null`|(?<![A-Za-z0-9_`])null(?![A-Za-z0-9_`]))"
_NULL = re.compile(
    rf"\b(?:can|may|could|might)(?: also)? be (?:set to |left )?{_WORD}|\bnullable\b"
    rf"|{_WORD} (?:is|are|values? (?:is|are)) (?:allowed|accepted|permitted|valid)"
    rf"|{_WORD} (?:means|for|to|disables)\b|\b(?:use|pass|send|set to|set it to|or) {_WORD}"
    rf"|可(?:以)?(?:为|是|传|设为|设置为)?\s*{_WORD}|允许(?:为|传)?\s*{_WORD}|{_WORD}\s*(?:表示|代表)|传\s*{_WORD}",
    re.IGNORECASE,
)
_NO_URL = re.compile(
    r"(?<![A-Za-z])base[- ]?64(?![A-Za-z])|\bdata: ?ur[il]|(?<![A-Za-z0-9.+-])(?!https?:|wss?:)(?P<scheme>[a-z][a-z0-9+.-]{1,20}://)"
    r"|\bor (?:an? )?(?:empty|(?:file|asset|task|media|upload)[ _-]?ids?\b)|\b(?:file|asset|task|media|upload)[ _-]?ids? or\b"
    r"|\b(?:can|may) be empty\b|(?:或|可为|可以为)\s*空",
    re.IGNORECASE,
)
_CLAIMS_NO_URL = "^(?!https?:)"
# In the sentence of such words, these may turn them around.
_DENIED = re.compile(
    r"\b(?:not?|never|cannot|can't|without|instead of|rather than|except)\b|n't\b|不|勿|禁|非|无", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.。;；!！?？\n](?:\s|$)|[。；！？\n]")


def take_allowances(target: Field, text: str, where: Callable[[int], int], log: Log) -> None:
    """Allow null where the words do, and what is no URL where they name something else."""
    if (found := _said(_NULL, text)) and target.value("type") and not target.nullable:
        target.nullable = True
        log.note("assumed", where(found.start()), target.name, "null is allowed, as its words say")
    for field in (target, target.items):
        if field and field.value("format") == "uri" and (found := _said(_NO_URL, text)):
            line = where(found.start())
            pattern = f"^{re.escape(found['scheme'])}" if found["scheme"] else _CLAIMS_NO_URL
            kept = {"format": field.facts.pop("format")}, {"pattern": Fact(pattern, line)}
            # Its type in each branch too: tools make types of the branches alone.
            branches = [Field(field.name, line, {"type": Fact("string", line), **facts}) for facts in kept]
            field.alternatives.append(Alternatives("anyOf", line, branches))
            log.note("assumed", line, target.name, "beside URLs something else is allowed, as its words say")


def allow_null_among_values(target: Field) -> None:
    """Add null to the listed values of a field that may be null."""
    if target.nullable and (listed := target.facts.get("enum")) and None not in listed.value:
        target.facts["enum"] = Fact([*listed.value, None], listed.line)


def _said(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Find words that are not denied in their sentence."""
    start = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]:
        found = pattern.search(text, start, end)
        if found and not _DENIED.search(text, start, end):
            return found
        start = end
    return None
