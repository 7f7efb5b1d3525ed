"""The same exchanges, written down the way that each recorder does it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.dialects import cassettes, har, mocks
from support.recordings import Exchange

__all__ = ["DIALECTS"]

Writer = Callable[[Path, Sequence[Exchange]], Path]

DIALECTS: Mapping[str, Writer] = {
    "HAR": har.plain_har,
    "HAR of Chrome and Firefox": har.browser,
    "HAR of Safari": har.safari,
    "HAR with a path for its URL": har.pathless,
    "Playwright, attached": har.attached,
    "Playwright, zip": har.zipped,
    "Playwright, trace": har.traced,
    "Polly.js": har.polly,
    "Polly.js, hexadecimal": har.polly_hex,
    "Charles, JSON session": har.charles,
    "vcrpy, YAML": cassettes.vcrpy,
    "vcrpy, JSON": cassettes.vcrpy_json,
    "vcrpy, parsed bodies": cassettes.vcrpy_parsed,
    "vcrpy of Python 2": cassettes.python2,
    "Ruby VCR, YAML": cassettes.ruby,
    "Ruby VCR, JSON": cassettes.ruby_json,
    "Ruby VCR, binary": cassettes.ruby_binary,
    "Betamax": cassettes.betamax,
    "Betamax of the JVM": cassettes.tape,
    "go-vcr 1": cassettes.go_vcr,
    "go-vcr 2 to 4": cassettes.go_vcr_2,
    "PHP-VCR, YAML": cassettes.php,
    "PHP-VCR, JSON": cassettes.php_json,
    "Schemathesis": cassettes.schemathesis,
    "responses": cassettes.responses,
    "WireMock, files": mocks.wiremock,
    "WireMock, one file": mocks.wiremock_many,
    "WireMock, journal": mocks.wiremock_journal,
    "ngrok": mocks.ngrok,
    "Hoverfly 5": mocks.hoverfly,
    "Hoverfly 2": mocks.hoverfly_2,
    "Hoverfly 1": mocks.hoverfly_1,
    "nock": mocks.nock,
    "Postman": mocks.postman,
    "fakie, files": mocks.own,
    "fakie, array": mocks.own_array,
    "fakie, lines": mocks.own_lines,
}
