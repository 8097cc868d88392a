"""The emulator's own clock, which a test may move."""

from datetime import UTC, datetime, timedelta, timezone

EL_SALVADOR = timezone(timedelta(hours=-6), "America/El_Salvador")
"""MH's local time all year round (protocol.md 1)."""


class MovableClock:
    """Real time, shifted or standing still."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._shift = timedelta()
        self._frozen_at = frozen_at

    def now(self) -> datetime:
        """The present moment in El Salvador."""
        moment = self._frozen_at or datetime.now(UTC)
        return (moment + self._shift).astimezone(EL_SALVADOR)

    def move(self, by: timedelta) -> None:
        """Go forward, or back with a negative span."""
        self._shift += by

    def set(self, moment: datetime) -> None:
        """Go on from this aware moment."""
        self._frozen_at = None
        self._shift = moment - datetime.now(UTC)

    def freeze(self, moment: datetime) -> None:
        """Stand still at this aware moment."""
        self._frozen_at = moment
        self._shift = timedelta()

    def reset(self) -> None:
        """Back to real time."""
        self._frozen_at = None
        self._shift = timedelta()
