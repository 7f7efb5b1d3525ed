"""The report: a table to read, JSON to compare with, a chart."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from fakie.core import service

FORMAT_VERSION = 1
# A change counts once it is larger than this many times the spread of both reports together.
_BEYOND_NOISE = 2.0
_WIDTH, _BAR, _LEFT = 760, 18, 300


@dataclass(frozen=True)
class Figure:
    """One thing measured several times; `better` says which way is up."""

    name: str
    server: str
    unit: str
    values: tuple[float, ...]
    better: str = "higher"

    @property
    def key(self) -> str:
        """What a figure of another report is compared by."""
        return f"{self.name} · {self.server}"

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a share of the median."""
        if len(self.values) < 2 or not self.median:
            return 0.0
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return (high - low) / 2 / abs(self.median)


@dataclass(frozen=True)
class Ratio:
    """fakie's value over another server's, round by round, so that a slow moment of the machine strikes both."""

    name: str
    to: str
    values: tuple[float, ...]

    @property
    def figure(self) -> Figure:
        """The same as a figure."""
        return Figure(f"{self.name}, ratio", f"fakie / {self.to}", "×", self.values)


def ratios(figures: Sequence[Figure]) -> list[Ratio]:
    """Compare fakie with every other server that did the same work in as many rounds."""
    mine = {figure.name: figure for figure in figures if figure.server == "fakie"}
    return [
        Ratio(one.name, one.server, tuple(a / b for a, b in zip(mine[one.name].values, one.values, strict=True) if b))
        for one in figures
        if one.server != "fakie" and one.name in mine and len(one.values) == len(mine[one.name].values)
    ]


def this_machine() -> dict[str, Any]:
    """Describe the machine, as far as it matters and says nothing of its owner, and its load at this moment."""
    model = ""
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0, 0.0, 0.0)
    return {
        "cpus": os.cpu_count(),
        "cpu": model or platform.processor(),
        "system": platform.system(),
        # With its build: one without profile-guided optimisation is a quarter slower than those of distributions.
        "python": " ".join(sys.version.split()),
        "fakie": "of Python alone" if str(service.__file__).endswith(".py") else "compiled",
        "load_before": round(load[0], 2),
    }


def table(figures: Sequence[Figure], notes: Sequence[str], machine: Mapping[str, Any]) -> str:
    """Write the report as Markdown: the machine, what has to be said, and a line for each figure, by what was done.

    The last column is fakie's value over the line's: above one, fakie has more of it.
    """
    mine = {ratio.figure.key: ratio.figure for ratio in ratios(figures) if ratio.values}
    lines = ["# fakie against floors and peers", ""]
    lines.append("- " + ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in machine.items() if value))
    lines += [*(f"- {note}" for note in notes), ""]
    lines += ["| what | server | median | spread | fakie / this | spread |", "|---|---|---:|---:|---:|---:|"]
    order = list(dict.fromkeys(figure.name for figure in figures))
    for figure in sorted(figures, key=lambda one: order.index(one.name)):
        value = f"{figure.median:,.{_places(figure.median)}f} {figure.unit}"
        ratio = mine.get(f"{figure.name}, ratio · fakie / {figure.server}")
        compared = f"{ratio.median:,.2f} × | ±{ratio.spread:.0%}" if ratio else " | "
        lines.append(f"| {figure.name} | {figure.server} | {value} | ±{figure.spread:.0%} | {compared} |")
    return "\n".join([*lines, ""])


def as_json(figures: Sequence[Figure], notes: Sequence[str], machine: Mapping[str, Any], how: Mapping[str, Any]) -> str:
    """Write the report as JSON."""
    data = {
        "format_version": FORMAT_VERSION,
        "machine": machine,
        "how": how,
        "figures": [asdict(one) for one in figures],
    }
    return json.dumps({**data, "notes": list(notes)}, indent=1, ensure_ascii=False) + "\n"


def read(file: Path) -> list[Figure]:
    """Read the figures of a report; raises ValueError for a file that is not one."""
    data = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("format_version") != FORMAT_VERSION:
        raise ValueError(f"{file} is not a report of format {FORMAT_VERSION}")
    return [Figure(**{**one, "values": tuple(one["values"])}) for one in data["figures"]]


def moved(old: Sequence[Figure], new: Sequence[Figure]) -> list[str]:
    """Say which ratios changed beyond the noise; absolute figures of two runs are of two machines, or of two days."""
    before = {ratio.figure.key: ratio.figure for ratio in ratios(old) if ratio.values}
    lines = []
    for ratio in ratios(new):
        now = ratio.figure
        then = before.get(now.key) if ratio.values else None
        if then is None or not then.median:
            continue
        change = now.median / then.median - 1
        if abs(change) > _BEYOND_NOISE * (now.spread + then.spread) and abs(change) > 0.05:
            lines.append(f"{now.key}: {then.median:.2f} → {now.median:.2f} ({change:+.0%})")
    return lines


def chart(figures: Sequence[Figure], title: str) -> str:
    """Draw bars for the figures of one kind of work, on a scale that begins at nought."""
    most = max((figure.median for figure in figures), default=1.0) or 1.0
    height = 50 + len(figures) * (_BAR + 8)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<text x="10" y="24" font-size="16">{escape(title)}</text>',
    ]
    for number, figure in enumerate(sorted(figures, key=lambda one: -one.median)):
        y = 40 + number * (_BAR + 8)
        width = (_WIDTH - _LEFT - 110) * figure.median / most
        colour = "#2a6fdb" if figure.server == "fakie" else "#9aa5b1"
        value = f"{figure.median:,.{_places(figure.median)}f} {escape(figure.unit)}"
        parts += [
            f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(figure.server)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LEFT + width + 6:.1f}" y="{y + 14}">{value}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _places(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
