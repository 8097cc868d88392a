"""Reads what a database knows of the numbers that were given out: its counters, and the newest documents.

Documents and changes of counters are never deleted. A database that lacks one which was in it has gone back.
"""

from typing import Final

from msgspec import Struct

from ocote.dte.control_number import build_control_number
from ocote.dte.sale import Environment
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, one, sql
from ocote.store.installation import InstallationRow, installation


class KnownCounterRow(StoredRow, frozen=True):
    """A counter with the company to which it belongs; ``last`` was given to a document, or set by a person."""

    company_id: int
    nit: str
    environment: Environment
    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    last: int


class NewestDocumentRow(StoredRow, frozen=True):
    """The document with the highest number of a series."""

    id: str
    control_number: str


class KnownNumbers(Struct, frozen=True):
    """The installation, some of its counters, and how often counters were ever set by hand."""

    installation: InstallationRow
    changes: int
    counters: tuple[KnownCounterRow, ...]


class _ChangesRow(StoredRow, frozen=True):
    changes: int


class _FoundRow(StoredRow, frozen=True):
    id: str


_CHANGES = sql("SELECT count(*) AS changes FROM number_change", _ChangesRow)

_COUNTERS = sql(
    """
    SELECT correlative.company_id, company.nit, company.environment, correlative.doc_type, correlative.branch_code,
           correlative.pos_code, correlative.year, correlative.last
    FROM correlative JOIN company ON company.id = correlative.company_id
    WHERE correlative.year >= :year
    ORDER BY correlative.company_id, correlative.doc_type, correlative.branch_code, correlative.pos_code,
             correlative.year""",
    KnownCounterRow,
)

# Numbers of a series have one form, so that their order as text is their order as numbers in every collation. Without
# the upper bound, which is the counter, the search would pass by the higher numbers of earlier years.
_NEWEST_OF_SERIES: Final = sql(
    f"""
    SELECT {columns(NewestDocumentRow)} FROM document
    WHERE company_id = :company AND control_number >= :lowest AND control_number <= :highest AND year = :year
    ORDER BY control_number DESC LIMIT 1""",
    NewestDocumentRow,
)

_EXISTS = sql(
    """
    SELECT id FROM document
    WHERE id = :id AND company_id = (SELECT id FROM company WHERE nit = :nit AND environment = :environment)""",
    _FoundRow,
)


def known_numbers(first_year: int) -> Transaction[KnownNumbers]:
    """The installation and its counters of a year and of later years."""
    row = yield from installation()
    changes = yield from one(_CHANGES())
    return KnownNumbers(row, changes.changes, tuple((yield from every(_COUNTERS(year=first_year)))))


def newest_document(counter: KnownCounterRow) -> Transaction[NewestDocumentRow | None]:
    """The document with the highest number that the counter has given out; None before the first document."""
    if counter.last < 1:
        return None
    doc_type, branch_code, pos_code = counter.doc_type, counter.branch_code, counter.pos_code
    return (
        yield from first(
            _NEWEST_OF_SERIES(
                company=counter.company_id,
                lowest=build_control_number(doc_type, branch_code, pos_code, 1),
                highest=build_control_number(doc_type, branch_code, pos_code, counter.last),
                year=counter.year,
            )
        )
    )


def document_exists(nit: str, environment: str, document_id: str) -> Transaction[bool]:
    """Whether the company has a document with this id, under whatever number."""
    return (yield from first(_EXISTS(nit=nit, environment=environment, id=document_id))) is not None
