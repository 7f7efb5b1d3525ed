"""Replacing what is written in C where it lies, so that whoever holds a reference to it calls the stand-in.

A builtin function is a small object that points to its code and to what that is called with. Both are swapped in one
step: the code becomes CPython's public PyObject_Call, and what it is called with the stand-in. Methods of C types are
swapped in the type's dictionary. Arguments, exceptions, signals and tracing pass as in any other call, which callbacks
made by ctypes could not offer: they can raise nothing.
"""

import ctypes
import functools
import gc
import importlib.util
import struct
import sys
import time
from collections.abc import Callable
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import BuiltinFunctionType, ModuleType, SimpleNamespace
from typing import Any, NamedTuple, Protocol, TypeGuard, cast

Function = Callable[..., Any]

_HEAD = object.__basicsize__
# Python 3.12 freezes what never ends, some 400 objects, with each full collection.
_IMMORTAL = 4_000
_VARARGS_AND_KEYWORDS, _NO_ARGUMENTS = 0x03, 0x04


class _Definition(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("code", ctypes.c_void_p), ("flags", ctypes.c_int), ("doc", ctypes.c_char_p))


class _Fields(NamedTuple):
    """The fields behind the head of a builtin function, as CPython's headers publish them: addresses, 0 for none."""

    definition: int
    called_with: int
    module: int
    weak_references: int
    short_cut: int


_AS_BYTES = struct.Struct("5N")
_Place = ctypes.c_ubyte * _AS_BYTES.size


class Replacement(Protocol):
    """Something that can be put in and put back."""

    def put_in(self) -> None:
        """Replace it."""

    def put_back(self) -> None:
        """Let it be what was found."""


@functools.cache
def is_possible() -> bool:
    """Tell whether this Python keeps its builtin functions as CPython with its global lock does."""
    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return False
    # One that nobody replaces.
    sample = time.get_clock_info
    return bool(_fields(sample).called_with == id(time)) and _definition(sample).name == b"get_clock_info"


def functions_of(module: ModuleType) -> SimpleNamespace:
    """Return the builtin functions of a module by name, also those that another tool, or a mock, has replaced."""
    second = _made_anew(module)
    here = {name: value for name, value in vars(module).items() if _is_function_of(value, module)}
    found = {name: value for name, value in vars(second).items() if _is_function_of(value, second)}
    # Whoever replaced them mostly keeps them somewhere. Our own second functions have no module.
    for each in known_objects() if found.keys() - here else ():
        if _is_function_of(each, module) and each.__module__ == module.__name__:
            found[each.__name__] = each
    return SimpleNamespace(**found | here)


def known_objects() -> list[Any]:
    """Return all that the garbage collector knows; what a program has frozen is as any from then on.

    Nothing shows frozen objects. Those who freeze them want the collector to be fast, which they lose.
    """
    if are_frozen():
        gc.unfreeze()
    return gc.get_objects()


def are_frozen() -> bool:
    """Tell whether a program has frozen what there was, which is far more than Python does by itself."""
    return gc.get_freeze_count() > _IMMORTAL


@functools.cache
def _made_anew(module: ModuleType) -> ModuleType:
    """Return a second module of the same code, in which nobody has replaced anything."""
    spec = cast(ModuleSpec, module.__spec__)
    second = importlib.util.module_from_spec(spec)
    cast(Loader, spec.loader).exec_module(second)
    return second


def _is_function_of(value: object, module: ModuleType) -> TypeGuard[BuiltinFunctionType]:
    return type(value) is BuiltinFunctionType and value.__self__ is module


def original(function: Function) -> Function:
    """Return a second function of the same code, which a swap of the first leaves alone."""
    if not is_possible():
        return function
    second: Function = _MAKE(_fields(function).definition, getattr(function, "__self__", None), None)
    return second


class _StandIn(functools.partial[Any]):
    """The callable in place of a swapped function. Other processes are given the function itself."""

    module: str

    def __reduce__(self) -> Any:
        return importlib.import_module, (self.module,)


class SwappedFunction:
    """One builtin function, to be replaced by a stand-in and put back."""

    def __init__(self, function: Function, stand_in: Function) -> None:
        self._function, self._stand_in = function, _StandIn(stand_in)
        self._stand_in.module = function.__module__
        self._place = _place(function)
        found = _Definition.from_address(_read(self._place).definition)
        self._definition = _Definition(found.name, _CALL, _VARARGS_AND_KEYWORDS, found.doc)
        self._found: _Fields | None = None

    def put_in(self) -> None:
        """Let every call of the function be one of the stand-in."""
        self._found = _read(self._place)
        # The garbage collector takes the function to own a reference.
        _TAKE(self._stand_in)
        self._write(ctypes.addressof(self._definition), id(self._stand_in), 0)

    def put_back(self) -> None:
        """Let it be what was found."""
        if self._found is not None:
            self._write(self._found.definition, self._found.called_with, self._found.short_cut)
            self._found = None
            _LEAVE(self._stand_in)

    def _write(self, definition: int, called_with: int, short_cut: int) -> None:
        _, _, module, weak_references, _ = _read(self._place)
        # In one step that keeps the global lock: no thread sees one field new and another old.
        self._place[:] = _AS_BYTES.pack(definition, called_with, module, weak_references, short_cut)


class SwappedMethod:
    """One method of a type written in C, to be replaced by a Python one and put back."""

    def __init__(self, owner: type, name: str, stand_in: Any) -> None:
        self._owner, self._name, self._stand_in = owner, name, stand_in
        self._found: Any = None

    def put_in(self) -> None:
        """Let the type have the stand-in."""
        self._found = self._owner.__dict__[self._name]
        self._set(self._stand_in)

    def put_back(self) -> None:
        """Let it be what was found."""
        if self._found is not None:
            self._set(self._found)
            self._found = None

    def _set(self, value: Any) -> None:
        # setattr refuses types written in C; their dictionary is what the read-only view of it refers to.
        (entries,) = gc.get_referents(self._owner.__dict__)
        entries[self._name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(self._owner))


class SwappedCode:
    """The code of a class method, as bound references call it that nobody has found: they know it and not the type.

    It can raise nothing: what it would raise is told of, as Python tells of an error in `__del__`, and it returns None.
    """

    def __init__(self, owner: type, name: str, stand_in: Function) -> None:
        self._definition = _definition(getattr(owner, name))
        takes_nothing = self._definition.flags & _NO_ARGUMENTS
        self._callback = _BARE_METHOD(_bare(stand_in)) if takes_nothing else _METHOD(_with_one(stand_in))
        self._found: int | None = None

    def put_in(self) -> None:
        """Let every bound reference call the stand-in, with its class and at most one argument."""
        self._found = self._definition.code
        self._definition.code = ctypes.cast(self._callback, ctypes.c_void_p).value

    def put_back(self) -> None:
        """Let it be what was found."""
        if self._found is not None:
            self._definition.code, self._found = self._found, None


def _bare(stand_in: Function) -> Function:
    return lambda owner, _: _told(stand_in, owner)


def _with_one(stand_in: Function) -> Function:
    def called(owner: Any, arguments: int, count: int, names: int | None) -> Any:
        given = count or (len(ctypes.cast(names, ctypes.py_object).value) if names else 0)
        return _told(stand_in, owner, *([ctypes.py_object.from_address(arguments).value] if given else []))

    return called


def _told(stand_in: Function, *arguments: Any) -> Any:
    """Call it from C, where ctypes would hand on whatever lies in memory in place of an error."""
    try:
        return stand_in(*arguments)
    except BaseException as error:  # noqa: BLE001 - there is nobody to raise it to
        told = {"exc_value": error, "exc_traceback": error.__traceback__, "err_msg": None, "object": stand_in}
        sys.unraisablehook(cast(Any, SimpleNamespace(exc_type=type(error), **told)))
        return None


def _place(function: Function) -> memoryview:
    """Return what follows the head of a builtin function, to be read and written."""
    return memoryview(_Place.from_address(id(function) + _HEAD)).cast("B")


def _read(place: memoryview | bytes) -> _Fields:
    return _Fields._make(_AS_BYTES.unpack(place))


def _fields(function: Function) -> _Fields:
    return _read(ctypes.string_at(id(function) + _HEAD, _AS_BYTES.size))


def _definition(function: Function) -> _Definition:
    return _Definition.from_address(_fields(function).definition)


_TAKE = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_IncRef", ctypes.pythonapi))
_LEAVE = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_DecRef", ctypes.pythonapi))
_MAKE = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.py_object)(
    ("PyCFunction_NewEx", ctypes.pythonapi)
)
_CALL = ctypes.cast(ctypes.pythonapi.PyObject_Call, ctypes.c_void_p).value
_BARE_METHOD = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
_METHOD = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_void_p)
