"""How one fake is set up."""

from dataclasses import dataclass
from typing import Literal

from fakie.core.accounts import CreateLimit


@dataclass(frozen=True)
class Settings:
    """What whoever starts a fake may choose; None means the profile's own value.

    `keys` empty: any well-formed key is an account. `speed` divides the times of plans and retries. `prices` says what
    a job costs: the profile's flat price, or what the price list has for the request.
    """

    public_url: str = "http://127.0.0.1:8080"
    keys: tuple[str, ...] = ()
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
    prices: Literal["flat", "listed"] = "flat"
