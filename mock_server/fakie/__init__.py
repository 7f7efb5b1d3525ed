"""fakie: a fake kie.ai for local runs and tests."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fakie_schemas.version import __version__

if TYPE_CHECKING:
    from fakie.adapters.application import create_app
    from fakie.harness.case import FakieMixin
    from fakie.harness.fake import Fake
    from fakie.harness.start import running

__all__ = ["Fake", "FakieMixin", "__version__", "create_app", "running"]

# Loaded when first asked for: importing fakie, as pytest does with its plugin, must stay cheap.
_HOMES = {
    "Fake": "fakie.harness.fake",
    "FakieMixin": "fakie.harness.case",
    "create_app": "fakie.adapters.application",
    "running": "fakie.harness.start",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
