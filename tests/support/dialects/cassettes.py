"""Exchanges as the cassettes of the VCR family hold them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from support.dialects.parts import b64, came, kind, sent, url
from support.recordings import Exchange, as_cassette, write, write_yaml


def vcrpy(folder: Path, every: Sequence[Exchange]) -> Path:
    """YAML."""
    return write_yaml(folder / "cassette.yaml", as_cassette(every))


def vcrpy_json(folder: Path, every: Sequence[Exchange]) -> Path:
    """Its serializer for JSON."""
    return write(folder / "cassette.json", as_cassette(every))


def vcrpy_parsed(folder: Path, every: Sequence[Exchange]) -> Path:
    """A serializer that writes parsed bodies."""
    cassette = as_cassette(every)
    for interaction, one in zip(cassette["interactions"], every, strict=True):
        for side in ("request", "response"):
            interaction[side].pop("body")
            if one[side]["body"] is not None:
                interaction[side]["parsed_body"] = one[side]["body"]
    return write_yaml(folder / "cassette.yaml", cassette)


def python2(folder: Path, every: Sequence[Exchange]) -> Path:
    """Texts with the tag of Python 2."""
    file = vcrpy(folder, every)
    text = file.read_text().replace("method: GET", "method: !!python/unicode 'GET'")
    file.write_text(text.replace("method: POST", "method: !!python/unicode 'POST'"))
    return file


def _of_ruby(every: Sequence[Exchange], *, binary: bool = False) -> Any:
    return {
        "http_interactions": [
            {
                "request": {
                    "method": one["request"]["method"].lower(),
                    "uri": url(one),
                    "body": {"encoding": "UTF-8", "string": sent(one)},
                    "headers": {"Authorization": ["Bearer <KEY>"]},
                },
                "response": {
                    "status": {"code": one["response"]["status"], "message": "OK"},
                    "headers": {"Content-Type": [kind(one)]},
                    "body": {"encoding": "ASCII-8BIT", "string": came(one).encode() if binary else came(one)},
                },
                "recorded_at": "Mon, 05 Oct 2026 08:38:19 GMT",
            }
            for one in every
        ],
        "recorded_with": "VCR 6.2.0",
    }


def ruby(folder: Path, every: Sequence[Exchange]) -> Path:
    """The Ruby VCR in YAML."""
    return write_yaml(folder / "cassette.yml", _of_ruby(every))


def ruby_json(folder: Path, every: Sequence[Exchange]) -> Path:
    """The same in JSON."""
    return write(folder / "cassette.json", _of_ruby(every))


def ruby_binary(folder: Path, every: Sequence[Exchange]) -> Path:
    """Bodies as Psych tags bytes."""
    file = write_yaml(folder / "cassette.yml", _of_ruby(every, binary=True))
    file.write_text(file.read_text().replace("!!binary", "!binary"))
    return file


def betamax(folder: Path, every: Sequence[Exchange]) -> Path:
    """Betamax of Python: JSON, bodies in base64."""
    cassette = _of_ruby(every)
    for interaction, one in zip(cassette["http_interactions"], every, strict=True):
        interaction["response"]["body"] = {"encoding": "utf-8", "base64_string": b64(came(one))}
        interaction["recorded_at"] = "2026-10-05T08:38:19"
    return write(folder / "betamax.json", {**cassette, "recorded_with": "betamax/0.9.0"})


def tape(folder: Path, every: Sequence[Exchange]) -> Path:
    """Betamax of the JVM."""
    interactions = [
        {
            "recorded": "2026-10-05T08:38:19.000Z",
            "request": {"method": one["request"]["method"], "uri": url(one), "body": sent(one)},
            "response": {
                "status": one["response"]["status"],
                "headers": {"Content-Type": kind(one)},
                "body": came(one),
            },
        }
        for one in every
    ]
    text = yaml.dump({"name": "a tape", "interactions": interactions}, Dumper=yaml.SafeDumper)
    (folder / "tape.yaml").write_text(f"!tape\n{text}")
    return folder / "tape.yaml"


def go_vcr(folder: Path, every: Sequence[Exchange], version: int = 1) -> Path:
    """go-vcr: the status as a text, its number in `code`."""
    more = {"proto": "HTTP/1.1", "uncompressed": True, "content_length": -1} if version > 1 else {}
    interactions = [
        {
            **({"id": number} if version > 1 else {}),
            "request": {
                **more,
                "body": sent(one),
                "form": {},
                "headers": {"Authorization": ["Bearer X"]},
                "url": url(one),
                "method": one["request"]["method"],
            },
            "response": {
                **more,
                "body": came(one),
                "headers": {"Content-Type": [kind(one)]},
                "status": f"{one['response']['status']} OK",
                "code": one["response"]["status"],
                "duration": "480ms",
            },
        }
        for number, one in enumerate(every)
    ]
    return write_yaml(folder / "fixture.yaml", {"version": version, "interactions": interactions})


def go_vcr_2(folder: Path, every: Sequence[Exchange]) -> Path:
    """Its later versions."""
    return go_vcr(folder, every, version=2)


def _of_php(every: Sequence[Exchange]) -> Any:
    return [
        {
            "request": {"method": one["request"]["method"], "url": url(one), "headers": {}, "body": sent(one)},
            "response": {
                "status": {"http_version": "1.1", "code": str(one["response"]["status"]), "message": "OK"},
                "headers": {"Content-Type": kind(one)},
                "body": came(one),
            },
        }
        for one in every
    ]


def php(folder: Path, every: Sequence[Exchange]) -> Path:
    """PHP-VCR in YAML: a list, and the code as a text."""
    return write_yaml(folder / "cassette.yml", _of_php(every))


def php_json(folder: Path, every: Sequence[Exchange]) -> Path:
    """The same in JSON."""
    return write(folder / "cassette.json", _of_php(every))


def schemathesis(folder: Path, every: Sequence[Exchange]) -> Path:
    """The code as a text, bodies in base64."""
    cassette = _of_ruby(every)
    for interaction, one in zip(cassette["http_interactions"], every, strict=True):
        interaction["request"]["body"] = {"encoding": "utf-8", "base64_string": b64(sent(one))}
        interaction["response"]["body"] = {"encoding": "utf-8", "base64_string": b64(came(one))}
        interaction["response"]["status"]["code"] = str(one["response"]["status"])
    return write_yaml(folder / "cassette.yaml", cassette)


def responses(folder: Path, every: Sequence[Exchange]) -> Path:
    """The recorder of responses, which keeps no request beyond its URL."""
    kept = [
        {
            "response": {
                "auto_calculate_content_length": False,
                "body": came(one),
                "content_type": kind(one),
                "method": one["request"]["method"],
                "status": one["response"]["status"],
                "url": url(one),
            }
        }
        for one in every
    ]
    return write_yaml(folder / "out.yaml", {"responses": kept})
