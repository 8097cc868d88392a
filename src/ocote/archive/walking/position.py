"""Where a walk through the archive is, and what it has found: enough to go on after an interruption."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from ocote.archive.walking.fault import ArchiveFault
from ocote.archive.walking.numbering import Reached
from ocote.archive.walking.signatures import SignatureHistory
from ocote.dte.sale import Environment

_FORMAT: Final = 2

MOST_FAULTS: Final = 300
"""The faults that are kept in full; of those beyond only the number is kept."""

WalkStage = Literal["documents", "stamps", "numbers", "invalidations", "reports", "done"]
"""The parts of a company's archive in the order of their walk."""


class WalkScope(Struct, frozen=True):
    """The part of an archive that is walked: the companies of a database, of a NIT or of an environment.

    ``certificates`` are the fingerprints of the earlier certificates that were given. A position is of use only to
    a walk of the same scope.
    """

    installation: str
    nit: str | None
    environment: str | None
    certificates: tuple[str, ...] = ()
    format: int = _FORMAT


class DoubtfulTexts(Struct, frozen=True):
    """The texts of a company that an earlier certificate signed, or that are damaged, and the span of their moments."""

    nit: str
    environment: Environment
    texts: int
    signed_from: str
    signed_until: str


class Findings(Struct):
    """Everything that a walk has counted and found; ``declared`` are notes on documents of other systems."""

    companies: int = 0
    documents: int = 0
    texts: int = 0
    events: int = 0
    series: int = 0
    declared: int = 0
    faults: int = 0
    listed: list[ArchiveFault] = []
    doubtful: list[DoubtfulTexts] = []

    def add(self, faults: list[ArchiveFault]) -> None:
        """Counts faults, and keeps the first of them in full."""
        self.faults += len(faults)
        self.listed.extend(faults[: max(0, MOST_FAULTS - len(self.listed))])


class WalkPosition(Struct):
    """The place of a walk: the company, the stage of its archive, and the last row that was walked.

    ``stamps`` counts the digests in the file of stamps, ``counters`` are those from before the walk of the numbers,
    ``reached`` is where that walk is.
    """

    scope: WalkScope
    began_at: str
    company_id: int = 0
    stage: WalkStage = "documents"
    after: tuple[str, str] = ("", "")
    stamps: int = 0
    counters: tuple[Reached, ...] | None = None
    reached: tuple[Reached, ...] = ()
    history: SignatureHistory = SignatureHistory()
    found: Findings = msgspec.field(default_factory=Findings)

    def enter(self, company_id: int) -> bool:
        """Goes to a company; False when the walk is in this company already, or past it."""
        if company_id <= self.company_id:
            return False
        self.company_id = company_id
        self.history = SignatureHistory()
        self.counters, self.reached = None, ()
        self.stamps = 0
        self.go_to("documents")
        return True

    def go_to(self, stage: WalkStage) -> None:
        """Goes to the beginning of a stage."""
        self.stage, self.after = stage, ("", "")


def encode_position(position: WalkPosition) -> bytes:
    """The position as the text of its file."""
    return msgspec.json.encode(position)


def decode_position(text: bytes) -> WalkPosition | None:
    """The position in the text of its file; None for any other text, as from another version of this program."""
    try:
        return msgspec.json.decode(text, type=WalkPosition)
    except (msgspec.DecodeError, UnicodeError):
        return None
