"""Findings on callbacks: those that no receiver has taken."""

from typing import Any

import pytest
import requests
from flask import Flask

from fakie.harness.fake import Fake
from fakie.harness.red_report import section
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE


def post(url: str) -> str:
    body = BODY | {"callBackUrl": url}
    task_id: str = requests.post(BASE + CREATE, json=body, headers=KEY, timeout=5).json()["data"]["taskId"]
    return task_id


def receiver(answers: list[int]) -> Flask:
    app = Flask("receiver")

    @app.post("/hook")
    def hook() -> tuple[str, int]:
        return "", answers.pop(0) if len(answers) > 1 else answers[0]

    return app


@pytest.mark.parametrize(("path", "seconds", "how"), [("hooks", 7, "1: HTTP 404, saying Not"), ("hook", 900, "4: ")])
def test_a_callback_that_its_receiver_never_took_is_a_note(fake: Fake, path: str, seconds: float, how: str) -> None:
    """Whether it was given up or not yet: polls may do, so that the test is green, and the receiver wrong."""
    fake.deliver_to(receiver([500]))
    task_ids = [post(f"https://app.test/{path}") for _ in range(2)]
    fake.advance(seconds)
    [note] = fake.conduct
    assert (note.rule, note.times, note.serious) == ("callback_never_taken", 2, False)
    assert note.seen.startswith(f"task {task_ids[0]}: to https://app.test/{path}, attempt {how}")


def test_a_callback_that_was_taken_in_the_end_is_no_finding(fake: Fake) -> None:
    """Nor is one that nobody waits for, or that was lost on purpose."""
    fake.deliver_to(receiver([500, 500, 204]))
    post("https://app.test/hook")
    fake.advance(100)
    assert len(fake.journal.deliveries) == 3
    fake.plan_next(quirk="lost")
    post("https://app.test/hooks")
    fake.deliver_to(None)
    post("https://app.test/hooks")
    fake.advance(900)
    assert fake.conduct == []


def test_a_callback_that_was_forged_to_be_refused_is_no_finding(fake: Fake) -> None:
    """A receiver that answers 401 to a wrong signature is right."""
    fake.deliver_to(receiver([401]))
    fake.plan_next(quirk="wrong_signature")
    post("https://app.test/hook")
    fake.advance(900)
    assert len(fake.journal.deliveries) > 0
    assert fake.conduct == []


def test_what_opens_a_receiver_is_in_no_report(fake: Fake) -> None:
    """Neither its path nor the keys that its error tells: in the findings, the journal, the section; its host is."""

    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        raise ValueError("signed with a-webhook-key; sent Authorization: Bearer sk-Of1Somebody2Else")

    fake.account("ours", webhook_key="a-webhook-key")
    fake.deliver_to(app)
    body = BODY | {"callBackUrl": "https://a-host-with-a-long-name.test/hook/9d8f7f1e-1111-2222-3333-444455556666"}
    requests.post(BASE + CREATE, json=body, headers={"Authorization": "Bearer ours"}, timeout=5)
    fake.advance(7)
    texts = [fake.conduct[0].seen, fake.journal.deliveries[0].reason, section(fake)]
    secrets = ("a-webhook-key", "sk-Of1Somebody2Else", "9d8f7f1e")
    assert [(secret, text) for secret in secrets for text in texts if secret in text] == []
    assert section(fake).count("https://a-host-with-a-long-name.test/hook/[REDACTED]") == 3
