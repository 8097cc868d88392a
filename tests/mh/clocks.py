"""A clock that stands until a test moves it."""


class Seconds:
    """Tells seconds; usable wherever a clock in seconds is wanted."""

    def __init__(self, start: float = 1_000_000.0) -> None:
        self.value = start

    def __call__(self) -> float:
        return self.value

    def pass_(self, seconds: float) -> None:
        self.value += seconds
