"""What a result's file is, by its type and its bytes."""

import pytest

from fakie_contract.cases.task.media import one_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("audio/wav", "audio/x-wav"),
        ("audio/wave", "audio/x-wav"),
        ("image/jpg", "image/jpeg"),
        ("audio/mp3", "audio/mpeg"),
        ("audio/x-m4a", "audio/mp4"),
        ("audio/flac", "audio/x-flac"),
        ("image/png", "image/png"),
    ],
)
def test_a_media_type_has_one_name(one: str, other: str) -> None:
    """Servers, and machines by their own tables, say one or the other of the same file."""
    assert one_name(one) == one_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("video/mp4", "video/quicktime"), ("audio/mpeg", "audio/wav"), ("audio/mp4", "video/mp4")]
)
def test_other_media_types_are_other_ones(one: str, other: str) -> None:
    """Though their files may look alike."""
    assert one_name(one) != one_name(other)
