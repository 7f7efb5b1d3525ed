"""From drafts by path to one tree of fields, with what fields say of one another."""

import re
from collections.abc import Mapping

from fakie_schemas.compiler.facts import IN_WORDS, Fact, Field, Log
from fakie_schemas.compiler.field_facts import read_field
from fakie_schemas.compiler.names_in_text import found_in, sought
from fakie_schemas.compiler.statements import Draft

Path = tuple[str, ...]
_AT_TIMES_REQUIRED = re.compile(
    r"(?:required|needed|mandatory) (?:when|if|unless|only)|(?:when|if|unless)\b[^.;]{1,60}\b(?:required|mandatory)"
    r"|时[，,]?(?:为|是)?(?:必填|必需|必选|必传)",
    re.IGNORECASE,
)


def build_tree(drafts: Mapping[Path, Draft], log: Log) -> Field:
    """Read every draft and put it at its place below the root, in order of appearance."""
    root = Field("", 0, {"type": Fact("object", 0)})
    fields = {path: read_field(draft, log) for path, draft in drafts.items()}
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
    _note_mentions(drafts, log)
    return root


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
    texts = [(path[-1], said.text, said.line) for path, draft in drafts.items() for said in draft.said]
    note_mentions(texts, {path[-1] for path in drafts if len(path) > 1}, log)


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
