"""Fixtures that call the vendor while the fake of their test is not there: before its setup, and after its end."""

import pytest

from support.clients.plugin_project import run

CONFTEST = """
import socket
import pytest, requests

URL = "https://api.kie.ai/api/v1/chat/credit"
TOLD = []


def balance():
    try:
        return requests.get(URL, headers={"Authorization": "Bearer k"}, timeout=3).json()["code"]
    except requests.RequestException as error:
        return str(error)


@pytest.fixture(scope="session", autouse=True)
def no_network():
    real = socket.getaddrinfo
    def look_up(host, *rest, **named):
        if "kie.ai" in str(host):
            # As the system's own would: the hook of the fake hears of it before anything leaves.
            import sys
            sys.audit("socket.getaddrinfo", host, *rest)
            raise socket.gaierror("left this machine")
        return real(host, *rest, **named)
    socket.getaddrinfo = look_up
    yield
    socket.getaddrinfo = real


@pytest.fixture
def client():
    TOLD.append(balance())
    yield
    TOLD.append(balance())


@pytest.fixture
def client_of_the_fake(fakie):
    TOLD.append(balance())
    yield
    TOLD.append(balance())


@pytest.fixture(scope="module")
def shared():
    TOLD.append(balance())
    yield
    TOLD.append(balance())
"""


def test_no_fixture_of_a_test_with_a_fake_calls_the_vendor(calling: pytest.Pytester) -> None:
    """Set up before it or ended after it, it is refused with what helps; one that asks for the fake is answered."""
    calling.makeconftest(CONFTEST)
    calling.makepyfile("""
        import pytest
        from conftest import TOLD, balance

        def refused():
            told, TOLD[:] = list(TOLD), []
            return [text for text in told if "let the fixture that calls ask for fakie" in str(text)] == told != []

        def test_before(client, fakie):
            assert refused() and balance() == 200

        def test_its_end():
            assert refused()
            assert "left this machine" in balance()

        @pytest.mark.usefixtures("client")
        def test_before_a_port(fakie_server):
            assert refused() and balance() == 200

        def test_its_end_too():
            assert refused()

        def test_of_the_fake(client_of_the_fake):
            assert TOLD.pop() == balance() == 200

        def test_its_end_is_answered():
            assert TOLD == [200]
    """)
    result = run(calling)
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(
        ["*calls that were refused*", "*test_before: fakie let no call to 'api.kie.ai' by requests*"]
    )


def test_what_outlives_a_test_may_call_whom_it_likes(calling: pytest.Pytester) -> None:
    """A fixture of a module may belong to tests without a fake, and a process may never call whom it could."""
    calling.makeconftest(CONFTEST)
    calling.makepyfile("""
        import subprocess, sys
        import pytest
        from conftest import TOLD

        @pytest.fixture
        def process(monkeypatch):
            monkeypatch.setenv("KIE_BASE_URL", "https://api.kie.ai")
            subprocess.run([sys.executable, "-c", ""], check=True)
            monkeypatch.delenv("KIE_BASE_URL")

        def test_module(shared, process, fakie):
            assert "left this machine" in TOLD[0]
    """)
    run(calling).assert_outcomes(passed=1)
