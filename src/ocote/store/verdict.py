"""MH's verdict, in the form in which documents and events store it."""

from typing import Literal

from msgspec import Struct


class Verdict(Struct, frozen=True):
    """MH's verdict on one signed version of a document, or on an event.

    ``late`` is the state of a contingency event that MH refused as out of time.
    """

    state: Literal["stamped", "rejected", "late"]
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    answer: str
