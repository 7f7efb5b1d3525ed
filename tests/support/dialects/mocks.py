"""Exchanges as mocks keep them to play them back, and as we do."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.dialects.parts import b64, came, kind, sent, url
from support.recordings import Exchange, write


def _mapping(one: Exchange, response: Mapping[str, Any]) -> Any:
    parts = urlsplit(url(one))
    request: dict[str, Any] = {"method": one["request"]["method"], "urlPath": parts.path}
    if parts.query:
        request["queryParameters"] = {name: {"equalTo": value} for name, value in parse_qsl(parts.query)}
    if one["request"]["body"] is not None:
        request["bodyPatterns"] = [{"equalToJson": sent(one), "ignoreArrayOrder": True}]
    answer = {"status": one["response"]["status"], "headers": {"Content-Type": kind(one)}, **response}
    return {"id": "x", "request": request, "response": answer}


def wiremock(folder: Path, every: Sequence[Exchange]) -> Path:
    """A mapping a file, bodies in `__files`."""
    mappings, files = folder / "mappings", folder / "__files"
    mappings.mkdir()
    files.mkdir()
    for number, one in enumerate(every):
        (files / f"body-{number}.json").write_text(came(one), encoding="utf-8")
        write(mappings / f"{number}.json", _mapping(one, {"bodyFileName": f"body-{number}.json"}))
    return mappings


def wiremock_many(folder: Path, every: Sequence[Exchange]) -> Path:
    """All mappings in one file, bodies as JSON."""
    mappings = [_mapping(one, {"jsonBody": json.loads(came(one))}) for one in every]
    return write(folder / "mappings.json", {"mappings": mappings, "meta": {"total": len(mappings)}})


def wiremock_journal(folder: Path, every: Sequence[Exchange]) -> Path:
    """What its journal of requests shows."""
    requests = [
        {
            "id": "x",
            "request": {
                "url": urlsplit(url(one)).path,
                "absoluteUrl": url(one),
                "method": one["request"]["method"],
                "headers": {},
                "bodyAsBase64": b64(sent(one)),
                "loggedDate": 1_791_187_099_004,
            },
            "response": {
                "status": one["response"]["status"],
                "headers": {"Content-Type": kind(one)},
                "bodyAsBase64": b64(came(one)),
            },
        }
        for one in every
    ]
    return write(folder / "journal.json", {"requests": requests, "meta": {"total": len(requests)}})


def ngrok(folder: Path, every: Sequence[Exchange]) -> Path:
    """What ngrok's inspector answers at `/api/requests/http`, as `curl` saves it: the newest first."""
    requests: list[Any] = []
    for number, one in enumerate(every):
        place, method = urlsplit(url(one)), one["request"]["method"]
        uri = f"{place.path}?{place.query}" if place.query else place.path
        asked = f"{method} {uri} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n\r\n"
        status = one["response"]["status"]
        answered = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind(one)}\r\n\r\n"
        shown = {
            "uri": f"/api/requests/http/{number}",
            "id": str(number),
            "start": f"2026-10-05T09:18:{number:02}.004-07:00",
            "duration": 3_893_202,
            "request": {"method": method, "headers": {}, "uri": uri, "raw": b64(asked + sent(one))},
            "response": {"status": f"{status} OK", "status_code": status, "raw": b64(answered + came(one))},
        }
        requests.insert(0, shown)
    return write(folder / "inspected.json", {"uri": "/api/requests/http", "requests": requests})


def hoverfly(folder: Path, every: Sequence[Exchange], version: int = 5) -> Path:
    """A simulation."""
    pairs = [_pair(one, version) for one in every]
    meta = {"schemaVersion": f"v{version}", "hoverflyVersion": "v1.9.0"}
    return write(folder / "simulation.json", {"data": {"pairs": pairs, "globalActions": {"delays": []}}, "meta": meta})


def hoverfly_2(folder: Path, every: Sequence[Exchange]) -> Path:
    """One of an earlier version."""
    return hoverfly(folder, every, version=2)


def hoverfly_1(folder: Path, every: Sequence[Exchange]) -> Path:
    """One of the first version: plain values, and the pairs themselves as its data."""
    pairs = []
    for one in every:
        parts = urlsplit(url(one))
        request = {"path": parts.path, "method": one["request"]["method"], "destination": parts.netloc}
        request |= {"scheme": "https", "query": parts.query, "body": sent(one)}
        answer = {"status": one["response"]["status"], "body": came(one), "headers": {"Content-Type": [kind(one)]}}
        pairs.append({"request": request, "response": answer})
    return write(folder / "simulation.json", {"data": pairs})


def _pair(one: Exchange, version: int) -> Any:
    def matched(value: str) -> Any:
        return [{"matcher": "exact", "value": value}] if version >= 5 else {"exactMatch": value}

    parts = urlsplit(url(one))
    query: Any = matched(parts.query)
    if version >= 5:
        query = {name: matched(value) for name, value in parse_qsl(parts.query)}
    request = {
        "path": matched(parts.path),
        "method": matched(one["request"]["method"]),
        "destination": matched(parts.netloc),
        "scheme": matched("https"),
        "query": query,
        "body": matched(sent(one)),
    }
    response = {
        "status": one["response"]["status"],
        "body": b64(came(one)),
        "encodedBody": True,
        "headers": {"Content-Type": [kind(one)]},
    }
    return {"request": request, "response": response}


def nock(folder: Path, every: Sequence[Exchange]) -> Path:
    """Definitions, with flat headers."""
    return write(
        folder / "nock.json",
        [
            {
                "scope": f"https://{urlsplit(url(one)).netloc}:443",
                "method": one["request"]["method"],
                "path": url(one).partition(urlsplit(url(one)).netloc)[2],
                "body": one["request"]["body"] or "",
                "status": one["response"]["status"],
                "response": one["response"]["body"],
                "rawHeaders": ["Content-Type", kind(one)],
                "responseIsBinary": False,
            }
            for one in every
        ],
    )


def postman(folder: Path, every: Sequence[Exchange]) -> Path:
    """A collection with saved answers, in a folder of it."""
    items = [
        {
            "name": "an example",
            "request": {"method": "POST"},
            "response": [
                {
                    "originalRequest": {
                        "method": one["request"]["method"],
                        "header": [{"key": "Content-Type", "value": "application/json"}],
                        "body": {"mode": "raw", "raw": sent(one)},
                        "url": {"raw": url(one)},
                    },
                    "code": one["response"]["status"],
                    "header": [{"key": "Content-Type", "value": kind(one)}],
                    "body": came(one),
                }
            ],
        }
        for one in every
    ]
    return write(folder / "collection.json", {"info": {"name": "kie"}, "item": [{"name": "jobs", "item": items}]})


def own(folder: Path, every: Sequence[Exchange]) -> Path:
    """Our own, a file each."""
    for number, one in enumerate(every):
        write(folder / f"{number:06}.json", one)
    return folder


def own_array(folder: Path, every: Sequence[Exchange]) -> Path:
    """The same as an array."""
    return write(folder / "all.json", list(every))


def own_lines(folder: Path, every: Sequence[Exchange]) -> Path:
    """The same as lines."""
    (folder / "all.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in every))
    return folder / "all.jsonl"
