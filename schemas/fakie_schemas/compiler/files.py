"""What a text says of files: the largest size of each, and the MIME types that are taken."""

import re
from typing import Any

_SIZE = re.compile(
    r"(?<![A-Za-z0-9.])(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>KB|MB|GB|KiB|MiB|GiB|兆)(?![A-Za-z])", re.IGNORECASE
)
_MIME = re.compile(r"(?<![\w/.-])(?:image|video|audio|text|font|model|application)/[a-z0-9][\w.+-]*", re.IGNORECASE)
_NAMES = re.compile(
    r"\b(?:jpe?g|png|webp|gif|bmp|tiff?|heic|avif|svg|mp4|mov|quicktime|mkv|webm|avi|mp3|wav|aac|ogg|m4a|flac|pdf)\b",
    re.IGNORECASE,
)
_UPPER = re.compile(
    r"最大|最高|不超过|不得超过|不能超过|不可超过|不大于|上限|以内|以下|之内|小于|低于|限制|大小|≤|<|max|up to|exceed|less than|smaller than|limit|under|within|size",
    re.IGNORECASE,
)
_LOWER = re.compile(r"至少|大于(?!等于)|不小于|不少于|最小|≥|>|at least|greater|larger|minimum", re.IGNORECASE)
_TOTAL = re.compile(r"总|合计|共计|累计|加起来|之和|\btotal\b|combined|\bsum\b|across all|in all\b", re.IGNORECASE)
_NEGATED = re.compile(r"不支持|不接受|不允许|除外|not support|unsupported|except", re.IGNORECASE)
_PART = re.compile(r"[。；;！!\n（()）,，、|]|\.(?=\s|$)")
_FACTORS = {"k": 1024, "m": 1024**2, "g": 1024**3, "兆": 1024**2}

Fact = tuple[str, Any, int]
Place = tuple[int, str]


def read_files(text: str, kind: str | None) -> tuple[list[Fact], list[Place], str]:
    """Read sizes and MIME types; gives the facts, remarks, and the text with what was read blanked out."""
    if kind not in {"string", "array", None}:
        return [], [], text
    facts, remarks, text = _sizes(text)
    types, type_remarks, text = _types(text)
    return facts + types, remarks + type_remarks, text


def _sizes(text: str) -> tuple[list[Fact], list[Place], str]:
    each: dict[int, int] = {}
    remarks: list[Place] = []
    for match in list(_SIZE.finditer(text)):
        part = _part(text, match.start(), match.end())
        if _TOTAL.search(part):
            remarks.append((match.start(), f"a limit on the total size: {match[0]}"))
        elif _UPPER.search(part) and not _LOWER.search(part):
            each.setdefault(_bytes(match), match.start())
        else:
            remarks.append((match.start(), f"?a file size that is no clear limit: {match[0]}"))
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    if len(each) == 1:
        return [("x-max-bytes", *next(iter(each.items())))], remarks, text
    remarks.extend((at, f"?several sizes are named, one is {size} bytes") for size, at in each.items())
    return [], remarks, text


def _bytes(match: re.Match[str]) -> int:
    return round(float(match["n"]) * _FACTORS[match["unit"][0].lower()])


def _part(text: str, start: int, end: int) -> str:
    before = [match.end() for match in _PART.finditer(text, 0, start)]
    after = _PART.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _types(text: str) -> tuple[list[Fact], list[Place], str]:
    found = [match for match in _MIME.finditer(text) if match[0].lower() != "application/json"]
    taken = [match for match in found if not _NEGATED.search(_sentence(text, match.start()))]
    if len(taken) < len(found):
        return [], [(found[0].start(), "?types that are not taken stand among those that are")], text
    if found:
        types = list(dict.fromkeys(match[0].rstrip(".").lower() for match in found))
        return [("x-media-types", types, found[0].start())], [], _MIME.sub(lambda m: " " * len(m[0]), text)
    names = list(dict.fromkeys(match[0].upper() for match in _NAMES.finditer(text)))
    if names and re.search(r"格式|类型|format|type", text, re.IGNORECASE):
        at = next(_NAMES.finditer(text)).start()
        return [], [(at, f"formats named without MIME types: {', '.join(names)}")], text
    return [], [], text


def _sentence(text: str, at: int) -> str:
    return re.split(r"[。；;\n]", text[:at])[-1] + re.split(r"[。；;\n]", text[at:])[0]
