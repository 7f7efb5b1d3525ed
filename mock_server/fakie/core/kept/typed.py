"""Reading data by the types of its fields: what lies in a store somebody may have changed since it was written."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import FieldInfo, asdict, fields

from fakie_schemas.shortening import one_line

_Read = TypeVar("_Read")
# Counts and numbers that go on from here: none so large that the next one is not a number of its own.
Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
# A number that was written without a fraction is shown without one again.
_AS_WRITTEN: dict[Any, Any] = {int: Whole, float: int | float, float | None: int | float | None}


def read_data(text: bytes | str) -> Any:
    """Return the data of a JSON text; raises ValueError for what is none, as NaN is."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def typed(data: Any, kind: type[_Read]) -> _Read:
    """Return data as an object of a kind; raises ValueError where a value has another type than its field."""
    try:
        # Bytes are bytes in a row, and Base64 in JSON.
        return msgspec.convert(data, kind, builtin_types=(bytes,) if isinstance(data, tuple) else None)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


class Reading:
    """Turns, for a `with` block, whatever damaged data leads to into the error that `refused` makes of a reason."""

    def __init__(self, refused: Callable[[str], Exception]) -> None:
        self._refused = refused

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, ValueError | TypeError | KeyError | AttributeError):
            raise self._refused(one_line(str(error))) from None


def fields_of(kind: type[Struct], but: Collection[str], always: Collection[str] = (), **types: Any) -> type[Struct]:
    """Return a kind with the fields of another `but` some; those that are written differently are of these `types`.

    What is `always` written has no value to go by where it lacks.
    """
    known = [
        _field(one, types.get(one.name, one.type), lacks=one.name not in always)
        for one in fields(kind)
        if one.name not in but
    ]
    return msgspec.defstruct(f"Kept{kind.__name__}", known, kw_only=True)


def plain(data: Any, kind: type[Struct]) -> dict[str, Any]:
    """Return data as the values of a kind's fields, by name; raises ValueError as `typed`."""
    return asdict(typed(data, kind))


def _field(one: FieldInfo, kind: Any, *, lacks: bool) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return a field of this type; one that `lacks` in some rows has its usual value there."""
    kind = _AS_WRITTEN.get(kind, kind)
    if lacks and one.default_factory is not NODEFAULT:
        return one.name, kind, msgspec.field(default_factory=one.default_factory)
    return (one.name, kind, one.default) if lacks and one.default is not NODEFAULT else (one.name, kind)
