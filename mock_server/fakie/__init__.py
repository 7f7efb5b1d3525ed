"""fakie: a fake kie.ai for local runs and tests."""

# As `typing` has it, which would be imported for that alone.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fakie.adapters.application import create_app
    from fakie.harness.case import FakieMixin
    from fakie.harness.fake import Fake
    from fakie.harness.start import running
    from fakie_schemas.version import __version__

__all__ = ["Fake", "FakieMixin", "__version__", "create_app", "running"]

# Loaded when first asked for: importing fakie, as pytest does with its plugin, must stay cheap, and the program must be
# there before a Ctrl-C.
_HOMES = {
    "Fake": "fakie.harness.fake",
    "FakieMixin": "fakie.harness.case",
    "create_app": "fakie.adapters.application",
    "__version__": "fakie_schemas.version",
    "running": "fakie.harness.start",
}


def __getattr__(name: str) -> "Any":
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
