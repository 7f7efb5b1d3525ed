"""The snippets of the README and of the pages on the plugin are tests that pass."""

import re
from pathlib import Path

import pytest

from fakie.harness import marker
from fakie_schemas.options.table import options_of

ROOT = Path(__file__).parent.parent.parent
NAMES = (
    "pytest",
    "calls",
    "server",
    "time",
    "faults",
    "scenarios",
    "callbacks",
    "background",
    "receiver",
    "conduct",
    "bugs-this-finds",
)
FILES = [ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in NAMES)]
PAGE = "\n".join(file.read_text(encoding="utf-8") for file in FILES)


def test_every_snippet_passes(pytester: pytest.Pytester) -> None:
    """Each Python block runs as it stands, with the page's own ini settings, warnings as errors."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    ini = re.search(r"```ini\n(.*?)```", PAGE, flags=re.DOTALL)
    assert ini
    pytester.makeini(ini[1] + "addopts = -W error -p no:cacheprovider\n")
    for number, block in enumerate(blocks):
        name = re.match(r"# (\w+)\.py\n", block)
        pytester.makepyfile(**{name[1] if name else f"test_block_{number}": block})
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=27)


def test_every_option_and_marker_argument_is_on_the_page() -> None:
    """What is not documented does not exist."""
    names = [f"--fakie-{option.name}" for option in options_of("plugin")]
    arguments = [f"{name}=" for name in marker.arguments()]
    missing = [name for name in [*names, *arguments, "fakie_hosts", "fakie_env"] if name not in PAGE]
    assert missing == []
