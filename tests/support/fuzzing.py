"""How much is tried in tests that make their input up, and good input spoilt in many ways."""

import json
import os
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

# `make fuzz` tries so many times as much, and something else each time.
_TIMES = int(os.environ.get("FAKIE_FUZZ", "0"))
_TOKENS = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n\n", b"|", b"```", b"---\n", b"<!--", b"&a ", b"*a"),
    *(b"{", b"}", b"[", b"]", b'"', b"\\", b"\\ud800", b",", b":", b"null", b"NaN", b"1e999", b"-1", b"9" * 5000),
    *(b"[" * 3000, b"{" * 3000, b'{"a":' * 3000, b"../" * 50, b"<p>" * 500, b"%00", "名".encode(), "\u202e".encode()),
)  # fmt: skip


def tried(examples: int) -> settings:
    """Return the settings of a test: the same examples in each run, or many others in a long run."""
    return settings(
        max_examples=examples * (_TIMES or 1),
        derandomize=not _TIMES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def json_values() -> st.SearchStrategy[Any]:
    """Return any JSON data, not large."""
    plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    return st.recursive(
        plain, lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(), one, max_size=4), max_leaves=12
    )


@st.composite
def spoilt(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """Return one of the samples with parts cut out, doubled, moved, or replaced by what parsers stumble over."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 4))):
        at, to = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        how = draw(st.sampled_from(("cut off", "cut out", "double", "token", "in place", "bytes")))
        if how == "cut off":
            data = data[:at]
        elif how == "cut out":
            data = data[:at] + data[to:]
        elif how == "double":
            data = data[:to] + data[at:]
        else:
            new = draw(st.binary(max_size=12)) if how == "bytes" else draw(st.sampled_from(_TOKENS))
            data = data[:at] + new + data[to if how == "in place" else at :]
    return data


@st.composite
def spoilt_json(draw: st.DrawFn, samples: Sequence[Any]) -> Any:
    """Return one of the samples of JSON data with values replaced, fields taken away, or added."""
    data = json.loads(json.dumps(draw(st.sampled_from(samples))))
    for _ in range(draw(st.integers(1, 3))):
        at: Any = data
        while isinstance(at, dict | list) and at:
            name = draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at))))
            deeper = at[name]
            if not (isinstance(deeper, dict | list) and deeper) or draw(st.integers(0, 3)) == 0:
                how = draw(st.sampled_from(("replace", "remove", "add")))
                if how == "remove":
                    del at[name]
                elif how == "add" and isinstance(at, dict):
                    at[draw(st.text(max_size=6))] = draw(json_values())
                else:
                    at[name] = draw(json_values())
                break
            at = deeper
    return data
