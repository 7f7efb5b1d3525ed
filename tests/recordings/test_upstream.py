"""The recorder's way to its upstream: the same client as the suite's."""

import pytest

from fakie.adapters.upstream import HttpUpstream
from fakie_schemas.http.client import NoAnswer
from support.servers.dribblers import ENDLESS, OK, WHOLE
from support.servers.stand_in import Speech, speaking


@pytest.mark.parametrize("place", ENDLESS)
def test_no_exchange_outlives_its_limit(place: str) -> None:
    """An upstream that dribbles anywhere in its answer gave none, and may have done what it was asked."""
    speech = ENDLESS[place]
    with speaking(speech):
        upstream = HttpUpstream(speech.url, 0.3)
        with pytest.raises(NoAnswer, match=r"no whole answer within 0\.3 s") as failed:
            upstream.send("POST", "/x", {}, b"{}")
        upstream.close()
    assert failed.value.sent
    assert speech.ended == 0


def test_an_answer_that_breaks_off_is_none() -> None:
    """Half a body is never handed on as a whole one."""
    with speaking(Speech(OK + b"Content-Length: 20\r\n\r\n{}")) as speech:
        upstream = HttpUpstream(speech.url, 5)
        with pytest.raises(NoAnswer, match="18 more expected"):
            upstream.send("GET", "/x", {}, b"")
        upstream.close()


def test_an_answer_beyond_the_size_limit_is_none() -> None:
    """What is too long to be recorded is not handed on either."""
    with speaking(Speech(WHOLE)) as speech:
        upstream = HttpUpstream(speech.url, 5, most_bytes=1)
        with pytest.raises(NoAnswer, match="longer than 1 bytes"):
            upstream.send("GET", "/x", {}, b"")
        upstream.close()
