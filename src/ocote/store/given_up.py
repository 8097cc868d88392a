"""Messages of a company that were given up: shown to the operator without their receivers, and tried again."""

from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql
from ocote.store.sendings import Channel, SendingState


class GivenUpRow(StoredRow, frozen=True):
    """A message that was given up, without its address and its document. ``status`` is that of the last attempt."""

    id: str
    event: str
    state: SendingState
    created_at: str
    answered_at: str | None
    attempts: int
    status: int | None


class _SendingIdRow(StoredRow, frozen=True):
    id: str


_PAGE = sql(
    f"""
    SELECT {columns(GivenUpRow)} FROM outbox
    WHERE company_id = :company AND channel = :channel AND state IN ('refused', 'expired')
    ORDER BY created_at DESC, id DESC LIMIT :most""",
    GivenUpRow,
)
# A webhook that is switched off keeps its announcements until somebody switches it on.
_TRY_AGAIN = sql(
    """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM outbox
        WHERE company_id = :company AND channel = :channel AND state IN ('refused', 'expired')
          AND (CAST(:id AS TEXT) = '' OR id = :id)
          AND (channel = 'email' OR target IN (SELECT id FROM webhook
                                               WHERE removed_at IS NULL AND disabled_at IS NULL))
        ORDER BY created_at, id LIMIT :most :lock)
    UPDATE outbox SET state = 'queued', due_at = :now, begun_at = :now, attempts = 0
    WHERE id IN (SELECT id FROM chosen)
    RETURNING id""",
    _SendingIdRow,
    lock="update skip locked",
)


def given_up(company_id: int, channel: Channel, most: int) -> Transaction[list[GivenUpRow]]:
    """The messages of a channel that were given up last, the latest first."""
    return (yield from every(_PAGE(company=company_id, channel=channel, most=most)))


def try_given_up_again(company_id: int, channel: Channel, sending_id: str, now: str, most: int) -> Transaction[int]:
    """Makes messages due again that were given up, the oldest first, or the one with an id; returns how many."""
    tried = _TRY_AGAIN(company=company_id, channel=channel, id=sending_id, now=now, most=most)
    return len((yield from every(tried)))
