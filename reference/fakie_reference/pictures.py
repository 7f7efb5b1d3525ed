"""`python -m fakie_reference.pictures`: take the pictures of the docs again, of a fake and of a report, by Chromium."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from fakie.harness.start import running

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_SIZE: ViewportSize = {"width": 1100, "height": 680}
_COLOURS = 64
_JOBS = "/api/v1/jobs"


def main() -> None:
    """Write `ui.png` and `report.png`."""
    PICTURES.mkdir(exist_ok=True)
    with _browser() as page, running() as fake:
        _use(fake.url, fake.key)
        fake.advance(60)
        page.goto(f"{fake.url}/_fakie/ui/")
        _save(page, "ui.png")
        page.goto(_report(fake.url).as_uri())
        _save(page, "report.png")


@contextmanager
def _browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport=_SIZE, color_scheme="light")
        browser.close()


def _use(url: str, key: str) -> None:
    """Ask for what a fake may be asked for, right and wrong."""
    bodies: list[dict[str, Any]] = [
        {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}},
        {"model": "z-image", "input": {"prompt": "a lake"}},
        {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://example.com/a.mp3"}},
        {"model": "no-such-model", "input": {}},
    ]
    headers = {"Authorization": f"Bearer {key}"}
    for body in bodies:
        answer = requests.post(f"{url}{_JOBS}/createTask", json=body, headers=headers, timeout=10).json()
        asked = {"taskId": (answer["data"] or {}).get("taskId", "unknown")}
        requests.get(f"{url}{_JOBS}/recordInfo", params=asked, headers=headers, timeout=10)


def _report(url: str) -> Path:
    """Judge the fake while orders make it differ, so that the report has something to show."""
    report = Path(tempfile.mkdtemp()) / "report.html"
    requests.post(f"{url}/_fakie/faults", json={"code": 500, "times": 3, "endpoint": "credit"}, timeout=10)
    command = [sys.executable, "-m", "fakie", "test", "--target", url, "--html", str(report)]
    subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own program
    return report


def _save(page: Any, name: str) -> None:
    page.wait_for_timeout(1000)
    image = Image.open(BytesIO(page.screenshot()))
    image.convert("RGB").quantize(_COLOURS).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
