"""The build hook that compiles what each request passes through: `HATCH_BUILD_HOOKS_ENABLE=1 pip install .`.

It is off by default: a plain build is of Python alone, and needs no compiler. Sources stay beside what is compiled of
them, which Python prefers. No hook that exists does this for more than one source root and outside of the checkout.
"""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

# Without what debuggers read, which takes a third of the time and four fifths of the room; and calls of Python's own
# functions without a detour by the linker's table, of which a request makes very many (a thirtieth of its time).
_FLAGS = {"linux": ["-g0", "-fno-plt"], "darwin": ["-g0"]}.get(sys.platform, [])
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

    # Annotations are checked by mypy: what Cython makes of them, as of an int where a float is expected, would differ.
    as_in_python = {"language_level": "3", "annotation_typing": False}
    named = {_name(module, roots): module for module in modules}
    for name, module in named.items():
        declared = folder / "pxd" / Path(*name.split(".")).with_suffix(".pxd")
        declared.parent.mkdir(parents=True, exist_ok=True)
        declared.write_text("\n".join(declarations(module.read_text("utf-8"))), "utf-8")
    extensions = cythonize(
        [Extension(name, [str(module)], extra_compile_args=_FLAGS) for name, module in named.items()],
        build_dir=str(folder / "c"),
        include_path=[str(folder / "pxd")],
        compiler_directives=as_in_python,
        quiet=True,
    )
    # Unlike setuptools' own threads, which go on after a failure and after Ctrl-C, with all that is left.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(built, extensions))


def declarations(source: str) -> Iterator[str]:
    """Declare, line by line, what objects of a module's classes have, for Cython to give each attribute a fixed place.

    To look them up by name is a tenth of a request. It goes for classes that inherit from nothing and are not
    decorated; an attribute for which the class itself has a value could not be set.
    """
    for one in ast.parse(source).body:
        if not isinstance(one, ast.ClassDef) or one.bases or one.keywords or one.decorator_list:
            continue
        attributes = _attributes(one)
        if attributes.keys().isdisjoint(_names_in_class(one)):
            yield f"cdef class {one.name}:"
            yield from (f"    cdef public {kind} {name}" for name, kind in attributes.items())
            yield "    cdef object __weakref__"


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
