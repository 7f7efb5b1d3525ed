"""How one fake is set up."""

from dataclasses import dataclass
from typing import Literal

from fakie.core.accounts import CreateLimit


@dataclass(frozen=True)
class Settings:
    """The choices of the person who starts a fake; None means the profile's own value.

    `keys` empty: any well-formed key is an account; with `any_key` keys beside those are accounts too. `seed` decides
    which requests meet an order that goes by chance. `speed` divides the times of plans and retries. `prices`: a job
    costs the profile's flat price, or that of the price list.
    `allow_host`: names, in lower case, that the levers answer to. `cors_origin`: origins whose pages may use the API.
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
    create_limit: CreateLimit | None = None
    webhook_key: str | None = None
    callback_allow: tuple[str, ...] = ()
    callback_task_id_twin: bool = False
    admin_token: str | None = None
    allow_host: tuple[str, ...] = ()
    cors_origin: tuple[str, ...] = ()
    prices: Literal["flat", "listed"] = "flat"
