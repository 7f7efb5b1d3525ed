"""Where the fake's own pages are, which show the control in a browser: below `/_fakie/ui`."""

from collections.abc import Mapping

from fakie.core.levers.lever import PREFIX

UI = f"{PREFIX}/ui"
_REPORT_BYTES = 32 * 1024 * 1024
# The paths of it that take larger bodies than others do, and how many bytes each.
UI_BODIES: Mapping[str, int] = {f"{UI}/report": _REPORT_BYTES}


def is_ui(path: str) -> bool:
    """Tell whether a path leads to one of these pages."""
    return path == UI or path.startswith(f"{UI}/")
