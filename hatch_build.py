"""The build hook that compiles what each request passes through: `HATCH_BUILD_HOOKS_ENABLE=1 pip install .`.

It is off by default: a plain build is of Python alone, and needs no compiler. Sources stay beside what is compiled of
them, which Python prefers. No hook that exists does this for more than one source root and outside of the checkout.
"""

import ast
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeGuard

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

# Without what debuggers read, which takes a third of the time and four fifths of the room; and calls of Python's own
# functions without a detour by the linker's table, of which a request makes very many (a thirtieth of its time).
# The last is for methods of declared classes that are no call but a value, of which Cython makes a wrong pointer.
_FLAGS = {
    "linux": ["-g0", "-fno-plt", "-Werror=incompatible-pointer-types"],
    "darwin": ["-g0", "-Werror=incompatible-function-pointer-types"],
}.get(sys.platform, [])
# Of annotations only what `declarations` makes of them: Cython itself would take an int for no float, and a str alone
# for a str. What is declared may be None, which mypy has seen to; it is looked at all the same, for it would crash.
_AS_IN_PYTHON = {"language_level": "3", "annotation_typing": False, "nonecheck": True}
_NEEDED = """
fakie: nothing was compiled, for the reason above. Compiling needs
- Cython and setuptools, which pip brings by itself, but not with --no-build-isolation,
- a C compiler (apt-get install gcc), and the headers of this Python (of a system's: apt-get install python3-dev),
- a writable TMPDIR with room for 100 MB.
Without HATCH_BUILD_HOOKS_ENABLE=1 fakie is installed of Python alone, which needs none of them."""


class CompilingHook(BuildHookInterface[WheelBuilderConfig]):
    """A hook of hatchling; `modules` of its configuration are files of the wheel's packages."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what is compiled to a wheel; not to an editable one, whose sources may change."""
        self._folder = TemporaryDirectory(prefix="fakie-build-")
        if version == "editable":
            return
        roots = [Path(package).parent for package in self.build_config.packages]
        folder = Path(self._folder.name)
        try:
            files = compiled([Path(module) for module in self.config["modules"]], roots, folder)
        except Exception as error:
            error.add_note(_NEEDED)
            raise
        for file in files:
            build_data["force_include"][str(file)] = file.relative_to(folder / "lib").as_posix()
        build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's own
        """Remove what was compiled, which is in the wheel by now."""
        self._folder.cleanup()


def compiled(modules: Iterable[Path], roots: Iterable[Path], folder: Path) -> list[Path]:
    """Compile modules into `folder/lib`, for the Python that runs this; return the files."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    def built(extension: Extension) -> Path:
        command = build_ext(Distribution({"name": "fakie", "ext_modules": [extension]}))
        command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "o")
        command.ensure_finalized()
        command.run()
        return Path(command.get_ext_fullpath(extension.name))

    named = {_name(module, roots): module for module in modules}
    declared = declarations({name: module.read_text("utf-8") for name, module in named.items()})
    for name, lines in declared.items():
        file = folder / "pxd" / Path(*name.split(".")).with_suffix(".pxd")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), "utf-8")
    extensions = cythonize(
        [Extension(name, [str(module)], extra_compile_args=_FLAGS) for name, module in named.items()],
        build_dir=str(folder / "c"),
        include_path=[str(folder / "pxd")],
        compiler_directives=_AS_IN_PYTHON,
        quiet=True,
    )
    # Unlike setuptools' own threads, which go on after a failure and after Ctrl-C, with all that is left.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(built, extensions))


def declarations(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Declare, line by line for each module by its name, what objects of its classes have, and what functions take.

    It gives each attribute a fixed place, and each method: to look them up by name is two fifths of a request. It goes
    for classes that inherit from nothing and are not decorated; an attribute for which the class itself has a value
    could not be set.
    """
    trees = {name: ast.parse(source) for name, source in sources.items()}
    plain = {name: {one.name for one in tree.body if _is_plain(one)} for name, tree in trees.items()}
    return {name: list(_Declared(tree, plain[name], plain).lines()) for name, tree in trees.items()}


def _is_plain(one: ast.stmt) -> TypeGuard[ast.ClassDef]:
    if not isinstance(one, ast.ClassDef) or one.bases or one.keywords or one.decorator_list:
        return False
    return _attributes(one).keys().isdisjoint(_names_in_class(one))


class _Declared:
    """What is declared of a module, by its annotations; `plain` names the plain classes of each module."""

    def __init__(self, tree: ast.Module, own: Set[str], plain: Mapping[str, Set[str]]) -> None:
        self._body, self._own = tree.body, own
        # Those that are imported for annotations alone may be of modules that cannot be imported before this one.
        froms = [(one.module or "", one.names) for one in tree.body if isinstance(one, ast.ImportFrom)]
        self._imported = [
            (module, alias.name)
            for module, names in froms
            for alias in names
            if alias.name in plain.get(module, ()) and not alias.asname
        ]
        # By other names: what is declared by its own is no global of the module any more, for whoever asks there.
        self._known = {name: name for name in own} | {name: f"declared_{name}" for _, name in self._imported}

    def lines(self) -> Iterator[str]:
        """Declare the classes in the order of the source, each of which may speak of any other."""
        yield from (f"from {module} cimport {name} as {self._known[name]}" for module, name in self._imported)
        yield from (f"cdef class {name}" for name in sorted(self._own))
        for one in self._body:
            if _is_plain(one):
                yield f"cdef class {one.name}:"
                kinds = _attributes(one)
                known = self._known_attributes(one)
                yield from (f"    cdef public {known.get(name, kind)} {name}" for name, kind in kinds.items())
                yield "    cdef object __weakref__"
                methods = (each for each in one.body if isinstance(each, ast.FunctionDef) and _can_be_declared(each))
                yield from (f"    {self._function(each)}" for each in methods)
            elif isinstance(one, ast.FunctionDef) and _can_be_declared(one):
                yield self._function(one)

    def _known_attributes(self, one: ast.ClassDef) -> dict[str, str]:
        """Return of which plain class each attribute is that is annotated, or set but once."""
        times = Counter(_set_on_self(node) for node in ast.walk(one))
        found: dict[str | None, str | None] = {}
        for method in one.body:
            arguments = method.args.args if isinstance(method, ast.FunctionDef) else []
            given = {argument.arg: self._kind(argument.annotation) for argument in arguments}
            for node in ast.walk(method):
                match node:
                    case ast.AnnAssign(target=target, annotation=annotation):
                        found[_set_on_self(target)] = self._kind(annotation)
                    case ast.Assign(targets=[target], value=ast.Name(id=name)) if times[_set_on_self(target)] == 1:
                        found[_set_on_self(target)] = given.get(name)
                    case ast.Assign(targets=[target], value=ast.Call(func=made)) if times[_set_on_self(target)] == 1:
                        found[_set_on_self(target)] = self._kind(made)
        return {name: kind for name, kind in found.items() if name and kind}

    def _function(self, function: ast.FunctionDef) -> str:
        result = self._kind(function.returns) or "object"
        return f"cpdef {result} {function.name}({', '.join(self._arguments(function))})"

    def _arguments(self, function: ast.FunctionDef) -> Iterator[str]:
        arguments, given = function.args.args, function.args.defaults
        for number, argument in enumerate(arguments, len(given) - len(arguments)):
            # Of `self` the class is known.
            kind = f"{self._kind(argument.annotation) or 'object'} " if argument.annotation else ""
            yield f"{kind}{argument.arg}{'=*' if number >= 0 else ''}"

    def _kind(self, annotation: ast.expr | None) -> str | None:
        """Return the plain class that an annotation names, by itself or as one that may be missing."""
        match annotation:
            case ast.Name(id=name):
                return self._known.get(name)
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                return self._kind(left)
        return None


def _can_be_declared(function: ast.FunctionDef) -> bool:
    """Return whether Cython can: it takes no functions within, and of keywords only those that leave none out."""
    taken = function.args
    if function.decorator_list or _is_special(function.name) or len(taken.defaults) > 1:
        return False
    if taken.posonlyargs or taken.vararg or taken.kwarg or taken.kwonlyargs:
        return False
    inner = ast.Lambda | ast.GeneratorExp | ast.FunctionDef | ast.Yield | ast.YieldFrom
    return not any(isinstance(node, inner) and node is not function for node in ast.walk(function))


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _attributes(one: ast.ClassDef) -> dict[str, str]:
    """Return what is set on `self`, and as what each is kept, in the order of the source, which is that in memory.

    What is declared a float is kept in the object itself, and not as another object somewhere else.
    """
    attributes = [node for node in ast.walk(one) if isinstance(node, ast.Attribute) and _set_on_self(node)]
    declared = [node for node in ast.walk(one) if isinstance(node, ast.AnnAssign)]
    floats = {_set_on_self(node.target) for node in declared if ast.unparse(node.annotation) == "float"}
    attributes.sort(key=lambda node: (node.lineno, node.col_offset))
    return {node.attr: "double" if node.attr in floats else "object" for node in attributes}


def _set_on_self(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
            return name
    return None


def _names_in_class(one: ast.ClassDef) -> Iterator[str]:
    for statement in one.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))


def _name(module: Path, roots: Iterable[Path]) -> str:
    [root] = {root for root in roots if module.is_relative_to(root)}
    return ".".join(module.relative_to(root).with_suffix("").parts)
