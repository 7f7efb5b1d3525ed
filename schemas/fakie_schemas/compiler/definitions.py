"""Definition lists in HTML as bullets of Markdown: a term is a field, and its definitions are what is said of it."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from fakie_schemas.compiler.blocks import Block

# A term is a name, and at times more behind it, such as the type.
_TERM = re.compile(r"`?([^`\s]*)`?(.*)")
# More terms, or definitions, than these are not shared: each of one would have to be said of each of the others.
_MOST_SHARED = 20
_LAST_REMARK = re.compile(r"\s+(?=(?:required|optional|必填|可选)$)", re.IGNORECASE)


class _TermGroup(Struct):
    """The terms that the next definition is of, each with its line, and how many have come."""

    terms: list[tuple[str, int]] = field(default_factory=list)
    described: int = 0


class Definitions(Struct):
    """The lists whose end has not come, outermost first."""

    groups: list[_TermGroup] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """The number of lists that are open."""
        return len(self.groups)

    def begin(self) -> None:
        """Begin a list, which may lie within a definition."""
        self.groups.append(_TermGroup())

    def take(self, tag: str, text: str, line: int) -> Iterator[Block]:
        """Keep a term (`dt`), or tell of each of those before it what a definition says."""
        if not self.groups:
            self.begin()
        group = self.groups[-1]
        if tag == "dt":
            if group.described:
                group.terms.clear()
            group.described = 0
            group.terms.append((text, line))
            if len(group.terms) > _MOST_SHARED:
                yield from _told([group.terms.pop(0)], "", self.depth)
        elif text or not group.described:
            group.described += 1
            if group.described > _MOST_SHARED:
                del group.terms[:-1]
            yield from _told(group.terms, text, self.depth)

    def end(self) -> Iterator[Block]:
        """End a list; terms that nothing was said of are fields too."""
        if self.groups:
            if not self.groups[-1].described:
                yield from _told(self.groups[-1].terms, "", self.depth)
            self.groups.pop()


def _told(terms: list[tuple[str, int]], words: str, depth: int) -> Iterator[Block]:
    for term, line in terms:
        if found := _TERM.fullmatch(term):
            # Remarks behind the name end where the description begins; tags have parted them.
            remarks = _LAST_REMARK.sub(", ", found[2].strip(" ,:：—–-"))
            remarks = found[2] if re.search(r"[(（]", found[2]) else f" ({remarks})"
            head = f"`{found[1]}`{remarks if found[2].strip() else ''}"
            text = f"{head}: {words}" if words else head
            yield Block("text", line, text, depth=depth, bullet=True)
