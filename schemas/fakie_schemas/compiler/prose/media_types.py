"""The types of files that a text says are taken."""

import re
from typing import NamedTuple

_MIME = re.compile(r"(?<![\w/.-])(?:image|video|audio|text|font|model|application)/[a-z0-9][\w.+-]*", re.IGNORECASE)
_NAMES = re.compile(
    r"\b(?:jpe?g|png|webp|gif|bmp|tiff?|heic|avif|svg|mp4|mov|quicktime|mkv|webm|avi|mp3|wav|aac|ogg|m4a|flac|pdf)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    rf"(?:{_NAMES.pattern})\s*(?:[/、,，|]|\bor\b|\band\b|和|或)\s*(?:{_NAMES.pattern})", re.IGNORECASE
)
_BETWEEN = r"`?\s*(?:[/、,，|]|\bor\b|\band\b|和|或)\s*(?:(?:and|or)\s+)?`?"
_ALONE = re.compile(rf"(?<![\w/.+-]){_NAMES.pattern}", re.IGNORECASE)
_MIXED = re.compile(
    rf"(?:{_ALONE.pattern}){_BETWEEN}(?:{_MIME.pattern})|(?:{_MIME.pattern})(?<!\.){_BETWEEN}(?:{_NAMES.pattern})",
    re.IGNORECASE,
)
_ASKED = re.compile(r"格式|类型|format|type", re.IGNORECASE)
_NEGATED = re.compile(r"不支持|不接受|不允许|除外|not support|unsupported|except", re.IGNORECASE)
_STOP = re.compile(r"[。；;\n]")


class MediaTypes(NamedTuple):
    """MIME types that are taken, names of formats where there are none, or a doubt; `at` is where they stand."""

    at: int = 0
    taken: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    doubt: str = ""


def read_media_types(text: str) -> MediaTypes:
    """Read the types that a text about a file names."""
    found = [match for match in _MIME.finditer(text) if match[0].lower() != "application/json"]
    if any(_NEGATED.search(_sentence(text, match.start())) for match in found):
        return MediaTypes(found[0].start(), doubt="types that are not taken stand among those that are")
    if found and (mixed := _MIXED.search(text)):
        told = dict.fromkeys(match[0].rstrip(".").lower() for match in (*found, *_ALONE.finditer(text)))
        return MediaTypes(mixed.start(), doubt=f"names of formats stand among media types: {', '.join(told)}")
    if found:
        return MediaTypes(found[0].start(), taken=tuple(dict.fromkeys(match[0].rstrip(".").lower() for match in found)))
    names = list(_NAMES.finditer(text)) if _ASKED.search(text) or names_formats(text) else []
    if names:
        return MediaTypes(names[0].start(), names=tuple(dict.fromkeys(match[0].upper() for match in names)))
    return MediaTypes()


def names_formats(text: str) -> bool:
    """Tell whether a text lists formats of files, one beside another: "JPEG/PNG", "PNG, JPEG or WebP"."""
    return bool(_LISTED.search(text))


def _sentence(text: str, at: int) -> str:
    return _STOP.split(text[:at])[-1] + _STOP.split(text[at:])[0]
