"""Which library parses: httptools is imported before the first request comes, h11 when it is needed."""

from importlib.util import find_spec

from fakie.adapters.wire.parsing import Parser, Sink

_HAS_HTTPTOOLS = find_spec("httptools") is not None
if _HAS_HTTPTOOLS:
    from fakie.adapters.wire.parser_httptools import HttptoolsParser


def new_parser(sink: Sink, head_bytes: int, *, plain: bool = False) -> Parser:
    """Make the fastest parser there is: httptools where it is installed; h11 otherwise, and if `plain`."""
    if _HAS_HTTPTOOLS and not plain:
        return HttptoolsParser(sink, head_bytes)
    from fakie.adapters.wire.parser_h11 import H11Parser

    return H11Parser(sink, head_bytes)
