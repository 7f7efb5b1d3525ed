"""Badges beside names and addresses behind titles, as VitePress and other makers of docs write them."""

from pathlib import Path

import pytest

from support.pages.created import revision_of_body

MODEL = "- `model` (string, required): must be `a/b`\n- `input` (object, required)\n\n### `input` parameters\n\n"


@pytest.mark.parametrize(
    "badge",
    [
        '<Badge type="tip" text="required" />',
        "<Badge text='required'/>",
        '<Badge type="tip">required</Badge>',
        '<Tag label="required" color="red"></Tag>',
        "<Badge>required</Badge> {#prompt}",
    ],
)
def test_the_word_of_a_badge_is_a_remark_on_the_name_before_it(tmp_path: Path, badge: str) -> None:
    """In titles, in rows of tables and in lists."""
    texts = (
        f"#### prompt {badge}\n\n- Type: `string`\n",
        f"- `prompt` {badge.split(' {')[0]} string, words\n",
        f"| Name | Type |\n|---|---|\n| prompt {badge.split(' {')[0]} | string |\n",
    )
    for text in texts:
        schema = revision_of_body(tmp_path, MODEL + text)["request"]["properties"]["input"]
        assert (schema["properties"], schema["required"]) == ({"prompt": {"type": "string"}}, ["prompt"]), text


def test_a_badge_without_a_word_says_nothing(tmp_path: Path) -> None:
    """Nor does the address behind a title."""
    text = '#### prompt <Badge type="tip" /> {#the-prompt}\n\n- Type: `string`\n'
    schema = revision_of_body(tmp_path, MODEL + text)["request"]["properties"]["input"]
    assert schema == {"type": "object", "properties": {"prompt": {"type": "string"}}}


@pytest.mark.parametrize(
    "text", ["#### prompt{}x\n\n- Type: string\n", "- `prompt` (string): a{}< b\n", "- `prompt` (string): **a{}** <\n"]
)
@pytest.mark.parametrize("space", [" ", "\xa0", "\u3000"])
def test_a_line_of_endless_spaces_takes_no_endless_time(tmp_path: Path, text: str, space: str) -> None:
    """Where a badge or an address could follow them."""
    revision = revision_of_body(tmp_path, MODEL + "- `size` (integer)\n" + text.format(space * 60_000))
    assert "size" in revision["request"]["properties"]["input"]["properties"]
