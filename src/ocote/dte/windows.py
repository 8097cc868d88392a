"""Windows of time: how long something may be done to a document, counted from a day of its life."""

from enum import Enum

from msgspec import Struct


class Unit(Enum):
    """What a window counts."""

    DAYS = "days"
    BUSINESS_DAYS = "business days"
    MONTHS = "calendar months, clamped to the last day of a shorter one"
    BUSINESS_DAYS_OF_NEXT_MONTH = "business days of the month after"


class Start(Enum):
    """From which day a window counts."""

    ISSUE = "the day the document was issued"
    STAMP = "the day MH stamped it"


class Window(Struct, frozen=True):
    """``count`` units from a day, to the last second of the last day, local time.

    ``enforced`` is false where the gateway only shows the date and leaves the refusal to MH (contract D19).
    """

    count: int
    unit: Unit
    start: Start
    enforced: bool = True
