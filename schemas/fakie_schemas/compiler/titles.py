"""Titles and lines above fields: the object that they mean in words, a component's title, another model, another endpoint."""

import re
from collections.abc import Mapping
from functools import lru_cache

from fakie_schemas.compiler.page_words import section_of
from fakie_schemas.compiler.statements import Draft
from fakie_schemas.compiler.written_values import parse_kind

Path = tuple[str, ...]
# Words that say of an object's title no more than that fields of it follow.
_FILLING_WORDS = (
    "a an the of in for to inside within each every one single has have with contain consist is are as follow following "
    "below these this and must can accept support object item element entry field property parameter param attribute key "
    "array list structure schema definition detail member type option setting"
)
_FILLING = frozenset(_FILLING_WORDS.split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TITLED = re.compile(
    r"<[A-Za-z]+\b[^<>]*\btitle\s*=\s*\{?\s*([\"'])(?P<title>[^\"'<>]+)\1\s*\}?[^<>]*>(?:\s*<[^<>]*>)*|"
    r"(?:<[^<>]*>\s*)*<summary\b[^<>]*>(?P<summary>[^<>]+(?:<[^<>]*>[^<>]*)*?|(?:<[^<>]*>[^<>]*)+?)</summary>(?:\s*<[^<>]*>)*"
)
_CODE = re.compile(r"</?code\b[^<>]*>")
# A line with the title of a component takes less than this; more tags in one would be searched from each of them.
MAX_TITLED = 300
_CLOSED = re.compile(r"(?:</[A-Za-z]+>\s*)+")
_MODEL = re.compile(r"(?<![\w./-])(?P<name>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w./-]*)")
_MEDIA = re.compile(r"(?:image|video|audio|application|text|multipart)/", re.IGNORECASE)
_ENDPOINT = re.compile(r"^\W*(?:GET|POST|PUT|DELETE|PATCH)\W+(?:https?://[\w.-]+)?(?P<path>/api/[\w/{}.-]+)\W*$")


def object_named(text: str, drafts: Mapping[Path, Draft]) -> Path | None:
    """Return the place of the one field that holds fields and that a text such as "Each shot" is about."""
    if re.search(r"[^\x00-\x7f]", text):
        return None
    words = _words(re.sub(r"\([^()]*\)", " ", text))
    said = set(words)
    found = [
        path
        for path, draft in drafts.items()
        if len(path) > 1
        and (own := _words(path[-1]))
        and said.issuperset(own)
        and tuple(word for word in words if word in own or word not in _FILLING) == own
        and _may_hold_fields(draft)
    ]
    return found[0] if len(found) == 1 else None


def named_alike(title: str, drafts: Mapping[Path, Draft]) -> Path | None:
    """Return the place of the one field whose name a title such as "Style" is, but for the capital letter."""
    if re.fullmatch(r"[A-Z][a-z]+", title) is None or any(path[-1] == title for path in drafts):
        return None
    found = [path for path in drafts if path[-1] == title.lower()]
    return found[0] if len(found) == 1 else None


def known_as(text: str, scope: Path | None, drafts: Mapping[Path, Draft]) -> Path | None:
    """Return the place of the known object that a line such as "`input` 对象" names, `scope` being what it reads as."""
    name = scope[-1] if scope else text.strip("`*:： ")
    known = [path for path in drafts if path[-1] == name]
    return known[0] if len(known) == 1 else None


def object_announced(text: str, drafts: Mapping[Path, Draft]) -> Path | None:
    """Return the place of the field that a line above a table is about, if it ends in a colon."""
    return object_named(text, drafts) if text.rstrip().endswith((":", "：")) else None


def component_title(text: str) -> str | None:
    """Return the title of a component that begins on a line of its own, such as a tab."""
    found = _TITLED.search(text) if text.startswith("<") and len(text) <= MAX_TITLED else None
    if not found or found.end() != len(text):
        return None
    return re.sub(r"<[^<>]*>", "", _CODE.sub("`", found["title"] or found["summary"])).strip()


def is_label(title: str, drafts: Mapping[Path, Draft]) -> bool:
    """Tell whether the title of a component is a word such as "Advanced", which names nothing that is known."""
    # Words joined as in "StyleObject" are the name of a type, whose fields are not those of the object around it.
    is_word = re.fullmatch(r"[A-Z][a-z]*\d*|[A-Z\d]+", title) and section_of(title) is None
    is_known = any(path[-1] == title for path in drafts) or object_named(title, drafts) is not None
    return bool(is_word) and not is_known


def closes_component(text: str) -> bool:
    """Tell whether a line holds nothing but the ends of components."""
    return _CLOSED.fullmatch(text) is not None


def names_other_model(title: str, drafts: Mapping[Path, Draft]) -> bool:
    """Tell whether a title names a model, and the field of the model is known and names another one."""
    known = drafts.get(("model",))
    if known is None or not re.search(r"`|model|模型", title, re.IGNORECASE):
        return False
    named = [found["name"] for found in _MODEL.finditer(title) if not _MEDIA.match(found["name"])]
    said = " ".join(said.text for said in known.said)
    return bool(named) and _MODEL.search(said) is not None and not any(name in said for name in named)


def other_endpoint(text: str) -> str | None:
    """Return the path of an endpoint other than createTask that a line names and nothing else."""
    found = _ENDPOINT.match(text)
    return found["path"] if found and not found["path"].endswith("/createTask") else None


def is_object(draft: Draft) -> bool:
    """Tell whether a field is said to be an object, or an array of objects."""
    kinds = map(parse_kind, draft.types)
    return any(kind and "object" in {kind.type, kind.items and kind.items.type} for kind in kinds)


def holds_no_fields(draft: Draft) -> bool:
    """Tell whether a field is said to be of a type that can hold no fields, such as a text."""
    kinds = list(map(parse_kind, draft.types))
    return any(kind and kind.type not in {"object", "array"} for kind in kinds)


# Each title of a page is held against the names of all fields.
@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_singular(word.lower()) for word in _WORD.findall(text))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and word not in _FILLING else word


def _may_hold_fields(draft: Draft) -> bool:
    """Tell whether what is said of a field's type lets it be an object, or an array of objects."""
    stated = list(map(parse_kind, draft.types))
    return bool(stated) and all(
        kind is None
        or kind.type == "object"
        or (kind.type == "array" and (not kind.items or kind.items.type == "object"))
        for kind in stated
    )
