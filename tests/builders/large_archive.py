"""An archive of years in seconds: one document that was issued, copied by the database itself."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql

_AT_ONCE: Final = 20_000

# Both databases understand it: numbers with six or twelve digits need no padding.
_COPY = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, stamp, mh_state, mh_message, mh_code, observations,
        taxable_cents, vat_cents, gross_cents, withheld_cents, payable_cents, customer_name, customer_folded,
        customer_id, fingerprint, posted_at, stamped_at, request, jws, answer)
    WITH RECURSIVE numbers (n) AS (
        SELECT CAST(:first AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < CAST(:last AS BIGINT))
    SELECT '00000000-0000-4000-8000-' || CAST(100000000000 + n AS TEXT), company_id, family, doc_type, edition,
        'archivo-' || CAST(n AS TEXT), branch_code, pos_code, year - 1,
        substr(control_number, 1, 16) || CAST(100000000000000 + n AS TEXT),
        '11111111-0000-4000-8000-' || CAST(100000000000 + n AS TEXT), version, state, stamp, mh_state, mh_message,
        mh_code, observations, taxable_cents, vat_cents, gross_cents, withheld_cents, payable_cents, customer_name,
        customer_folded, customer_id, fingerprint,
        '2025-' || CAST(10 + n * 3 / CAST(:documents AS BIGINT) AS TEXT) || '-20T12:' ||
            CAST(10 + n / 1000000 AS TEXT) || ':10.' || CAST(100000 + n % 900000 AS TEXT) || 'Z',
        stamped_at, request, jws, answer
    FROM document CROSS JOIN numbers
    WHERE external_ref = :reference
      AND company_id = (SELECT company_id FROM api_key WHERE prefix = :prefix)""")
_STATISTICS = sql("ANALYZE")


def fill_archive(database_url: str, key: str, reference: str, documents: int) -> None:
    """Copies an issued document of the company of a key so many times into the last quarter of 2025."""

    async def fill() -> None:
        async with open_store(database_url) as store:
            for first in range(1, documents + 1, _AT_ONCE):
                last = min(first + _AT_ONCE - 1, documents)
                await store.write(_copies, key[:12], reference, first, last, documents)
            await store.write(_known)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, fill()).result()


def _copies(prefix: str, reference: str, first: int, last: int, documents: int) -> Transaction[None]:
    yield _COPY(prefix=prefix, reference=reference, first=first, last=last, documents=documents + 1)


def _known() -> Transaction[None]:
    yield _STATISTICS.alone()
