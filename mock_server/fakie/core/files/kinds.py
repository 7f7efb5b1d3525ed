"""The kind of a file: by its content where that can be told, else by what its sender and its name say."""

import re

# It becomes a header again.
_TYPE = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
_UNKNOWN = "application/octet-stream"
# Names of one kind, each with the one that stands for all: pages, senders and readers of contents differ in them.
_SAME = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wav": "audio/x-wav",
    "audio/wave": "audio/x-wav",
    "audio/vnd.wave": "audio/x-wav",
    "audio/flac": "audio/x-flac",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
    "video/avi": "video/x-msvideo",
    "video/matroska": "video/x-matroska",
    "video/x-m4v": "video/mp4",
}
# The same container may hold either; nothing but its tracks tells them apart.
_EITHER = {
    "audio/mp4": "video/mp4",
    "audio/ogg": "video/ogg",
    "application/ogg": "video/ogg",
    "audio/webm": "video/webm",
}


def seen_kind(content: bytes) -> str | None:
    """Return the media type that a content shows, or None where it shows none."""
    import filetype

    found: str | None = filetype.guess_mime(content)
    return found


def kind_of(content: bytes, declared: str, name: str) -> str:
    """Return a file's media type: as it shows, else as declared, else as its name ends."""
    from mimetypes import MimeTypes

    said = declared.partition(";")[0].strip().lower()
    said = said if re.fullmatch(_TYPE, said) else ""
    by_name = MimeTypes().guess_type(name, strict=False)[0]
    seen = seen_kind(content)
    # Of two names for the same kind, the sender's own.
    for own in (said, by_name or ""):
        if seen and own and same_kind(seen, own):
            return own
    return seen or (said if said not in ("", _UNKNOWN) else "") or by_name or said or _UNKNOWN


def same_kind(one: str, other: str) -> bool:
    """Tell whether two media types are names of one kind, or cannot be told apart."""
    first, second = _plain(one), _plain(other)
    return first == second or _EITHER.get(first, first) == _EITHER.get(second, second)


def _plain(media_type: str) -> str:
    return _SAME.get(media_type, media_type)
