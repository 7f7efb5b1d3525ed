"""Where on a page a line stands: the sections that headings and bold lines open, and what they are about."""

import re
from typing import NamedTuple

from msgspec import Struct, field

from fakie_schemas.compiler.field_names import full_path, split_name
from fakie_schemas.compiler.page_words import Section, section_of

Path = tuple[str, ...]
# Bold lines and components lie within headings; a bold line does not end the component that it stands in.
COMPONENT, BOLD = 7, 8
# The field of a bold line, which the next one ends, but not the group that both stand in.
BOLD_FIELD = 9
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Z][A-Za-z]{0,40}|details)\b[^<>]{0,300}(?<!/)>")
_SCOPE = re.compile(
    r"^(?:the\s+(?=\S+\s+object\b))?[`\"]?(?P<name>[A-Za-z_][\w.\[\]]*)[`\"]?\s*(?:[（(][^）)]*[)）]\s*)?"
    r"(?:的|中的?|内部?|下的?|里的?)?\s*(?:子)?(?:对象|参数|属性|字段|数组|元素|结构|object|array|parameters?|properties|fields)",
    re.IGNORECASE,
)
# Components of which a reader sees one at a time: what two of them say may be of two kinds of requests.
_TABS = frozenset({"Tab", "TabItem"})
_INPUT = re.compile(r"(?<![\w.])input(?![\w.])")


class Open(NamedTuple):
    """An open section: its level, what it is about, the place in the body, and what its title says of all fields."""

    level: int
    kind: Section | None
    scope: tuple[str, ...]
    required: bool | None


class Component(NamedTuple):
    """An open component: its tag, its number on the page, and the sections and the field that were open before it."""

    tag: str
    number: int
    stack: list[Open]
    current: Path | None


class Sections(Struct):
    """The stack of open sections, the components that are open, outermost first, and the tab that first has a field."""

    stack: list[Open] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    tabs: dict[Path, int] = field(default_factory=dict)
    opened: int = 0

    @property
    def kind(self) -> Section | None:
        """The kind of the innermost section with a meaning."""
        return next((section.kind for section in reversed(self.stack) if section.kind), None)

    @property
    def scope(self) -> tuple[str, ...]:
        """The path in the body at which fields of the innermost section stand."""
        return self.stack[-1].scope if self.stack else ()

    @property
    def required(self) -> bool | None:
        """Whether fields are required by the title of the innermost section, such as "optional parameters"."""
        return self.stack[-1].required if self.stack else None

    def close(self, level: int) -> None:
        """Close the sections at this level and below."""
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()

    def read_tags(self, text: str, current: Path | None) -> Path | None:
        """Open and close the components whose tags a text has; returns the field that is open then.

        What was open before a component is so behind it, unless a heading has come in between.
        """
        for found in _TAG.finditer(text):
            if not found["end"]:
                self.opened += 1
                self.components.append(Component(found["name"], self.opened, list(self.stack), current))
            elif any(one.tag == found["name"] for one in self.components):
                while (closed := self.components.pop()).tag != found["name"]:
                    pass
                before, outer = closed.stack, closed.current
                if self.stack[: len(before)] == before and self.stack != before:
                    self.stack, current = before, outer
        return current

    def is_of_other_tab(self, path: Path) -> bool:
        """Tell whether a field that the open tab describes is described by another tab before it."""
        tab = next((one.number for one in reversed(self.components) if one.tag in _TABS), None)
        return tab is not None and self.tabs.setdefault(path, tab) != tab

    def open_field(self, level: int, path: tuple[str, ...]) -> None:
        """Open the section of one field: deeper headings are its children."""
        self.stack.append(Open(level, "body", path, None))

    def open_scope(self, level: int, scope: tuple[str, ...]) -> None:
        """Open a section whose fields stand inside of an object."""
        self.stack.append(Open(level, "body", scope, self.required))

    def open_as(self, level: int, kind: Section) -> None:
        """Open a section of a kind that its title alone does not tell."""
        self.stack.append(Open(level, kind, (), None))

    def open(self, level: int, title: str) -> None:
        """Open a section by its title; inside of a response or a query it stays one."""
        kind = section_of(title)
        if "请求" in title and re.search(r"响应|返回", title):
            kind = None
        outer = self.kind
        if outer in {"query", "other"} or (outer == "response" and kind in {"body", "auth", "query"}):
            kind = outer
        scope = self.scope if kind in {None, "body"} else ()
        self.stack.append(Open(level, kind, scope, group_required(title)))

    def scope_named(self, title: str) -> tuple[str, ...] | None:
        """Return the path of the object that a title such as "`input` object properties" names, or None."""
        if self.kind in {"response", "query", "codes", "other"} or re.search(
            r"响应|返回|response|示例|example", title, re.IGNORECASE
        ):
            return None
        if match := _SCOPE.match(title):
            if match["name"].lower() in {
                "body",
                "request",
                "query",
                "header",
                "path",
                "response",
                "data",
                "api",
                "model",
            }:
                return None
            # The body's own object may have a capital letter at the beginning of a title.
            name = "input" if match["name"] == "Input" else match["name"]
            return full_path(tuple(split_name(name)), self.scope)
        # The bare word is the title of that field itself.
        is_of_input = title != "input" and _INPUT.search(title) and section_of(title) == "body"
        return ("input",) if is_of_input else None


def group_required(title: str) -> bool | None:
    """Read "required parameters" and "optional parameters" as the title of a group of fields."""
    if re.search(r"(?:必填|必需|必选|必传)(?:参数|字段|项)|required (?:parameters|fields)", title, re.IGNORECASE):
        return True
    if re.search(r"(?:可选|选填|非必填)(?:参数|字段|项)|optional (?:parameters|fields)", title, re.IGNORECASE):
        return False
    return None
