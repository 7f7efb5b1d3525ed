"""A fake in a container, as testcontainers is told to start it; no engine runs here."""

from urllib.request import Request, urlopen

import pytest

from fakie.core.service import Service
from fakie.testcontainers import FakieContainer
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import running

# Said, the version of the engine is not asked for.
NO_ENGINE = {"version": "1.44"}


def test_settings_become_the_environment_of_serve() -> None:
    """Each by the variable that `fakie serve` reads; the token is made when none is given."""
    made = FakieContainer(docker_client_kw=NO_ENGINE, speed=100, disable=("z-image", "sora-2"), maintenance=True)
    token = made.env.pop("FAKIE_ADMIN_TOKEN")
    assert made.env == {"FAKIE_SPEED": "100", "FAKIE_DISABLE": "z-image sora-2", "FAKIE_MAINTENANCE": "true"}
    assert token == made.admin_token
    assert len(token) >= 24
    assert FakieContainer(docker_client_kw=NO_ENGINE).admin_token != token


def test_with_a_port_results_are_found_there() -> None:
    """The fake is told the URL at which this machine has it; without a port it cannot know."""
    given = FakieContainer(docker_client_kw=NO_ENGINE, port=9090)
    assert (given.env["FAKIE_PUBLIC_URL"], given.ports) == ("http://localhost:9090", {"8080": 9090})
    assert "FAKIE_PUBLIC_URL" not in FakieContainer(docker_client_kw=NO_ENGINE).env


def test_an_option_that_serve_has_not_is_refused() -> None:
    """Before anything is started, with the one that was meant."""
    with pytest.raises(ConfigurationError, match=r"got 'sped'; for example: .*speed"):
        FakieContainer(docker_client_kw=NO_ENGINE, sped=100)


def test_its_url_is_where_this_machine_has_it(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Host and port come from the engine, and what answers there is asked by them."""
    with running(service) as url:
        host, port = url.removeprefix("http://").split(":")
        monkeypatch.setattr(FakieContainer, "get_container_host_ip", lambda _: host)
        monkeypatch.setattr(FakieContainer, "get_exposed_port", lambda _, inner: int(port) if inner == 8080 else 0)
        contained = FakieContainer(docker_client_kw=NO_ENGINE)
        assert (contained.url, contained.api_url) == (url, f"{url}/api/v1")
        asked = Request(f"{contained.api_url}/chat/credit", headers={"Authorization": "Bearer k"})
        with urlopen(asked, timeout=10) as answer:
            assert answer.status == 200
