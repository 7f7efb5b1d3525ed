"""The parts that all pages are made of: the service that they show, who may see them, who watches."""

from typing import Any

from msgspec import Struct, field

from fakie.adapters.ui.events import Viewers
from fakie.adapters.ui.gate import UiGate
from fakie.core.service import Service


class Parts(Struct, frozen=True):
    """The service and the parts of its pages."""

    service: Service
    gate: UiGate
    viewers: Viewers


class Sight(Struct, frozen=True):
    """One page to show: its template, its title, the facts in it, its HTTP status."""

    template: str
    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = 200


class OnTo(Struct, frozen=True):
    """The way on to another page, with a notice by its name."""

    path: str
    notice: str = ""
