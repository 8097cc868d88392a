"""The company's records of customers by a part of the name or of a number."""

from collections.abc import Sequence
from typing import Final

from ocote.store.customers import RememberedRow
from ocote.store.engine.statement import Transaction, columns, every, first, sql
from ocote.store.engine.values import containing

_COLUMNS: Final = columns(RememberedRow)
_LIKE: Final = sql(
    f"""
    SELECT {_COLUMNS} FROM customer
    WHERE company_id = :company AND gone_at IS NULL
      AND (coalesce(folded, lower(record)) LIKE :pattern ESCAPE '!'
           OR (CAST(:digits AS TEXT) IS NOT NULL
               AND (nit LIKE :digits OR dui LIKE :digits OR nrc LIKE :digits)))
    ORDER BY updated_at DESC, id DESC LIMIT :most""",
    RememberedRow,
)
_ONE: Final = sql(
    f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND id = :id AND gone_at IS NULL", RememberedRow
)


def customers_like(company_id: int, name: str, digits: str, most: int) -> Transaction[Sequence[RememberedRow]]:
    """The records with a part of a name, or whose NIT, DUI or NRC begins with ``digits``; those changed last first.

    Records that were forgotten, or that became part of another, are left out.
    """
    return (
        yield from every(
            _LIKE(company=company_id, pattern=containing(name), digits=f"{digits}%" if digits else None, most=most)
        )
    )


def remembered_of(company_id: int, customer_id: int) -> Transaction[RememberedRow | None]:
    """The company's record with this id; None when there is none."""
    return (yield from first(_ONE(company=company_id, id=customer_id)))
