"""The lines of what stands in texts of YAML over several lines."""

from pathlib import Path

import pytest

from support.pages.yaml_lines import PAGE, of_lines


@pytest.mark.parametrize(
    "words", ["- Size: up to `100MB`", "- Size: up to 100MB", "- 文件大小不超过100MB。", "- (max 100MB)"]
)
def test_a_limit_at_the_end_of_its_line_has_this_line(tmp_path: Path, words: str) -> None:
    """Also within a word, as behind a mark of Markdown, or in Chinese, which has no spaces."""
    lines = ["a:", "  type: string", "  format: uri", "  description: |-", f"    {words}", "", "    - Any URL"]
    revision = of_lines(tmp_path, *lines)
    assert revision.facts["sources"]["/request/properties/input/properties/a/x-max-bytes"] == PAGE.count("\n") + 5
