"""What a bad head or chunk costs: no more than its length, however it comes; a square or worse would take for ever."""

import subprocess
import sys

import pytest

from fakie.adapters.wire.framing import HeadFrame
from support.wire import CHUNKED, GOOD, Serve, Wire, check_next

LENGTH = 300_000
PARTS = (b"a", b"a=", b"a=b", b'a="b"', b"a=b;", b";", b"=", b'"')
pytestmark = pytest.mark.timeout(30)


def test_chunk_lines_that_are_almost_good_are_refused_at_once() -> None:
    """Whatever their extensions repeat, up to what a line may hold, with an end that fits none of them."""
    # In a process of its own: what looks at a text for ever can be stopped from outside alone.
    code = f"""
from fakie.adapters.wire import framing, parsing
for part in {PARTS}:
    try:
        framing.ChunkFrame(1_000).take(b"1;" + part * (1_000 // len(part)) + b"\\1\\r\\n")
        print(part)
    except parsing.MalformedError:
        pass
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == ""


def test_others_are_served_while_such_a_line_is_refused(serve: Serve) -> None:
    """It ends its own connection with a refusal, and holds up nobody."""
    url = serve()
    wire = Wire(url).send(CHUNKED + b"1;" + b"a" * 900 + b" \r\n")
    check_next(url)
    assert wire.answer()[1]["code"] == 422
    wire.close()


@pytest.mark.parametrize("line", [b";a", b";a=b", b';a="b c"', b";a;b=1"])
def test_chunks_may_have_extensions(line: bytes, serve: Serve) -> None:
    """Each form that the standard has, which both parsers pass over."""
    wire = Wire(serve()).send(CHUNKED + b"%x%s\r\n%s\r\n0\r\n\r\n" % (len(GOOD), line, GOOD))
    assert wire.answer()[1]["code"] == 200
    wire.close()


@pytest.mark.parametrize("begun", [b"GET /", b"GET / HTTP/1.1\r\nX: "])
def test_a_line_that_comes_byte_by_byte_costs_its_length(begun: bytes) -> None:
    """What has come is not looked at again for each byte."""
    frame = HeadFrame()
    frame.take(begun)
    for _ in range(LENGTH):
        assert frame.take(b"a") == (b"", b"")
    assert frame.size == len(begun) + LENGTH
