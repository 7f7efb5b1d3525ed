"""Options: which catalogue is read, what of it, and where its revisions go."""

from fakie_schemas.options.kinds import ANY_FOLDER, CATALOGUE, DATE, FLAG, number
from fakie_schemas.options.option import Option
from fakie_schemas.options.tools import SYNC

SYNCING: tuple[Option, ...] = (
    Option(
        "from",
        "the vendor's catalogue (live), another address, a folder of *.openapi.json, or a file of saved answers",
        SYNC,
        CATALOGUE,
        default="live",
    ),
    Option("out", "the folder to write revisions into; made if absent", SYNC, ANY_FOLDER),
    Option("date", "the revisions' date: YYYY-MM or YYYY-MM-DD", SYNC, DATE, otherwise="today"),
    Option("model", "only models that fit, such as kling/*,z-image", SYNC, default="*", listed=True),
    Option("changed", "write only what differs from the newest revision there is", SYNC, FLAG),
    Option("pace", "seconds between two requests", SYNC, number(0, 3600), otherwise="as documented"),
    Option("dry-run", "read the list alone, and tell what would be asked for", SYNC, FLAG),
)
