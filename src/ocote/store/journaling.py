"""The lines that units of work hand to the journal, made of the rows that they write."""

from msgspec import UNSET
from msgspec.structs import asdict

from ocote.journal.lines import DocumentLine, JournaledDocument, JudgedKind, VerdictLine
from ocote.store.adjusted import links_of
from ocote.store.engine.statement import StoredRow, Transaction, columns, journaled
from ocote.store.verdict import Verdict


class JournaledRow(StoredRow, JournaledDocument, frozen=True):
    """The columns of ``document`` that the journal holds."""


JOURNALED = columns(JournaledRow)
"""The columns of :class:`JournaledRow` as SQL; a statement that signs a document again returns them."""


def journal_version(row: JournaledRow, at: str) -> Transaction[None]:
    """Hands a signed version of a document to the journal; ``at`` is when it took the place of the version before."""
    has_links = row.family == "note" and row.adjusts_id is None
    links = (yield from links_of(row.company_id, row.id)) if has_links else ()
    yield from journaled(lambda: DocumentLine(**asdict(row), at=at, adjusted=links or UNSET))


def journal_verdict(
    of: JudgedKind, row_id: str, company_id: int, verdict: Verdict, at: str, *, version: int = 0
) -> Transaction[None]:
    """Hands MH's verdict on a signed version of a document, or on an event, to the journal."""
    yield from journaled(
        lambda: VerdictLine(
            of=of,
            id=row_id,
            version=version,
            company_id=company_id,
            state=verdict.state,
            stamp=verdict.stamp,
            mh_state=verdict.mh_state,
            mh_message=verdict.mh_message,
            mh_code=verdict.mh_code,
            observations=verdict.observations,
            answer=verdict.answer,
            at=at,
        )
    )
