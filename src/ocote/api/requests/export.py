"""What an export invoice may say of itself, in place of the company's settings (contract 7.5, D15)."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from ocote.api.requests.fields import RequestFields
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.issuing.request import RequestedExport


def read_export(fields: RequestFields) -> RequestedExport | None:
    """The export terms that were sent; None when there are none."""
    terms = RequestedExport(
        country=_code(fields, "country", Catalog.COUNTRIES),
        item_type=_choice(fields, "item_type", 3, Catalog.ITEM_TYPES),
        person_type=_choice(fields, "person_type", 2, Catalog.PERSON_TYPES),
        customs_office=_code(fields, "customs_office", Catalog.CUSTOMS_OFFICES),
        regime_type=_code(fields, "regime_type", Catalog.REGIME_TYPES),
        regime=_code(fields, "regime", Catalog.REGIMES),
        incoterm=_incoterm(fields),
        freight=_charge(fields, "freight"),
        insurance=_charge(fields, "insurance"),
    )
    return None if terms == RequestedExport() else terms


def _code(fields: RequestFields, name: str, catalog: Catalog) -> str | None:
    return fields.code(name, catalogs.labels(catalog), "export_code_unknown", **_named(catalog))


def _choice(fields: RequestFields, name: str, most: int, catalog: Catalog) -> int | None:
    return fields.choice(name, most, "export_code_unknown", **_named(catalog))


def _named(catalog: Catalog) -> dict[str, str]:
    """How a fault names a catalog: MH's number, and the end of the address that lists it."""
    prefix, number, name = catalog.value.split("-", 2)
    return {"catalog": f"{prefix}-{number}".upper(), "listed": name}


def _incoterm(fields: RequestFields) -> str | None:
    """CAT-031 by MH's number or by the three letters that the trade knows."""
    known = incoterms()
    sent = fields.code("incoterm", known, "export_code_unknown", **_named(Catalog.INCOTERMS))
    return known[sent] if sent is not None else None


@cache
def incoterms() -> Mapping[str, str]:
    """MH's code of each INCOTERM, by that code and by its three letters, which begin MH's label (``FOB-…``)."""
    labels = catalogs.labels(Catalog.INCOTERMS)
    return {code: code for code in labels} | {label[:3]: code for code, label in labels.items()}


def _charge(fields: RequestFields, name: str) -> Decimal | None:
    """USD with two decimals, zero or more."""
    amount = fields.decimal(name, 2)
    if amount is not None and amount < 0:
        fields.refuse("number_negative", name)
        return None
    return amount
