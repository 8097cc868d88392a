"""The sales of a month on account of third parties, which the summary of the books shows apart (RACT art. 85)."""

from dataclasses import dataclass
from decimal import Decimal

from ocote.books.entry import ZERO, collected_of, exported_of, local_sales, net_sales
from ocote.books.legal.postings import Posting
from ocote.dte.types import DOCUMENT_TYPES


@dataclass(slots=True)
class ThirdPartySales:
    """Sums in USD: ``exempt`` with what is not subject, ``taxed`` without VAT, and the VAT that documents state."""

    exempt: Decimal = ZERO
    taxed: Decimal = ZERO
    exported: Decimal = ZERO
    vat: Decimal = ZERO
    collected: Decimal = ZERO

    def add(self, posting: Posting) -> None:
        """Adds a sale or a note with a principal, or takes its invalidation off; another document changes nothing."""
        entry, sign = posting.entry, posting.sign
        if entry.principal is None:
            return
        if DOCUMENT_TYPES[posting.doc_type].is_export:
            self.exported += sign * exported_of(entry)
            return
        kinds, sales = local_sales(entry), net_sales(entry)
        self.exempt += sign * (kinds.exempt + kinds.not_subject)
        self.taxed += sign * sales.net
        self.vat += sign * sales.vat
        self.collected += sign * collected_of(entry)

    def columns(self) -> tuple[Decimal, ...]:
        """The sums in the order of the columns of the month's summary."""
        return self.exempt, self.taxed, self.exported, self.vat, self.collected
