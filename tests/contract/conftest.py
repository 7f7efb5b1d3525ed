"""What all tests of the suite share."""

import pytest


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key or token of whoever runs the tests reaches the suite."""
    for name in ("FAKIE_API_KEY", "FAKIE_ADMIN_TOKEN"):
        monkeypatch.delenv(name, raising=False)
