"""Customers by name or number, with the documents of each: what lists, pages and suggestions of customers show."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.customers import RememberedRow
from ocote.store.document_row import State
from ocote.store.engine.statement import Statement, StoredRow, Transaction, columns, every, one, sql, text_list
from ocote.store.engine.values import containing, searched_name

_NAMED_AT_ONCE: Final = 1000


class ListedCustomerRow(StoredRow, frozen=True):
    """A customer's record in a list; ``last_at`` is the moment of the latest document, None without any."""

    id: int
    record: str
    folded: str
    updated_at: str
    last_at: str | None


class CustomerFilter(Struct, frozen=True):
    """Which customers to list: at most so many, in the order of their names behind a place in it.

    ``number`` is a NIT, DUI or NRC in digits, ``name`` a part of the name whatever its case and accents.
    """

    most: int
    after: tuple[str, int] = ("", 0)
    number: str | None = None
    name: str | None = None


class CustomerDocumentRow(StoredRow, frozen=True):
    """A document of a customer; ``said`` is the customer of its request as JSON, None when it had none."""

    id: str
    doc_type: str
    control_number: str
    posted_at: str
    payable_cents: int
    state: State
    invalidated_at: str | None
    said: str | None


class _Unnamed(StoredRow, frozen=True):
    id: int
    record: str


class _Count(StoredRow, frozen=True):
    n: int


_LAST: Final = """
    (SELECT max(posted_at) FROM document
     WHERE document.company_id = page.company_id AND document.customer_id = page.id) AS last_at"""
_LISTED: Final = f"page.id, page.record, page.folded, page.updated_at, {_LAST}"
# The inner selection is answered by the index customer_by_name alone: a record that is not listed is never read.
_BY_NAME: Final = sql(
    f"""
    SELECT {_LISTED}
    FROM (SELECT id FROM customer
          WHERE company_id = :company AND (folded, id) > (:after, :after_id) AND gone_at IS NULL
            AND (CAST(:pattern AS TEXT) IS NULL OR folded LIKE :pattern ESCAPE '!')
          ORDER BY folded, id LIMIT :most) AS chosen
    JOIN customer AS page ON page.id = chosen.id
    ORDER BY page.folded, page.id""",
    ListedCustomerRow,
)
_BY_NUMBER: Final = sql(
    f"""
    SELECT {_LISTED}
    FROM (SELECT id FROM customer WHERE company_id = :company AND nit = :number
          UNION SELECT id FROM customer WHERE company_id = :company AND dui = :number
          UNION SELECT id FROM customer WHERE company_id = :company AND nrc = :number) AS chosen
    JOIN customer AS page ON page.id = chosen.id AND page.gone_at IS NULL
    WHERE (page.folded, page.id) > (:after, :after_id)
    ORDER BY page.folded, page.id LIMIT :most""",
    ListedCustomerRow,
)
# A name is looked for in the index by name, whose few hits alone are read; a record of a program of before is in none.
_LIKE: Final = sql(
    f"""
    SELECT {columns(RememberedRow)} FROM customer
    WHERE company_id = :company AND gone_at IS NULL AND id IN (
        SELECT id FROM customer WHERE company_id = :company AND folded LIKE :pattern ESCAPE '!'
        UNION SELECT id FROM customer
        WHERE company_id = :company AND folded IS NULL AND lower(record) LIKE :pattern ESCAPE '!'
        UNION SELECT id FROM customer
        WHERE company_id = :company AND CAST(:digits AS TEXT) IS NOT NULL
          AND (nit LIKE :digits OR dui LIKE :digits OR nrc LIKE :digits))
    ORDER BY updated_at DESC, id DESC LIMIT :most""",
    RememberedRow,
)
_UNNAMED: Final = sql(
    "SELECT id, record FROM customer WHERE company_id = :company AND folded IS NULL LIMIT :most", _Unnamed
)
_NAME: Final = sql("UPDATE customer SET folded = :folded WHERE company_id = :company AND id = :id")
_DOCUMENTS: Final = """
    SELECT id, doc_type, control_number, posted_at, payable_cents, state, invalidated_at, SAID AS said
    FROM document
    WHERE company_id = :company AND customer_id = :customer
      AND (:any_point = 1 OR branch_code || pos_code IN (:...points))
    ORDER BY posted_at DESC, id DESC LIMIT :most"""
_COUNT: Final = sql(
    "SELECT count(*) AS n FROM document WHERE company_id = :company AND customer_id = :customer", _Count
)
_COUNT_AT: Final = sql(
    """
    SELECT count(*) AS n FROM document
    WHERE company_id = :company AND customer_id = :customer AND branch_code || pos_code IN (:...points)""",
    _Count,
)


_SAID_ON_SQLITE: Final = "coalesce(json_extract(request, '$.customer'), json_extract(request, '$.seller'))"
_SAID_ON_POSTGRES: Final = "coalesce(CAST(request AS json) ->> 'customer', CAST(request AS json) ->> 'seller')"


def _spelled(text: str) -> Statement[CustomerDocumentRow]:
    """A statement in which each database reads the customer out of the JSON of a request."""
    sqlite = sql(text.replace("SAID", _SAID_ON_SQLITE), CustomerDocumentRow)
    postgres = sql(text.replace("SAID", _SAID_ON_POSTGRES), CustomerDocumentRow)
    return Statement(sqlite=sqlite.sqlite, postgres=postgres.postgres, names=postgres.names, row=CustomerDocumentRow)


_LATEST_DOCUMENTS: Final = _spelled(_DOCUMENTS)


def customers_page(company_id: int, wanted: CustomerFilter) -> Transaction[list[ListedCustomerRow]]:
    """Customers of the company in the order of their names."""
    after, after_id = wanted.after
    if wanted.number is not None:
        found = _BY_NUMBER(company=company_id, number=wanted.number, after=after, after_id=after_id, most=wanted.most)
    else:
        pattern = None if wanted.name is None else containing(wanted.name)
        found = _BY_NAME(company=company_id, pattern=pattern, after=after, after_id=after_id, most=wanted.most)
    return (yield from every(found))


def customers_like(company_id: int, name: str, digits: str, most: int) -> Transaction[list[RememberedRow]]:
    """The records with a part of a name, or whose NIT, DUI or NRC begins with ``digits``; those changed last first."""
    starting = f"{digits}%" if digits else None
    return (yield from every(_LIKE(company=company_id, pattern=containing(name), digits=starting, most=most)))


def lacks_names(company_id: int) -> Transaction[bool]:
    """Whether a program of before has written records that no list has yet."""
    return bool((yield from every(_UNNAMED(company=company_id, most=1))))


def name_records(company_id: int) -> Transaction[None]:
    """Enters records of a program of before into the lists, so many at a time."""
    for row in (yield from every(_UNNAMED(company=company_id, most=_NAMED_AT_ONCE))):
        yield _NAME(company=company_id, id=row.id, folded=searched_name(row.record))


def documents_of(
    company_id: int, customer_id: int, points: Sequence[str], most: int
) -> Transaction[list[CustomerDocumentRow]]:
    """The latest documents of a customer, the newest first; of some points of sale when any are named."""
    return (
        yield from every(
            _LATEST_DOCUMENTS(
                company=company_id,
                customer=customer_id,
                any_point=int(not points),
                points=text_list(points),
                most=most,
            )
        )
    )


def count_documents(company_id: int, customer_id: int, points: Sequence[str] = ()) -> Transaction[int]:
    """The number of documents of a customer; of some points of sale when any are named."""
    if not points:
        return (yield from one(_COUNT(company=company_id, customer=customer_id))).n
    return (yield from one(_COUNT_AT(company=company_id, customer=customer_id, points=text_list(points)))).n
