"""Adapter for zlib and wave: pictures and sounds of any size and length, made as they are asked for."""

import io
import struct
import zlib
from collections.abc import Iterator

_BLUE = b"\x00\x66\xcc"
_RATE = 8000
_SILENCE = b"\x80"


def png(width: int, height: int) -> bytes:
    """Return a blue picture of so many pixels: one bit each, and a palette."""
    row = b"\x00" * (1 + (width + 7) // 8)
    squeeze = zlib.compressobj(9)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", _BLUE), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def jpeg(width: int, height: int) -> bytes:
    """Return a grey picture of so many pixels: each block of it is two zero bits, no change and no detail."""
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    bits = 2 * blocks
    # What is left of the last byte is filled with ones.
    scan = b"\x00" * (bits // 8) + (bytes([0xFF >> bits % 8]) if bits % 8 else b"")
    segments = b"".join(_segment(mark, data) for mark, data in _jpeg_segments(width, height))
    return b"\xff\xd8" + segments + scan + b"\xff\xd9"


def wav(seconds: float) -> bytes:
    """Return so many seconds of silence."""
    import wave

    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        sound.writeframes(_SILENCE * round(_RATE * seconds))
    return made.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _jpeg_segments(width: int, height: int) -> Iterator[tuple[int, bytes]]:
    yield 0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    yield 0xDB, b"\x00" + b"\x01" * 64
    yield 0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    for table in (b"\x00", b"\x10"):
        # A table with one word of one bit: zero, which means "nothing" for both.
        yield 0xC4, table + b"\x01" + b"\x00" * 15 + b"\x00"
    yield 0xDA, b"\x01\x01\x00\x00\x3f\x00"


def _segment(mark: int, data: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data
