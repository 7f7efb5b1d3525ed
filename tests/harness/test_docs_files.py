"""The page about files: everything on it was tried."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import fakie_fixtures
from fakie.core.service import Service
from support.clients.doors import running

PAGE = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")
SCRIPT, TESTS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_tests_on_the_page_pass(pytester: pytest.Pytester) -> None:
    """As they stand."""
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess().assert_outcomes(passed=3)


def test_the_script_on_the_page_uploads(make: Callable[..., Service]) -> None:
    """With requests, its address replaced: the URL leads to the file."""
    Path("photo.png").write_bytes(fakie_fixtures.media_file("blue.png"))
    service = make()
    names: dict[str, str] = {}
    with running(service) as url:
        exec(SCRIPT.replace("http://127.0.0.1:8080", url), names)
    assert names["url"].startswith("http://fake.test/kieai/")
    assert [entry.situation for entry in service.state.journal] == ["file_uploaded"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_line_on_the_page_uploads(service: Service) -> None:
    """With -F, as it stands but for the address."""
    Path("photo.png").write_bytes(fakie_fixtures.media_file("blue.png"))
    [line] = re.findall(r"^curl .*$", PAGE, flags=re.MULTILINE)
    with running(service) as url:
        words = shlex.split(line.replace("http://127.0.0.1:8080", url))
        done = subprocess.run([*words, "--silent"], capture_output=True, text=True, timeout=20, check=True)
    assert '"msg":"File uploaded successfully"' in done.stdout
