"""A program of a user with types, which mypy and pyright must find nothing wrong in; it is checked, never run."""

import unittest
from typing import assert_type

import pytest
from flask import Flask

import fakie as kit
from fakie import Fake, FakieMixin, create_app, running


@pytest.fixture
def poor(fakie: Fake) -> Fake:
    """A fixture that changes what the test's fake is like."""
    fakie.account(fakie.key, credits=0)
    return fakie


def test_a_refusal_is_handled(poor: Fake) -> None:
    """What a test does with its fake."""
    number = poor.fail_next(429, times=2, model="z-image")
    assert_type(number, int)
    poor.advance(30)
    for entry in poor.journal:
        assert_type(entry.path, str)
    assert_type(poor.url, str)


class TestCredits(FakieMixin, unittest.TestCase):
    """A test case of unittest."""

    def test_it(self) -> None:
        """The fake is an attribute."""
        assert_type(self.fakie, Fake)


def outside() -> Flask:
    """Without pytest."""
    with running() as fake:
        assert_type(fake, Fake)
    assert_type(kit.__version__, str)
    return create_app(keys=("k",), speed=10)
