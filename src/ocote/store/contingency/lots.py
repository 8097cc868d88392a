"""Delivering the documents of a reported contingency, in lots or one by one (rules.md 4, protocol.md 4.2)."""

from ocote.store.document_row import DOCUMENT_COLUMNS
from ocote.store.engine.statement import Row, Transaction, sql

_LOT = "id, event_id, company_id, state, code, sent_at, polls"

_TO_DELIVER = sql("""
    SELECT id, version, doc_type, edition, generation_code FROM document
    WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 0
    ORDER BY posted_at, id LIMIT :most""")
_ALONE = sql("""
    SELECT id, version, doc_type, edition, generation_code FROM document
    WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 1
    ORDER BY posted_at, id LIMIT :most""")

_INSERT_LOT = sql("""
    INSERT INTO lot (id, event_id, company_id, state, sent_at) VALUES (:id, :event, :company, 'registered', :now)""")

_INTO_LOT = sql("""
    UPDATE document SET lot_id = :lot
    WHERE id IN (
        SELECT id FROM document
        WHERE company_id = :company AND event_id = :event AND state = 'contingency' AND lot_id IS NULL AND alone = 0
        ORDER BY posted_at, id LIMIT :most)
      AND lot_id IS NULL
    RETURNING id""")

_LOT_RECEIVED = sql("""
    UPDATE lot SET state = 'received', code = :code WHERE company_id = :company AND id = :id""")

_LOT_POLLED = sql("UPDATE lot SET polls = polls + 1 WHERE company_id = :company AND id = :id")

_LOT_ENDED = sql("UPDATE lot SET state = :state WHERE company_id = :company AND id = :id")

_OUT_OF_LOT = sql("""
    UPDATE document SET lot_id = NULL, alone = 1
    WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'""")

_LOTS = sql(f"""
    SELECT {_LOT} FROM lot
    WHERE company_id = :company AND state IN ('registered', 'received')
      AND event_id IN (SELECT id FROM contingency_event WHERE company_id = :company AND contingency_id = :contingency)
    ORDER BY sent_at, id LIMIT :most""")

_IN_LOT = sql(f"""
    SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'
    ORDER BY posted_at, id""")


_TEXTS = sql("""
    SELECT jws FROM document WHERE company_id = :company AND lot_id = :lot AND state = 'contingency'
    ORDER BY posted_at, id""")
_TEXT = sql("""
    SELECT jws FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'""")


def texts_in_lot(company_id: int, lot_id: str) -> Transaction[list[str]]:
    """The signed texts of a lot's documents, in their order."""
    return [row["jws"] for row in (yield _TEXTS(company=company_id, lot=lot_id))]


def text_of(company_id: int, document: Row) -> Transaction[str | None]:
    """The signed text of one document; None when it does not wait any more as it did when the row was read."""
    rows = yield _TEXT(company=company_id, id=document["id"], version=document["version"])
    return rows[0]["jws"] if rows else None


def to_deliver(company_id: int, event_id: str, most: int) -> Transaction[list[Row]]:
    """Documents of a stamped event that are in no lot and may go into one."""
    return (yield _TO_DELIVER(company=company_id, event=event_id, most=most))


def to_send_alone(company_id: int, event_id: str, most: int) -> Transaction[list[Row]]:
    """Documents of a stamped event that a lot did not settle."""
    return (yield _ALONE(company=company_id, event=event_id, most=most))


def insert_lot(lot_id: str, company_id: int, event_id: str, most: int, now: str) -> Transaction[int]:
    """Keeps a lot of up to ``most`` documents before it is sent; returns how many it holds, none of which is no lot."""
    if not (yield _TO_DELIVER(company=company_id, event=event_id, most=1)):
        return 0
    yield _INSERT_LOT(id=lot_id, event=event_id, company=company_id, now=now)
    return len((yield _INTO_LOT(lot=lot_id, company=company_id, event=event_id, most=most)))


def in_lot(company_id: int, lot_id: str) -> Transaction[list[Row]]:
    """The documents of a lot that still wait for MH's word."""
    return (yield _IN_LOT(company=company_id, lot=lot_id))


def open_lots(company_id: int, contingency_id: str, most: int) -> Transaction[list[Row]]:
    """Lots of a contingency that MH has not finished with."""
    return (yield _LOTS(company=company_id, contingency=contingency_id, most=most))


def lot_received(company_id: int, lot_id: str, code: str) -> Transaction[None]:
    """MH took the lot and gave it a code to ask with."""
    yield _LOT_RECEIVED(company=company_id, id=lot_id, code=code)


def lot_polled(company_id: int, lot_id: str) -> Transaction[None]:
    """One more attempt to have a lot taken, or question about it, that did not settle it."""
    yield _LOT_POLLED(company=company_id, id=lot_id)


def end_lot(company_id: int, lot_id: str, state: str) -> Transaction[None]:
    """Closes a lot, ``done`` or ``failed``; documents that still wait go by themselves."""
    yield _LOT_ENDED(company=company_id, id=lot_id, state=state)
    yield _OUT_OF_LOT(company=company_id, lot=lot_id)
