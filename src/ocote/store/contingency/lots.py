"""The lots, or single documents, in which a reported contingency goes to MH (rules.md 4, protocol.md 4.2)."""

from typing import Literal

from ocote.dte.schedule import Edition
from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, sql


class LotRow(StoredRow, frozen=True):
    """One lot that MH has not finished; ``code`` is MH's code of a received lot, ``polls`` counts attempts."""

    id: str
    state: Literal["registered", "received"]
    code: str | None
    polls: int


class UndeliveredDocument(StoredRow, frozen=True):
    """One document of a stamped event that is in no lot."""

    id: str
    version: int
    doc_type: str
    edition: Edition
    generation_code: str


class _Id(StoredRow, frozen=True):
    id: str


class _Text(StoredRow, frozen=True):
    jws: str


_TO_DELIVER = sql(
    f"""
    SELECT {columns(UndeliveredDocument)} FROM document
    WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 0
    ORDER BY posted_at, id LIMIT :most""",
    UndeliveredDocument,
)
_ALONE = sql(
    f"""
    SELECT {columns(UndeliveredDocument)} FROM document
    WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 1
    ORDER BY posted_at, id LIMIT :most""",
    UndeliveredDocument,
)

_INSERT_LOT = sql("""
    INSERT INTO lot (id, event_id, company_id, state, sent_at) VALUES (:id, :event, :company, 'registered', :now)""")

_INTO_LOT = sql(
    """
    WITH next AS MATERIALIZED (
        SELECT id FROM document
        WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 0
        ORDER BY posted_at, id LIMIT :most)
    UPDATE document SET lot_id = :lot
    WHERE id IN (SELECT id FROM next) AND lot_id IS NULL
    RETURNING id""",
    _Id,
)

_LOT_RECEIVED = sql("""
    UPDATE lot SET state = 'received', code = :code WHERE company_id = :company AND id = :id""")

_LOT_POLLED = sql("UPDATE lot SET polls = polls + 1 WHERE company_id = :company AND id = :id")

_LOT_ENDED = sql("UPDATE lot SET state = :state WHERE company_id = :company AND id = :id")

_OUT_OF_LOT = sql("""
    UPDATE document SET lot_id = NULL, alone = 1
    WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'""")

_LOTS = sql(
    f"""
    SELECT {columns(LotRow)} FROM lot
    WHERE company_id = :company AND state IN ('registered', 'received')
      AND event_id IN (SELECT id FROM contingency_event WHERE company_id = :company AND contingency_id = :contingency)
    ORDER BY sent_at, id LIMIT :most""",
    LotRow,
)

_IN_LOT = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'
    ORDER BY posted_at, id""",
    DocumentRow,
)


_TEXTS = sql(
    """
    SELECT jws FROM document WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'
    ORDER BY posted_at, id""",
    _Text,
)
_TEXT = sql(
    """
    SELECT jws FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'""",
    _Text,
)


def texts_in_lot(company_id: int, lot_id: str) -> Transaction[list[str]]:
    """The signed texts of a lot's documents, in their order."""
    return [row.jws for row in (yield from every(_TEXTS(company=company_id, lot=lot_id)))]


def waiting_text(company_id: int, document_id: str, version: int) -> Transaction[str | None]:
    """The signed text of one document; None when the document no longer waits in this version."""
    row = yield from first(_TEXT(company=company_id, id=document_id, version=version))
    return row.jws if row is not None else None


def to_deliver(company_id: int, event_id: str, most: int) -> Transaction[list[UndeliveredDocument]]:
    """Documents of a stamped event that are in no lot and may be put into a lot."""
    return (yield from every(_TO_DELIVER(company=company_id, event=event_id, most=most)))


def to_send_alone(company_id: int, event_id: str, most: int) -> Transaction[list[UndeliveredDocument]]:
    """Documents of a stamped event that a lot did not settle."""
    return (yield from every(_ALONE(company=company_id, event=event_id, most=most)))


def insert_lot(lot_id: str, company_id: int, event_id: str, most: int, now: str) -> Transaction[int]:
    """Stores a lot of up to ``most`` documents before it is sent; returns the number of documents, 0 for no lot."""
    if not (yield from to_deliver(company_id, event_id, most=1)):
        return 0
    yield _INSERT_LOT(id=lot_id, event=event_id, company=company_id, now=now)
    return len((yield from every(_INTO_LOT(lot=lot_id, company=company_id, event=event_id, most=most))))


def in_lot(company_id: int, lot_id: str) -> Transaction[list[DocumentRow]]:
    """The documents of a lot without a verdict of MH."""
    return (yield from every(_IN_LOT(company=company_id, lot=lot_id)))


def open_lots(company_id: int, contingency_id: str, most: int) -> Transaction[list[LotRow]]:
    """Lots of a contingency that MH has not finished yet."""
    return (yield from every(_LOTS(company=company_id, contingency=contingency_id, most=most)))


def lot_received(company_id: int, lot_id: str, code: str) -> Transaction[None]:
    """Writes the code that MH gave to a lot, with which to ask for the results."""
    yield _LOT_RECEIVED(company=company_id, id=lot_id, code=code)


def lot_polled(company_id: int, lot_id: str) -> Transaction[None]:
    """Counts a transmission of a lot, or a query about the lot, that brought no result."""
    yield _LOT_POLLED(company=company_id, id=lot_id)


def end_lot(company_id: int, lot_id: str, state: Literal["done", "failed"]) -> Transaction[None]:
    """Closes a lot, ``done`` or ``failed``; its documents without verdict are then sent one by one."""
    yield _LOT_ENDED(company=company_id, id=lot_id, state=state)
    yield _OUT_OF_LOT(company=company_id, lot=lot_id)
