"""Pages in other forms: components, HTML tables, definition lists, plain lists, curl alone, Postman, one's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import fakie_fixtures
from fakie_schemas.compiler import FormatError, PageError, derive
from fakie_schemas.compiler.formats import formats
from fakie_schemas.compiler.page import load_page
from support.pages.openapi import given_of

PAGES = Path(fakie_fixtures.__file__).parent / "pages"
POST = "# T\n\nPOST https://api.kie.ai/api/v1/jobs/createTask\n\n"
PROMPT = {"type": "string", "maxLength": 800}
SECONDS = {"type": "integer", "minimum": 1, "maximum": 10, "default": 4}


def test_every_format_reads_its_sample() -> None:
    """Each names a page of its kind, recognises it before any other does, and says what it looks for."""
    for module in formats():
        assert derive(PAGES / module.SAMPLE).facts["provenance"]["format"] == module.NAME
        assert module.LOOKS_FOR


@pytest.mark.parametrize("name", ["mintlify.mdx", "html-table.md", "definitions.md", "lists.md"])
def test_the_same_fields_are_read_in_every_form(name: str) -> None:
    """With their types, limits and defaults, and nothing in doubt."""
    revision = derive(PAGES / f"acme-motion.{name}")
    assert revision.name == "acme/motion"
    fields = given_of(revision)["properties"]
    assert (fields["prompt"], fields["seconds"]) == (PROMPT, SECONDS)
    assert given_of(revision)["required"] == ["prompt"]
    assert revision.facts["unread"] == []
    assert revision.facts["answers"]["success"] == "task-created"


def test_nested_components_are_nested_fields() -> None:
    """A component within another one is a field of it; a mark that says false is none."""
    camera = given_of(derive(PAGES / "acme-motion.mintlify.mdx"))["properties"]["camera"]
    assert camera == {"type": "object", "required": ["angle"], "properties": {"angle": {"type": "number"}}}


def test_lines_of_components_are_those_of_the_page() -> None:
    """As a reader finds them."""
    page = PAGES / "acme-motion.mintlify.mdx"
    line = derive(page).facts["sources"]["/request/properties/input/properties/seconds/type"]
    assert 'body="seconds"' in page.read_text().split("\n")[line - 1]


@pytest.mark.parametrize("around", ["{0}{1}", "{1}{0}", '<ParamField body="a" type="object">{0}{1}</ParamField>'])
def test_components_on_one_line_are_fields_each(tmp_path: Path, around: str) -> None:
    """What stands in one is said of it alone."""
    first = '<ParamField body="b" type="string" required>At most 500 characters</ParamField>'
    second = '<ParamField body="c" type="integer">Between 1 and 20</ParamField>'
    page = tmp_path / "page.mdx"
    whole = f'<ParamField body="input" type="object">{around.format(first, second)}</ParamField>'
    page.write_text(f'{POST}<ParamField body="model" type="string" default="acme/x" />\n\n{whole}\n')
    read = given_of(derive(page))
    fields = read["properties"].get("a", read)
    assert fields["properties"]["b"] == {"type": "string", "maxLength": 500}
    assert fields["properties"]["c"] == {"type": "integer", "minimum": 1, "maximum": 20}
    assert fields["required"] == ["b"]


def test_a_row_in_html_may_end_before_its_table_does(tmp_path: Path) -> None:
    """Its cells that are not there say nothing, also of where the field is sent."""
    page = tmp_path / "page.md"
    head = "<tr><th>Name</th><th>Type</th><th>Required</th><th>Location</th></tr>"
    rows = "<tr><td>model</td><td>string</td><td>yes</td><td>body</td></tr><tr><td>input</td><td>object</td></tr>"
    row = "<tr><td>input.prompt</td><td>string</td><td>yes</td></tr>"
    page.write_text(f"{POST}## Request body\n\n<table>{head}{rows}{row}</table>\n\nCreated with `acme/x` model.\n")
    assert given_of(derive(page))["required"] == ["prompt"]


@pytest.mark.parametrize("name", ["curl.md", "postman.json"])
def test_an_example_alone_lists_fields_and_doubts_them_all(name: str) -> None:
    """Nothing is required that no one says, no type is guessed, and each field is unread."""
    revision = derive(PAGES / f"acme-motion.{name}")
    assert revision.name == "acme/motion"
    assert "required" not in given_of(revision)
    assert list(given_of(revision)["properties"]) == ["prompt", "seconds", "camera"]
    assert not [field for field in given_of(revision)["properties"].values() if "type" in field]
    doubted = {entry["why"].split(":")[0] for entry in revision.facts["unread"]}
    assert doubted == {"prompt", "seconds", "camera", "angle"}


def test_another_model_of_a_collection_is_passed_over_and_listed(tmp_path: Path) -> None:
    """One page gives one revision."""
    text = (PAGES / "acme-motion.postman.json").read_text()
    start, end = text.index('        {\n          "name": "Create"'), text.index('        {"name": "Look"')
    file = tmp_path / "collection.json"
    file.write_text(text[:end] + text[start:end].replace("acme/motion", "acme/still") + text[end:])
    revision = derive(file)
    assert revision.name == "acme/motion"
    assert any("acme/still" in entry["why"] for entry in revision.facts["unread"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Hello\n\nNothing here.\n", "looked for a Postman collection (JSON); an OpenAPI document as the whole file"),
        (f"{POST}Just words.\n", "in no form that was looked for (tables, titles, lists, <ParamField>, an example)"),
        ("# モデル\n\nPOST /api/v1/jobs/createTask\n\n説明だけのページ。\n", "in no form that was looked for"),
    ],
)
def test_a_form_that_is_unknown_says_what_was_looked_for(tmp_path: Path, text: str, reason: str) -> None:
    """In one line."""
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(PageError) as caught:
        derive(page)
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"{POST}<ParamField body='input.a' type='string'>never closed\n",
        f"{POST}</ParamField></ParamField><ParamField>\n",
        f"{POST}<table><tr><td>input.a<td>string</table></table>\n",
        f"{POST}<table><table><tr>\n",
        f"{POST}<dl><dd>x</dd><dt>input.a</dl>\n",
        f"{POST}<ParamField body={{'input.a'}} type={{{{}}}} />\n",
        f"{POST}" + "<ParamField body='input.a'>" * 3000,
        f"{POST}" + "<table><tr><td>" * 3000,
        f"{POST}a\n: b\n: c\n",
        '{"info": {"_postman_id": "1"}}',
        '{"info": {"_postman_id": "1"}, "item": [{"request": {"method": "POST", "url": "x/api/v1/jobs/createTask"}}]}',
        '{"info": {"_postman_id": "1"}, "item": [{"request": {"url": "/api/v1/jobs/createTask", "body": {"raw": "[1"}}}]}',
    ],
)  # fmt: skip
def test_broken_pages_end_in_one_line(tmp_path: Path, text: str) -> None:
    """Or are read with what is left of them; never anything else."""
    page = tmp_path / "page.md"
    page.write_text(text)
    try:
        derive(page)
        said = ""
    except PageError as error:
        said = str(error)
    assert "\n" not in said
    assert "Error:" not in said


OWN = """
from fakie_schemas.compiler.facts import Fact, Field, PageFacts

PRIORITY, NAME, LOOKS_FOR = 1, "acme-lines", "a line that begins with ACME"


def recognise(page):
    return page.text.startswith("ACME ")


def read(page):
    fields = {name: Field(name, 1, {"type": Fact(kind, 1)}) for name, kind in (("model", "string"), ("input", "object"))}
    body = Field("", 0, {"type": Fact("object", 0)}, fields)
    return PageFacts(NAME, None, ("POST", "/api/v1/jobs/createTask", 1), body, model=Fact(page.text.split()[1], 1))
"""


MINE = "NAME, PRIORITY, LOOKS_FOR = 'x', 0, 'y'\ndef recognise(page): return True\ndef read(page): return None\n"


def test_a_folder_of_ones_own_formats_is_asked_too(tmp_path: Path) -> None:
    """By the function and by the command; without the folder the page is of no form that is known."""
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "acme.py").write_text(OWN)
    (folder / "_helper.py").write_text("raise RuntimeError")
    page = tmp_path / "page.txt"
    page.write_text("ACME acme/lines\n")
    revision = derive(page, own_formats=folder)
    assert (revision.name, revision.facts["provenance"]["format"]) == ("acme/lines", "acme-lines")
    command = [sys.executable, "-m", "fakie", "derive", str(page), "--formats", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, '"model": "acme/lines"' in done.stdout) == (0, True), done.stderr
    with pytest.raises(PageError, match="looked for"):
        derive(page)


@pytest.mark.parametrize(
    ("text", "why"),
    [("NAME = 'x'\n", "it lacks PRIORITY, LOOKS_FOR, recognise, read"), ("1 / 0\n", "ZeroDivisionError"), ("def\n", "SyntaxError"),
     ("raise SystemExit", "SystemExit"), (MINE, "read returned NoneType; expected PageFacts"),
     (MINE.replace("return True", "return page.none"), "recognise raised AttributeError"),
     (MINE.replace("return None", "raise RuntimeError('mine')"), "read raised RuntimeError: mine"),
     (MINE.replace(" 0,", " '0',"), "PRIORITY is of type str; expected int or float"), (MINE + "read = 3", "read is no function")],
)  # fmt: skip
def test_a_format_that_cannot_be_used_is_named(tmp_path: Path, text: str, why: str) -> None:
    """With the file and the reason; so is a folder that is none. The command ends with 2."""
    (tmp_path / "mine.py").write_text(text)
    page = PAGES / "acme-motion.curl.md"
    with pytest.raises(FormatError, match=why) as caught:
        derive(page, own_formats=tmp_path)
    assert "mine.py" in str(caught.value)
    with pytest.raises(FormatError, match="is not a folder of formats"):
        derive(page, own_formats=tmp_path / "absent")
    command = [sys.executable, "-m", "fakie", "derive", str(page), "--formats", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (2, 1, False)


def test_a_url_in_the_place_of_a_page_is_told_as_it_was_given(tmp_path: Path) -> None:
    """Nothing is fetched; on one line, with exit code 2."""
    url = "https://docs.kie.ai/market/elevenlabs/audio-isolation"
    command = [sys.executable, "-m", "fakie", "derive", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"expected the file of a page that was saved; got the URL {url}; save it first" in done.stderr


def test_page_keeps_its_own_blocks(tmp_path: Path) -> None:
    """A format that makes other blocks of a page changes nothing of the page itself."""
    page = load_page(PAGES / "acme-motion.html-table.md")
    other = page.with_blocks([])
    assert (other.blocks, len(page.blocks) > 0) == ([], True)


@pytest.mark.parametrize("kind", ["string[]", "array[string]", "array<string>", "list of strings"])
def test_a_list_is_a_list_in_brackets_and_components(tmp_path: Path, kind: str) -> None:
    """The brackets of a type are not those around it."""
    model = "<ParamField body='model' type='string' required>Must be `a/b`.</ParamField>\n"
    component = f"{model}<ParamField body='input.tags' type='{kind}'>At most ten tags.</ParamField>\n"
    top = "## Parameters\n\n- `model` (string, required): must be `a/b`\n- `input` (object, required): what to make\n"
    bullet = f"{top}  - `tags` ({kind}): at most ten tags\n"
    for text in (component, bullet):
        page = tmp_path / "page.mdx"
        page.write_text(f"{POST}{text}")
        tags = given_of(derive(page))["properties"]["tags"]
        assert tags == {"type": "array", "items": {"type": "string"}, "maxItems": 10}


@pytest.mark.parametrize(("said", "limit"), [("no more than 5", {"maximum": 5}), ("no less than 5", {"minimum": 5})])
def test_a_no_that_goes_on_is_no_answer(tmp_path: Path, said: str, limit: dict[str, int]) -> None:
    """What begins with "no" behind a field's head is words, and negates."""
    page = tmp_path / "page.md"
    top = "## Parameters\n\n- `model` (string, required): must be `a/b`\n- `input` (object, required): what to make\n"
    page.write_text(f"{POST}{top}  - `n` (integer): {said}\n  - `m` (integer) {said}\n")
    fields = given_of(derive(page))["properties"]
    assert fields == {"n": {"type": "integer", **limit}, "m": {"type": "integer", **limit}}


def test_raised_digits_of_a_table_are_not_those_before_them(tmp_path: Path) -> None:
    """2 with a raised 31 is no 231, and a footnote leaves the limit in doubt."""
    rows = "".join(
        f"<tr><td>{name}</td><td>{kind}</td><td>{said}</td></tr>"
        for name, kind, said in (
            ("Name", "Type", "Description"),
            ("model", "string", "Must be <code>a/b</code>"),
            ("input", "object", "What to make"),
            ("input.seed", "integer", "At most 2<sup>31</sup>"),
            ("input.size", "integer", "At most 500<sup>1</sup>"),
        )
    )
    page = tmp_path / "page.md"
    page.write_text(f"{POST}## Body\n\n<table>{rows}</table>\n")
    revision = derive(page)
    assert given_of(revision)["properties"] == {
        "seed": {"type": "integer", "maximum": 2**31},
        "size": {"type": "integer"},
    }
    assert any(entry["why"].startswith("size: ") for entry in revision.facts["unread"])


def test_each_key_of_an_example_is_doubted_on_its_line(tmp_path: Path) -> None:
    """However many there are, and whatever they are called."""
    keys = ["b", "b-c", "two words", "$d", "b.e", *(f"k{number}" for number in range(3000))]
    shown = json.dumps({"model": "acme/x", "input": {"prompt": "x", **dict.fromkeys(keys, 1)}}, indent=1)
    page = tmp_path / "page.md"
    table = "| Field | Type |\n|---|---|\n| input.prompt | string |\n"
    page.write_text(f"{POST}## Request body\n\n{table}\n```json\n{shown}\n```\n")
    lines = page.read_text().split("\n")
    told = {entry["why"].partition(":")[0]: entry["line"] for entry in derive(page).facts["unread"]}
    assert all(lines[told[f"input.{key}"] - 1].lstrip().startswith(f'"{key}":') for key in keys)
