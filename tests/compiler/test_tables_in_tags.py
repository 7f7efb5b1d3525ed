"""Tables and definition lists in HTML: groups of rows, tables within cells, remarks within terms."""

from pathlib import Path
from typing import Any

from fakie_schemas.compiler import derive
from fakie_schemas.compiler.markup import with_markup
from fakie_schemas.compiler.page import page_of

HEAD = "<tr><th>Name</th><th>Type</th><th>Required</th><th>Description</th></tr>\n"
MODEL = "<tr><td>model</td><td>string</td><td>yes</td><td>Must be <code>acme/x</code></td></tr>\n"
PROMPT = "<tr><td>prompt</td><td>string</td><td>yes</td><td>At most 9 characters.</td></tr>\n"
N = "<tr><td>n</td><td>integer</td><td>no</td><td>1 to 3</td></tr>\n"
FIELDS = {"prompt": {"type": "string", "maxLength": 9}, "n": {"type": "integer", "minimum": 1, "maximum": 3}}


def body_of(tmp_path: Path, text: str) -> dict[str, Any]:
    """Derive a page whose request stands in a text: gives the schema of its body, all of which is read for certain."""
    page = tmp_path / "page.md"
    answer = "## Response\n\n- `data.taskId`: the task\n"
    page.write_text(f"# X\n\nPOST /api/v1/jobs/createTask\n\n## Request body\n\n{text}\n\n{answer}", encoding="utf-8")
    revision = derive(page).as_dict()
    assert revision["unread"] == []
    body: dict[str, Any] = revision["request"]
    return body


def input_of(tmp_path: Path, text: str) -> dict[str, Any]:
    """Return the schema of the input of such a page."""
    given: dict[str, Any] = body_of(tmp_path, text)["properties"]["input"]
    return given


def test_a_cell_ends_with_its_group_of_rows(tmp_path: Path) -> None:
    """Also one that claims to span more rows: those of the next group keep their columns."""
    top = "<tr><td rowspan=5>top</td><td>model</td><td>string</td><td>yes</td><td><code>acme/x</code></td></tr>"
    titles = HEAD.replace("<tr>", "<tr><th>Group</th>")
    rows = "".join(f"<tr><td>in</td>{row.removeprefix('<tr>')}" for row in (PROMPT, N))
    text = f"<table><thead>{titles}</thead><tbody>{top}</tbody>\n<tbody>{rows}</tbody></table>"
    assert input_of(tmp_path, f"{text}\n\nCreated with `acme/x` model.\n")["properties"] == FIELDS


def test_a_table_in_a_cell_holds_the_fields_of_its_row(tmp_path: Path) -> None:
    """The rows before and behind it are those of the table around it."""
    inner = f"Fields:\n<table>{HEAD}{PROMPT}{N}</table>\nAll of them are checked."
    rows = f"<tr><td>input</td><td>object</td><td>yes</td><td>{inner}</td></tr>\n"
    hook = "<tr><td>callBackUrl</td><td>string</td><td>yes</td><td>Where to.</td></tr>\n"
    body = body_of(tmp_path, f"<table>{HEAD}{MODEL}{rows}{hook}</table>")
    assert (body["properties"]["input"]["properties"], body["required"]) == (FIELDS, ["model", "input", "callBackUrl"])


def test_a_table_in_the_cell_of_an_array_holds_the_fields_of_its_items(tmp_path: Path) -> None:
    """And of no object around it, whose own fields go on below."""
    inner = f"Each of:\n<table>{HEAD}{N}</table>"
    rows = f"<tr><td>input.parts</td><td>array of objects</td><td>no</td><td>{inner}</td></tr>\n"
    given = input_of(tmp_path, f"<table>{HEAD}{MODEL}{rows}{PROMPT.replace('prompt', 'input.prompt')}</table>")
    assert list(given["properties"]) == ["parts", "prompt"]
    assert given["properties"]["parts"]["items"]["properties"] == {"n": FIELDS["n"]}


def test_a_table_behind_a_name_in_its_cell_holds_the_fields_of_its_row(tmp_path: Path) -> None:
    """Also in the first cell, and not those of the object that the row itself is in."""
    rows = f"<tr><td><code>input.part</code><table>{HEAD}{N}</table></td><td>object</td><td>no</td><td>One.</td></tr>\n"
    given = input_of(tmp_path, f"<table>{HEAD}{MODEL}{rows}{PROMPT.replace('prompt', 'input.prompt')}</table>")
    assert given["properties"]["part"]["properties"] == {"n": FIELDS["n"]}
    assert list(given["properties"]) == ["part", "prompt"]


def test_remarks_within_a_term_end_with_it(tmp_path: Path) -> None:
    """What describes the field is no part of its last remark, such as that it is required."""
    terms = {
        "model": ("string", "Must be <code>acme/x</code>."),
        "input": ("object", ""),
        "prompt": ("string", "At most 9."),
    }
    inner = "".join(
        f"<dt><code>{name}</code> <em>{kind}</em>, required</dt>\n<dd>{text}</dd>\n"
        for name, (kind, text) in terms.items()
    )
    given = input_of(tmp_path, f"<dl>{inner.replace('At most 9.', 'At most 9 characters.')}</dl>")
    assert given == {"type": "object", "required": ["prompt"], "properties": {"prompt": FIELDS["prompt"]}}


def test_a_cell_that_spans_no_rows_spans_all_that_are_left(tmp_path: Path) -> None:
    """Of its group, as browsers have it: the columns behind it keep their places."""
    rows = PROMPT.replace("<td>yes", "<td rowspan=0>yes") + N.replace("<td>no</td>", "")
    body = body_of(tmp_path, f"<table><tbody>{HEAD}{MODEL}</tbody><tbody>{rows}</tbody></table>")
    assert body["properties"]["input"] == {"type": "object", "properties": FIELDS, "required": ["prompt", "n"]}


def test_a_remark_below_a_name_is_one_of_its_field(tmp_path: Path) -> None:
    """A page that sets the mark of required fields in a line of its own loses no field."""
    prompt = "<tr><td>prompt<br/><span>required</span></td><td>string</td><td></td><td>At most 9 characters.</td></tr>"
    given = input_of(tmp_path, f"<table>{HEAD}{MODEL}{prompt}{N}</table>")
    assert (given["properties"], given["required"]) == (FIELDS, ["prompt"])


def test_a_paragraph_in_an_item_of_a_cell_is_that_item(tmp_path: Path) -> None:
    """Values that stand so, as editors of wikis write them, are values."""
    values = "One of:<ul><li><p>wide</p></li><li><p>tele</p></li></ul>"
    text = f"<table>{HEAD}{MODEL}<tr><td>lens</td><td>string</td><td>no</td><td>{values}</td></tr></table>"
    assert input_of(tmp_path, text)["properties"] == {"lens": {"type": "string", "enum": ["wide", "tele"]}}


def test_each_term_of_a_definition_list_is_a_field(tmp_path: Path) -> None:
    """Two terms before one definition, one without any, and those of a list within a definition."""
    given = input_of(
        tmp_path,
        "Created with `acme/x` model.\n\n<dl><dt>input (object)<dd><dl>\n<dt>w (integer)<dt><code>h</code> <em>integer</em>"
        " <b>required</b><dd>1 to 3\n<dt>size (object)<dd>The size<dl><dt>unit (string)<dd>At most 9 characters</dl>of"
        " it</dd><dt>wide (boolean)\n</dl></dl>",
    )
    side = {"type": "integer", "minimum": 1, "maximum": 3}
    size = {"type": "object", "properties": {"unit": {"type": "string", "maxLength": 9}}}
    assert given["properties"] == {"w": side, "h": side, "size": size, "wide": {"type": "boolean"}}
    assert given["required"] == ["h"]


def test_a_list_in_tags_is_read_as_one_of_markdown(tmp_path: Path) -> None:
    """Its items are fields, those within one the fields of that object, and ends of items may be left out."""
    given = input_of(
        tmp_path,
        "Created with `acme/x` model.\n\n<ul>\n<li><code>input</code> (object)\n<ul><li><code>prompt</code> (string, required):"
        " at most 9 characters<li><code>n</code> (integer): 1 to 3</ul></li>\n</ul>",
    )
    assert (given["properties"], given["required"]) == (FIELDS, ["prompt"])


def test_a_component_may_name_every_field_by_path(tmp_path: Path) -> None:
    """Where no endpoint of the page has a place of that name in its path; one that has names no field of the body."""
    fields = "".join(
        f'<ParamField path="{name}" type="{kind}" required>x</ParamField>\n'
        for name, kind in (("id", "string"), ("seed", "integer"))
    )
    text = f"Created with `acme/x` model.\n\nSee GET /api/v1/files/{{id}}.\n\n{fields}"
    assert input_of(tmp_path, text)["properties"] == {"seed": {"type": "integer"}}


def test_definitions_of_very_many_terms_are_not_said_of_each() -> None:
    """That would be a line for each pair of them; each is a field nonetheless."""
    names = [f"n{number}" for number in range(400)]
    text = "".join(f"<dt>{name} (integer)\n" for name in names) + "<dd>1 to 3\n" * 400
    lines = with_markup(page_of(Path("page.md"), f"<dl>{text}</dl>".encode())).blocks
    assert list(dict.fromkeys(line.text.split("`")[1] for line in lines)) == names
    assert len(lines) < 4 * len(names)
