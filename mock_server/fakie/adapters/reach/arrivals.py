"""Changing a library once it is imported: at once where it is already, else when it is."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, ModuleSpec
from types import ModuleType
from typing import Any

Action = Callable[[ModuleType], object]


@contextmanager
def at_import(actions: Mapping[str, Action]) -> Iterator[None]:
    """Act on modules that are imported, and on others right after their import within a block.

    Of blocks within each other the inner acts last, as it would have if the module had been there before both.
    """
    missing = {}
    for name, action in actions.items():
        module = sys.modules.get(name)
        if module is None:
            missing[name] = action
        else:
            action(module)
    finder = _Finder(missing)
    # Before the interpreter's own, not first: a tool that takes away the first takes what it has put there.
    # Who is asked first acts last.
    own = (at for at, each in enumerate(sys.meta_path) if each is BuiltinImporter or isinstance(each, _Finder))
    sys.meta_path.insert(next(own, 0), finder)
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds nothing itself: it lets the others find, and hears of the end of the import."""

    def __init__(self, actions: dict[str, Action]) -> None:
        self._actions = actions
        self._finding: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that another finder has, with a loader that acts afterwards."""
        if fullname not in self._actions or fullname in self._finding:
            return None
        self._finding.add(fullname)
        try:
            found = (finder.find_spec(fullname, path, target) for finder in list(sys.meta_path))
            spec = next((spec for spec in found if spec), None)
        finally:
            self._finding.discard(fullname)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, self._actions[fullname])
        return spec


class _Loader(Loader):
    def __init__(self, real: Any, action: Action) -> None:
        self._real = real
        self._action = action

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._real.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        # The module shall find its own loader, for its resources.
        module.__loader__ = self._real
        if module.__spec__:
            module.__spec__.loader = self._real
        self._real.exec_module(module)
        self._action(module)
