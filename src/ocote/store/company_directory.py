"""All companies of the gateway for its operator: counts of what each does, and nothing of any document."""

from collections.abc import Sequence
from typing import Final

import msgspec

from ocote.dte.sale import Environment
from ocote.store.engine.statement import Statement, StoredRow, Transaction, every, sql


class CompanyName(StoredRow, frozen=True):
    """A company by its names, as an operator looks for it."""

    id: int
    name: str
    nit: str
    environment: Environment


class CompanySummary(StoredRow, frozen=True):
    """The activity of a company, in counts. Moments are stored text in UTC.

    ``v2_from`` is the first day of Normativa v2.0, None for the usual one. ``today`` are documents of the day;
    ``refused`` wait for a correction, ``mails`` and ``webhooks`` are messages that were given up lately.
    """

    id: int
    nit: str
    environment: Environment
    name: str
    active: bool
    certificate_valid_until: str | None
    v2_from: str | None
    last_document_at: str | None
    today: int
    contingencies: int
    refused: int
    mails: int
    webhooks: int
    people: int


_FIRST = sql("SELECT id, name, nit, environment FROM company ORDER BY name, id LIMIT :most", CompanyName)
_AFTER = sql(
    """
    SELECT id, name, nit, environment FROM company
    WHERE (name, id) > (SELECT name, id FROM company WHERE id = :after) ORDER BY name, id LIMIT :most""",
    CompanyName,
)
_NAMES = sql("SELECT id, name, nit, environment FROM company ORDER BY name, id", CompanyName)

_IDS_ON_SQLITE: Final = "company.id IN (SELECT value FROM json_each(:ids))"
_IDS_ON_POSTGRES: Final = (
    "company.id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS BIGINT)))"
)


def _summaries(which: str, v2_from: str) -> Statement[CompanySummary]:
    """Each count goes through an index that begins with the company."""
    return sql(
        f"""
        SELECT company.id, company.nit, company.environment, company.name, company.active,
               company.certificate_valid_until, {v2_from} AS v2_from,
               (SELECT max(posted_at) FROM document WHERE company_id = company.id) AS last_document_at,
               (SELECT CAST(count(*) AS BIGINT) FROM document
                WHERE company_id = company.id AND posted_at >= :today) AS today,
               (SELECT CAST(count(*) AS BIGINT) FROM contingency
                WHERE company_id = company.id AND state <> 'done') AS contingencies,
               (SELECT CAST(count(*) AS BIGINT) FROM document
                WHERE company_id = company.id AND posted_at >= :lately AND state <> 'stamped'
                  AND state = 'rejected') AS refused,
               (SELECT CAST(count(*) AS BIGINT) FROM outbox
                WHERE company_id = company.id AND channel = 'email' AND created_at >= :lately
                  AND state IN ('refused', 'expired')) AS mails,
               (SELECT CAST(count(*) AS BIGINT) FROM outbox
                WHERE company_id = company.id AND channel = 'webhook' AND created_at >= :lately
                  AND state IN ('refused', 'expired')) AS webhooks,
               (SELECT CAST(count(*) AS BIGINT) FROM membership WHERE company_id = company.id) AS people
        FROM company WHERE {which} ORDER BY company.name, company.id""",
        CompanySummary,
    )


_ON_SQLITE = _summaries(_IDS_ON_SQLITE, "json_extract(company.profile, '$.v2_from')")
_ON_POSTGRES = _summaries(_IDS_ON_POSTGRES, "CAST(company.profile AS json) ->> 'v2_from'")
_SUMMARIES: Statement[CompanySummary] = Statement(
    sqlite=_ON_SQLITE.sqlite, postgres=_ON_POSTGRES.postgres, names=_ON_POSTGRES.names, row=CompanySummary
)


def companies_after(_gateway: int, after: int | None, most: int) -> Transaction[list[CompanyName]]:
    """Companies in the order of their names, behind the company with an id, or from the first."""
    return (yield from every(_FIRST(most=most) if after is None else _AFTER(after=after, most=most)))


def company_names(_gateway: int) -> Transaction[list[CompanyName]]:
    """The names of every company, in their order, out of an index alone."""
    return (yield from every(_NAMES()))


def company_summaries(_gateway: int, ids: Sequence[int], today: str, lately: str) -> Transaction[list[CompanySummary]]:
    """The activity of some companies, in one statement; counted since ``today`` and since ``lately``."""
    encoded = msgspec.json.encode(list(ids)).decode()
    return (yield from every(_SUMMARIES(ids=encoded, today=today, lately=lately)))
