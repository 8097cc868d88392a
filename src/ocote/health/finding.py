"""One finding of ``ocote doctor``."""

from typing import Literal

from msgspec import Struct

Level = Literal["well", "warning", "failed"]
"""``warning``: the operator should look, but nothing is broken. ``failed``: the operator has to act."""


class Finding(Struct, frozen=True):
    """The subject of a check, its outcome, the facts seen and, if the outcome is not well, the remedy."""

    subject: str
    level: Level
    seen: str
    remedy: str = ""


def well(subject: str, seen: str) -> Finding:
    """A finding of a check without faults."""
    return Finding(subject, "well", seen)


def warning(subject: str, seen: str, remedy: str) -> Finding:
    """A finding for the operator to look at, although nothing is broken."""
    return Finding(subject, "warning", seen, remedy)


def failed(subject: str, seen: str, remedy: str) -> Finding:
    """A finding that the operator has to repair."""
    return Finding(subject, "failed", seen, remedy)
