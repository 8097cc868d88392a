"""Waits for what another thread or process does: a test looks until a condition holds, and never for a span of time."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Final

_LOOK_S: Final = 0.02


def until(
    condition: Callable[[], bool], otherwise: str = "it did not happen in time", *, seconds: float = 30.0
) -> None:
    """Checks a condition until it holds. Raises AssertionError with the words ``otherwise`` when time is up."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, otherwise
        Event().wait(_LOOK_S)
