"""Words around a bound: it is certain only where none of them may narrow it, reckon with it or tell of it."""

from itertools import pairwise

from fakie_schemas.compiler.prose.clauses import NUMBERS, Part
from fakie_schemas.compiler.prose.matches import Match
from fakie_schemas.compiler.prose.tokens import UNITS, Token

_SIGNS = set("≤<≥>⩽⩾≦≧") | {"<=", ">=", "=<", "=>"}
_UNKNOWN = {"word", "named"}
_RANGES = {"range", "interval"}
# What may stand between a sign such as "≤" and the start of what is said: the name of what is bounded, no sum of it.
_BOUNDED = {"value", "own", "length", "count", "size", "items", "chars", "words", "array", "each", "other", "range", "required",
            "is", "must", "must_be", "verb", "colon", "limit", "in", "seconds", "media", "negator"}  # fmt: skip
# What may stand behind "for" and "in" without being a case: the field itself, or what any of its values has.
_OF_ALL = {"own", "other", "value", "each", "array"}
_MEASURED = {"length", "size", "count", "range", "total"} | UNITS
# Labels that are names of fields: "title: max 500 characters" in the words of another field bounds that one.
_NAMES = [
    "title",
    "name",
    "caption",
    "lyrics",
    "style",
    "message",
    "seed",
    "strength",
    "speed",
    "volume",
    "temperature",
]
_CHINESE = ["标题", "名称", "配文", "歌词", "风格", "消息", "种子", "强度", "语速", "音量", "温度"]
_FIELDS = dict(zip(_NAMES, _NAMES, strict=True)) | dict(zip(_CHINESE, _NAMES, strict=True))
# A part that begins with one of these and names things says for which requests the next one holds.
_PRESENCE = {"with", "without", "via"}
_THINGS = {"items", "other", "word", "each", "and", "or", "verb"}
# Behind "or", these are another bound: "10 or the number of images"; and what may be given instead: "at least 1 image or video".
_ALTERNATIVES = {"number", "value", "count", "length", "word", "named"}
_LOWER = {"at_least", "min", "above", "at_least_post"}
_PASSED = {"verb", "is", "may"}


def is_certain(match: Match, found: list[Match], name: str) -> bool:
    """Tell whether nothing around a bound of the field `name` makes it one of some requests, of another field, a sum or advice."""
    before = _before(match, found)
    if match.rule.reads == "step":
        either = [token.kind for token in match.before[-1:]] == ["or"]
        return not (either or _is_reckoned(match, found, around=match.before + match.behind))
    held = _is_led(match, before) or _is_reckoned(match, found) or _is_one_of_list(match)
    held = held or _is_labelled_as_another(before, name) or _is_beside_an_arrow(match)
    return not (held or _is_compared_by_sign(match, before) or _is_qualified(match) or _is_told_of(match))


def _before(match: Match, found: list[Match]) -> list[Token]:
    """Return the tokens between the bound before and this one."""
    start = max((other.end for other in found if other.end <= match.start), default=0)
    return match.part.tokens[start : match.start]


def _is_led(match: Match, before: list[Token]) -> bool:
    """Tell whether an unknown word, a default or another bound leads to a bound: "beta: max 10", "default max 10"."""
    lead = match.part.neighbour(-1)
    if any(token.kind == "default" for token in before) or (lead and lead.kinds and lead.kinds <= {"default", "is"}):
        return True
    kinds = [token.kind for token in before]
    if lead and _names_presence(lead.tokens):
        return True
    if kinds[-1:] == ["colon"]:
        return _names_presence(before[:-1]) or kinds[-2:-1] in (["word"], ["max"], ["min"])
    if kinds[-1:] == ["to"] and len(before) == 2 and not before[-1].text.isalpha():
        return before[0].kind in _UNKNOWN
    if match.rule.reads in _RANGES and kinds[-1:] in (["max"], ["min"]):
        return True
    if not before or (match.rule.id == "limit" and any(token.kind in UNITS for token in match.span)):
        return False
    # "3." at the start of a line is its number.
    unknown = before[-1].kind in _UNKNOWN and not before[-1].text.rstrip(".)、").isdecimal()
    dangling = kinds[-2:] == ["named", "in"]
    return unknown or dangling or (before[-1].text == "just" and match.span[0].kind in {"below", "above"})


def _is_labelled_as_another(before: list[Token], name: str) -> bool:
    """Tell whether the name of another field leads to a bound: "title: max 500 characters"."""
    kinds = [token.kind for token in before]
    while kinds and kinds[-1] in {"negator", *_PASSED}:
        kinds.pop()
    if kinds[-1:] != ["colon"]:
        return False
    words = [token.text for token in before[: len(kinds) - 1]]
    # The signs of a Chinese word that is not known come one by one.
    field = _FIELDS.get("".join(words[-1:])) or _FIELDS.get("".join(words[-2:]))
    return field is not None and field not in name.lower()


def _is_beside_an_arrow(match: Match) -> bool:
    """Tell whether a sign with a number on either side touches a bound: "max 10 => 20", "max 10 -> 20"."""
    if match.rule.reads == "chain":
        return False
    tokens = match.part.tokens
    numbers = [place for place, token in enumerate(tokens) if token.kind in NUMBERS]
    for one, two in pairwise(numbers):
        between = tokens[one + 1 : two]
        signs = [token for token in between if token.text in _SIGNS]
        if signs and all(token.text in _SIGNS or token.kind == "to" for token in between):
            return match.start <= one < match.end or match.start <= two < match.end
    return False


def _names_presence(tokens: list[Token]) -> bool:
    """Tell whether words say what a request has beside: "with video:", "without a video"."""
    return len(tokens) > 1 and tokens[0].text in _PRESENCE and {token.kind for token in tokens[1:]} <= _THINGS


def _is_reckoned(match: Match, found: list[Match], around: list[Token] | None = None) -> bool:
    """Tell whether a number that no rule takes stands before a bound, or around a step: "x/2 < 10", "multiple of 8 plus 1"."""
    taken = {token.at for other in found for token in other.span}
    numbers = (token for token in around or match.before if token.kind in {*NUMBERS, "odd"})
    return any(token.at not in taken for token in numbers)


def _is_one_of_list(match: Match) -> bool:
    """Tell whether nothing but numbers stands in a part beside a bound: "max: 10, 20"."""
    parts = match.part.clause.parts
    beside = [parts[place] for place in (match.part.index - 1, match.part.index + 1) if 0 <= place < len(parts)]
    return any(_is_numbers(part) for part in beside) and match.part.tokens[0].kind != "or"


def _is_numbers(part: Part) -> bool:
    return bool(part.kinds & NUMBERS) and part.kinds <= {*NUMBERS, *UNITS, "or", "and"}


def _is_compared_by_sign(match: Match, before: list[Token]) -> bool:
    """Tell whether a sign such as "≤" stands behind more than the name of what it bounds: "a - b ≤ 5"."""
    first = next((place for place, token in enumerate(match.span) if token.text in _SIGNS), None)
    if first is None or match.rule.reads == "chain":
        return False
    named = [token.kind for token in before + match.span[:first] if token.kind not in NUMBERS]
    if (named[:1] == ["to"] and before[0].at + 1 < (before[1:] or match.span)[0].at) or named[:1] == ["and"]:
        named = named[1:]
    return not set(named) <= _BOUNDED


def _is_qualified(match: Match) -> bool:
    """Tell whether a word stands between a number and its unit, as in "5,000 non-Chinese characters"."""
    kinds = [match.span[-1].kind, *(token.kind for token in match.behind[:2])]
    return kinds[:2] == ["number", "word"] and bool(set(kinds[2:]) & {"chars", "bytes", "words"})


def _is_told_of(match: Match) -> bool:
    """Tell whether something is said of what lies within a bound: "5 or less renders faster" refuses nothing."""
    if any(token.text == "by" for token in match.before[-1:]):
        return True
    said = [token for token in match.behind if token.kind not in _PASSED][:3]
    kinds = [token.kind for token in said]
    if match.rule.reads in _RANGES and {"must", "must_be", "colon"} & {token.kind for token in match.before}:
        return False
    # "at least 2 greater than start" bounds the one by the other; "500 characters describing the scene" goes on.
    if kinds[:1] in (["above"], ["below"]) and "number" not in kinds[1:2]:
        return True
    if kinds[:1] in (["at_least_post"], ["within_post"]) or _is_a_rate(said):
        return True
    others = _ALTERNATIVES | ({"items"} if _LOWER & {token.kind for token in match.span} else set())
    alternative = kinds[:1] == ["or"] and bool(set(kinds[1:2]) & others)
    return alternative or kinds[:2] == ["and", "number"] or _is_remark(said) or _names_some(said)


def _is_a_rate(said: list[Token]) -> bool:
    """Tell whether a bound goes on with what it is counted in, behind a stroke: "10 MB/s", "10 字/行"."""
    return [token.text for token in said[:1]] == ["/"] and any(token.at == said[0].at + 1 for token in said[1:2])


def _is_remark(said: list[Token]) -> bool:
    """Tell whether words go on with what lies within a bound: "… counts as long", but not "… describing the scene"."""
    if not said:
        return False
    return said[0].text == "counts" or (said[0].kind in _UNKNOWN and not said[0].text.endswith("ing"))


def _names_some(said: list[Token]) -> bool:
    """Tell whether words behind a bound say for which requests it holds: "max 10 with audio", "5 in beta"."""
    kinds = [token.kind for token in said]
    if kinds[:1] == ["in"]:
        return kinds[1:2] != ["number"] and not set(kinds[1:2]) & (_OF_ALL | _MEASURED)
    return kinds[:1] == ["preposition"] and not (said[0].text == "for" and set(kinds[1:2]) & _OF_ALL)
