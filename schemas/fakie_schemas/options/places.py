"""Kinds of options that name places in a network: URLs, hosts, patterns of hosts, origins. Imports nothing heavy."""

from fakie_schemas.addresses import UnclearUrl, read_authority, read_url
from fakie_schemas.options.kind import OptionKind

_HOST_ALONE = "expected a host alone, without a port or scheme, such as fakie.test"


def _url(text: str) -> str:
    from fakie_schemas.validator import is_absolute_http_url

    if not is_absolute_http_url(text):
        raise ValueError("expected an absolute http or https URL; for example http://fake.test:8080")
    # Paths are put behind it.
    if "?" in text or "#" in text:
        raise ValueError("it holds a query or a fragment; expected a URL without, such as http://fake.test:8080")
    return text


def _public_url(text: str) -> str:
    # Whoever sees a result would read it.
    if "@" in _url(text).partition("://")[2].partition("/")[0]:
        raise ValueError("it holds a user; expected a URL without, such as https://tools.example/kie")
    return text


def _base_url(text: str) -> str:
    wanted = "expected a host, without path, query or user, such as https://api.kie.ai"
    try:
        url = read_url(text)
    except UnclearUrl as unclear:
        raise ValueError(f"{unclear}; {wanted}") from None
    if url.target.strip("/") or "#" in text:
        raise ValueError(wanted)
    return url.text.rstrip("/")


def _host_name(text: str) -> str:
    try:
        host, port = read_authority(text)
    except UnclearUrl:
        raise ValueError(_HOST_ALONE) from None
    if port is not None:
        raise ValueError(_HOST_ALONE)
    return host.removesuffix(".")


def _address(text: str) -> str:
    plain = _without_brackets(text)
    if "/" in plain or "[" in plain or "]" in plain or plain.count(":") == 1:
        raise ValueError("expected an address or a name alone, such as 127.0.0.1, ::1 or fakie; --port has the port")
    return plain


def _host_pattern(text: str) -> str:
    plain = _without_brackets(text)
    if "/" in plain or plain.count(":") == 1 or plain.split() != [plain]:
        raise ValueError("expected a host, an address or a pattern of them alone, such as *.example.com or 10.1.2.*")
    return plain


def _origin(text: str) -> str:
    wanted = (
        "expected scheme, host and port as a browser sends them, such as https://app.example or http://10.0.0.5:3000"
    )
    try:
        url = read_url(text)
    except UnclearUrl as unclear:
        raise ValueError(f"{unclear}; {wanted}") from None
    if url.target != "/" or text.endswith("/") or "#" in text:
        raise ValueError(wanted)
    return url.text.removesuffix("/")


def _without_brackets(text: str) -> str:
    # As URLs have addresses of IPv6.
    return text[1:-1] if text.startswith("[") and text.endswith("]") and ":" in text else text


ADDRESS = OptionKind("TEXT", _address)
HOST_NAME = OptionKind("HOST", _host_name)
HOST_PATTERN = OptionKind("PATTERN", _host_pattern)
ORIGIN = OptionKind("ORIGIN", _origin)
URL = OptionKind("URL", _url)
PUBLIC_URL = OptionKind("URL", _public_url)
# A user of the URL may hold a password.
BASE_URL = OptionKind("URL", _base_url, may_be_secret=True)
