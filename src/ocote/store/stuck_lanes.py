"""Mail servers and webhooks that take nothing: lanes of the outbox through which no message gets."""

from ocote.dte.sale import Environment
from ocote.store.engine.statement import StoredRow, Transaction, every, sql
from ocote.store.sendings import Channel


class StuckLane(StoredRow, frozen=True):
    """A lane with the company to which it belongs; ``webhook`` is None for its mail server.

    ``waiting`` messages wait, the oldest since ``since`` (stored UTC text). ``status`` and ``answer`` are those of the
    last attempt.
    """

    channel: Channel
    name: str
    environment: Environment
    webhook: str | None
    waiting: int
    since: str
    status: int | None
    answer: str


_STUCK = sql(
    """
    WITH waiting AS (
        SELECT lane, channel, company_id, count(*) AS waiting, min(begun_at) AS since, max(answered_at) AS last_at,
               CASE WHEN channel = 'webhook' THEN min(target) END AS webhook
        FROM outbox WHERE due_at IS NOT NULL GROUP BY lane, channel, company_id
        HAVING min(CASE WHEN attempts > 0 THEN begun_at END) < :failing)
    SELECT waiting.channel, company.name, company.environment, waiting.webhook, waiting.waiting, waiting.since,
           last.status, last.answer
    FROM waiting
    JOIN company ON company.id = waiting.company_id
    JOIN outbox AS last ON last.id = (
        SELECT min(outbox.id) FROM outbox
        WHERE outbox.lane = waiting.lane AND outbox.due_at IS NOT NULL AND outbox.answered_at = waiting.last_at)
    WHERE NOT EXISTS (
        SELECT 1 FROM outbox AS passed
        WHERE passed.lane = waiting.lane AND passed.state = 'sent' AND passed.answered_at >= :failing)
    ORDER BY waiting.since, waiting.lane""",
    StuckLane,
)


def stuck_lanes(failing: str) -> Transaction[list[StuckLane]]:
    """The lanes in which a message was tried in vain since before ``failing``, and none got through after it."""
    return (yield from every(_STUCK(failing=failing)))
