"""The bullets above a line of a list: whose field each is, and what can stand below it."""

from collections.abc import Mapping

from msgspec import Struct, field

from fakie_schemas.compiler.after_name import describes, is_typed_name, titles_field, typed, typed_below
from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.field_names import FieldHead
from fakie_schemas.compiler.page_words import role_of
from fakie_schemas.compiler.statements import Draft
from fakie_schemas.compiler.titles import holds_no_fields, is_object

Path = tuple[str, ...]


class Bullets(Struct):
    """The open bullets that are fields, outermost first, and the depths at which fields stand in this list."""

    drafts: Mapping[Path, Draft]
    stack: list[tuple[int, Path]] = field(default_factory=list)
    depths: set[int] = field(default_factory=set)

    def close(self, depth: int) -> bool:
        """Close the bullets at this depth and below; tells whether there were any."""
        kept = [one for one in self.stack if one[0] < depth]
        closed, self.stack = len(kept) < len(self.stack), kept
        return closed

    def clear(self) -> None:
        """Forget the list."""
        self.stack.clear()
        self.depths.clear()

    def add(self, block: Block, path: Path) -> None:
        """Open the bullet of a field."""
        if block.bullet:
            self.stack.append((block.depth, path))
            self.depths.add(block.depth)

    def outer(self, block: Block) -> Path | None:
        """Return the place of the field whose bullet a line stands below."""
        return self.stack[-1][1] if self.stack and block.depth else None

    def is_below_value(self, block: Block) -> bool:
        """Tell whether a bullet stands below the one of a field that cannot hold fields: it says something of that field."""
        outer = self.outer(block) if block.bullet else None
        return outer is not None and holds_no_fields(self.drafts[outer])

    def is_field(self, block: Block, head: FieldHead, following: Block | None) -> bool:
        """Tell whether a line that begins with a name is one of a field: by a type, a mark, or where it stands."""
        is_label = role_of(head.parts[0]) and not block.text.lstrip("* ").startswith("`") and not is_typed_name(block)
        if is_label or self.is_below_value(block) or not titles_field(head.rest):
            return False
        is_said = block.info or typed(head.rest) or typed_below(block, following)
        return bool(is_said) or self.is_within_object(block, head)

    def is_within_object(self, block: Block, head: FieldHead) -> bool:
        """Tell whether a bullet describes a field of the object whose bullet it stands below, though it names no type."""
        outer = self.outer(block) if block.bullet and describes(head.rest) else None
        return is_named(block) and outer is not None and is_object(self.drafts[outer])

    def may_be_field(self, block: Block, head: FieldHead) -> bool:
        """Tell whether a bullet stands beside fields, or in an object, and is no more than a name, or a name and words."""
        outer = self.outer(block)
        beside = block.depth in self.depths or (outer is not None and is_object(self.drafts[outer]))
        is_name = describes(head.rest) or is_named(block)
        return block.bullet and beside and is_name and not self.is_below_value(block)


def is_named(block: Block) -> bool:
    """Tell whether a line begins with a word that stands out, in bold or as code."""
    return bool(block.strong) or block.text.startswith("`")
