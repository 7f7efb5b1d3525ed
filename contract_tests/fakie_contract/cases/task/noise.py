"""Whether a media file goes on as its first bytes promise: formats whose parts say how long they are."""

from collections.abc import Callable, Mapping

from fakie_contract.cases.task.whole import OPEN_LENGTHS, page_end

# MPEG audio, layer III: kbit/s by index, of version 1 and of the later ones; samples a second by version and index.
_BITRATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_RATES: Mapping[int, tuple[int, ...]] = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_VERSION_1, _LAYER_3 = 3, 1
# So many frames in a row are no chance; where the first one is looked for, since tags may be padded.
_IN_A_ROW, _LOOKED_THROUGH = 3, 65_536
_TAG_HEAD = 10


def is_noise(name: str, content: bytes) -> bool:
    """Tell whether nothing of a format follows its first bytes; of other formats nothing is known."""
    breaks = _BREAKS.get(name)
    return breaks is not None and breaks(content)


def _has_no_frames(content: bytes) -> bool:
    start = _tag_length(content)
    if start >= len(content):
        # A tag alone: cut, and no noise.
        return False
    tried = range(start, min(len(content), start + _LOOKED_THROUGH))
    return not any(content[at] == 0xFF and _frames_follow(content, at) for at in tried)


def _tag_length(content: bytes) -> int:
    """Return where the tag before the frames ends; its length has seven bits in each byte."""
    if not content.startswith(b"ID3") or len(content) < _TAG_HEAD:
        return 0
    length = 0
    for byte in content[6:_TAG_HEAD]:
        length = length << 7 | byte & 0x7F
    return _TAG_HEAD + length


def _frames_follow(content: bytes, at: int) -> bool:
    for number in range(_IN_A_ROW):
        if at + 4 > len(content):
            return number > 1
        length = _frame_length(content[at : at + 4])
        if length is None:
            return False
        if not length:
            return True
        at += length
    return True


def _frame_length(head: bytes) -> int | None:
    """Return the length of an MPEG frame; 0: it does not say so itself, None: it is none."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or version not in _RATES or not layer or bitrate > 14 or rate > 2:
        return None
    if layer != _LAYER_3 or not bitrate:
        return 0
    factor, kbits = (144, _BITRATES[0]) if version == _VERSION_1 else (72, _BITRATES[1])
    return factor * kbits[bitrate] * 1000 // _RATES[version][rate] + padding


def _has_no_second_page(content: bytes) -> bool:
    end = page_end(content, 0)
    following = content[end : end + 4]
    return following != b"OggS"[: len(following)]


def _has_no_header_chunk(content: bytes) -> bool:
    return content[12:16] != b"IHDR"


def _has_no_chunk(content: bytes) -> bool:
    """Look at the first chunk of a RIFF file: it is named by four letters, and no longer than the file says to be."""
    name, told = content[12:16], int.from_bytes(content[4:8], "little")
    length = int.from_bytes(content[16:20], "little")
    is_too_long = told not in OPEN_LENGTHS and length not in OPEN_LENGTHS and length > told
    return is_too_long or not (name.isascii() and name.decode("ascii", "ignore").isprintable())


def _has_no_second_segment(content: bytes) -> bool:
    end = 4 + int.from_bytes(content[4:6], "big")
    return content[end : end + 1] not in (b"\xff", b"")


_BREAKS: Mapping[str, Callable[[bytes], bool]] = {
    "mp3": _has_no_frames,
    "ogg": _has_no_second_page,
    "png": _has_no_header_chunk,
    "jpeg": _has_no_second_segment,
    **dict.fromkeys(("wav", "webp", "avi"), _has_no_chunk),
}
