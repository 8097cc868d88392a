"""The report of a replay: its counts, and whether the journal reaches to the last document."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

from ocote.dte.sale import Environment

Stage = Literal["reading", "customers", "documents", "verdicts"]
"""The parts of a replay, for the progress that is shown."""


class Moved(Struct, frozen=True):
    """How far a replay has come in one of its parts; reading is counted in bytes."""

    stage: Stage
    done: int
    total: int


Shortfall = Literal[
    "no_segments",
    "no_journal_before",
    "segments_missing",
    "segments_damaged",
    "copied_segment",
    "two_segments_of_a_number",
    "company_missing",
    "number_open",
    "displaced",
    "text_missing",
    "numbers_missing",
]
"""Why a journal does not prove that it reaches to the last document."""


class Counted(Struct):
    """How much of each kind a replay wrote, found there already, or left out."""

    documents: int = 0
    texts: int = 0
    known: int = 0
    undone: int = 0
    dropped: int = 0
    customers: int = 0
    events: int = 0
    cancellations: int = 0
    verdicts: int = 0
    torn: int = 0


class Displaced(Struct, frozen=True):
    """A document of the journal that was kept, or that MH has stamped, and that has no place in the database.

    Another document has its number or its reference. ``signed_at`` is stored text.
    """

    nit: str
    external_ref: str
    control_number: str
    generation_code: str
    signed_at: str
    other_ref: str
    other_number: str
    has_stamp: bool


class MissingCompany(Struct, frozen=True):
    """A company that the database does not have, and how many documents of it are in the journal."""

    nit: str
    environment: Environment
    documents: int


class NumberGap(Struct, frozen=True):
    """Numbers of a series that neither the journal nor the database has; ``first`` and ``last`` are correlatives."""

    nit: str
    doc_type: str
    point: str
    year: int
    first: int
    last: int


class ReplayReport(Struct, frozen=True):
    """The result of a replay.

    ``segments`` counts those that were read, ``foreign`` the files of other installations.
    ``shortfalls`` is empty when the journal reaches to the last document; ``missing`` and ``damaged`` are numbers of
    segments. ``open_numbers`` are control numbers about which MH has to be asked. ``texts_missing`` are references of
    documents of which a line is missing. ``was_confirmed``: numbers may be given out again.
    """

    folder: Path
    counted: Counted
    shortfalls: frozenset[Shortfall]
    missing: tuple[int, ...] = ()
    damaged: tuple[int, ...] = ()
    copied: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    segments: int = 0
    foreign: int = 0
    companies: tuple[MissingCompany, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    open_numbers: tuple[str, ...] = ()
    texts_missing: tuple[str, ...] = ()
    gaps: tuple[NumberGap, ...] = ()
    was_confirmed: bool = False

    @property
    def reaches(self) -> bool:
        """Whether the journal reaches to the last document."""
        return not self.shortfalls
