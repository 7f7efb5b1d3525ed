"""OpenAPI schemas as fields: every keyword with its line is read, doubted, or listed as unread."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct, field

from fakie_schemas.compiler.allowances import take_allowances
from fakie_schemas.compiler.annotations import take_default, take_examples
from fakie_schemas.compiler.choices import doubt_choices
from fakie_schemas.compiler.content_marks import content_mark
from fakie_schemas.compiler.facts import Alternatives, Fact, Field, Log
from fakie_schemas.compiler.impossible import drop_impossible
from fakie_schemas.compiler.keywords import (
    KNOWN,
    OF_LIMITS,
    RULES,
    TooManyDigitsError,
    exact,
    fits,
    is_rounded,
    same_kind,
    typed,
    within_bounds,
)
from fakie_schemas.compiler.marks import with_mark
from fakie_schemas.compiler.merge import tighten
from fakie_schemas.compiler.patterns import may_take_for_ever
from fakie_schemas.compiler.refs import References
from fakie_schemas.compiler.required import ask_nothing_forbidden, required_names
from fakie_schemas.compiler.running_text import shown_text
from fakie_schemas.compiler.schema_parts import (
    MAX_NESTING,
    BranchGroup,
    allows_null_beside,
    branch_groups,
    nearest_first,
    not_read,
    note_rules_beside_references,
    schema_parts,
)
from fakie_schemas.compiler.schema_types import may_meet, read_kinds, settle_kinds, shown_kinds
from fakie_schemas.compiler.settle import MAX_LINES, default_in_words, read_words
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.equality import distinct

_MILLISECONDS = re.compile(r"\bin milliseconds\b", re.IGNORECASE)
MAX_FIELDS = 5_000
_ONE_WAY = {
    "readOnly": "read-only: an answer has it, and no request needs it",
    "writeOnly": "write-only: a request has it, and no answer needs it",
}


class Schemas(Struct):
    """Reads the schemas of one document; `texts` gathers the descriptions for remarks across fields.

    `of_answers` says that what is read is an answer: it has no field that is for requests alone, else the other way round.
    """

    root: Node
    log: Log
    of_answers: bool = False
    texts: list[tuple[str, str, int]] = field(default_factory=list)
    _reading: set[int] = field(default_factory=set)
    _count: int = 0

    @property
    def references(self) -> References:
        """The resolver of the document's references."""
        return References(self.root, self.log)

    def _lose(self, line: int, why: str, of: Node | None = None) -> None:
        """List a rule as unread, with a mark of what it is `of`: what is read allows more than the page does."""
        self.log.doubt(line, with_mark(why, content_mark(of, self.references) if of else None))

    def read(
        self,
        name: str,
        node: Node,
        depth: int = 0,
        required: Fact | None = None,
        around: Mapping[str, Field] = MappingProxyType({}),
        more: Sequence[Node] = (),
    ) -> Field:
        """Read a schema and everything below it as a field.

        `required` is what the schema around it says of it, `around` the fields that the schema of a branch describes,
        `more` what other parts of an `allOf` say of it.
        """
        self._count += 1
        if self._count > MAX_FIELDS:
            raise node.document.fail(node.node.start_mark.line, "the schemas expand to more than any real page holds")
        target = Field(name, node.line)
        if required:
            target.facts["required"] = required
        parts = [part for each in (node, *more) for part in schema_parts(each, self.references)]
        for line, why in not_read(name, parts, self.references):
            self._lose(line, why)
        note_rules_beside_references(name, parts, self.root, self.log)
        inner = {id(part.node) for part in parts}
        if depth > MAX_NESTING or inner & self._reading:
            self._lose(node.line, f"{name}: a schema inside of itself is not read")
            return target
        self._reading |= inner
        self._read_parts(target, parts, depth, around)
        self._reading -= inner
        return target

    def _read_parts(self, target: Field, parts: list[Node], depth: int, around: Mapping[str, Field]) -> None:
        kinds = read_kinds(target, parts, allows_null_beside(target.name, parts, self.references), self.log)
        self._take_items(target, parts, depth)
        for part in parts:
            self._take_values_of_map(target, part, depth, alone=len(parts) == 1)
        self._take_properties(target, parts, depth, around)
        nullable = target.nullable
        for part in parts:
            self._take_keywords(target, part)
        for part in nearest_first(parts):
            take_default(target, part, self.log)
            take_examples(target, part, self.log)
        for part in parts:
            self._take_words(target, part)
        self._take_alternatives(target, parts, depth)
        settle_kinds(target, kinds._replace(null=kinds.null or target.nullable is not nullable))
        drop_impossible(target, self.log)

    def _take_items(self, target: Field, parts: list[Node], depth: int) -> None:
        stated = [items for part in parts if (items := part.get("items")) and items.text != "true"]
        for items in (each for each in stated if not each.is_mapping):
            self._lose(items.line, f"{target.name}: what its items are is not read: it is not a schema", items)
        if read := [items for items in stated if items.is_mapping]:
            target.items = self.read(f"{target.name}[]", read[0], depth + 1, more=read[1:])

    def _take_values_of_map(self, target: Field, node: Node, depth: int, *, alone: bool) -> None:
        values = node.get("additionalProperties")
        if values is None or values.says_true:
            return
        if not values.is_mapping:
            self._lose(values.line, f"{target.name}: other keys than the described ones are not refused, as there")
            self.log.note("closed", values.line, target.name or None, "the page refuses keys that it does not describe")
        elif not alone:
            self._lose(values.line, f"{target.name}: what a part says of other keys is not read", values)
        elif list(values.items()):
            target.values = self.read(f"{target.name}{{}}", values, depth + 1)

    def _take_properties(self, target: Field, parts: list[Node], depth: int, around: Mapping[str, Field]) -> None:
        needed = {name: line for part in parts for name, line in required_names(target, part, self.log).items()}
        # Two parts of an `allOf` may say something of one field.
        stated: dict[str, list[tuple[int, Node]]] = {}
        for part in parts:
            properties = part.get("properties")
            if properties and not properties.is_mapping:
                self._lose(properties.line, f"{target.name}: its properties are not read: they are not a mapping")
            for key, line, value in properties.items() if properties else []:
                name = key.strip()
                if key != name:
                    self.log.note("trimmed", line, name, "the name is written with a space at its end")
                stated.setdefault(name, []).append((line, value))
        for name, ((line, value), *more) in stated.items():
            # A name that is not listed is optional, whatever the words about it say.
            required = Fact(name in needed, needed.get(name, line))
            beyond = around[name].children if name in around else {}
            child = self.read(name, value, depth + 1, required, beyond, [each for _, each in more])
            child.line = line
            target.children[name] = child
        self._take_needed(target, needed, around)
        self._ask_nothing_of_the_other_way(target)

    def _take_needed(self, target: Field, needed: dict[str, int], around: Mapping[str, Field]) -> None:
        for name, line in needed.items():
            if name in around and name not in target.children:
                marks = {key: fact for key, fact in around[name].facts.items() if key in _ONE_WAY}
                target.children[name] = Field(name, line, marks | {"required": Fact(True, line)}, described=False)
            elif name not in target.children:
                self._lose(line, f"{name} is required but not described")

    def _ask_nothing_of_the_other_way(self, target: Field) -> None:
        """Ask requests for no field that answers alone have, and the other way round."""
        mark = "writeOnly" if self.of_answers else "readOnly"
        for child in target.children.values():
            if child.value(mark) and child.value("required"):
                child.facts["required"] = Fact(False, child.line)
                self.log.note("assumed", child.line, child.name, _ONE_WAY[mark])

    def _take_keywords(self, target: Field, node: Node) -> None:
        for key, line, value in node.items():
            if key == "allOf" and not value.elements():
                self._lose(line, f"{target.name}: allOf lists no schemas")
            if key in RULES:
                self._take_keyword(target, node, key, value)
            elif key not in KNOWN and (not key.startswith("x-") or OF_LIMITS.match(key)):
                self._lose(line, f"{target.name}: the keyword {key} is not read", value)
        for key in ("const", "enum"):
            if (stated := node.get(key)) is not None:
                self._take_choice(target, key, stated)

    def _take_keyword(self, target: Field, node: Node, key: str, value: Node) -> None:
        plain = exact(value)
        if key.startswith("exclusive") and isinstance(plain, bool):
            self._take_exclusive(target, node, key, value) if plain else None
        elif not fits(key, plain):
            why = "is none that ECMA-262 and Python read alike" if key == "pattern" else "has no value that it can have"
            self._lose(value.line, f"{target.name}: {key} {why}", value)
        elif is_rounded(value, plain):
            self._lose(value.line, f"{target.name}: {key} is not read: it has more digits than a number keeps", value)
        elif key == "pattern" and may_take_for_ever(plain):
            self._lose(value.line, f"{target.name}: the pattern is not read: some texts would take it for ever", value)
        elif plain is not False:
            bound = key in {"minimum", "maximum"} and node.get(f"exclusive{key.capitalize()}")
            if not (bound and bound.says_true):
                tighten(target, key, Fact(plain, value.line), self.log)

    def _take_exclusive(self, target: Field, node: Node, key: str, value: Node) -> None:
        """Read OpenAPI 3.0's mark that the bound beside it is itself not allowed."""
        bound = node.get(key.removeprefix("exclusive").lower())
        if bound is None or not fits(key, exact(bound)):
            self.log.doubt(value.line, f"{target.name}: {key} stands beside no bound")
        else:
            tighten(target, key, Fact(exact(bound), bound.line), self.log)

    def _take_choice(self, target: Field, key: str, stated: Node) -> None:
        """Read listed values, or a constant; those of an array's own list are its items'."""
        of_items = key == "enum" and target.value("type") == "array" and target.items
        holder = target.items if of_items and target.items else target
        nodes = within_bounds(stated.elements()) if key == "enum" else [stated]
        try:
            values = [typed(element, holder) for element in nodes]
        except TooManyDigitsError as error:
            self._lose(stated.line, f"{target.name}: {key} is not read: it {error}", stated)
            return
        except ValueError:
            self._lose(stated.line, f"{target.name}: the listed values are not of its type", stated)
            return
        if holder.value("type") != "array" and any(
            not same_kind(value, node) for value, node in zip(values, nodes, strict=True)
        ):
            why = f"the listed values are not written as {holder.value('type')}, which they are taken for"
            self.log.note("assumed", stated.line, target.name, why)
        if not values:
            self._lose(stated.line, f"{target.name}: the list of values is none, or is empty", stated)
        elif key == "const" and target.name != "model":
            tighten(holder, key, Fact(values[0], stated.line), self.log)
        else:
            tighten(holder, "enum", Fact(distinct(values), stated.line), self.log)

    def _take_words(self, target: Field, node: Node) -> None:
        description = node.get("description")
        if description and description.text and target.name not in {"", "code"}:
            text = shown_text(description.text)
            read_words(target, text, description.line_of, self.log)
            take_allowances(target, text, description.line_of, self.log)
            default_in_words(target, text, description.line_of, self.log)
            doubt_choices(target, text, description.line_of, self.log)
            unit = _MILLISECONDS.search(text)
            if unit and target.value("type") == "integer":
                target.put("x-unit", Fact("ms", description.line_of(unit.start())), self.log)
            start = 0
            for line in description.text.split("\n")[:MAX_LINES]:
                self.texts.append((target.name, line, description.line_of(start)))
                start += len(line) + 1

    def _take_alternatives(self, target: Field, parts: list[Node], depth: int) -> None:
        around = dict(target.children)
        for part in parts:
            for group in branch_groups(part):
                if len(group.branches) > 1:
                    self._take_group(target, group, depth, around, told_apart=part.get("discriminator") is not None)
                elif not group.branches:
                    self.log.doubt(group.line, f"{target.name}: {group.keyword} lists no schemas")

    def _take_group(
        self, target: Field, group: BranchGroup, depth: int, around: Mapping[str, Field], *, told_apart: bool
    ) -> None:
        before = self.log.loosened
        branches = [self.read(target.name, node, depth + 1, around=around) for node in group.branches]
        for branch, node in zip(branches, group.branches, strict=True):
            ask_nothing_forbidden(branch, node, self.log)
        if group.null and not any(branch.nullable for branch in branches):
            branches.append(Field(target.name, group.line, {"type": Fact("null", group.line)}))
        possible, keyword = [branch for branch in branches if may_meet(target, branch)], group.keyword
        if keyword == "oneOf" and (told_apart or self.log.loosened > before):
            # What is left of the branches may overlap where the page's own do not.
            keyword = "anyOf"
            why = "a discriminator tells them apart" if told_apart else "they are not read whole"
            self.log.note("assumed", group.line, target.name, f"one branch at least holds, since {why}")
        for branch in (one for one in branches if not may_meet(target, one)):
            why = f"{target.name}: what {group.keyword} lists is of another type than the field itself"
            self.log.doubt(branch.line, f"{why}: {shown_kinds(branch)}")
        if possible:
            target.alternatives.append(Alternatives(keyword, group.line, possible))
