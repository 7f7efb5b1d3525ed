"""What a failed assertion shows of the objects that a test gets from a fake."""

from typing import Any

import pytest
import requests

from fakie.harness.fake import Fake
from fakie.harness.handles import Callback
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE

WORD = "Zq7Lm2Pv99Kx9Ab"


@pytest.mark.parametrize(
    "more",
    [
        {"apiKey": WORD},
        {"extra": {"access_token": [WORD]}},
        {"callBackUrl": f"https://bob:{WORD}@h.test/kie?token={WORD}"},
    ],
)
def test_an_entry_shows_no_secret_field(more: dict[str, Any], fake: Fake) -> None:
    """By repr, as `assert entry.status == 500` prints it: body and answer are those of the journal."""
    made = requests.post(BASE + CREATE, json={**BODY, **more}, headers=KEY, timeout=5).json()["data"]["taskId"]
    requests.get(f"{BASE}/api/v1/jobs/recordInfo?taskId={made}", headers=KEY, timeout=5)
    shown = repr([*fake.journal])
    assert WORD not in shown
    assert made in shown
    assert "h.test" in shown or "callBackUrl" not in more
    assert "body=" in shown


def test_callbacks_and_accounts_show_no_secret(fake: Fake) -> None:
    """By repr: a callback's URL, its body's fields and its signature, and a key that may be a real one."""
    signed = {"X-Webhook-Signature": WORD}
    called = Callback(f"https://bob:{WORD}@h.test/kie?token={WORD}", signed, f'{{"token": "{WORD}"}}'.encode())
    assert WORD not in repr(called)
    assert "h.test/kie" in repr(called)
    assert WORD not in repr(fake.account(WORD))
    assert "alice" in repr(fake.account("alice"))
