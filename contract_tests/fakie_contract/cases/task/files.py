"""The files that a task results in: downloaded, judged by their bytes, and downloaded again later."""

import hashlib
import mimetypes
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.cases.task.media import UNSAID, judge_file, media_type, one_name
from fakie_contract.checks.key_shown import key_in_answer
from fakie_contract.checks.kinds import KINDS, as_kind, kind_made
from fakie_contract.checks.result import result_of
from fakie_contract.checks.told import files_in
from fakie_contract.http.client import NoAnswer
from fakie_contract.http.exchange import Answer, LiveExchange, SentRequest, curl_line
from fakie_contract.trial.trial import Trial
from fakie_schemas.families.reading import Told
from fakie_schemas.validator import is_absolute_http_url


class Downloaded(Struct):
    """The downloaded files of one task: each URL with the hash of its file, and when (monotonic s)."""

    at: float = field(default_factory=time.monotonic)
    hashes: dict[str, str] = field(default_factory=dict)


def result_urls(data: Mapping[str, Any]) -> list[str]:
    """Return the URLs of a result; what else is wrong with it is told of on each poll."""
    urls = result_of(data).get("resultUrls")
    return [url for url in urls if isinstance(url, str) and is_absolute_http_url(url)] if isinstance(urls, list) else []


def judge_urls(trial: Trial, task_id: str, urls: Iterable[str], exchange: LiveExchange) -> None:
    """Judge that no other task of the run has a result at these URLs."""
    for url in urls:
        other = trial.env.results.setdefault(url, task_id)
        if other != task_id:
            trial.find("result.again", url, exchange, other=other)


def download(trial: Trial, task: CreatedTask, data: Mapping[str, Any]) -> Downloaded:
    """Download the files of a result and judge each."""
    return downloaded_from(trial, dict.fromkeys(result_urls(data), kind_made(task.maker)), task.maker)


def downloaded_from(trial: Trial, urls: Mapping[str, tuple[str, str]], maker: str) -> Downloaded:
    """Download files that a task has made, and judge each by the kind that its maker makes, with the mark of that."""
    came = Downloaded()
    for url, made in urls.items():
        answer = _fetched(trial, url)
        if answer is not None:
            _judge(trial, url, answer, maker, made)
            # What was no file is told of once, and nothing of it can change.
            came.hashes |= {url: _hash(answer)} if answer.status == 200 else {}
    return came


def made_files(told: tuple[Told, ...]) -> dict[str, tuple[str, str]]:
    """Return the URLs of files that a family's task tells of, each with the kind that it is of and the mark of that."""
    return {url: (as_kind(kind), "") for url, kind in files_in(told).items()}


def download_again(trial: Trial, before: Downloaded) -> None:
    """Download the same files again: they have not changed."""
    seconds = f"{time.monotonic() - before.at:.0f}"
    for url, known in before.hashes.items():
        try:
            answer = trial.env.client.download(url)
            now, got = _hash(answer), _told(answer)
        except NoAnswer as error:
            now, got = "", str(error)
        if now != known:
            trial.find("result.changed", got, _line(url), seconds=seconds)


def link_leads_to(trial: Trial, link: object, url: str, known: str) -> None:
    """Judge that a link which was given for a URL leads to the file that was known at it."""
    answer = _fetched(trial, link) if isinstance(link, str) else None
    if answer is not None and _hash(answer) != known:
        trial.find("result.link", _told(answer), _line(str(link)), url=url)


def lies_at(trial: Trial, url: str, content: bytes) -> None:
    """Judge that an uploaded file lies at its link, byte for byte."""
    answer = _fetched(trial, url)
    if answer is not None and (answer.status, answer.body) != (200, content):
        trial.find("answer.uploaded_file", _told(answer), _line(url), url=url)


def _fetched(trial: Trial, url: str) -> Answer | None:
    try:
        return trial.env.client.download(url)
    except NoAnswer as error:
        trial.find("result.unreachable", str(error), _line(url), url=url)
        return None


def _judge(trial: Trial, url: str, answer: Answer, maker: str, made: tuple[str, str]) -> None:
    line, got = _line(url), _told(answer)
    trial.note(key_in_answer(trial.keys.names, answer.headers, answer.body), line)
    kind, expected = media_type(answer), mimetypes.guess_type(urlsplit(url).path)[0]
    if answer.status != 200 or not answer.body:
        trial.find("result.file", got, line, url=url)
        return
    if expected and kind not in UNSAID and one_name(kind) != one_name(expected):
        trial.find("result.file_type", got, line, wanted=expected)
    elif not expected and kind.partition("/")[0] not in KINDS:
        trial.find("result.media_type", got, line)
    trial.note(judge_file(url, answer, maker, made), line)


def _told(answer: Answer) -> str:
    # Not answer.shown(): what came may be a file of any size and kind.
    kind = media_type(answer)
    return f"HTTP {answer.status}, {kind or 'no content type'}, {len(answer.body)} bytes"


def _hash(answer: Answer) -> str:
    return f"{answer.status} {hashlib.sha256(answer.body).hexdigest()}"


def _line(url: str) -> str:
    return curl_line(url, SentRequest("GET", ""), {})
