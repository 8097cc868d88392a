"""The look of a company's documents, read from its stored profile."""

import msgspec

from ocote.printing.brand import Brand
from ocote.store.companies import company_by_id
from ocote.store.engine.store import Transaction


class _Branded(msgspec.Struct):
    """The part of a profile that printing needs; the rest is not decoded."""

    brand: Brand = Brand()


_DECODER = msgspec.json.Decoder(_Branded)


def brand_of(company_id: int) -> Transaction[Brand]:
    """The company's logo, colour and paper, also for documents that are older than the brand."""
    row = yield from company_by_id(company_id)
    return Brand() if row is None else _DECODER.decode(row.profile).brand
