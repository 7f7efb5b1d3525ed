"""JUnit for a run that pytest never began, so that no former run's file stands for it."""

from pathlib import Path
from xml.etree import ElementTree

from fakie_schemas.files import write_whole


def write_without_cases(file: Path, error: str = "") -> None:
    """Write a JUnit file with one error, or with nothing at all; raises ConfigurationError when it cannot."""
    count = str(int(bool(error)))
    root = ElementTree.Element("testsuites")
    counts = {"name": "fakie_contract", "tests": count, "errors": count, "failures": "0", "skipped": "0"}
    suite = ElementTree.SubElement(root, "testsuite", counts)
    if error:
        case = ElementTree.SubElement(suite, "testcase", {"classname": "fakie_contract", "name": "could not run"})
        ElementTree.SubElement(case, "error", {"message": error})
    write_whole(file, f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n')
