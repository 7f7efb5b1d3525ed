"""Tables of fields, of codes, and of the labels of one field."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from fakie_schemas.compiler.after_name import typed
from fakie_schemas.compiler.blocks import Block, TableRow
from fakie_schemas.compiler.codes import CODES_ALONE, KNOWN, code_list
from fakie_schemas.compiler.field_names import TOP, FieldHead, read_head
from fakie_schemas.compiler.marks import mark, with_mark
from fakie_schemas.compiler.page_words import Role, Section, column_of, role_of, says_required
from fakie_schemas.compiler.statements import Statement, is_nothing

# Columns whose title says no more than that limits stand in them.
_PLAIN = {
    "约束",
    "约束条件",
    "限制",
    "限制条件",
    "规则",
    "校验规则",
    "校验",
    "要求",
    "其他",
    "constraints",
    "Constraints",
}
_MARK = re.compile(r"</?(?:mark|span|font)\b[^<>]{0,100}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STARRED = re.compile(r"[*＊]`?[A-Za-z_][\w.\[\]]*`?|`?[A-Za-z_][\w.\[\]]*(?:\s*`?\s*[*＊]`?)")
# A name where the title of a column could stand: titles begin with a capital letter.
_SMALL = re.compile(r"`|[a-z_]")
# Marks that are cut short, as they stand in a column of marks: mandatory or required, and optional.
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(("M", "R", "Req", "Req."), "required"),
    **dict.fromkeys(("O", "Opt", "Opt."), "optional"),
}
_SIDES = frozenset(_MARKS.values())
_ONE_WORD = re.compile(r"[^\W\d]*\.?")
# Titles of columns of yes and no that are read with the answer as words about the field.
_ANSWERED = re.compile(r"nullable|deprecated|弃用|废弃", re.IGNORECASE)
# Titles of columns of answer codes, or of the statuses of HTTP, and how a code begins.
_CODE_TITLE = re.compile(
    r"(?:http[ -]?)?(?:status|(?:(?:status|error|response|return)[ -]?)?(?P<code>codes?))"
    r"|(?P<named>(?:状态|错误|响应|返回)码|(?:错误|状态)?代码)|状态",
    re.IGNORECASE,
)
# Words of titles that codes of answers have beside them, and those of places have not.
_OF_ANSWERS = re.compile(
    r"status|error|message|reason|cause|meaning|description|状态|错误|响应|返回|原因|信息|消息|说明|含义|描述",
    re.IGNORECASE,
)
_CODE = re.compile(r"\W*(?:HTTP\s?)?[1-5]\d\d(?!\d)", re.IGNORECASE)
TableKind = Literal["body", "response", "codes", "labels"]


class FieldRow(NamedTuple):
    """A row that names a field, and what its cells say."""

    line: int
    head: FieldHead
    said: list[Statement]


class Table(Struct):
    """A table with the roles of its columns; the column of names has the role "name", and `marked` ones have marks for words."""

    header: list[str]
    rows: list[TableRow]
    roles: list[Role | None]
    marked: Set[int]

    def names(self) -> list[str]:
        """Return the cells of the first column, bare and in lower case."""
        return [row.cells[0].strip(" `*").lower() if row.cells else "" for row in self.rows]

    def code_column(self) -> int | None:
        """Return the column of answer codes by its title, or None: some have names of errors under such a title."""
        found: dict[int, tuple[int, bool]] = {}
        for index, title in enumerate(self.header):
            titled = _CODE_TITLE.fullmatch(title.strip(" `*"))
            cells = [_cell(row, index).strip() for row in self.rows] if titled else []
            if titled and any(map(_CODE.match, cells)):
                alone = sum(CODES_ALONE.fullmatch(cell) is not None for cell in cells)
                # Of a status and a code, the one with more of them, or else the code.
                found[index] = (alone, titled.lastgroup is not None)
        return max(found, key=found.__getitem__, default=None)

    def is_of_answers(self) -> bool:
        """Tell whether its codes are those of answers: one is known, or titles say so; places and sizes are numbers, too."""
        column = self.code_column()
        codes = {code for row in self.rows for code in code_list(_cell(row, column or 0))}
        return not KNOWN.isdisjoint(codes) or (column is not None and any(map(_OF_ANSWERS.search, self.header)))

    def guess(self, section: Section | None) -> TableKind | None:
        """Tell what the table lists, by its content first and by its section otherwise."""
        names = self.names()
        if self._lists_codes(section):
            return "codes"
        if any(role_of(name) in {"type", "required"} for name in names) and "type" not in self.roles:
            return "labels"
        if section in {"query", "auth", "example", "other"} and not self._is_body(names):
            return None
        if section in {"response", "codes"} or {"code", "msg"} <= set(names):
            return "response"
        return "body" if self._is_body(names) or (section == "body" and self.has_fields()) else None

    def _lists_codes(self, section: Section | None) -> bool:
        """Tell whether all are codes, of which one is known unless it stands where they do: places have numbers, too."""
        column = self.code_column() or 0
        codes = {_cell(row, column).strip(" `*") for row in self.rows}
        is_there = section in {"response", "codes"} or not codes.isdisjoint(map(str, KNOWN))
        return bool(codes) and is_there and all(re.fullmatch(r"\d{3}", code) for code in codes)

    def _is_body(self, names: list[str]) -> bool:
        return "type" in self.roles and _are_of_body(names)

    def is_unread_body(self, section: Section | None) -> bool:
        """Tell whether it lists the body's fields under titles that are not known, or stands where only such tables do."""
        is_there = section == "body" or (section is None and _are_of_body(self.names()))
        return bool(self.rows) and is_there and not self.has_fields()

    def has_fields(self) -> bool:
        """Tell whether the columns are those of a table of fields."""
        if "name" not in self.roles:
            return False
        column = self.roles.index("name")
        heads = (read_head(_cell(row, column)) for row in self.rows)
        titled = any(role in self.roles for role in ("type", "required", "default", "enum"))
        return titled or any(head and typed(head.rest.strip()) for head in heads)

    def fields(self) -> Iterator[FieldRow]:
        """Return the rows that name a field of the body."""
        column = self.roles.index("name") if "name" in self.roles else 0
        places = [index for index, role in enumerate(self.roles) if role == "place"]
        for row in self.rows:
            head, starred = self._head(row, column)
            told = [_cell(row, index).strip("` ").lower() for index in places]
            in_header = any(re.search(r"header|请求头", place) for place in told)
            if (
                head
                and not in_header
                # A row of the body as a whole, which the rows below it are nested in.
                and not ("body" in told and head.parts == ("body",) and not head.nested)
                and not _is_group(row, column)
                and head.parts[0].lower() not in {"authorization", "content"}
            ):
                mark = [Statement("required", "是", row.line)] if starred else []
                yield FieldRow(row.line, head, [*mark, *self._said(row, column)])

    def unread(self) -> Iterator[tuple[int, str]]:
        """Return what a table of fields says that is not read, each with its line and why."""
        yield from ((line, "the row names no field that could be read") for line in self._nameless())
        yield from ((self.rows[0].line, why) for why in self._answers_not_read())

    def _nameless(self) -> Iterator[int]:
        """Return the lines of the rows whose cell of names holds no field's name, though other cells say something."""
        column = self.roles.index("name") if "name" in self.roles else 0
        for row in self.rows:
            cell = _cell(row, column)
            others = (
                row.cells[column + 1 :] if not is_nothing(cell) else [one for one in row.cells if not is_nothing(one)]
            )
            if any(others) and self._head(row, column)[0] is None:
                yield row.line

    def _answers_not_read(self) -> Iterator[str]:
        """Return why each column is unread that answers by yes and no what its title asks in words that are not known."""
        for index, title in enumerate(self.header):
            cells = [_cell(row, index) for row in self.rows]
            answers = [says_required(cell) for cell in cells if not is_nothing(cell)]
            if self.roles[index] is None and any(answers) and None not in answers and not _ANSWERED.search(title):
                why = f"the column {title[:40]} of yes and no was not read: its title is not known"
                yield with_mark(why, mark(cells))

    def _head(self, row: TableRow, column: int) -> tuple[FieldHead | None, bool]:
        """Read a row's name; an asterisk that touches it marks the field as required."""
        # An asterisk may be coloured, and a remark stand below the name.
        cell = _BREAK.sub(" ", _MARK.sub("", _cell(row, column)))
        starred = _STARRED.fullmatch(cell.strip())
        name = re.sub(r"[*＊]", "", cell) if starred else cell
        return read_head(name, named="type" in self.roles), bool(starred)

    def _said(self, row: TableRow, column: int) -> Iterator[Statement]:
        for index, (title, role) in enumerate(zip(self.header, self.roles, strict=False)):
            cell = _cell(row, index)
            if role == "required" and is_nothing(cell) and self.roles.count(role) > 1:
                # What one of several such columns requires, another leaves open.
                yield Statement(role, "否", row.line)
            if index == column or (is_nothing(cell) and cell.strip("` ") != "none"):
                continue
            if role in {None, "name", "label"} and title not in _PLAIN:
                # An unknown column, such as the largest length, reads like a label.
                yield Statement(None, f"{title}: {cell}", row.line)
            else:
                said = _MARKS.get(cell.strip(" `*"), cell) if role == "required" and index in self.marked else cell
                yield Statement(None if role in {"name", "label"} else role, said, row.line)

    def labels(self) -> Iterator[Statement]:
        """Return the rows of a table of labels and values about one field."""
        for row in self.rows:
            if len(row.cells) > 1:
                role = role_of(row.cells[0])
                yield (
                    Statement(role, row.cells[1], row.line)
                    if role
                    else Statement(None, f"{row.cells[0]}: {row.cells[1]}", row.line)
                )


def _are_of_body(names: list[str]) -> bool:
    return len(TOP & set(names)) > 1 or any(name.startswith("input.") for name in names)


def _is_group(row: TableRow, column: int) -> bool:
    """Tell whether a row holds no more than words such as "Basic" above the fields that they group."""
    others = [cell for index, cell in enumerate(row.cells) if index != column]
    return re.match(r"[A-Z][a-z]+(?![\w`])", _cell(row, column)) is not None and not any(map(str.strip, others))


def _cell(row: TableRow, column: int) -> str:
    """Return a cell of a row, empty where the row ends before it, as rows in HTML may."""
    return row.cells[column] if column < len(row.cells) else ""


def read_table(block: Block) -> Table:
    """Return a table with the roles of its columns; the first column of a table of fields holds names."""
    block = _upright(block)
    roles = [column_of(title) for title in block.header]
    if "name" not in roles and roles and roles[0] is None and _names_fields(block):
        roles[0] = "name"
    columns = [{_cell(row, index).strip(" `*") for row in block.rows} for index in range(len(roles))]
    marked = {
        index
        for index, (title, role) in enumerate(zip(block.header, roles, strict=True))
        if _are_marks(title, columns[index], {"required"} if role == "required" else _SIDES)
    }
    if not _SIDES & set(roles):
        roles = [role or _role_of_marks(columns[index], are_marks=index in marked) for index, role in enumerate(roles)]
    return Table([title.strip("`* ") for title in block.header], block.rows, roles, marked)


def _role_of_marks(words: Set[str], *, are_marks: bool) -> Role | None:
    """Return the role of a column under an unknown title, such as "Presence", of which words or marks say who is required."""
    says_so = are_marks or _SIDES & set(map(role_of, words))
    is_plain = all(is_nothing(word) or _ONE_WORD.fullmatch(word) for word in words)
    return "required" if says_so and is_plain else None


def _are_marks(title: str, words: Set[str], sides: Set[str]) -> bool:
    """Tell whether letters in a column are marks: its title has both, or these sides and no other letters stand in it.

    An O alone, or beside an X, is a circle, which says yes; beside others, R may be to read, M a size, O what comes out.
    """
    if {_MARKS.get(word) for word in re.findall(r"\w+", title)} >= _SIDES:
        return True
    others = {word for word in words if len(word) == 1 and word.isalpha()} - {*_MARKS, "C"}
    return not others and sides <= {_MARKS.get(word, role_of(word)) for word in words}


def _upright(block: Block) -> Block:
    """Turn a table that has a column for each field, and in its first one the titles, into one that has a row for each."""
    lines = [block.header, *(row.cells for row in block.rows)]
    titles = [line[0] if line else "" for line in lines]
    roles = [column_of(title) for title in titles]
    if roles[:1] == ["type"] and any(roles[1:]) and len(block.header) == 2 and column_of(block.header[1]) is None:
        # A table of labels about one field, whose first label stands where titles do.
        return replace(block, header=["", ""], rows=[TableRow(block.line, block.header), *block.rows])
    names = [not column_of(cell) and _SMALL.match(cell) and read_head(cell) for cell in block.header[1:]]
    if not {"name", "type"} <= set(roles) or roles[0] != "name" or not all(names):
        return block
    columns = range(1, max(map(len, lines)))
    rows = [TableRow(block.line, [line[at] if at < len(line) else "" for line in lines]) for at in columns]
    return replace(block, header=titles, rows=rows)


def _names_fields(block: Block) -> bool:
    return any(row.cells and row.cells[0].strip(" `*").lower() in TOP for row in block.rows)
