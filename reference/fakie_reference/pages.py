"""Which files are made, and by what."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fakie_reference.callbacks import callbacks_page
from fakie_reference.commands import commands_page
from fakie_reference.fixture import fixture_page
from fakie_reference.levers import levers_page
from fakie_reference.llms import llms_txt
from fakie_reference.models import models_page
from fakie_reference.options import options_page
from fakie_reference.situations import situations_page
from fakie_reference.usage import usage_page

DOCS = Path(__file__).parents[2] / "docs"
# Below `docs`.
MADE: Mapping[str, Callable[[], str]] = {
    "reference/callbacks.md": callbacks_page,
    "reference/commands.md": commands_page,
    "reference/fixture.md": fixture_page,
    "reference/levers.md": levers_page,
    "reference/models.md": models_page,
    "reference/options.md": options_page,
    "reference/situations.md": situations_page,
    "usage.md": usage_page,
    # The last: it tells of the others.
    "llms.txt": llms_txt,
}
