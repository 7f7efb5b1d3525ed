"""Imports by name, as much code does."""

from time import sleep

__all__ = ["nap", "sleep"]


def nap(seconds: float) -> None:
    sleep(seconds)
