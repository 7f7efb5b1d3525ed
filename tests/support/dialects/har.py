"""Exchanges as proxies and browsers write them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zipfile import ZipFile

from support.dialects.parts import came, kind, sent, url
from support.recordings import Exchange, as_har, write


def har_file(folder: Path, value: Any) -> Path:
    """Write a HAR file."""
    return write(folder / "traffic.har", value)


def browser(folder: Path, every: Sequence[Exchange]) -> Path:
    """HTTP/2 with its pseudo-headers, the query in a list as well."""
    har = as_har(every)
    for entry, one in zip(har["log"]["entries"], every, strict=True):
        parts = urlsplit(url(one))
        asked = {":authority": parts.netloc, ":method": one["request"]["method"], ":path": parts.path}
        entry["request"]["headers"] = [{"name": name, "value": value} for name, value in asked.items()]
        entry["request"]["queryString"] = [{"name": n, "value": v} for n, v in parse_qsl(parts.query)]
        answered = {":status": "200", "content-type": kind(one)}
        entry["response"]["headers"] = [{"name": name, "value": value} for name, value in answered.items()]
        entry |= {"time": 480.5, "_resourceType": "fetch", "serverIPAddress": ""}
    return har_file(folder, har)


def safari(folder: Path, every: Sequence[Exchange]) -> Path:
    """Bodies in base64, and what Safari's inspector adds."""
    har = as_har(every, encoding="base64")
    for entry in har["log"]["entries"]:
        entry["response"]["content"]["compression"] = 0
        entry["response"]["_transferSize"] = 300
    return har_file(folder, har)


def pathless(folder: Path, every: Sequence[Exchange]) -> Path:
    """The path alone as the URL, the host and the query elsewhere."""
    har = as_har(every)
    for entry, one in zip(har["log"]["entries"], every, strict=True):
        parts = urlsplit(url(one))
        entry["request"]["url"] = parts.path
        entry["request"]["headers"] = [{"name": "Host", "value": parts.netloc}]
        entry["request"]["queryString"] = [{"name": n, "value": v} for n, v in parse_qsl(parts.query)]
    return har_file(folder, har)


def attached(folder: Path, every: Sequence[Exchange]) -> Path:
    """Bodies in files beside it, as Playwright attaches them."""
    har, files = _attached(every)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return har_file(folder, har)


def zipped(folder: Path, every: Sequence[Exchange]) -> Path:
    """The same in an archive."""
    har, files = _attached(every)
    with ZipFile(folder / "traffic.zip", "w") as archive:
        archive.writestr("har.har", json.dumps(har))
        for name, content in files.items():
            archive.writestr(name, content)
    return folder / "traffic.zip"


def traced(folder: Path, every: Sequence[Exchange]) -> Path:
    """A trace, whose archive has a line for each entry; every second body is named by its hash alone, as of old."""
    har, files = _attached(every)
    for number, entry in enumerate(har["log"]["entries"]):
        for body in (entry["response"]["content"], entry["request"].get("postData", {})):
            if name := body.pop("_file", ""):
                body |= {"_sha1": name} if number % 2 else {"_file": f"resources/{name}"}
    with ZipFile(folder / "trace.zip", "w") as archive:
        archive.writestr("trace.trace", "{}\n")
        lines = ({"type": "resource-snapshot", "snapshot": entry} for entry in har["log"]["entries"])
        archive.writestr("trace.network", "\n".join(map(json.dumps, lines)))
        for name, content in files.items():
            archive.writestr(f"resources/{name}", content)
    return folder / "trace.zip"


def _attached(every: Sequence[Exchange]) -> tuple[Any, Mapping[str, str]]:
    har, files = as_har(every), {}
    for number, (entry, one) in enumerate(zip(har["log"]["entries"], every, strict=True)):
        del entry["response"]["content"]["text"]
        entry["response"]["content"]["_file"] = f"{number}-answer.json"
        files[f"{number}-answer.json"] = came(one)
        if "postData" in entry["request"]:
            entry["request"]["postData"] |= {"text": "", "_file": f"{number}-sent.dat"}
            files[f"{number}-sent.dat"] = sent(one)
    return har, files


def polly(folder: Path, every: Sequence[Exchange]) -> Path:
    """Chunks in base64."""
    return har_file(folder, as_har(every, encoding="chunks"))


def polly_hex(folder: Path, every: Sequence[Exchange]) -> Path:
    """Chunks in hexadecimal, as older ones have them."""
    har = as_har(every)
    for entry, one in zip(har["log"]["entries"], every, strict=True):
        entry["response"]["content"] |= {"_isBinary": True, "text": json.dumps([came(one).encode().hex()])}
    return har_file(folder, har)


def charles(folder: Path, every: Sequence[Exchange]) -> Path:
    """A JSON session."""
    return write(folder / "session.chlsj", [_transaction(one) for one in every])


def _transaction(one: Exchange) -> Any:
    parts = urlsplit(url(one))
    headers = [{"name": "Content-Type", "value": kind(one)}]
    return {
        "status": "COMPLETE",
        "method": one["request"]["method"],
        "protocolVersion": "HTTP/2.0",
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": None,
        "actualPort": 443,
        "path": parts.path,
        "query": parts.query or None,
        "times": {"start": "2026-10-05T10:00:00.000+00:00", "end": "2026-10-05T10:00:00.480+00:00"},
        "request": {"mimeType": "application/json", "header": {"headers": []}, "body": {"text": sent(one)}},
        "response": {
            "status": one["response"]["status"],
            "header": {"firstLine": "HTTP/2.0 200", "headers": headers},
            "body": {"text": came(one), "charset": "utf-8"},
        },
    }


def plain_har(folder: Path, every: Sequence[Exchange]) -> Path:
    """HAR as mitmproxy, Charles and Insomnia write it."""
    return har_file(folder, as_har(every))
