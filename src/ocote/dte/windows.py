"""Windows of time in which a document may be invalidated or adjusted, counted from its issue or its stamp."""

from enum import Enum

from msgspec import Struct


class Unit(Enum):
    """The unit in which a window is counted."""

    DAYS = "days"
    BUSINESS_DAYS = "business days"
    MONTHS = "calendar months, clamped to the last day of a shorter one"
    BUSINESS_DAYS_OF_NEXT_MONTH = "business days of the month after"


class Start(Enum):
    """The day from which a window is counted."""

    ISSUE = "the day the document was issued"
    STAMP = "the day MH stamped it"


class Window(Struct, frozen=True):
    """A window of ``count`` units from a day to the last second of the last day, local time.

    ``enforced`` is false where the gateway only shows the date and leaves the refusal to MH (contract D19).
    """

    count: int
    unit: Unit
    start: Start
    enforced: bool = True
