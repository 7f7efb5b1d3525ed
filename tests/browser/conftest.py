"""A real browser: Debian's Chromium, driven by Playwright; a served fake in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from support.browsers import Browsing
from support.clients.doors import running

ROOT = Path(__file__).parents[2]
# Where pictures of a run are kept for whoever wants to look; git ignores it.
PICTURES = ROOT / "build" / "pictures"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; without Chromium the tests are skipped, but for CI, where it has to be there.

    It ends with its module: its loop and its waiting threads would be somebody at work to tests of time.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        assert "BROWSER_IS_NEEDED" not in os.environ, "no Chromium was found, though this run needs one"
        pytest.skip("no Chromium: apt-get install chromium brings one")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        # Without a sandbox, since CI runs it as root; it sees this machine's own pages alone.
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def serve_ui(make: Callable[..., Service]) -> Iterator[Callable[..., tuple[Service, str]]]:
    """Serve a fake with some settings; return its service and its URL."""
    with ExitStack() as opened:

        def serve(**settings: Any) -> tuple[Service, str]:
            service = make(limits="off", **settings)
            url = opened.enter_context(running(service))
            service.move_to(url)
            return service, url

        yield serve


@pytest.fixture
def browse(chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """Open a page of a fake in a window of its own; afterwards nothing may have gone wrong in it."""
    windows: list[Browsing] = []

    def open_window(url: str, **how: Any) -> Browsing:
        windows.append(Browsing(chromium, url, PICTURES, **how))
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()
    assert [problem for window in windows for problem in window.problems] == []
