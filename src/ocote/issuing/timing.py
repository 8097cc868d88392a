"""The duration of each step of one request, for the ``Server-Timing`` header."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class StepTimes:
    """Collects the durations of named steps of one request, in the order of their first use.

    A step entered twice (two database commits, say) is reported once with the sum. Step names are short ASCII words.
    """

    __slots__ = ("_seconds",)

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Adds the time spent inside the ``with`` block to the step, also when the block raises."""
        began = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - began)

    def add(self, name: str, seconds: float) -> None:
        """Adds a duration measured elsewhere to the step."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    def header(self) -> str:
        """The value of ``Server-Timing`` (W3C Server Timing): ``parse;dur=0.1, sign;dur=0.3``, in milliseconds."""
        return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in self._seconds.items())
