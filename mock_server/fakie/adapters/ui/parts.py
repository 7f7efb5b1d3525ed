"""The parts that all pages are made of: the service that they show, who may see them, who watches."""

from dataclasses import dataclass, field
from typing import Any

from fakie.adapters.ui.events import Viewers
from fakie.adapters.ui.gate import UiGate
from fakie.core.service import Service


@dataclass(frozen=True)
class Parts:
    """The service and the parts of its pages."""

    service: Service
    gate: UiGate
    viewers: Viewers


@dataclass(frozen=True)
class Sight:
    """One page to show: its template, its title, the facts in it, its HTTP status."""

    template: str
    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class OnTo:
    """The way on to another page, with a notice by its name."""

    path: str
    notice: str = ""
