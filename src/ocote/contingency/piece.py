"""One piece of work on a contingency: its contingency, and the limits of the work."""

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
        """The ids of the company and the contingency, the first parameters of the statements."""
        return self.row.company_id, self.row.id

    @property
    def host_is_down(self) -> bool:
        """Whether MH is known not to answer this company."""
        return self.host.is_down_for(self.company.credentials)


class WorkLimits(Struct, frozen=True):
    """The numbers of documents and lots that are handled together.

    Up to ``few`` documents are sent one by one, because a lot takes MH minutes; more go in lots. An event names up to
    ``documents_per_event`` documents, a lot holds up to ``documents_per_lot``, and MH has up to ``lots_at_once``
    lots at once, of the 300 that MH allows (rules.md 4, protocol.md 4.2).
    """

    documents_per_event: int = MAX_DOCUMENTS
    documents_per_lot: int = 100
    few: int = 5
    lots_at_once: int = 100
    asked_in_a_piece: int = 128
