"""Where a result's files are, and what each is, by its type and its bytes."""

import pytest

from fakie_contract.cases.task.files import result_urls
from fakie_contract.cases.task.media import one_name
from fakie_contract.checks.result import judge_result


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


@pytest.mark.parametrize("result", ["[" * 100_000, "{", "[]", '{"resultUrls": 1}', "9" * 5_000, None, {}])
def test_a_result_of_another_kind_has_no_files(result: object) -> None:
    """However deep it is nested or long its numbers are: what is wrong with it is told of elsewhere."""
    assert result_urls({"resultJson": result}) == []


def test_a_result_that_is_nested_without_end_is_told() -> None:
    """It is no object that any client could read."""
    found = judge_result({"state": "success", "resultJson": "[" * 100_000}, "/body/data")
    assert [one.rule for one in found] == ["result.encoding"]
