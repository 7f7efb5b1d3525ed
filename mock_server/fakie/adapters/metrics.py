"""Metrics, where the library that writes them is installed; it is loaded when they are first asked for."""

from fakie.core.health.figures import Figures
from fakie.core.ports import Media, NotInstalledError


def exposition(figures: Figures) -> Media:
    """Return figures as text for Prometheus; raises NotInstalledError without prometheus_client."""
    try:
        from fakie.adapters.prometheus import exposition as written
    except ModuleNotFoundError:
        raise NotInstalledError("metrics need prometheus_client; pip install 'fakie[metrics]' brings it") from None
    return written(figures)
