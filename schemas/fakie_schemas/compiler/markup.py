"""Tags on a page as blocks, as if they had been Markdown: fields in components, tables, definition lists."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import starmap

from msgspec import Struct, field

from fakie_schemas.compiler.blocks import Block, TableRow
from fakie_schemas.compiler.definitions import Definitions
from fakie_schemas.compiler.field_names import split_name
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.spans import ALL_ROWS, Cell, laid_out, spanned, title_rows, titles

_FIELDS = {"paramfield": "Body", "responsefield": "Response"}
# How the components that hold a field name it: where it travels, and what it is called.
_NAMES = ("body", "name", "path", "query", "header")
# Tags that begin a line within a field or a cell, which Markdown cannot hold in any other way either; and what stands for
# others: raised digits are not digits of the number before them.
_SIGNS = {"br": "<br>", "p": "<br>", "div": "<br>", "li": "<br>- ", "option": "<br>- ", "code": "`", "sup": "^"}
# Attributes that are read apart, or say nothing of what a field may hold.
_KNOWN = {
    *_NAMES,
    "type",
    "required",
    "default",
    "placeholder",
    "id",
    "class",
    "classname",
    "title",
    "key",
    "initialvalue",
}
_LISTS = frozenset({"ul", "ol"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
# A name's place in the path of an endpoint.
_PLACED = re.compile(r"/[{:](\w{1,60})")
_EXPRESSION = re.compile(r"=\{((?:[^{}\n]|\{[^{}\n]*\})*)\}")
_WORDS = re.compile(r"\s+")


class _Open(Struct):
    """A field or a cell whose end has not come: where it began, the texts inside of it, a field's block, a cell's spans."""

    tag: str
    line: int
    texts: list[str] = field(default_factory=list)
    block: Block | None = None
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        text = _WORDS.sub(" ", "".join(self.texts)).strip()
        # A paragraph within an item is the item's.
        return re.sub(r"^(?:<br>)+|(?:<br>)+$", "", text.replace("<br>- <br>", "<br>- ")).strip()


class _Table(Struct):
    """A table whose end has not come: where it began, its rows, where its last group of rows begins, and what lies around it."""

    line: int
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    group: int = 0
    outer: int = 0


class _BlockReader(HTMLParser):
    """Gathers blocks and the lines that they take; what is in no tag that is known is left to Markdown."""

    def __init__(self, placed: frozenset[str]) -> None:
        """Read a page whose endpoints have the names `placed` in their paths."""
        super().__init__(convert_charrefs=True)
        self._placed = placed
        self.blocks: list[Block] = []
        self._taken: list[tuple[int, int]] = []
        self._open: list[_Open] = []
        self._tables: list[_Table] = []
        self._lists = 0
        self._definitions = Definitions()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a field, a table, a row, a cell, or a term and its description."""
        line = self.getpos()[0]
        if tag in _FIELDS:
            self._begin_field(tag, dict(attrs), line)
        elif tag == "table":
            self._begin_table(line)
        elif tag in {"tr", *_GROUPS} and self._tables:
            self._begin_rows(tag, line)
        elif tag in {"td", "th", "dt", "dd"}:
            self._begin_cell(tag, dict(attrs), line)
        elif tag in {"li", "dl", *_LISTS}:
            self._begin_list(tag, line)
        elif tag in _SIGNS and self._open:
            self._open[-1].texts.append(_SIGNS[tag])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a component that holds nothing, such as `<ParamField body="x" />`."""
        self.handle_starttag(tag, attrs)
        if tag in _FIELDS:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Keep a text for the innermost thing that is open."""
        if self._open:
            self._open[-1].texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag opened; a missing end of a cell is as HTML allows it."""
        if tag == "code" and self._open:
            self._open[-1].texts.append("`")
        elif tag in {"td", "th", "dt", "dd", "tr"}:
            self._close_cell()
        elif tag == "dl":
            self._end_definitions()
        elif tag in {"li", *_LISTS} and self._is_in_list():
            self._end_items(self._lists)
            self._lists -= tag in _LISTS and self._lists > 0
        elif tag in _GROUPS and self._tables:
            self._end_group()
        elif tag == "table" and self._tables:
            self._end_group()
            self._end_table()
        elif tag in _FIELDS and any(one.tag == tag for one in self._open):
            self._end_field(tag)

    def _is_in_list(self) -> bool:
        """Tell whether a tag stands in a list of fields, or could begin one: within cells and fields are lists of words."""
        return not self._open or self._open[-1].tag == "li"

    def _begin_list(self, tag: str, line: int) -> None:
        """Begin a list, or an item of one, which ends the one before it; within a cell or a field it is a line of words."""
        if tag == "dl":
            self._close_cell()
            self._definitions.begin()
        elif tag in _LISTS:
            self._lists += self._is_in_list()
        elif self._lists and self._is_in_list():
            self._end_items(self._lists)
            self.blocks.append(Block("text", line, depth=self._lists, bullet=True))
            self._open.append(_Open("li", line, block=self.blocks[-1]))
        elif self._open:
            self._open[-1].texts.append(_SIGNS["li"])

    def _begin_rows(self, tag: str, line: int) -> None:
        if tag == "tr":
            self._close_cell()
            self._tables[-1].rows.append((line, []))
        else:
            self._end_group()

    def _begin_cell(self, tag: str, attributes: dict[str, str | None], line: int) -> None:
        self._close_cell()
        rows, columns = spanned(attributes.get("rowspan"), zero=ALL_ROWS), spanned(attributes.get("colspan"))
        self._open.append(_Open(tag, line, rows=rows, columns=columns))

    def _end_items(self, depth: int) -> None:
        """End the open items of this depth, and those within them."""
        while self._open and (block := self._open[-1].block) and self._open[-1].tag == "li" and block.depth >= depth:
            closed = self._open.pop()
            block.text = closed.text
            self._take(closed.line)

    def _begin_field(self, tag: str, attributes: dict[str, str | None], line: int) -> None:
        names = [(key, value) for key in _NAMES if (value := attributes.get(key))]
        # Where no path has a place of that name, it is how a maker of docs names every field.
        is_beside = bool(names) and (names[0][0] in {"header", "query"} or names[0][1] in self._placed)
        if not names or (tag == "paramfield" and is_beside):
            self._open.append(_Open(tag, line))
            return
        remarks = [kind] if (kind := attributes.get("type")) else []
        if "required" in attributes and _bare(attributes["required"]) != "false":
            remarks.append("required")
        if (default := attributes.get("default")) is not None:
            remarks.append(f"default: `{_bare(default)}`")
        remarks += [
            _remark(key, value) for key, value in attributes.items() if key not in _KNOWN and _bare(value) != "false"
        ]
        head = f"`{names[0][1]}`" + (f" ({', '.join(remarks)})" if remarks else "")
        depth = sum(one.block is not None for one in self._open) + 1
        self.blocks.append(Block("text", line, head, depth=depth, bullet=True))
        self._open.append(_Open(tag, line, block=self.blocks[-1]))

    def _end_field(self, tag: str) -> None:
        while (closed := self._open.pop()).tag != tag:
            self._open[-1].texts.extend(closed.texts) if self._open else None
        self._take(closed.line)
        if closed.block:
            closed.block.info = _FIELDS[tag]
            closed.block.text += f": {closed.text}" if closed.text else ""

    def _close_cell(self) -> None:
        outer = self._tables[-1].outer if self._tables else 0
        if len(self._open) <= outer or self._open[-1].tag not in {"td", "th", "dt", "dd"}:
            return
        closed = self._open.pop()
        if closed.tag in {"td", "th"} and self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1][1].append(Cell(closed.text, closed.rows, closed.columns))
        elif closed.tag in {"dt", "dd"}:
            self.blocks.extend(self._definitions.take(closed.tag, closed.text, closed.line))
        self._take(closed.line)

    def _end_definitions(self) -> None:
        """End a list of definitions; one around it may go on."""
        self._close_cell()
        self.blocks.extend(self._definitions.end())
        if self._definitions.depth:
            self._open.append(_Open("dd", self.getpos()[0]))

    def _begin_table(self, line: int) -> None:
        """Begin a table; one in a cell holds the fields of what the cell's row names."""
        if self._tables and self._tables[-1].rows and self._open:
            cells = self._tables[-1].rows[-1][1]
            # It may stand in the first cell itself, behind the name.
            if name := (cells[0] if cells else self._open[-1]).text.strip(" `*"):
                self.blocks.append(Block("text", line, f"`{split_name(name)[-1]}`:"))
        self._tables.append(_Table(line, outer=len(self._open)))

    def _end_group(self) -> None:
        """End the cells that span more rows than their group has, as browsers do."""
        self._close_cell()
        table = self._tables[-1]
        for place in range(table.group, len(table.rows)):
            for cell in table.rows[place][1]:
                cell.rows = min(cell.rows, len(table.rows) - place)
        table.group = len(table.rows)

    def _end_table(self) -> None:
        table = self._tables.pop()
        self._take(table.line)
        rows = [(line, cells) for line, cells in table.rows if cells]
        if rows:
            cells = [row for _, row in rows]
            count = title_rows(cells)
            others = zip((line for line, _ in rows[count:]), laid_out(cells[count:]), strict=True)
            block = Block("table", table.line, header=titles(cells[:count]), rows=list(starmap(TableRow, others)))
            self.blocks.append(block)

    def _take(self, first: int) -> None:
        self._taken.append((first, self.getpos()[0]))

    def taken(self) -> set[int]:
        """Return the lines that the tags take, each of which may lie within many."""
        lines: set[int] = set()
        reached = 0
        for first, last in sorted(self._taken):
            lines.update(range(max(first, reached + 1), last + 1))
            reached = max(reached, last)
        return lines


def with_markup(page: Page) -> Page:
    """Return the page with its tags read as blocks among those of its Markdown, in the order of their lines."""
    reader = _BlockReader(frozenset(found[1] for found in _PLACED.finditer(page.text)))
    reader.feed(_EXPRESSION.sub(_quoted, _without_fences(page)))
    reader.close()
    taken = reader.taken()
    plain = [block for block in page.blocks if block.kind in {"fence", "heading"} or block.line not in taken]
    blocks = sorted([*plain, *reader.blocks], key=lambda block: block.line)
    return page.with_blocks(_sectioned(blocks))


def _sectioned(blocks: Iterable[Block]) -> Iterator[Block]:
    """Open a section before the first field of each kind: a component says itself what it is part of."""
    section = ""
    for block in blocks:
        if block.kind == "heading":
            section = ""
        elif block.info in _FIELDS.values() and block.info != section:
            section = block.info
            yield Block("heading", block.line, section, level=2)
        yield block


def _without_fences(page: Page) -> str:
    lines = page.text.split("\n")
    for block in page.blocks:
        if block.kind == "fence":
            for number in range(block.line - 1, min(len(lines), block.line + block.text.count("\n") + 1)):
                lines[number] = ""
    return "\n".join(lines)


def _quoted(match: re.Match[str]) -> str:
    return '="' + match[1].replace("&", "&amp;").replace('"', "&quot;") + '"'


def _remark(key: str, value: str | None) -> str:
    """Return an attribute as pages in Markdown say it, such as "max: 10"; one that has no value is a mark."""
    if value is None or _bare(value) == "true":
        return key
    return f"{key}: {value}" if value.startswith("[") or not re.search(r"[,|;()]", value) else f"{key}: `{value}`"


def _bare(text: str | None) -> str:
    return (text or "").strip().strip("\"'")
