"""fakie: a fake kie.ai for local runs and tests."""

from typing import Any

from fakie_schemas.version import __version__

__all__ = ["FakieMixin", "__version__", "create_app", "running"]


def __getattr__(name: str) -> Any:
    # Loaded when first asked for: importing fakie, as pytest does with its plugin, must stay cheap.
    if name == "running":
        from fakie.harness.start import running

        return running
    if name == "FakieMixin":
        from fakie.harness.case import FakieMixin

        return FakieMixin
    if name == "create_app":
        from fakie.adapters.application import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
