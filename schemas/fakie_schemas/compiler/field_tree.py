"""From drafts by path to one tree of fields, with what fields say of one another."""

import re
from collections.abc import Iterator, Mapping, Set

from fakie_schemas.compiler.after_name import describes, typed
from fakie_schemas.compiler.facts import IN_WORDS, Fact, Field, Log
from fakie_schemas.compiler.field_facts import read_field
from fakie_schemas.compiler.field_names import ITEMS, read_head
from fakie_schemas.compiler.names_in_text import found_in, sought
from fakie_schemas.compiler.statements import Draft

Path = tuple[str, ...]
# Lines of a cell, items of a list in it, and what begins with a name in backticks.
_PARTS = re.compile(r"<br\s*/?>|</?(?:li|ul|ol|p)>|\n|(?<=[\s:：,，;；])(?=`[a-z_]\w*`)", re.IGNORECASE)
_AT_TIMES_REQUIRED = re.compile(
    r"(?:required|needed|mandatory) (?:when|if|unless|only)|(?:when|if|unless)\b[^.;]{1,60}\b(?:required|mandatory)"
    r"|\b(?:either|(?:at least |exactly |only )?one of)\b[^.;]{1,80}\b(?:required|mandatory|must be (?:given|provided|set))"
    r"|二选一|三选一|其一|其中之一"
    r"|时[，,]?(?:为|是)?(?:必填|必需|必选|必传)",
    re.IGNORECASE,
)


def build_tree(drafts: Mapping[Path, Draft], log: Log, arrays: Set[Path] = frozenset()) -> Field:
    """Read every draft and put it at its place below the root, in order of appearance; `arrays` are known to be such."""
    root = Field("", 0, {"type": Fact("object", 0)})
    fields = {path: read_field(draft, log) for path, draft in drafts.items()}
    fields = dict(_with_arrays(fields, log))
    _make_arrays(fields, arrays, log)
    for path, read in fields.items():
        if len(path) == 1:
            root.children[path[0]] = read
    for path, read in sorted(fields.items(), key=lambda item: len(item[0])):
        if len(path) > 1:
            holder = _container(root, path[:-1], read.line, log)
            if holder.value("type") in {"object", None}:
                holder.children[path[-1]] = read
            else:
                log.doubt(read.line, f"{'.'.join(path)}: a field inside of what is not an object")
    _doubt_fields_in_words(drafts, fields, log)
    _note_mentions(drafts, log)
    return root


def _doubt_fields_in_words(drafts: Mapping[Path, Draft], fields: Mapping[Path, Field], log: Log) -> None:
    """List objects without fields whose words describe some, each in a line, or by a name in backticks with a type."""
    for path, draft in drafts.items():
        holder = fields.get(path)
        holder = holder and (holder.items or holder)
        if holder and holder.value("type") == "object" and not holder.children:
            told = [said for said in draft.said if any(map(_is_of_field, _PARTS.split(said.text)))]
            if told:
                words = "\n".join(said.text for said in told)
                log.doubt(told[0].line, f"{path[-1]}: fields that its words describe are not read", words)


def _is_of_field(part: str) -> bool:
    part = part.strip(" -*•")
    head = read_head(part)
    return head is not None and typed(head.rest) and (part.startswith("`") or describes(head.rest))


def _with_arrays(fields: Mapping[Path, Field], log: Log) -> Iterator[tuple[Path, Field]]:
    """Yield the fields with the items that are described apart, as `x[]`, within their arrays."""
    for path, read in fields.items():
        base = path[:-1]
        if path[-1] != ITEMS:
            yield path, read
        elif base in fields:
            _put_items(fields[base], read, log)
        elif read.value("type") == "array":
            # The brackets only say once more what the type says.
            read.name = base[-1]
            yield base, read
        else:
            made = _assumed_array(base, read.line, log)
            made.facts |= {key: read.facts.pop(key) for key in ("required",) if key in read.facts}
            made.items = read
            yield base, made


def _make_arrays(fields: dict[Path, Field], arrays: Set[Path], log: Log) -> None:
    """Make what is written as an array, as in `x[].y`, one, where nothing else says what it is."""
    firsts: dict[Path, int] = {}
    for place, one in fields.items():
        for length in range(1, len(place)):
            firsts.setdefault(place[:length], one.line)
    for path in sorted(arrays, key=lambda each: (len(each), each)):
        if path not in fields:
            fields[path] = _assumed_array(path, firsts[path], log)
        elif fields[path].value("type") not in {"array", None}:
            log.doubt(firsts[path], f"{path[-1]}: its items are described, and it is no array")


def _put_items(array: Field, items: Field, log: Log) -> None:
    items.facts.pop("required", None)
    if array.value("type") not in {"array", None}:
        log.doubt(items.line, f"{array.name}: its items are described, and it is no array")
    else:
        array.items = items


def _assumed_array(path: Path, line: int, log: Log) -> Field:
    log.note("assumed", line, path[-1], "an array, since its items are documented")
    return Field(path[-1], line, {"type": Fact("array", line, IN_WORDS)})


def _container(root: Field, path: Path, line: int, log: Log) -> Field:
    """Return the field that holds the children of a path; objects that the page only implies are made."""
    here = root
    for part in path:
        if part not in here.children:
            here.children[part] = Field(part, line, {"type": Fact("object", line, IN_WORDS)})
            log.note("assumed", line, part, "an object, since fields of it are documented")
        here = here.children[part]
        if here.value("type") == "array":
            here.items = here.items or Field(f"{part}[]", line, {"type": Fact("object", line, IN_WORDS)})
            here = here.items
    return here


def _note_mentions(drafts: Mapping[Path, Draft], log: Log) -> None:
    texts = [(draft.name, said.text, said.line) for path, draft in drafts.items() for said in draft.said]
    note_mentions(texts, {path[-1] for path in drafts if len(path) > 1 and path[-1] != ITEMS}, log)


def note_mentions(texts: list[tuple[str, str, int]], names: set[str], log: Log) -> None:
    """Note where the words about one field, as (field, text, line), name another one."""
    fields = sought(sorted(names), _mention)
    for name, text, line in texts:
        for other in found_in(text, fields):
            if other != name:
                log.note("depends", line, name, f"its words name {other}")
    noted = {remark.field for remark in log.remarks if remark.kind == "depends"}
    for name, text, line in texts:
        if name not in noted and _AT_TIMES_REQUIRED.search(text):
            log.note("depends", line, name, "its words require it at times")


def _mention(name: str) -> str:
    """Return what mentions a field; a name that is also a plain word counts only where it stands in backticks."""
    word = re.escape(name)
    return rf"(?<![\w/]){word}(?![\w/])" if re.search(r"_|[a-z][A-Z]", name) else rf"`(?:\w+\.)*{word}`"
