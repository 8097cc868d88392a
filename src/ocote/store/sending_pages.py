"""Pages of a company's e-mails and announcements, each read through an index that holds them in its order."""

from typing import Literal

from ocote.store.engine.statement import Transaction, columns, every, first, sql
from ocote.store.sendings import Channel, ListedSendingRow, SendingRow

SendingView = Literal["all", "given_up", "waiting"]
"""The messages of a page: all, those that were given up, or those that are still to be sent."""

_LISTED = f"""
    SELECT page.*, document.control_number, document.external_ref, webhook.paused_until
    FROM (SELECT {columns(SendingRow)} FROM outbox WHERE {{which}} LIMIT :most) AS page
    JOIN document ON document.company_id = page.company_id AND document.id = page.document_id
    LEFT JOIN webhook ON page.channel = 'webhook' AND webhook.company_id = page.company_id
                     AND webhook.id = page.target
    ORDER BY {{order}}"""
_LATEST_FIRST = "page.created_at DESC, page.id DESC"
_BEHIND = "(created_at, id) < (:at, :id) ORDER BY created_at DESC, id DESC"

_ALL = sql(
    _LISTED.format(which=f"company_id = :company AND channel = :channel AND {_BEHIND}", order=_LATEST_FIRST),
    ListedSendingRow,
)
_GIVEN_UP = sql(
    _LISTED.format(
        which=f"company_id = :company AND channel = :channel AND state IN ('refused', 'expired') AND {_BEHIND}",
        order=_LATEST_FIRST,
    ),
    ListedSendingRow,
)
_TO_TARGET = sql(
    _LISTED.format(
        which=f"company_id = :company AND target = :target AND channel = :channel AND {_BEHIND}", order=_LATEST_FIRST
    ),
    ListedSendingRow,
)
# A lane holds the messages of one company to its mail server.
_WAITING = sql(
    _LISTED.format(
        which="lane = :lane AND due_at IS NOT NULL AND company_id = :company "
        "AND (due_at, id) > (:at, :id) ORDER BY due_at, id",
        order="page.due_at, page.id",
    ),
    ListedSendingRow,
)
_ONE = sql(
    _LISTED.format(which="company_id = :company AND id = :id AND channel = :channel", order="page.id"),
    ListedSendingRow,
)


def sendings_page(
    company_id: int, channel: Channel, place: tuple[str, str] | None, most: int, *, given_up: bool = False
) -> Transaction[list[ListedSendingRow]]:
    """Messages of a channel, latest first, behind a position: ``created_at`` and ``id`` of the message before."""
    at, message_id = place or ("\uffff", "")
    statement = _GIVEN_UP if given_up else _ALL
    return (yield from every(statement(company=company_id, channel=channel, at=at, id=message_id, most=most)))


def sendings_to(
    company_id: int, channel: Channel, target: str, place: tuple[str, str] | None, most: int
) -> Transaction[list[ListedSendingRow]]:
    """Messages to one address or one webhook, latest first, behind a position as in ``sendings_page``."""
    at, message_id = place or ("\uffff", "")
    which = {"company": company_id, "channel": channel, "target": target, "at": at, "id": message_id, "most": most}
    return (yield from every(_TO_TARGET(**which)))


def waiting_mails(company_id: int, place: tuple[str, str] | None, most: int) -> Transaction[list[ListedSendingRow]]:
    """E-mails that are still to be sent, the next one first, behind a position: ``due_at`` and ``id``."""
    at, message_id = place or ("", "")
    lane = f"email:{company_id}"
    return (yield from every(_WAITING(company=company_id, lane=lane, at=at, id=message_id, most=most)))


def sending_of(company_id: int, channel: Channel, sending_id: str) -> Transaction[ListedSendingRow | None]:
    """One message of a company; None for an unknown id."""
    return (yield from first(_ONE(company=company_id, channel=channel, id=sending_id, most=1)))
