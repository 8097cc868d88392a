"""The emulator's own clock, which a test may move."""

from datetime import UTC, datetime, timedelta, timezone

EL_SALVADOR = timezone(timedelta(hours=-6), "America/El_Salvador")
"""MH's local time, without daylight-saving time (protocol.md 1)."""


class MovableClock:
    """A clock of real time, which can be shifted or stopped."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._shift = timedelta()
        self._frozen_at = frozen_at

    def now(self) -> datetime:
        """The present moment in El Salvador."""
        moment = self._frozen_at or datetime.now(UTC)
        return (moment + self._shift).astimezone(EL_SALVADOR)

    def move(self, by: timedelta) -> None:
        """Move the clock forward, or back with a negative span."""
        self._shift += by

    def set(self, moment: datetime) -> None:
        """Set the clock to this aware moment, from which it continues."""
        self._frozen_at = None
        self._shift = moment - datetime.now(UTC)

    def freeze(self, moment: datetime) -> None:
        """Stop the clock at this aware moment."""
        self._frozen_at = moment
        self._shift = timedelta()

    def reset(self) -> None:
        """Set the clock back to real time."""
        self._frozen_at = None
        self._shift = timedelta()
