"""Which files are made, and by what."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from fakie_reference.callbacks import callbacks_page
from fakie_reference.commands import commands_page
from fakie_reference.fixture import fixture_page
from fakie_reference.levers import levers_page
from fakie_reference.llms import llms_txt
from fakie_reference.models import models_page
from fakie_reference.node_levers import levers_d_ts, levers_js
from fakie_reference.options import options_page
from fakie_reference.situations import situations_page
from fakie_reference.usage import usage_page
from fakie_schemas.options.schema import settings_schema

ROOT = Path(__file__).parents[2]
MADE: Mapping[str, Callable[[], str]] = {
    "clients/node/levers.d.ts": levers_d_ts,
    "clients/node/src/levers.js": levers_js,
    "docs/reference/callbacks.md": callbacks_page,
    "docs/reference/commands.md": commands_page,
    "docs/reference/fixture.md": fixture_page,
    "docs/reference/levers.md": levers_page,
    "docs/reference/models.md": models_page,
    "docs/reference/options.md": options_page,
    "docs/reference/situations.md": situations_page,
    "docs/usage.md": usage_page,
    "schemas/fakie_schemas/formats/settings.schema.json": lambda: json.dumps(settings_schema(), indent=2) + "\n",
    # The last: it tells of the others.
    "docs/llms.txt": llms_txt,
}
