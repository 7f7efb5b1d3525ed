"""Media files that break off: told by what their format says of their length, and only where it does."""

import pytest

from fakie.adapters.media_making import jpeg, png, wav
from fakie_contract.cases.task.noise import is_noise
from fakie_contract.cases.task.whole import is_cut
from fakie_fixtures import media_file

_PAGE = b"OggS\0\2" + bytes(20) + b"\2\x1e\3" + bytes(33)
_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
_WEBP = b"RIFF\x0c\0\0\0WEBPVP8 \0\0\0\0"
FILES = [
    ("png", png(8, 8)),
    ("jpeg", jpeg(8, 8)),
    ("gif", _GIF),
    ("webp", _WEBP),
    ("wav", wav(0.1)),
    ("mp4", media_file("black.mp4")),
    ("mp4", media_file("black.mov")),
    ("ogg", _PAGE),
    ("ogg", _PAGE * 3),
]


_MP3 = media_file("silence.mp3")
# Two frames of MPEG 2 at 24 kHz and 64 kbit/s, the second one padded; one of free format; one of layer II.
_LATER_MP3 = b"\xff\xf3\x84\xc4" + bytes(188) + b"\xff\xf3\x86\xc4" + bytes(189)
GOES_ON = [
    ("mp3", _MP3),
    ("mp3", b"ID3\4\0\0\0\0\1\0" + b"x" * 128 + bytes(500) + _MP3),
    ("mp3", b"ID3\4\0\0\0\x7f\x7f\x7fcut"),
    ("mp3", _LATER_MP3),
    ("mp3", b"\xff\xfb\0\xc0" + bytes(900)),
    ("mp3", b"\xff\xfd\x84\xc0" + bytes(900)),
    ("ogg", _PAGE),
    ("ogg", _PAGE + _PAGE),
    *((name, content) for name, content in FILES if name not in ("gif", "mp4")),
]


@pytest.mark.parametrize(("name", "content"), GOES_ON)
def test_a_file_that_goes_on_as_it_begins_is_no_noise(name: str, content: bytes) -> None:
    """However its parts are written; of a format that tells nothing of them nothing is said."""
    assert not is_noise(name, content)
    assert not is_noise("flac", content)


@pytest.mark.parametrize("rest", [bytes(2000), b"<html>\x80" * 300, bytes(range(128, 256)) * 16])
@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("mp3", _MP3[:10]),
        ("mp3", b"ID3\4\0\0\0\0\0\0"),
        ("mp3", _MP3[:100]),
        ("ogg", _PAGE[:26]),
        ("ogg", _PAGE),
        ("png", png(8, 8)[:8]),
        ("jpeg", jpeg(8, 8)[:4]),
        ("wav", wav(0.1)[:12]),
        ("webp", _WEBP[:12]),
    ],
)
def test_first_bytes_of_a_format_alone_make_no_file(name: str, start: bytes, rest: bytes) -> None:
    """Zeros, a page or noise after them: no player opens it, be it that a length is told which there is not."""
    assert is_noise(name, start + rest) or is_cut(name, start + rest)


@pytest.mark.parametrize(("name", "content"), FILES)
def test_a_file_is_cut_where_its_end_is_not_there(name: str, content: bytes) -> None:
    """Whole, or with zeros after it, it is not cut; without its second half it is."""
    assert not is_cut(name, content)
    assert not is_cut(name, content + bytes(4))
    assert is_cut(name, content[: len(content) // 2])


@pytest.mark.parametrize("length", [bytes(4), b"\xff\xff\xff\xff"])
def test_a_length_that_its_writer_did_not_know_says_nothing(length: bytes) -> None:
    """Sound that was written as it came has no length in its head."""
    content = wav(0.1)
    assert not is_cut("wav", content[:4] + length + content[8:100])


def test_boxes_may_have_long_sizes_or_none() -> None:
    """A size of 1 is followed by one of eight bytes; of 0, the box goes to the end."""
    start = b"\0\0\0\x08ftyp"
    long = b"\0\0\0\1mdat" + (24).to_bytes(8, "big") + bytes(8)
    assert not is_cut("mp4", start + long)
    assert is_cut("mp4", start + long[:-1])
    assert not is_cut("mp4", start + b"\0\0\0\0mdat" + bytes(3))


@pytest.mark.parametrize("name", ["mp3", "text", ""])
def test_what_does_not_say_where_it_ends_is_never_cut(name: str) -> None:
    """Nobody can tell."""
    assert not is_cut(name, b"\0")
