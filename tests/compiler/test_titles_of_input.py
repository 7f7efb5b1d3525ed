"""Titles of what goes in, with a capital letter, above fields that nothing before them has announced."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import PageError, derive

CALL = '# T\n\nPOST /api/v1/jobs/createTask\n\n```json\n{"model": "a/b", "input": {"prompt": "hi"}}\n```\n\n'
HEAD = "| Name | Type | Required |\n|---|---|---|\n"


def derive_text(tmp_path: Path, text: str) -> dict[str, Any]:
    page = tmp_path / "page.md"
    page.write_text(f"{CALL}{text}\n## Response\n\n- `data.taskId`: id\n", encoding="utf-8")
    return derive(page).as_dict()


@pytest.mark.parametrize("before", ["", "## Request\n\nSend this.\n\n"])
@pytest.mark.parametrize(
    "title", ["Input", "Inputs", "Input Parameters", "Input fields", "Input schema", "Input Object", "The input object"]
)
def test_a_title_of_the_input_opens_its_fields(tmp_path: Path, title: str, before: str) -> None:
    """No field of that name, and no other object, is made of it."""
    revision = derive_text(tmp_path, f"{before}## {title}\n\n{HEAD}| prompt | string | yes |\n")
    schema = revision["request"]["properties"]["input"]
    assert (schema["properties"], schema["required"]) == ({"prompt": {"type": "string"}}, ["prompt"])
    assert revision["unread"] == []


def test_fields_of_the_body_below_a_title_of_the_input_stay_there(tmp_path: Path) -> None:
    """Some pages call all that goes in by that word."""
    rows = "| model | string | yes |\n| callBackUrl | string | no |\n| prompt | string | yes |\n"
    body = derive_text(tmp_path, f"## Input Parameters\n\n{HEAD}{rows}")["request"]["properties"]
    assert (sorted(body), list(body["input"]["properties"])) == (["callBackUrl", "input", "model"], ["prompt"])


@pytest.mark.parametrize("which", ["following", "main", "full", "required", "optional", "Main"])
@pytest.mark.parametrize("what", ["parameters", "fields"])
def test_an_article_makes_no_object_of_words_that_only_say_which_fields_follow(
    tmp_path: Path, which: str, what: str
) -> None:
    """The fields stay those of the object that the title stands in, and no field is called The."""
    body = f"- `model` (string, required)\n- `input` (object, required)\n\n### The {which} {what}\n\n{HEAD}"
    revision = derive_text(tmp_path, f"## Request\n\n{body}| prompt | string | yes |\n")
    schema = revision["request"]["properties"]["input"]
    assert (schema["properties"], schema["required"]) == ({"prompt": {"type": "string"}}, ["prompt"])
    assert revision["unread"] == []


def test_a_page_without_fields_is_refused_with_what_was_passed_over(tmp_path: Path) -> None:
    """That is where its fields may be."""
    with pytest.raises(PageError, match=r"truncated; passed over: line 11: what is said of another object \(Camera"):
        derive_text(tmp_path, f"## Request\n\n### Camera object\n\n{HEAD}| angle | number | yes |\n")


def test_a_page_whose_fields_have_no_title_is_refused_with_one_that_would_do(tmp_path: Path) -> None:
    """It does, and the words have no marks, by which only programs tell one text from another."""
    page, call = tmp_path / "page.md", "# T\n\n`POST /api/v1/jobs/createTask`\n\n"
    fields = "- model (string, required): `a/b`\n- input (object, required)\n\nThe `input` object:\n\n- prompt (string, required)"
    page.write_text(f"{call}The body:\n\n{fields}\n", encoding="utf-8")
    with pytest.raises(PageError) as refused:
        derive(page)
    told, _, hint = str(refused.value).partition("; a title above them would, such as ")
    assert "a line of a field was not read: nothing says what it belongs to; line" in told
    page.write_text(f"{call}{hint}\n\n{fields}\n", encoding="utf-8")
    assert derive(page).as_dict()["request"]["properties"]["input"]["required"] == ["prompt"]
