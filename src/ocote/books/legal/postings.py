"""A document as it enters a legal book: the sign under which it counts, and the texts that name it."""

from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.books.entry import BookEntry, day
from ocote.dte.types import DOCUMENT_TYPES


class Posting(Struct, frozen=True):
    """A document as it enters a book of the month.

    ``undone_on`` is the day, in the month, of the invalidation of a document of an earlier month, which is subtracted
    (RACT art. 87); None for a document of the month itself.
    """

    entry: BookEntry
    undone_on: date | None = None

    @property
    def sign(self) -> Decimal:
        """1 for what adds to the month, −1 for what subtracts: a credit note, or an invalidation."""
        own = Decimal(DOCUMENT_TYPES[self.doc_type].export_sign)
        return -own if self.undone_on is not None else own

    @property
    def doc_type(self) -> str:
        """The type of the document by its code (CAT-002)."""
        code: str = self.entry.identification["tipoDte"]
        return code

    @property
    def date(self) -> str:
        """The day under which the document stands in the book, as ISO text: its own, or that of the invalidation."""
        own: str = self.entry.identification["fecEmi"]
        return own if self.undone_on is None else self.undone_on.isoformat()

    @property
    def order(self) -> tuple[str, ...]:
        """By day, hour and number; invalidations behind the documents of their day."""
        identity = self.entry.identification
        hour = identity["horEmi"] if self.undone_on is None else _BEHIND
        return (self.date, hour, identity["tipoDte"], identity["numeroControl"])

    @property
    def remark(self) -> str:
        """The words beside a document that subtracts; "" for any other."""
        if self.undone_on is not None:
            return f"Invalidación de documento del {day(self.entry.identification['fecEmi'])}"
        return DOCUMENT_TYPES[self.doc_type].title if self.sign < 0 else ""


_BEHIND: Final = "24:00:00"


def written_series(control_number: str) -> str:
    """The series of a control number: type, establishment and point of sale."""
    return control_number.rpartition("-")[0]


def point_of(control_number: str) -> str:
    """Establishment and point of sale of a control number, which stand for the number of the cash register."""
    return control_number.split("-")[2]
