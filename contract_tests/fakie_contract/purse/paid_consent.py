"""The two acts without which nothing that may cost leaves this machine."""

import os
from decimal import Decimal

from fakie_contract.purse.amounts import is_amount
from fakie_schemas.account_words import MOST_CREDITS
from fakie_schemas.errors import ConfigurationError

VARIABLE = "FAKIE_ALLOW_PAID"


def may_pay(most: Decimal | None) -> bool:
    """Tell whether both acts are done: FAKIE_ALLOW_PAID=1 in the environment, and a cap in credits.

    Raises ConfigurationError for a cap without the variable (who names a cap means to spend, and would not), and for
    one that is not an amount.
    """
    if most is not None and not is_amount(most):
        raise ConfigurationError(f"--max-credits: expected 0 to {MOST_CREDITS} credits, not {str(most)[:40]}")
    allowed = os.environ.get(VARIABLE, "")
    if most is not None and allowed != "1":
        instead = f"it is {allowed!r}" if allowed else "it is not set"
        raise ConfigurationError(
            f"--max-credits alone allows nothing: {VARIABLE}=1 must be in the environment; {instead}"
        )
    return most is not None
