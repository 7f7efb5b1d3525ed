"""`fakie serve`: the fake on a real port. Imports nothing heavy."""

from typing import Any

import click

from fakie.adapters.garbage import GarbageLooks
from fakie.commands.options import table_options


@click.command()
@table_options("serve")
def serve(**options: Any) -> int:
    """Answer as kie.ai does, on a local port, until Ctrl-C or SIGTERM."""
    looks = GarbageLooks()
    # What modules are made of stays for good: CPython's looks at it were a twelfth of the way to the first answer.
    with looks.alone():
        from fakie.commands.serving import serve_port

        return serve_port(looks, **options)
