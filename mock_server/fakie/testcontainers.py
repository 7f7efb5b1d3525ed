"""A fake in a container, for tests that use testcontainers: needs the extra `fakie[testcontainers]` and an engine."""

import secrets
from collections.abc import Mapping
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.nearest import nearest
from fakie_schemas.options.table import options_of

_PORT = 8080
_TOKEN_BYTES = 24


class FakieContainer(DockerContainer):
    """A container with `fakie serve`, for a `with` block, which begins once the fake is ready.

    `settings` are the options of `fakie serve` by their names, such as `speed=100` or `rate_limit="off"`. Result files
    are found at the URL `http://localhost:PORT` when the `port` of this machine is given; without one any free port is
    taken, and they are found from other containers alone, at the address of this one. `admin_token` is for the levers.
    Raises ConfigurationError for an option that `fakie serve` has not.
    """

    def __init__(
        self,
        image: str = "fakie",
        *,
        port: int | None = None,
        admin_token: str | None = None,
        docker_client_kw: dict[str, Any] | None = None,
        **settings: object,
    ) -> None:
        super().__init__(image, docker_client_kw=docker_client_kw)
        self.admin_token = admin_token or secrets.token_urlsafe(_TOKEN_BYTES)
        self.with_env("FAKIE_ADMIN_TOKEN", self.admin_token)
        self.with_bind_ports(_PORT, port)
        if port is not None:
            settings.setdefault("public_url", f"http://localhost:{port}")
        for name, text in _variables(settings).items():
            self.with_env(name, text)
        self.waiting_for(HttpWaitStrategy(_PORT, "/_fakie/ready"))

    @property
    def url(self) -> str:
        """The base URL of the fake, as this machine sees it."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(_PORT)}"

    @property
    def api_url(self) -> str:
        """The same with `/api/v1`."""
        return f"{self.url}/api/v1"


def _variables(settings: Mapping[str, object]) -> dict[str, str]:
    """Return the environment that gives settings to `fakie serve`."""
    known = {option.key: option.variable for option in options_of("serve") if option.variable}
    for name in settings:
        if name not in known:
            near = ", ".join(nearest(name, known, 3, 0.4)) or ", ".join(sorted(known))
            raise ConfigurationError(f"expected an option of `fakie serve`; got {name!r}; for example: {near}")
    return {f"FAKIE_{name.upper()}": _text(value) for name, value in settings.items()}


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
