"""How one fake is set up."""

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from fakie.core.retention import Retention
from fakie_schemas.account_words import NamedAccount
from fakie_schemas.limits import LimitsOn, WindowLimit
from fakie_schemas.options.table import option_of
from fakie_schemas.recordings.secrets import MARK

_SECRETS = ("keys", "webhook_key", "admin_token")
_AMOUNTS = ("credits", "speed", "keep_tasks", "keep_hours", "keep_accounts")
# What an amount is that nobody bounds, which no option says.
_UNBOUNDED: Mapping[str, float | None] = {"credits": None, "keep_hours": inf}


class Settings(Struct, frozen=True):
    """The choices of the person who starts a fake; None means the profile's own value.

    `keys` empty: any well-formed key is an account; with `any_key` keys beside those are accounts too. `seed` decides
    which requests meet an order that goes by chance. `speed` divides the times of plans and retries. `prices`: a job
    costs the profile's flat price, that of the shipped list, or that of a table of one's own. `limits` says which of
    the profile's limits hold; a `create_limit` goes before it. `wire` is the date of the record's shape, `latency`
    whether answers and tasks take as long as was measured. `files`: inputs that lead to files of the fake are judged
    by their page's limits, or trusted. `probe_media`: those elsewhere are asked for at createTask. `callback_allow`
    says which hosts are asked, and what URL uploads fetch from. `allow_host`: names, in lower case, that the levers
    answer to. `cors_origin`: origins whose pages may use the API. `keep_tasks`, `keep_hours` and `keep_accounts` say
    how much is remembered. `accounts` are there from the beginning, with what they meet; with `prompt_orders` words in
    a prompt are orders. `ways`: which of several answers a situation has.
    """

    public_url: str = "http://127.0.0.1:8080"
    keys: tuple[str, ...] = ()
    any_key: bool = False
    seed: str = ""
    credits: float | None = None
    mirror_status: bool = False
    speed: float = 1.0
    maintenance: bool = False
    disabled: frozenset[str] = frozenset()
    create_limit: WindowLimit | None = None
    limits: LimitsOn = "creates"
    webhook_key: str | None = None
    callback_allow: tuple[str, ...] = ()
    callback_task_id_twin: bool = False
    admin_token: str | None = None
    allow_host: tuple[str, ...] = ()
    cors_origin: tuple[str, ...] = ()
    prices: Literal["flat", "listed"] | Path = "flat"
    wire: str | None = None
    latency: Literal["off", "observed"] = "off"
    files: Literal["judge", "trust"] = "judge"
    probe_media: bool = False
    accounts: tuple[NamedAccount, ...] = ()
    prompt_orders: bool = False
    ways: tuple[tuple[str, int], ...] = ()
    keep_tasks: int = 100_000
    keep_hours: float = inf
    keep_accounts: int = 10_000

    def __post_init__(self) -> None:
        """Read amounts as the options of their names do, whoever gives them; raises ConfigurationError as they do."""
        for name in _AMOUNTS:
            value = getattr(self, name)
            if name not in _UNBOUNDED or value != _UNBOUNDED[name]:
                force_setattr(self, name, option_of("serve", name).meant(value))

    def __repr__(self) -> str:
        """Return what was chosen, without keys and tokens: whoever shows a traceback may show this."""
        shown = {name: getattr(self, name) for name in self.__struct_fields__}
        shown |= {name: MARK for name in _SECRETS if shown[name]}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def retention(self) -> Retention:
        """How much a store of this fake keeps."""
        return Retention(self.keep_tasks, self.keep_hours * 3600)
