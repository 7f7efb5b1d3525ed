"""What an endpoint of a family makes once of a task, in a live run, all of whose cases go on from one such task."""

from pathlib import Path

import pytest

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.live_server import LiveServer
from fakie.core.settings import Settings
from support.clients.suite import judge_live
from support.servers.broken import at_work
from support.servers.stand_in import KEY, StandIn


def test_what_was_made_once_is_no_finding_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the one song of a run there is one WAV: it is followed and shown, and no body after it can be taken."""
    monkeypatch.chdir(tmp_path)
    server, sender = LiveServer("127.0.0.1", 0), CallbackSender(threads=1)
    service = make_service(Settings(public_url=server.url, keys=(KEY,), speed=100, prices="listed"), sender)
    words = ("--model", "suno/wav,suno/wav/record-info", "--max-credits", "100", "--cases", "cheapest")
    with at_work(server, service, sender):
        done, report = judge_live(StandIn(url=server.url), *words, "-k", "life::success or combined or shown")
    assert [one["case"] for one in report["results"] if one["findings"]] == [], done.stdout
    endings = {one["case"].partition("::")[2]: one["ending"] for one in report["results"]}
    assert (endings["life::success"], endings["record::shown"]) == ("held", "held")
    assert endings["combined::1"] == "not_provokable"
    paid = [one["model"] for one in report["bill"]["creates"] if one["state"] == "accepted"]
    assert paid == ["suno/generate", "suno/wav"]
