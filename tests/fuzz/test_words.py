"""Words and bodies of users and clients: read, or refused by the documented error."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fakie.adapters.form_reader import WerkzeugForms
from fakie.core.file_ports import BadForm
from fakie.core.files.forms import BoundedBody
from fakie.core.http.body import parse_object
from fakie.core.http.messages import Request
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie_schemas.account_words import read_account, read_order
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.catalog.price_words import NotPlain, read_words
from fakie_schemas.options.table import OPTIONS
from support.clients.doors import CREATE, JSON, KEY
from support.fuzzing import json_values, spoilt, tried

_WORD = st.sampled_from(
    ("fault", "plan", "spoil", ":", "429", "@", "recordInfo", "*", "fail", "=", ",", "credits", "key", "1", ".", "²")
)  # fmt: skip
WORDS = st.lists(_WORD | st.text(max_size=4), max_size=9).map("".join)
_FORM = (
    b'--b\r\nContent-Disposition: form-data; name="uploadPath"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; '
    b'name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n'
)
_PRICES = (
    "8 credits per image",
    "$0.02 per second",
    "$1.00 per million; 4 credits",
    "5 credits (720p); 10 credits (1080p)",
)
_SCHEMA = {
    "properties": {"input": {"properties": {"n": {"type": "integer"}, "resolution": {"enum": ["720p", "1080p"]}}}}
}


@tried(300)
@given(WORDS)
def test_words_of_accounts_and_orders_are_read_or_refused(text: str) -> None:
    """By a ValueError whose one line says what would work."""
    for read in (read_account, read_order):
        try:
            read(text)
        except ValueError as error:
            assert str(error)


@tried(30)
@given(
    text=WORDS
    | st.text(max_size=30)
    | st.sampled_from(("1/0s", "0/1s", "nan", "inf", "-1", "1e400", "http://[", "@/", "9" * 5000))
)
def test_every_option_reads_its_text_or_refuses_it(text: str) -> None:
    """Whatever the option, by a ValueError alone."""
    for option in OPTIONS:
        try:
            option.kind.read(text)
        except ValueError as error:
            assert str(error)


@tried(300)
@given(spoilt([price.encode() for price in _PRICES]).map(lambda data: data.decode("utf-8", "replace")))
def test_words_of_prices_are_read_or_not_plain(text: str) -> None:
    """What is read has a row for each price."""
    try:
        found = read_words(text, _SCHEMA, Decimal("0.005"))
    except NotPlain as error:
        assert str(error)
    else:
        assert len(found["rows"]) == len(text.strip().split(";"))


@tried(300)
@given(
    spoilt([b"http://a.test:80/b?c=d#e", b"https://u:p@[::1]:8443/", b"//x\\@y"]).map(
        lambda data: data.decode("latin-1")
    )
)
def test_a_url_is_read_for_certain_or_refused(text: str) -> None:
    """By UnclearUrl alone."""
    try:
        read_url(text)
    except UnclearUrl as error:
        assert str(error)


@tried(300)
@given(spoilt([b'{"model": "z-image", "input": {"prompt": "a", "n": [1, 2.5, null]}}', b"[]"]) | st.binary(max_size=40))
def test_a_body_is_the_object_that_it_says_or_refused(data: bytes) -> None:
    """As the standard library reads it, where nothing is doubled or beyond JSON."""
    try:
        found = parse_object(data, 20)
    except Refused as refused:
        assert refused.situation == "body_malformed"
    else:
        assert found == json.loads(data)


@tried(100)
@given(st.dictionaries(st.text(), json_values(), max_size=5))
def test_a_body_comes_back_as_it_was_written(value: object) -> None:
    """Any object within the depth goes through."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeError:
        return
    try:
        assert parse_object(text.encode(), 100) == value
    except Refused as refused:
        assert "digits" in str(refused.facts)


@tried(200)
@given(
    spoilt([_FORM, _FORM * 3]),
    spoilt([b"multipart/form-data; boundary=b", b'multipart/form-data; boundary="b"; charset=utf-7']),
)
@example(_FORM, b"multipart/form-data")
def test_a_form_is_taken_apart_or_refused(data: bytes, content_type: bytes) -> None:
    """By BadForm or as a body, and its files are never more than what came."""
    request = Request.of("POST", "/api/file-stream-upload", data)
    try:
        form = WerkzeugForms().read(BoundedBody(request, 100_000), content_type.decode("latin-1"))
    except (BadForm, Refused):
        return
    size = 0
    for part in form.files:
        with part.content:
            size += len(part.content.read())
    assert size <= len(data)


def test_a_prompt_with_any_words_is_answered(service: Service) -> None:
    """Whatever is ordered in it, and whatever stands around the body: no error of the fake's own."""

    @tried(150)
    @given(prompt=st.lists(st.just("fakie:") | WORDS, max_size=4).map("".join), more=json_values())
    def judge(prompt: str, more: object) -> None:
        body = {"model": "z-image", "input": {"prompt": prompt, "aspect_ratio": "1:1", "more": more}}
        sent = json.dumps(body).encode()
        answer = service.handle(Request.of("POST", CREATE, sent, {**KEY, **JSON}))
        assert json.loads(answer.body)["code"]

    judge()
    assert list(service.bugs) == []


@pytest.mark.parametrize(
    "path", [CREATE, "/_fakie/faults", "/_fakie/plans", "/_fakie/scenario", "/_fakie/clock", "/api/file-url-upload"]
)
def test_spoilt_requests_are_answered(service: Service, path: str) -> None:
    """Body, query and headers as they come; the fake has no error of its own."""
    bodies = [b'{"model": "z-image", "input": {}, "code": 500, "times": 1}', b'{"advance": 1, "freeze": true}']
    headers = st.dictionaries(
        st.sampled_from(("prefer", "authorization", "content-type", "host", "origin", "cookie", "x-forwarded-for")),
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20)
        | st.sampled_from(
            ("code=", "code=500", "code=" + "9" * 5000, "Bearer", "Bearer k", "application/json", "http://[")
        ),
        max_size=4,
    )

    @tried(80)
    @given(
        method=st.sampled_from(("GET", "POST", "DELETE")),
        end=st.text(max_size=12),
        body=spoilt(bodies),
        headers=headers,
    )
    @example("GET", "?limit=" + "9" * 5000, b"", {})
    def judge(method: str, end: str, body: bytes, headers: dict[str, str]) -> None:
        answer = service.handle(Request.of(method, path + end, body, {**KEY, **JSON, "Host": "127.0.0.1", **headers}))
        assert 200 <= answer.status < 600

    judge()
    assert list(service.bugs) == []
