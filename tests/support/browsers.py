"""One window of a browser: where it is, what went wrong in it, what axe finds, its picture."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

UI = "/_fakie/ui"
_FOUND = ("moderate", "serious", "critical")


class Browsing:
    """A window on a fake; `problems` are errors of scripts, breaches of the policy, and requests to elsewhere."""

    def __init__(
        self, browser: Any, url: str, pictures: Path, width: int = 1280, scheme: str = "light", script: bool = True
    ) -> None:
        self.url = url
        self.problems: list[str] = []
        self._pictures = pictures
        self._context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        self._context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        self.page = self._context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._told)
        self.page.on("request", self._asked)

    def go(self, place: str) -> "Browsing":
        """Open one of the pages."""
        self.page.goto(f"{self.url}{UI}{place}")
        return self

    def axe(self) -> list[str]:
        """Return what axe finds on the page, beyond what is minor: the rule, and the first place."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in _FOUND]

    def picture(self, name: str) -> None:
        """Keep a picture of the page as it is."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        # Written here: the driver would start a thread for it that stays.
        (self._pictures / f"{name}.png").write_bytes(self.page.screenshot())

    def note(self, name: str, what: Any) -> None:
        """Keep some numbers beside the pictures."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        (self._pictures / f"{name}.json").write_text(json.dumps(what), encoding="utf-8")

    @property
    def overflow(self) -> int:
        """How many pixels the page is wider than its window, or a table than its place."""
        wide = "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"
        return int(self.page.evaluate(f"Math.max(document.documentElement.scrollWidth - innerWidth, ...{wide})"))

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def _told(self, message: Any) -> None:
        # A refused page, and a server that is gone, are told of by the browser too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(message.text)

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.problems.append(f"asked elsewhere: {request.url}")
