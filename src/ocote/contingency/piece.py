"""One piece of work on a contingency: what it is about, and how much it may do."""

from msgspec import Struct

from ocote.companies.company import Company
from ocote.dte.contingency_event.value import MAX_DOCUMENTS
from ocote.mh.hosts import MhHost
from ocote.store.contingency.row import ContingencyRow


class Piece(Struct, frozen=True):
    """The contingency as a worker has taken it, its company, and the company's host of MH."""

    row: ContingencyRow
    company: Company
    host: MhHost

    @property
    def which(self) -> tuple[int, str]:
        """Company and contingency, as statements name them."""
        return self.row.company_id, self.row.id


class WorkLimits(Struct, frozen=True):
    """How much is done together.

    Up to ``few`` documents are sent one by one, for a lot takes MH minutes; more go in lots. An event names up to
    ``documents_per_event`` documents, a lot holds up to ``documents_per_lot``, and MH has up to ``lots_at_once`` of
    them in hand, of the 300 that it would take (rules.md 4, protocol.md 4.2).
    """

    documents_per_event: int = MAX_DOCUMENTS
    documents_per_lot: int = 100
    few: int = 5
    lots_at_once: int = 100
    asked_in_a_piece: int = 128
