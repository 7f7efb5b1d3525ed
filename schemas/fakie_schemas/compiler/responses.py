"""Reading the response section of a page: the documented codes, and which ids an accepted task has."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from fakie_schemas.compiler.codes import CODES_ALONE, code_entries, code_list, short_label
from fakie_schemas.compiler.field_tables import Table
from fakie_schemas.compiler.page_words import Section

_LIST = re.compile(r"`?[1-5]\d\d`?(?:\s*[,，、/|]\s*`?[1-5]\d\d`?){2,}")
_BREAK = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)
_ID = re.compile(r"^[\s\W]*(?:data\s*[.\[]\s*)?(?P<id>taskId|recordId)\b")


class DocumentedAnswers(Struct):
    """Codes as (code, label, line), and the first line that documents `taskId` and `recordId`."""

    codes: list[tuple[int, str, int]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def title(self, text: str, line: int, section: Section | None) -> None:
        """Take a heading inside of the response section."""
        if section in {"response", "codes"}:
            self._look_for_id(text, line)

    def text(self, text: str, line: int) -> None:
        """Take a text line of the response section."""
        self._look_for_id(text, line)
        self._look_for_codes(text, line)

    def table(self, table: Table) -> Iterator[tuple[int, str]]:
        """Take a table of response fields or of codes; yields the line of what is not read, and why."""
        column, is_of_answers = table.code_column(), table.is_of_answers()
        for row in table.rows:
            cells = [cell.strip() for cell in row.cells]
            told = cells.pop(column or 0) if len(cells) > (column or 0) else ""
            if CODES_ALONE.fullmatch(told):
                if not is_of_answers:
                    yield row.line, "a row is not read as an answer code: no code of the table is known"
                    continue
                label = next((cell for cell in cells if cell and not cell.isdecimal()), "")
                self.codes.extend((code, short_label(label), row.line) for code in code_list(told))
                continue
            if column is not None and any(sign.isdigit() for sign in told):
                yield row.line, "a row of a table of codes is not read: what stands there is more than a code"
            cells.insert(0, told)
            self._look_for_id(cells[0] if cells else "", row.line)
            for cell in cells[1:]:
                for line in _BREAK.split(cell):
                    self._look_for_codes(line, row.line)

    def _look_for_id(self, text: str, line: int) -> None:
        if match := _ID.match(text):
            self.ids.setdefault(match["id"], line)

    def _look_for_codes(self, text: str, line: int) -> None:
        if entries := code_entries(text):
            self.codes.extend((*entry, line) for entry in entries if entry[1])
        elif found := _LIST.search(text):
            self.codes.extend((code, "", line) for code in code_list(found[0]))
