"""Media files that break off: told by what their format says of their length, and only where it does."""

import pytest

from fakie.adapters.media_making import jpeg, png, wav
from fakie_contract.cases.task.whole import is_cut
from fakie_fixtures import media_file

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
]


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


@pytest.mark.parametrize("name", ["mp3", "ogg", "text", ""])
def test_what_does_not_say_where_it_ends_is_never_cut(name: str) -> None:
    """Nobody can tell."""
    assert not is_cut(name, b"\0")
