"""What check-traffic never prints: secrets by their names, and what opens a receiver."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from fakie_contract.checks.redaction_marks import is_redacted, is_shortened, is_whole
from fakie_contract.traffic.secrets import Secrets, plain_path
from fakie_schemas.families.family import endpoints
from support.clients.doors import RECORD
from support.clients.program import fakie
from support.recordings import callback, create, exchange, record, refusal, report, task, waiting, write

WORD = "Zq7Lm2Pv{:02}Kx9"
INPUT = {"prompt": "a lake", "aspect_ratio": "1:1"}


def secret(number: int) -> str:
    return WORD.format(number)


def test_secrets_are_known_by_their_names(tmp_path: Path) -> None:
    """Fields, lists, relative URLs, headers of other gateways, and the path of a callback's URL."""
    hook = f"https://user:{secret(1)}@hooks.test/{secret(2)}/cb?k={secret(3)}#{secret(4)}"
    odd = {
        "auth": {"access_key": secret(5), "pass": secret(6)},
        "tokens": [secret(7)],
        "relative": f"/path?signature={secret(8)}",
        "nested": {"headers": [{"subscription-key": secret(9)}]},
        "again": hook,
        "apiSecretThing": secret(10),
    }
    create_it = create({"model": "z-image", "input": {**INPUT, **odd}, "callBackUrl": hook, "extra": odd})
    refused = create({"model": "z-image", "input": INPUT}, refusal(500, f"no {secret(11)} nor {secret(12)}"))
    refused["request"]["headers"] = {"x-access-key": secret(11), "ocp-apim-subscription-key": secret(12)}
    wrong = create({"model": "z-image", "input": INPUT, "callBackUrl": [hook]})
    called = callback(task(costTime="x", apiSecretThing=secret(10)))
    called["request"]["url"] = hook
    recorded = [
        create_it,
        wrong,
        refused,
        called,
        record(waiting(odd=odd, param=f'{{"callBackUrl": "{hook}", broken')),
        exchange("GET", f"/api/v1/{secret(13)}/x"),
        exchange("GET", f"/{secret(14)}/api/v1/jobs/recordInfo?taskId=x", None, {"code": 200, "data": secret}.get("x")),
        exchange("POST", f"/{secret(15)}/api/v1/jobs/createTask", {"model": 5}, refusal(499)),
    ]
    file = write(tmp_path / "a.json", recorded)
    for more in ((), ("--json",)):
        done = fakie("check-traffic", file, *more)
        assert done.returncode == 1
        written = done.stdout + done.stderr
        assert [number for number in range(16) if secret(number) in written] == []
        assert "hooks.test/" not in written


def test_the_callback_of_a_family_is_as_secret(tmp_path: Path) -> None:
    """By whatever name its page has for the field: what is in that URL is not printed where an answer repeats it."""
    for number, endpoint in enumerate(one for one in endpoints().values() if one.job and one.method == "POST"):
        hook = f"https://user:{secret(number)}@hooks.test/cb"
        told = {"code": 200, "msg": "success", "data": f"nobody answers with {secret(number)}"}
        sent = {"taskId": "x", endpoint.callback: hook}
        file = write(tmp_path / f"{number}.json", [exchange("POST", endpoint.path, sent, told)])
        done = fakie("check-traffic", file)
        assert "nobody answers" in done.stdout
        assert secret(number) not in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["apiKey", "client_secret", "token2"])
def test_a_field_that_an_answer_repeats_is_not_printed(tmp_path: Path, name: str) -> None:
    """What a request holds under a secret name, in a finding about its answer."""
    sent = {"model": "z-image", "input": {**INPUT, "more": {name: secret(1)}}}
    told = {"code": 500, "msg": f"no {secret(1)}", "data": {"taskId": secret(1)}}
    done = fakie("check-traffic", write(tmp_path / "a.json", [create(sent, told)]))
    assert "task_in_refusal" in done.stdout
    assert secret(1) not in done.stdout + done.stderr


def test_a_key_in_the_path_that_an_answer_repeats_is_not_printed(tmp_path: Path) -> None:
    """Such as a gateway's, in a finding about its answer; the words of the path stay."""
    told = {"code": f"no {secret(1)} in recordInfo", "msg": "success", "data": None}
    done = fakie("check-traffic", write(tmp_path / "a.json", [exchange("GET", f"/{secret(1)}{RECORD}", None, told)]))
    assert "no [REDACTED] in recordInfo" in done.stdout
    assert secret(1) not in done.stdout + done.stderr


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Digest"])
def test_the_scheme_of_a_key_is_no_secret(scheme: str) -> None:
    """What an answer says of schemes stays, the key goes."""
    secrets = Secrets()
    secrets.learn({"authorization": f"{scheme} {secret(1)}"})
    assert secrets.clean(f"not {scheme.title()}: {secret(1)} is wrong") == f"not {scheme.title()}: [REDACTED] is wrong"


@pytest.mark.parametrize("key", ["Zq7Lm2=Pv99Kx9Ab", "Zq7Lm2/Pv99+Kx9Ab"])
def test_a_key_is_taken_out_of_findings_in_every_form(key: str) -> None:
    """Also with signs that divide headers, and as a URL or base64 has it."""
    secrets = Secrets()
    secrets.learn({"authorization": f"Bearer {key}"})
    forms = (key, quote(key, safe=""), base64.b64encode(key.encode()).decode(), key.encode().hex())
    cleaned = secrets.clean(" and ".join(forms))
    assert [form for form in forms if form[:20] in cleaned] == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v1/jobs/createTask", "/api/v1/jobs/createTask"),
        ("/api/file-stream-upload", "/api/file-stream-upload"),
        ("/gemini-2.5-pro/v1/chat/completions", "/gemini-2.5-pro/v1/chat/completions"),
        ("/api/v1/veo/get-1080p-video", "/api/v1/veo/get-1080p-video"),
        (f"/{secret(1)}/x", "/*/x"),
        ("/0123456789abcdef/x", "/*/x"),
        ("/a%20b/sk-live-9fQ2kLmN0pRs", "/*/*"),
    ],
)
def test_a_path_shows_its_plain_words(path: str, shown: str) -> None:
    """What is no word may open something."""
    assert plain_path(path) == shown


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[REDACTED]",
            "***",
            "sk-***abc",
            "<secret>",
            "[removed]",
            "REDACTED",
            "__hidden__",
            "[REDACTED: 5 characters]",
        ),
        *("https://a.test/b?[REDACTED]", "{{token}}", "${KEY}", "<taskId>", "xxxx", "00000000"),
    ],
)
def test_what_a_recorder_put_in_place_of_a_value_is_known(text: str) -> None:
    """Marks, masks, and names of variables."""
    assert is_redacted(text)
    assert not is_whole({"a": [text]})


@pytest.mark.parametrize(
    "text",
    [
        "a *** rule",
        "a redacted document",
        "the secret garden",
        "my top_secret plan",
        "IN_PROGRESS",
        "<b>bold</b> text",
        "…and so",
    ],
)
def test_a_prompt_is_a_prompt(text: str) -> None:
    """Words and stars in a text take nothing out."""
    assert not is_redacted(text)
    assert not is_shortened(text)


@pytest.mark.timeout(60)
def test_long_texts_cost_no_square(tmp_path: Path) -> None:
    """Two megabytes of what each pattern begins with are looked at within the time limit; a square would take hours."""
    size = 2_000_000
    for text in ("." * size + "x", "*" * size + " x", "<secret" * (size // 7), "_" * size, "… " * (size // 2) + "x"):
        is_redacted(text)
        is_shortened(text)


def test_what_stands_around_broken_json_is_not_repeated(tmp_path: Path) -> None:
    """Nor is it where a text is not UTF-8, of which the parser gives its error as bytes."""
    file = tmp_path / "a.har"
    file.write_bytes(b'{"log": {"entries": ["%b\xe9"]}}' % secret(1).encode())
    (one,) = report(file)["files"]
    assert one["problem"] == "is not JSON from some place on: lexical error: invalid bytes in UTF8 string."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (secret(1).lower(), "is not JSON: Unexpected symbol at 49"),
        (f"1.{secret(1).lower()}", "is not JSON: Unexpected symbol at 49"),
        (f"01{secret(1).lower()}", "is not JSON: Invalid JSON number"),
    ],
)
def test_what_stands_in_json_with_endless_numbers_is_not_repeated(tmp_path: Path, text: str, problem: str) -> None:
    """They are read in another way, whose errors tell of the text itself."""
    file = tmp_path / "a.har"
    file.write_text(f'{{"log": {{"n": {10**20}, "entries": [{text}]}}}}')
    (one,) = report(file)["files"]
    assert one["problem"] == problem


@pytest.mark.parametrize("others", [0, 60, 1_000])
def test_a_key_among_many_is_taken_out_in_every_form(others: int) -> None:
    """However many a recording has shown, before this one and after it."""
    secrets = Secrets()
    secrets.learn_fields({"tokens": [f"{WORD.format(number)}!before" for number in range(others)]})
    assert secrets.clean("some words") == "some words"
    key = "sk-Live/7Qm+2Pv=Kx9"
    secrets.learn({"Authorization": f"Bearer {key}"})
    secrets.learn_fields({"tokens": [f"{WORD.format(number)}!after" for number in range(others)]})
    encoded = base64.b64encode(key.encode()).decode().rstrip("=")
    forms = [key, key.upper(), key[::-1], key.encode().hex(), quote(key, safe=""), encoded[:-1]]
    assert {form: secrets.clean(f"no {form} here") for form in forms if form in secrets.clean(f"no {form} here")} == {}
    assert secrets.clean("no sk-Live alone") == "no sk-Live alone"
