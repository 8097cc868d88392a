"""Dates and hours as El Salvador's clocks show them."""

from datetime import datetime, timedelta, timezone

EL_SALVADOR = timezone(timedelta(hours=-6), "America/El_Salvador")
"""A fixed offset: the country has no daylight-saving time, and a fixed offset needs no zone database on the host."""


def local(instant: datetime) -> datetime:
    """An aware instant as local time; raises ValueError for a naive instant, whose moment is not known."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(EL_SALVADOR)


def date_and_hour(instant: datetime) -> tuple[str, str]:
    """``yyyy-MM-dd`` and ``HH:mm:ss`` of an aware instant, MH's form for every date and hour (rules.md 3)."""
    text = local(instant).isoformat(timespec="seconds")
    return text[:10], text[11:19]


def from_date_and_hour(day: str, hour: str) -> datetime:
    """The aware instant of ``fecEmi`` and ``horEmi`` as a document states them; the inverse of ``date_and_hour``."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=EL_SALVADOR)
