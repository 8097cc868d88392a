"""The look of a company's documents, read from its stored profile."""

from dataclasses import replace

import msgspec
import structlog

from ocote.printing.brand import Brand
from ocote.printing.logo import is_cheap_to_print
from ocote.store.companies import company_by_id
from ocote.store.engine.store import Transaction

_log = structlog.get_logger(__name__)


class _Branded(msgspec.Struct):
    """The part of a profile that printing needs; other fields are not decoded."""

    brand: Brand = Brand()


_DECODER = msgspec.json.Decoder(_Branded)


def brand_of(company_id: int) -> Transaction[Brand]:
    """Reads the company's logo, colour and paper, which also apply to documents older than the brand.

    The logo is None when every PDF with it would cost too much, which the log says: only a logo that was stored before
    logos were encoded again can be so large.
    """
    row = yield from company_by_id(company_id)
    if row is None:
        return Brand()
    brand = stored_brand(row.profile)
    if brand.logo is None or is_cheap_to_print(brand.logo):
        return brand
    _log.warning("logo_not_printed", company_id=company_id, remedy="ocote company add")
    return replace(brand, logo=None)


def stored_brand(profile: str) -> Brand:
    """The brand in a stored profile, as the company has registered it."""
    return _DECODER.decode(profile).brand
