"""The section of a report that says what was asked and answered, read from a fake itself."""

import pytest
import requests

from fakie.harness.fake import Fake
from fakie.harness.red_report import last_refusal, section
from support.clients.client import BASE, KEY, create


def test_what_went_well_is_no_refusal(fake: Fake) -> None:
    """An upload, the catalogue, a link and a file succeed by their code or status, whatever they are called."""
    fake.spoil_next("empty")
    with pytest.raises(requests.ConnectionError):
        create()
    files, uploaded = {"file": ("a.txt", b"hello")}, f"{BASE}/api/file-stream-upload"
    sent = requests.post(uploaded, headers=KEY, timeout=5, files=files, data={"uploadPath": "texts"}).json()
    requests.get(sent["data"]["downloadUrl"], timeout=5)
    requests.get(f"{BASE}/api/v1/models", headers=KEY, timeout=5)
    assert "refused" not in section(fake)
    requests.get(f"{BASE}/api/v1/no-such-path", headers=KEY, timeout=5)
    requests.get(f"{BASE}/api/v1/models", headers=KEY, timeout=5)
    assert "GET /api/v1/no-such-path" in last_refusal(fake)


@pytest.mark.parametrize("secret", ["a-webhook-key-of-ours", "Bearer sk-Of1Somebody2Else3Here4"])
@pytest.mark.parametrize("before", range(280, 300, 3))
def test_no_half_of_a_secret_stands_where_a_text_is_cut(fake: Fake, secret: str, before: int) -> None:
    """Taken out first, for what is left of one at the end is found no more: of a body that is no JSON, say."""
    fake.account(fake.key, webhook_key="a-webhook-key-of-ours")
    headers = {**KEY, "Content-Type": "application/json"}
    requests.post(f"{BASE}/api/v1/jobs/createTask", data=f"{'x' * before} {secret}", headers=headers, timeout=5)
    shown = section(fake)
    assert "xxx" in shown
    assert secret[:10] not in shown
    assert "sk-" not in shown
