"""Keys that recordings hide wherever a client or an answer puts them: in other forms, and under other names."""

import base64
import html
import json
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fakie_schemas.families.family import endpoints
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.hidden import HiddenSecrets
from fakie_schemas.recordings.reading import read_recording
from fakie_schemas.recordings.redaction import redacted
from fakie_schemas.recordings.store import RecordingFolder
from support.exchanges import URL

KEY = "k3y-Of/the+client=9"
WORD = "Zq7Lm2Pv99Kx9Ab"
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=b0"}


def written(
    folder: Path, request: Any = b"", answer: Any = b"", url: str = URL, headers: Mapping[str, str] | None = None
) -> str:
    """Write an exchange down, and return what stands in its file."""
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in (request, answer)]
    asked = {"authorization": f"Bearer {KEY}", "content-type": "application/json", **(headers or {})}
    exchange = RecordedExchange("POST", url, asked, bodies[0], 200, {"content-type": "application/json"}, bodies[1])
    assert redacted(redacted(exchange)) == redacted(exchange)
    return RecordingFolder(folder).add(exchange).read_text("utf-8")


def part(head: str, content: str) -> bytes:
    return f"--b0\r\n{head}\r\n\r\n{content}\r\n--b0--\r\n".encode()


@pytest.mark.parametrize(
    "form",
    [
        quote(KEY, safe=""),
        quote(quote(KEY, safe=""), safe=""),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(f"Bearer {KEY}".encode()).decode()[10:],
        KEY.encode().hex(),
        html.escape(KEY).replace("/", "&#x2F;"),
        KEY.replace("/", "\\/"),
        KEY.upper(),
        quote(KEY.lower(), safe="").lower(),
        "".join(f"&#x{ord(one):X};" for one in KEY),
        "".join(f"&amp;#{ord(one):04};" for one in KEY),
        KEY.replace("/", "&sol;").replace("+", "&plus;"),
        "".join(f"%{ord(one):02x}" for one in KEY),
        "".join(f"\\\\u{ord(one):04X}" for one in KEY),
        "".join(f"\\U{ord(one):08x}" for one in KEY),
        "".join(f"\\x{ord(one):02x}" for one in KEY),
        "".join(f"\\{ord(one):03o}" for one in KEY),
        KEY[:5] + "\\\n      " + KEY[5:],
        KEY[:5] + "=\r\n" + KEY[5:].replace("=", "=3D"),
        base64.b64encode(KEY.encode()).decode()[:12] + "\n" + base64.b64encode(KEY.encode()).decode()[12:],
        "\0".join(KEY),
        KEY[::-1],
    ],
)
def test_a_key_that_is_repeated_in_another_form_is_not_written(tmp_path: Path, form: str) -> None:
    """In other letters, escaped once and twice, for pages, YAML, mails, in base64 at any place, in hexadecimal."""
    # The first and last letters of base64 belong to its neighbours too.
    left = r"no such key: .?\[REDACTED\].?=*"
    page = json.loads(written(tmp_path, {}, f"<msg>no such key: {form}</msg>".encode()))["response"]["text"]
    assert re.fullmatch(f"<msg>{left}</msg>", page)
    msg = json.loads(written(tmp_path, {}, {"msg": f"no such key: {form}"}))["response"]["body"]["msg"]
    assert re.fullmatch(left, msg)
    url = json.loads(written(tmp_path, {}, {}, f"{URL}?a={quote(form)}"))["request"]["url"]
    assert re.fullmatch(re.escape(URL) + r"\?a=.?\[REDACTED\].?(?:=|%3D)*", url)


# What may stand for a letter, or before it: escapes of one kind and of several within each other, cut by lines. The
# first ones mean the same beside all others.
LETTERS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda one: f"%{ord(one):02x}",
    lambda one: f"&#{ord(one)};",
    lambda one: f"%25{ord(one):02X}",
    lambda one: f"&am\\p;#{ord(one)};",
    lambda one: f"&\n#{ord(one)};",
    lambda one: f"\\u{ord(one):04x}",
    lambda one: f"\\\\\\\\u{ord(one):04X}",
    lambda one: f"\\\\\n  x{ord(one):02x}",
    lambda one: f"\\\\\\\\\\n  x{ord(one):02x}",
    lambda one: f"=\n{one}",
    lambda one: f"\\\n\t{one}",
    lambda one: f"\0\0{one}",
)


@pytest.mark.parametrize("seed", range(10))
def test_a_key_is_found_however_its_letters_are_mixed(seed: int) -> None:
    """A letter of it in a form that only several steps undo hides it no more than all of them do."""
    chosen = random.Random(seed)
    for key in (WORD, "nrnr-uxUX-0123-nrn"):
        hidden = HiddenSecrets([key])
        for usual in LETTERS:
            forms = [chosen.choice(LETTERS[:4]) if chosen.random() < 0.2 else usual for _ in key]
            text = "no such key: " + "".join(form(one) for form, one in zip(forms, key, strict=True)) + ', "a\\nb"'
            assert hidden.stand_in(text), text
            left = hidden.without(text)
            assert "[REDACTED]" in left, text
            assert not hidden.stand_in(left), text


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Basic " + base64.b64encode(f"bob:{WORD}".encode()).decode()},
        {"authorization": f'Digest username="bob", response="{WORD}"'},
        {"authorization": f"Bearer abcdefgh, Bearer {WORD}"},
        {"cookie": f'a=1; b="{WORD}"'},
        {"cf-access-jwt-assertion": WORD},
        {"x-session-id": WORD},
        {"x-auth": WORD},
        {"x-user-pass": WORD},
    ],
)
def test_what_a_header_holds_is_not_written(tmp_path: Path, headers: dict[str, str]) -> None:
    """The header itself, and an answer that repeats a part of it."""
    assert WORD not in written(tmp_path, {}, {"msg": f"no such key: {WORD}"}, headers=headers)


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "pass", "pwd", "auth", "bearer", "jwt", "sid"])
def test_a_key_in_the_query_is_not_written(tmp_path: Path, name: str) -> None:
    """There, behind a semicolon, in the path, in a form, and where an answer repeats it."""
    assert WORD not in written(tmp_path, {}, {"msg": f"no such key: {WORD}"}, f"{URL}?{name}={WORD}")
    assert WORD not in written(tmp_path, {}, {}, f"{URL}?a=1;{name}={WORD}")
    assert WORD not in written(tmp_path, {}, {}, f"{URL};{name}={WORD}?a=1")
    assert WORD not in written(tmp_path, f"a=1&{name}={WORD}".encode(), headers=FORM)


@pytest.mark.parametrize(
    ("request_body", "headers"),
    [
        ({"apiKey2": WORD}, {}),
        ({"tokenValue": WORD}, {}),
        ({"signing_key": WORD}, {}),
        ({"userPass": WORD}, {}),
        ({"credentials": {"value": WORD}}, {}),
        ({"credentials": [{"a": {"b": [WORD]}}]}, {}),
        ({"prompt": f'it said {{"apiKey": "{WORD}"}}'}, {}),
        ({"prompt": f"curl -H 'x-api-key: {WORD}' …"}, {}),
        ({"prompt": f"sk-proj-{WORD}"}, {}),
        ({"prompt": f"Authorization: Basic {WORD}"}, {}),
        ({"callBackUrl": [f"https://h.test/x?who={WORD}"]}, {}),
        ({"callBackUrls": [f"https://h.test/{WORD}"]}, {}),
        ({"progressCallBackUrl": f"https://h.test/{WORD}"}, {}),
        ({"webhook": {"url": f"https://h.test/x?who={WORD}"}}, {}),
        ({"image_url": f"https://h.test/x;jsessionid={WORD}?a=1"}, {}),
        ({"query": f'mutation {{ login(apiKey: "{WORD}") {{ id }} }}'}, {}),
        ({"prompt": f"whsec_{WORD} gho_{WORD} hf_{WORD} AIzaSy{WORD}{WORD}"}, {}),
        ({"file": f"-----BEGIN RSA PRIVATE KEY-----\n{WORD}\n-----END RSA PRIVATE KEY-----"}, {}),
        (f"{{'apiKey': '{WORD}'}}".encode(), {}),
        (f"<a><apiKey>{WORD}</apiKey><client-secret>{WORD}</client-secret></a>".encode(), {}),
        (f"model: z-image\napiKey: {WORD}\n".encode(), {}),
        ({"input": {"webhook_url": f"https://h.test/x?who={WORD}"}}, {}),
        ({"url": quote(f"https://bob:{WORD}@h.test/x", safe="")}, {}),
        (json.dumps({"apiKey": WORD}).encode("utf-16"), {}),
        (f"[REDACTED] and {KEY} {WORD}".replace(WORD, "").encode(), {}),
        (f"p={quote(json.dumps({'apiKey': WORD}))}".encode(), FORM),
        (f"callBackUrl={quote(f'https://h.test/x?who={WORD}', safe='')}".encode(), FORM),
        (f"base64Data={WORD}".encode(), FORM),
        (part("Content-Disposition: form-data; name=file; filename=a", f"[REDACTED{WORD}"), PARTS),
        (part("Content-Disposition: form-data; name=file; filename=a", f"A--b0B{WORD}"), PARTS),
        (part("Content-Disposition: form-data; name=file; filename=a", WORD), {"content-type": ""}),
        (part("Content-Disposition: form-data; name=file\r\nContent-Type: image/png", WORD), PARTS),
        (part("Content-Disposition: form-data; name=base64Data", WORD), PARTS),
        (part("Content-Disposition: form-data; name=callBackUrl", f"https://h.test/x?who={WORD}"), PARTS),
        (part("Content-Disposition: form-data; name*=utf-8''apiKey", WORD), PARTS),
    ],
)
def test_what_a_body_holds_is_not_written(tmp_path: Path, request_body: Any, headers: dict[str, str]) -> None:
    """Secret fields by more names, what stands below them, texts that repeat a request, forms and their files."""
    text = written(tmp_path, request_body, headers=headers)
    in_utf_16 = base64.b64encode(WORD.encode("utf-16-le")).decode()[4:-4]
    assert [one for one in (WORD, KEY, in_utf_16) if one in text] == []


@pytest.mark.parametrize("depth", range(57, 62))
def test_no_depth_hides_a_secret_field(tmp_path: Path, depth: int) -> None:
    """JSON in a text, however many objects stand around it."""
    body: Any = {"param": json.dumps({"apiKey": WORD})}
    for _ in range(depth):
        body = {"a": body}
    assert WORD not in written(tmp_path, body)


@pytest.mark.parametrize("endpoint", [one for one in endpoints().values() if one.job and one.method == "POST"])
def test_no_query_of_a_callback_is_written(tmp_path: Path, endpoint: Any) -> None:
    """By whatever name a page has for the field, and where an answer repeats it."""
    hook = f"https://h.test/x?who={WORD}"
    assert WORD not in written(tmp_path, {endpoint.callback: hook}, {"msg": f"nobody answers at {hook}"})


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("cut", [False, True])
def test_what_opens_a_callbacks_url_is_not_written(tmp_path: Path, *, cut: bool, escaped: bool) -> None:
    """Segments of its path that are no words, and values of its query: there, in JSON that was cut, and repeated."""
    hook = f"https://h.test/hooks/{WORD}/kie?who={WORD[::-1]}A1"
    request = json.dumps({"callBackUrl": hook, "n": 1}).replace("/", "\\/" if escaped else "/").encode()
    told = {"msg": f"nobody at {WORD}, {WORD[::-1]}A1", "data": {"param": json.dumps({"callBackUrl": hook})}}
    text = written(tmp_path, request[:-2] if cut else request, told)
    assert WORD not in text
    assert WORD[::-1] not in text
    assert "h.test" in text
    assert "/kie?[REDACTED]" in text.replace("\\", "")


def test_a_key_beyond_ascii_is_found_in_another_letter_case() -> None:
    """Alone, and escaped before or after its letters were changed."""
    key = "clé-Öffnen-7"
    hidden = HiddenSecrets([key])
    for form in (key.upper(), quote(key.lower()), json.dumps(key.upper()), json.dumps(key).upper()):
        assert hidden.without(f"no {form}!").replace('"', "") == "no [REDACTED]!"


def test_a_key_as_a_method_or_a_headers_name_is_not_written(tmp_path: Path) -> None:
    """Where a client has lost its place."""
    asked = {"authorization": f"Bearer {WORD}", WORD: "1"}
    file = RecordingFolder(tmp_path).add(RecordedExchange(WORD, URL, asked, None, 400, {WORD: "1"}, None))
    assert WORD.lower() not in (file.name + file.read_text("utf-8")).lower()
    assert read_recording(file).method == "[REDACTED]"


@pytest.mark.parametrize(
    "told",
    [
        f'{{"data": {{"uploadToken": "{WORD}"}}, "msg": "use {WORD}"}}',
        f"{{'kie_api_key': '{WORD}'}}",
        f"<pre>NEXT_PUBLIC_KIE_API_KEY={WORD}</pre>",
        f'environ["CLIENT_SECRET"] = "{WORD}"',
        f'{{"msg": "wrong", "apiKey": "{WORD}", "note": "{WORD}"',
    ],
)
def test_a_key_that_an_answer_alone_shows_is_not_written(tmp_path: Path, told: str) -> None:
    """Under a secret name, and what it repeats of it; and what a page of an error shows of its environment."""
    assert WORD not in written(tmp_path, {}, told.encode())


@pytest.mark.parametrize(
    "headers",
    [
        {"surrogate-key": "market models", "x-cache-key": "/api/v1/jobs/createTask"},
        {"set-cookie": "a=success; Path=/, b=default; SameSite=Lax", "x-session-affinity": "default"},
        {"x-ratelimit-remaining-tokens": "149984", "x-token-type": "models"},
        {"access-control-allow-credentials": "true"},
    ],
)
def test_a_header_of_words_takes_nothing_out(tmp_path: Path, headers: dict[str, str]) -> None:
    """Names in a cache, counts, and words in cookies are no keys: the answer stays what it was."""
    body = json.dumps({"msg": "success of default models", "data": "true 149984"}).encode()
    answered = {"content-type": "application/json", **headers}
    once = redacted(RecordedExchange("POST", URL, {}, None, 200, answered, body))
    assert once.response_body == body
    assert once.url == URL


def test_half_a_character_in_a_callbacks_url_keeps_nothing_from_being_written(tmp_path: Path) -> None:
    """Such as only an escape in JSON can hold."""
    assert WORD not in written(tmp_path, {"callBackUrl": f"https://h.test/x?\ud800{WORD}"})


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "bearer undefined", "Digest", "null"])
def test_a_header_without_a_key_takes_nothing_out_of_the_answer(tmp_path: Path, value: str) -> None:
    """Names of schemes, and what programs write for what is not there, are words of the error that tells of it."""
    told = "expected Authorization: Bearer <key>, got undefined, null or Digest"
    text = written(tmp_path, {}, {"msg": told}, headers={"authorization": value})
    assert json.loads(text)["response"]["body"] == {"msg": told}


def test_words_stay(tmp_path: Path) -> None:
    """What only sounds like a secret: prompts, numbers of tokens, short values, names of schemes, hyphens."""
    body = {
        "model": "z-image",
        "input": {
            "prompt": "a basic transformation, key: C minor; the bearer of news, a by-pass; turkey-key: no",
            "max_tokens": 5,
            "password": "lake",
            "style": "high-key-lighting",
            "keyword": "the lake, the lake",
            "sessions": "two of them",
        },
        "msg": "a lake, with Basic understanding, a bearer transportation, color-key: monochromatic",
    }
    text = written(tmp_path, body, {"msg": "the lake is Bearer of Basic things"})
    read = json.loads(text)
    assert read["request"]["body"] == {**body, "input": {**body["input"], "password": "[REDACTED]"}}  # type: ignore[dict-item]
    assert read["response"]["body"]["msg"] == "the lake is Bearer of Basic things"
