"""The reader for pages without a fixed form: headings, bold lines, bullets and tables become drafts of fields."""

import re

from msgspec import Struct, field
from msgspec.structs import replace

from fakie_schemas.compiler import titles
from fakie_schemas.compiler.after_name import head_words, is_typed_name, may_begin_field, titles_field
from fakie_schemas.compiler.blocks import Block, is_table
from fakie_schemas.compiler.bullets import Bullets
from fakie_schemas.compiler.field_names import ITEMS, TOP, FieldHead, from_quoted_name, full_path, in_input, read_head
from fakie_schemas.compiler.field_tables import Table, read_table
from fakie_schemas.compiler.groups import CAPITAL, is_unknown_type, names_group, said_of_all, without_titles
from fakie_schemas.compiler.keys_asked import line_of_key
from fakie_schemas.compiler.outside import NO_TITLE, aside_table, field_of_nothing, outside_of_fields, without_remarks
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.page_words import LABEL, labelled, role_of, section_of
from fakie_schemas.compiler.responses import DocumentedAnswers
from fakie_schemas.compiler.sections import BOLD, BOLD_FIELD, COMPONENT, Sections
from fakie_schemas.compiler.statements import Draft, Statement

Path = tuple[str, ...]
# More than any real page holds: each title is compared with all fields before it.
_MAX_FIELDS, _MAX_DEPTH = 1_500, 50


class Layout(Struct):
    """Reads a page's blocks in order; `drafts` are the fields by path, `answers` what the response section says."""

    page: Page
    drafts: dict[Path, Draft] = field(default_factory=dict)
    answers: DocumentedAnswers = field(default_factory=DocumentedAnswers)
    auth_line: int | None = None
    trimmed: list[tuple[Path, int]] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    arrays: set[Path] = field(default_factory=set)
    titled: dict[Path, int] = field(default_factory=dict)
    keyed: set[Path] = field(default_factory=set)
    sections: Sections = field(default_factory=Sections)
    _current: Path | None = None
    _bullets: Bullets = field(default_factory=lambda: Bullets({}))

    def read(self) -> None:
        """Read every block of the page."""
        blocks, self._bullets = self.page.blocks, Bullets(self.drafts)
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if block.kind == "heading":
                self.sections.close(block.level)
                self._leave_field()
                self._open(block, block.level, following)
            elif block.kind == "table":
                self._table(read_table(block), block.line, blocks[index - 1] if index else None)
            elif block.kind == "text" and not self._above(block, blocks[index - 1] if index else None, following):
                self._text(block, following)
            self.auth_line = self.auth_line or line_of_key(block)
        self.doubts.extend((*without_titles(self.drafts, self.titled), *without_remarks(self.drafts, self.keyed)))

    def _open(self, block: Block, level: int, following: Block | None = None) -> bool:
        """Open what a heading or a bold line names: an object, a field, or a section."""
        title = from_quoted_name(block.text)
        head = read_head(title)
        is_group = names_group(title, following, self.drafts, of_component=level == COMPONENT)
        scope = None if is_group else self.sections.scope_named(title)
        described = self._described(title, scope, head, is_group=is_group)
        if titles.names_other_model(title, self.drafts):
            self._open_other(level, block.line, "model")
        elif not described and is_unknown_type(scope, title, self.drafts):
            self._open_other(level, block.line, f"object ({title[:40]})")
        elif described or scope:
            self._open_scope(level, described or in_input(scope or ()))
        elif head and self._is_field_title(head) and not is_group:
            self._open_field(level, head, block)
        elif head and (known := self._known_field(title, head)):
            self._open_scope(level, known)
        elif level < COMPONENT or is_group or section_of(block.text):
            outer = self.sections.kind
            self.sections.open(level, block.text)
            self.doubts.extend(said_of_all(block, outer, self.sections.kind))
            self.answers.title(block.text, block.line, self.sections.kind)
        else:
            return False
        return True

    def _open_field(self, level: int, head: FieldHead, title: Block) -> None:
        path = in_input(full_path(head.parts, self.sections.scope))
        if path not in self.drafts and (level == COMPONENT or CAPITAL.fullmatch(title.text)):
            self.titled[path] = title.line
        if titles.is_object(self._begin(path, head, title.line)) or level < COMPONENT:
            self.sections.open_field(BOLD_FIELD if level == BOLD else level, path)

    def _described(self, title: str, scope: Path | None, head: FieldHead | None, *, is_group: bool) -> Path | None:
        """Return the place of the known object whose fields a title announces in words, as "Each shot" does."""
        if self.sections.kind not in {"body", None} or title.startswith("`") or section_of(title) not in {"body", None}:
            return None
        named = scope or (head.parts if head and not head.rest else ())
        if any(path[-1] == named[-1] for path in self.drafts if named):
            return None
        alike = titles.named_alike(title, self.drafts) if self.sections.kind and not is_group else None
        return titles.object_named(title, self.drafts) or alike

    def _open_other(self, level: int, line: int, what: str) -> None:
        """Open the section of another model or endpoint, which is listed as unread, or the one of polling, which is known."""
        is_polling = what.endswith("/recordInfo)")
        self.sections.open_as(level, "query" if is_polling else "other")
        self.doubts.extend([] if is_polling else [(line, f"what is said of another {what} is not read")])

    def _open_scope(self, level: int, scope: Path) -> None:
        """Open an object's section, at the place of the one field of that name that is known."""
        known = [path for path in self.drafts if path[-1] == scope[-1]]
        scope = known[0] if scope not in self.drafts and len(known) == 1 else scope
        self.sections.open_scope(level, scope)
        self._current = scope

    def _is_field_title(self, head: FieldHead) -> bool:
        if self.sections.kind not in {"body", None} or head.others or not titles_field(head.rest):
            return False
        known = head.parts[0].lower() in TOP
        return head.parts[0].lower() != "authorization" and (self.sections.kind == "body" or known)

    def _known(self, head: FieldHead) -> list[Path]:
        return [path for path in self.drafts if path[-1] == head.parts[-1]]

    def _known_field(self, title: str, head: FieldHead) -> Path | None:
        """Return the place of the one known field that a title such as "`shots` items" has in backticks."""
        known = self._known(head)
        quoted = title.startswith("`") and self.sections.kind == "body" and section_of(title) is None
        return known[0] if quoted and len(known) == 1 and not head.others else None

    def _above(self, block: Block, before: Block | None, following: Block | None) -> bool:
        """Take a line that says what the lines or the table below it are about; False when it says something itself."""
        self._current = self.sections.read_tags(block.text, self._current)
        if title := titles.component_title(block.text):
            titled = replace(block, text=title, strong=title)
            if titles.is_label(title, self.drafts):
                self.doubts.extend(said_of_all(titled, self.sections.kind, self.sections.kind))
            else:
                self._bold(titled, following, COMPONENT)
        elif titles.closes_component(block.text):
            pass
        elif before and before.kind == "heading" and before.level > 1 and (path := titles.other_endpoint(block.text)):
            self.sections.close(before.level)
            self._open_other(before.level, block.line, f"endpoint ({path})")
        else:
            return is_table(following) and self._announced(block) is not None
        return True

    def _announced(self, before: Block | None) -> Path | None:
        """Return the place of the known object whose fields a line announces that stands above a table, and no more."""
        is_line = before is not None and before.kind == "text" and self.sections.kind == "body"
        return titles.object_announced(before.text, self.drafts) if before and is_line else None

    def _text(self, block: Block, following: Block | None) -> None:
        if block.strong and block.strong.strip("：: ") == block.text.strip("：: ") and not block.bullet:
            if role_of(block.strong) is None and self._bold(block, following):
                return
        elif self._field_line(block, following):
            return
        if self.sections.kind in {"response", "codes"}:
            self.answers.text(block.text, block.line)
        elif self.sections.kind in {"body", None}:
            self._say(block)

    def _bold(self, block: Block, following: Block | None, level: int = BOLD) -> bool:
        """Open what a bold line or the title of a component names; a component lies within what is open around it."""
        before = list(self.sections.stack)
        if level == BOLD:
            self.sections.close(BOLD)
        if self.sections.kind in {"response", "codes"}:
            self.answers.text(block.text, block.line)
        previous, self._current = self._current, None
        if self._open(block, level, following):
            return True
        self.sections.stack, self._current = before, previous
        return False

    def _field_line(self, block: Block, following: Block | None) -> bool:
        """Take a line such as "- `prompt` (string, required): …"; False when it is not a field."""
        if self.sections.kind != "body" and (self.sections.kind or self._current is None):
            return False
        if block.bullet and self._bullets.close(block.depth):
            self._current = None
        head = read_head(block.text, named=is_typed_name(block)) if may_begin_field(block) else None
        if head is None or not self._bullets.is_field(block, head, following):
            is_open = self._current in {None, self._bullets.outer(block)}
            if head and is_open and self._bullets.may_be_field(block, head) and not self._known(head):
                why = f"whether {head.parts[-1][:40]} is a field is not said: it has no type"
                self.doubts.append((block.line, why))
            return head is not None and self._more_about(head, block)
        if is_title := bool(block.strong) and not block.depth:
            self.sections.close(BOLD_FIELD)
        path = in_input(full_path(head.parts, self._bullets.outer(block) or self.sections.scope))
        self._bullets.add(block, path)
        draft = self._begin(path, head, block.line)
        if is_title and titles.is_object(draft):
            self.sections.open_field(BOLD_FIELD, path)
        return True

    def _more_about(self, head: FieldHead, block: Block) -> bool:
        """Take a line outside of any field that says more of one that is known, such as a list of limits."""
        known = self._known(head)
        if self._current is not None or head.others or len(known) != 1 or not re.match(r"\s*[:：—–-]", head.rest):
            return False
        self.drafts[known[0]].say(Statement(None, head.rest.strip(" :：—–-"), block.line))
        return True

    def _begin(self, path: Path, head: FieldHead, line: int) -> Draft:
        for other in head.others:
            self.doubts.append((line, f"the name is that of several fields, and {other[:40]} is not read"))
        path = self._own_place(path, head)
        if self.sections.is_of_other_tab(path):
            self.doubts.append((line, f"two tabs describe {path[-1][:40]}, and what they say is read as one"))
        draft = self._draft(path, line)
        if head.trimmed:
            self.trimmed.append((path, line))
        draft.say(*head_words(head.rest, line))
        self._current = path
        return draft

    def _own_place(self, path: Path, head: FieldHead) -> Path:
        """Return the place of what a name means, which may be the items of an array, and keep which fields are arrays."""
        last, first = len(head.parts) - 1, len(path) - len(head.parts) + 1
        self.keyed.update({path[:first]} if head.keyed and not head.lists else ())
        self.arrays.update(path[: first + index] for index in head.lists if index < last)
        return (*path, ITEMS) if last in head.lists else path

    def _draft(self, path: Path, line: int) -> Draft:
        if len(self.drafts) > _MAX_FIELDS or len(path) > _MAX_DEPTH:
            raise self.page.fail(line, f"more than {_MAX_FIELDS} fields, or {_MAX_DEPTH} levels; expected one model's")
        draft = self.drafts.setdefault(path, Draft(f"{path[-2]}[]" if path[-1] == ITEMS else path[-1], line))
        if self.sections.required is not None and len(path) > 1:
            draft.group = Statement("required", "是" if self.sections.required else "否", line)
        return draft

    def _say(self, block: Block) -> None:
        if self._current is None:
            told = outside_of_fields if self.sections.kind == "body" else field_of_nothing
            if why := told(block, self.drafts):
                self.doubts.append((block.line, why))
            return
        text = labelled(block.text, block.strong)
        match = LABEL.match(text)
        if self._current not in self.drafts and not (match and role_of(match["label"]) in {"type", "required"}):
            # Words below the title of an object that no field has been made of yet.
            return
        self._draft(self._current, block.line).say(Statement(None, text, block.line, block.bullet))

    def _leave_field(self) -> None:
        self._current = None
        self._bullets.clear()

    def _table(self, table: Table, line: int, before: Block | None) -> None:
        if self.sections.kind == "other":
            return
        kind = table.guess(self.sections.kind)
        if kind is None and self.sections.kind is None and table.has_fields():
            self._loose_table(table, line, before)
        if kind in {"response", "codes"}:
            self.doubts.extend(self.answers.table(table))
        elif kind == "body":
            self._table_of(self._announced(before), table)
        elif kind == "labels" and self._current:
            self._draft(self._current, table.rows[0].line).say(*table.labels())
        elif kind is None and table.is_unread_body(self.sections.kind):
            self.doubts.extend(aside_table(table, line, before, self.drafts))

    def _loose_table(self, table: Table, line: int, before: Block | None) -> None:
        """Read a table of fields outside of any section, if the line above it names the object that holds them."""
        text = before.text if before and before.kind == "text" else ""
        scope = titles.known_as(text, self.sections.scope_named(text), self.drafts) if text else None
        if scope is None:
            self.doubts.append((line, f"a table of fields was not read: {NO_TITLE}"))
        else:
            self._table_of(scope, table)

    def _table_of(self, scope: Path | None, table: Table) -> None:
        """Read a table of the fields of an object, None: of the section that is open; what follows is of the section."""
        self._leave_field()
        self.sections.open_scope(BOLD, self.sections.scope if scope is None else scope)
        self._rows(table)
        self.sections.stack.pop()

    def _rows(self, table: Table) -> None:
        seen: dict[Path, int] = {}
        outer: list[tuple[int, Path]] = []
        for row in table.fields():
            while outer and outer[-1][0] >= row.head.nested:
                outer.pop()
            scope = outer[-1][1] if outer else self.sections.scope
            path = in_input(full_path(row.head.parts, scope))
            if (place := self._own_place(path, row.head)) in seen:
                raise self.page.fail(
                    row.line, f"the field {'.'.join(path)} stands twice in one table, first on line {seen[place]}"
                )
            seen[place] = row.line
            outer.append((row.head.nested, path))
            self._begin(path, row.head, row.line).say(*row.said)
        self._current = None
        self.doubts.extend(table.unread())
