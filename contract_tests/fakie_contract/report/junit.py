"""JUnit where pytest writes none, or not all of it, so that no former run's file stands for it, nor half of one."""

import os
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import write_whole


def junit_file(config: pytest.Config) -> Path | None:
    """Return the file that pytest writes JUnit to, if any."""
    name = config.option.xmlpath
    return config.invocation_params.dir / name if name else None


def instead_of_half(config: pytest.Config, error: OSError) -> str:
    """Put an error in the place of a JUnit file that was not written to its end; returns why that was."""
    junit = junit_file(config)
    why = f"{junit or error.filename} cannot be written: {error}"
    if junit:
        with suppress(OSError):
            os.truncate(junit, 0)
        with suppress(ConfigurationError):
            write_without_cases(junit, why)
    return why


def write_without_cases(file: Path, error: str) -> None:
    """Write a JUnit file with one error and nothing else; raises ConfigurationError when it cannot."""
    root = ElementTree.Element("testsuites")
    counts = {"name": "fakie_contract", "tests": "1", "errors": "1", "failures": "0", "skipped": "0"}
    suite = ElementTree.SubElement(root, "testsuite", counts)
    case = ElementTree.SubElement(suite, "testcase", {"classname": "fakie_contract", "name": "could not run"})
    ElementTree.SubElement(case, "error", {"message": error})
    write_whole(file, f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n')
