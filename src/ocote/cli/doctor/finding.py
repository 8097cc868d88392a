"""One thing that ``ocote doctor`` looked at."""

from typing import Literal

from msgspec import Struct

Level = Literal["well", "warning", "failed"]
"""``warning``: worth a look, and nothing is broken; ``failed``: the operator has to act."""


class Finding(Struct, frozen=True):
    """What was looked at, how it stands, what was seen and, if it is not well, the remedy."""

    subject: str
    level: Level
    seen: str
    remedy: str = ""


def well(subject: str, seen: str) -> Finding:
    """All is as it should be."""
    return Finding(subject, "well", seen)


def warning(subject: str, seen: str, remedy: str) -> Finding:
    """Nothing is broken, but the operator should look."""
    return Finding(subject, "warning", seen, remedy)


def failed(subject: str, seen: str, remedy: str) -> Finding:
    """Something that the operator has to mend."""
    return Finding(subject, "failed", seen, remedy)
