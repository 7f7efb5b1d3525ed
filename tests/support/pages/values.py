"""The suite's generated values as a strategy of hypothesis."""

from typing import Any

from hypothesis import strategies as st

from fakie_contract.cases.body.valid import Schema, valid


@st.composite
def values(draw: st.DrawFn, schema: Schema) -> Any:
    """Return values that a schema accepts: required fields always, optional ones sometimes."""
    return valid(schema, lambda count: draw(st.integers(0, count - 1)))
