"""Uploads that are held: how many, how large, how long, and until what is forgotten."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fakie.core.service import Service
from support.clients.doors import Door, open_door
from support.forms import BASE64, GOOD, PNG, local, put, stream

DAY = 24 * 3600


def test_files_are_kept_as_long_as_the_profile_says_on_the_accounts_clock(door: Door) -> None:
    """Three days: shown to the last second, then gone with the reason, and no input any more."""
    url = put(door, PNG, "a.png")["downloadUrl"]
    door.post("/_fakie/clock", {"advance": 3 * DAY, "account": "test-key"})
    assert door.get(local(url), {}).body == PNG
    door.post("/_fakie/clock", {"advance": 1, "account": "test-key"})
    gone = door.get(local(url), {})
    assert (gone.status, gone.situation) == (404, "file_gone")
    assert "72 h" in gone.msg
    assert door.get("/kieai/1/none", {}).situation == "file_gone"
    assert door.get("/kieai/x/none", {}).situation == "file_gone"
    assert door.ask("DELETE", local(url)).situation == "file_gone"


def test_an_account_holds_so_many_files_and_no_more(service: Service) -> None:
    """The answer says how many there are; an old name can still be overwritten, and expired files make room."""
    with open_door("direct", service) as door:
        for number in range(1000):
            assert door.post(BASE64, {**GOOD, "fileName": f"{number}.png"}).code == 200
        full = door.post(BASE64, {**GOOD, "fileName": "more.png"})
        assert (full.code, full.situation) == (400, "uploads_full")
        assert "1000 files of 70000 bytes" in full.msg
        assert door.post(BASE64, {**GOOD, "fileName": "7.png"}).code == 200
        assert door.post(BASE64, GOOD, {"Authorization": "Bearer other"}).code == 200
        door.post("/_fakie/clock", {"advance": 4 * DAY})
        assert door.post(BASE64, {**GOOD, "fileName": "more.png"}).code == 200


def test_an_account_holds_so_many_bytes_and_no_more(service: Service) -> None:
    """Two files of 100 MB fit, three do not; one of more than that is too large in itself."""
    with open_door("direct", service) as door:
        large = b"x" * 104_857_600
        for name in ("a", "b"):
            assert stream(door, ("uploadPath", "x"), ("fileName", name), ("file", (name, large))).code == 200
        assert stream(door, ("uploadPath", "x"), ("file", ("c", large))).situation == "uploads_full"
        assert stream(door, ("uploadPath", "x"), ("file", ("c", large + b"x"))).situation == "upload_too_large"


def test_all_accounts_together_hold_so_many_files_and_no_more(make: Callable[..., Service], tmp_path: Path) -> None:
    """However many keys somebody makes up; what has expired of any of them makes room."""
    fact = {"value": {"count": 3, "bytes": 250}, "mark": "inv", "source": "ours"}
    profile = {"format_version": 1, "name": "small", "extends": "documented", "facts": {"uploads_held_in_all": fact}}
    (tmp_path / "small.json").write_text(json.dumps(profile), "utf-8")
    with open_door("direct", make(profile=str(tmp_path / "small.json"))) as door:
        codes = [door.post(BASE64, GOOD, {"Authorization": f"Bearer key-{number}"}).code for number in range(4)]
        assert codes == [200, 200, 200, 400]
        full = door.post(BASE64, GOOD)
        assert full.situation == "uploads_full"
        assert "3 files of 210 bytes are held for all accounts together" in full.msg
        door.post("/_fakie/clock", {"advance": 4 * DAY, "account": "key-1"})
        assert door.post(BASE64, GOOD).code == 200
        large = base64.b64encode(b"x" * 120).decode()
        assert door.post(BASE64, {**GOOD, "base64Data": large}).situation == "uploads_full"


def test_an_upload_while_all_is_forgotten_is_taken_as_if_it_came_after(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for a form, which cannot be read again: its client is told to send it once more."""
    with open_door("direct", service) as door:
        make_name, resets = service.outside.ids.file_name, [1]

        def forget() -> str:
            if resets:
                resets.pop()
                service.state.store.clear()
            return make_name()

        monkeypatch.setattr(service.outside.ids, "file_name", forget)
        nameless = {name: value for name, value in GOOD.items() if name != "fileName"}
        assert door.post(BASE64, nameless).code == 200
        resets.append(1)
        assert stream(door, ("uploadPath", "in"), ("file", ("a.png", PNG))).situation == "server_busy"


def test_resetting_an_account_forgets_its_files(service: Service) -> None:
    """With everything else of it."""
    with open_door("direct", service) as door:
        url = put(door, PNG, "a.png")["downloadUrl"]
        door.post("/_fakie/reset", {"account": "test-key"})
        assert door.get(local(url), {}).situation == "file_gone"
