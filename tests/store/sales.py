"""Documents as the gateway registers them, for tests of their numbers."""

from decimal import Decimal
from uuid import uuid4

from ocote.dte.sale import Amounts
from ocote.store.customers import Counterparty
from ocote.store.documents import register
from ocote.store.engine.statement import Transaction
from ocote.store.leases import Lease
from ocote.store.new_document import Content, NewDocument
from ocote.store.numbers import Series
from tests.store.place import LATER, NOON

_NOTHING = Decimal(0)


class NotSignedError(Exception):
    """The signature of a document failed after the document took its number."""


def sell(company: int, key: int, series: Series, *, fails: bool = False) -> Transaction[int]:
    """Numbers and stores a document of the series; returns its correlative. Raises NotSignedError when it ``fails``."""
    taken: list[int] = []

    def sign(correlative: int) -> tuple[str, str]:
        if fails:
            raise NotSignedError
        taken.append(correlative)
        return series.control_number(correlative), "a.b.c"

    amounts = Amounts(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)
    name = str(uuid4())
    new = NewDocument(
        id=name,
        company_id=company,
        key_id=key,
        family="sale",
        doc_type=series.doc_type,
        external_ref=name,
        branch_code=series.branch_code,
        pos_code=series.pos_code,
        year=series.year,
        posted_at=NOON,
        lease=Lease("nobody", LATER),
        content=Content("v1", str(uuid4()).upper(), amounts, Counterparty("Cliente")),
        request="{}",
        fingerprint="f",
        sign=sign,
    )
    yield from register(new)
    return taken[-1]
