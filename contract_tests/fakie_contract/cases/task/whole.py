"""Whether a media file is there to its end, by what its format says of its own length."""

from collections.abc import Callable, Mapping

# What recorders write for a length that they do not know yet.
OPEN_LENGTHS = (0, 0xFFFFFFFF)
_HEAD, _LONG_HEAD, _PAGE_HEAD = 8, 16, 27


def is_cut(name: str, content: bytes) -> bool:
    """Tell whether a file of a format lacks its end; formats that do not say where they end are never cut."""
    lacks_end = _LACKS_END.get(name)
    return lacks_end is not None and lacks_end(content)


def _lacks(mark: bytes) -> Callable[[bytes], bool]:
    return lambda content: mark not in content


def _is_short_riff(content: bytes) -> bool:
    told = int.from_bytes(content[4:_HEAD], "little")
    return told not in OPEN_LENGTHS and told + _HEAD > len(content)


def _is_short_of_boxes(content: bytes) -> bool:
    """Walk over the outer boxes; the last one may go to the end of the file, whatever that is."""
    at = 0
    while at + _HEAD <= len(content):
        size, least = int.from_bytes(content[at : at + 4], "big"), _HEAD
        if size == 0:
            return False
        if size == 1:
            size, least = int.from_bytes(content[at + _HEAD : at + _LONG_HEAD], "big"), _LONG_HEAD
        if size < least:
            # Not a box: what follows the boxes, or a format of its own.
            return False
        at += size
    return at > len(content)


def page_end(content: bytes, at: int) -> int:
    """Return where a page of an Ogg stream ends, whose head tells the lengths of its segments."""
    count = content[at + _PAGE_HEAD - 1] if at + _PAGE_HEAD <= len(content) else 0
    return at + _PAGE_HEAD + count + sum(content[at + _PAGE_HEAD : at + _PAGE_HEAD + count])


def _is_short_of_pages(content: bytes) -> bool:
    at = 0
    while content.startswith(b"OggS", at):
        at = page_end(content, at)
    return at > len(content)


_LACKS_END: Mapping[str, Callable[[bytes], bool]] = {
    "png": _lacks(b"IEND"),
    "jpeg": _lacks(b"\xff\xd9"),
    "gif": lambda content: not content.rstrip(b"\0").endswith(b";"),
    "webp": _is_short_riff,
    "wav": _is_short_riff,
    "avi": _is_short_riff,
    "mp4": _is_short_of_boxes,
    "ogg": _is_short_of_pages,
}
