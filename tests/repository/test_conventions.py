"""What holds for the whole repository."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakie_schemas import profile
from fakie_schemas.catalog import validation
from support.some import some

ROOT = Path(__file__).parents[2]
PYTHON = sorted(
    file
    for top in ("mock_server", "schemas", "contract_tests", "fixtures", "reference")
    for file in (ROOT / top).rglob("*.py")
)

_WITH_DOCS = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """All files of what is installed, read once."""
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in some(PYTHON)}


def test_every_test_says_what_holds() -> None:
    """Each test has a docstring."""
    silent = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for file in some(sorted((ROOT / "tests").rglob("test_*.py")))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_docstrings_name_their_subject(trees: dict[Path, ast.Module]) -> None:
    """A docstring of a module, class or function begins with a noun or a verb, not with "What …" or "Give …"."""
    riddles = {"What", "Whatever", "Whoever", "Whom", "Whose", "Nobody", "Give", "Gives"}
    texts = {
        f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}": ast.get_docstring(node) or "-"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, _WITH_DOCS)
    }
    assert [place for place, text in texts.items() if text.split()[0].rstrip(",:") in riddles] == []


def test_files_stay_small() -> None:
    """A file that grows past 300 lines wants to be two."""
    lines = {file.relative_to(ROOT): len(file.read_text(encoding="utf-8").splitlines()) for file in some(PYTHON)}
    assert {str(file): count for file, count in lines.items() if count > 300} == {}


def test_strict_json_has_one_place(trees: dict[Path, ast.Module]) -> None:
    """What JSON has not is refused by the readers of `strict_json.py`, each with bounds of its own."""
    hooks = {"object_pairs_hook", "parse_constant", "parse_float", "JSONDecoder"}
    assert {file.name for file, tree in trees.items() if _names_used(tree) & hooks} == {"strict_json.py"}


def _names_used(tree: ast.Module) -> set[str | None]:
    """Every name that a file gives an argument, reads of an object, or imports."""
    used: set[str | None] = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return used | {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}


def test_values_are_structs_but_for_those_that_hide_a_field(trees: dict[Path, ast.Module]) -> None:
    """A `dataclass` keeps a field out of its repr, as no struct can; others are structs, made in no time."""
    plain = {
        f"{file.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and "dataclass" in "".join(map(ast.unparse, node.decorator_list))
        and "repr=False" not in ast.unparse(node)
    }
    assert plain == set()


def _named(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """Yield the classes that others can name: none within a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _named(node)


def test_no_class_name_stands_for_two_things() -> None:
    """A name that is read in one package, test or benchmark means the same in all."""
    # A test's door, and what comes back from it, are the same idea as those of the program.
    same_idea = {"Door", "Answer"}
    places: dict[str, list[str]] = {}
    for file in [*PYTHON, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]:
        for node in _named(ast.parse(file.read_text(encoding="utf-8"))):
            places.setdefault(node.name, []).append(f"{file.relative_to(ROOT)}:{node.lineno}")
    twice = {name: places[name] for name in some(places) if len(places[name]) > 1 and name not in same_idea}
    assert twice == {}


def test_error_texts_and_numbers_stand_in_profiles_alone() -> None:
    """No code beside the data knows a documented error code."""
    numbers = {401, 402, 404, 408, 422, 429, 433, 455, 500, 501, 505}
    found = [
        f"{file.name}:{node.lineno}: {node.value}"
        for file in (ROOT / "mock_server" / "fakie" / "core").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in numbers
    ]
    # The schema of an order shows one as an example of what can be ordered.
    assert [place for place in found if not place.startswith("arguments.py")] == []


def _situations_in_core() -> set[str]:
    """Every situation that core names where it refuses or answers, and those that a body may meet."""
    naming = {"Refused", "Outcome", "Violation", "_value", "_amount"}
    files = [*(ROOT / "mock_server" / "fakie" / "core").rglob("*.py"), Path(validation.__file__)]
    calls = [
        node
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in naming
    ]
    first = (call.args[0] for call in calls if call.args)
    return {one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_situation_that_core_names_has_a_row() -> None:
    """A refusal without words would reach a user as a bug of ours."""
    named = set(some(_situations_in_core()))
    rows = {row["situation"] for row in profile("documented")["answers"]}
    assert sorted(named - rows) == [], "add a row with its evidence mark to profiles/documented.json"
