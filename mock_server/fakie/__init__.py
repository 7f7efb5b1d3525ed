"""fakie: a fake kie.ai for local runs and tests."""

__version__ = "0.1.0"

__all__ = ["__version__"]
