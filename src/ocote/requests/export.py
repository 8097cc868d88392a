"""The export terms of a request, in place of the company's settings (contract 7.5, D15)."""

from collections.abc import Mapping
from functools import cache

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.types import DOCUMENT_TYPES
from ocote.issuing.request import RequestedExport
from ocote.requests.description import RequestField
from ocote.requests.kinds import ChoiceValue, CodeValue, DecimalValue, catalog_code, catalog_words
from ocote.requests.person import country_of
from ocote.requests.reading import FoundValues, Reading

_EXPORTS = frozenset(row.code for row in DOCUMENT_TYPES.values() if row.is_export)
_UNKNOWN = "export_code_unknown"


@cache
def _incoterms() -> Mapping[str, str]:
    """MH's code of each INCOTERM, by that code and by its three letters, which begin MH's label (``FOB-…``)."""
    labels = catalogs.labels(Catalog.INCOTERMS)
    return {code: code for code in labels} | {label[:3]: code for code, label in labels.items()}


_COUNTRY = RequestField(
    "country",
    catalog_code(Catalog.COUNTRIES, _UNKNOWN, pattern="^[A-Z]{2}$"),
    "Type 11: destination; the company's setting when absent, as for all that follow.",
    "DE",
    only_for=_EXPORTS,
)
_ITEM_TYPE = RequestField(
    "item_type",
    ChoiceValue({1: "goods", 2: "services", 3: "both"}, _UNKNOWN, catalog_words(Catalog.ITEM_TYPES)),
    "Type 11, CAT-011.",
    only_for=_EXPORTS,
)
_PERSON_TYPE = RequestField(
    "person_type",
    ChoiceValue({1: "natural person", 2: "legal person"}, _UNKNOWN, catalog_words(Catalog.PERSON_TYPES)),
    "Type 11, the buyer, CAT-029.",
    only_for=_EXPORTS,
)
_CUSTOMS_OFFICE = RequestField(
    "customs_office",
    catalog_code(Catalog.CUSTOMS_OFFICES, _UNKNOWN),
    "Type 11: customs office of exit.",
    only_for=_EXPORTS,
)
_REGIME_TYPE = RequestField(
    "regime_type", catalog_code(Catalog.REGIME_TYPES, _UNKNOWN), "Type 11: kind of regime.", only_for=_EXPORTS
)
_REGIME = RequestField("regime", catalog_code(Catalog.REGIMES, _UNKNOWN), "Type 11: export regime.", only_for=_EXPORTS)
_INCOTERM = RequestField(
    "incoterm",
    CodeValue[str](tuple(sorted(_incoterms())), _UNKNOWN, catalog_words(Catalog.INCOTERMS)),
    "Type 11: CAT-031, MH's number or the three letters.",
    "FOB",
    only_for=_EXPORTS,
)
_FREIGHT = RequestField(
    "freight",
    DecimalValue(2, "number_negative"),
    "Type 11: USD, part of the operation.",
    120.00,
    only_for=_EXPORTS,
)
_INSURANCE = RequestField(
    "insurance",
    DecimalValue(2, "number_negative"),
    "Type 11: USD, part of the operation.",
    18.20,
    only_for=_EXPORTS,
)

EXPORT_FIELDS = (
    _COUNTRY,
    _ITEM_TYPE,
    _PERSON_TYPE,
    _CUSTOMS_OFFICE,
    _REGIME_TYPE,
    _REGIME,
    _INCOTERM,
    _FREIGHT,
    _INSURANCE,
)


def check_country(reading: Reading, buyer: FoundValues | None) -> None:
    """Notes a destination that differs from the country of the buyer."""
    country, theirs = reading.found.get(_COUNTRY), country_of(buyer) if buyer is not None else None
    if None not in (country, theirs) and country != theirs:
        reading.refuse(_COUNTRY, "country_twice")


def export_terms(found: FoundValues, buyer: FoundValues | None) -> RequestedExport | None:
    """The export terms that were sent, with the country of the buyer; None when there are none."""
    incoterm = found.get(_INCOTERM)
    terms = RequestedExport(
        country=found.get(_COUNTRY) or (country_of(buyer) if buyer is not None else None),
        item_type=found.get(_ITEM_TYPE),
        person_type=found.get(_PERSON_TYPE),
        customs_office=found.get(_CUSTOMS_OFFICE),
        regime_type=found.get(_REGIME_TYPE),
        regime=found.get(_REGIME),
        incoterm=_incoterms()[incoterm] if incoterm is not None else None,
        freight=found.get(_FREIGHT),
        insurance=found.get(_INSURANCE),
    )
    return None if terms == RequestedExport() else terms
