"""The rules on the terms of an export and on its freight and insurance (arithmetic.md 6, contract 7.5 and D15)."""

from collections.abc import Iterator
from decimal import Decimal

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.money import LIMIT, to_cents
from ocote.dte.sale import ExportTerms, Sale
from ocote.dte.types import DOCUMENT_TYPES

NATURAL_PERSON = 1
"""``tipoPersona`` (CAT-029)."""

SERVICES = 2
"""``tipoItemExpor`` of an export that crosses no customs office."""

_REGIME_TYPES = {"0": "TA-1", "1": "EX-1", "2": "EX-2", "3": "EX-3"}

_ZERO = Decimal(0)


def regime_type_of(regime: str) -> str:
    """The type (CAT-033) of a regime (CAT-028), given by the first digit of the regime."""
    return _REGIME_TYPES[regime[0]]


def terms_of(sale: Sale) -> ExportTerms:
    """The export terms of an export; raises InvalidSale when the sale has no terms."""
    if sale.export is None:
        message = "La exportación necesita país de destino y tipo de ítem."
        raise InvalidSale([Fault(FaultCode.EXPORT_TERMS_MISSING, "export", message)])
    return sale.export


def carriage(sale: Sale) -> Decimal:
    """Freight plus insurance in USD, part of an export's operation (arithmetic.md 6); zero for every other sale.

    Raises InvalidSale when either amount is negative, has more than 2 decimals or does not fit MH's amounts.
    """
    if not DOCUMENT_TYPES[sale.doc_type].is_export:
        return _ZERO
    terms = terms_of(sale)
    faults = [
        Fault(
            FaultCode.EXPORT_CHARGE_OUT_OF_RANGE,
            f"export.{name}",
            f"{label} debe estar entre 0 y 99,999,999,999.99, con 2 decimales como máximo.",
        )
        for name, label, amount in (
            ("freight", "El flete", terms.freight),
            ("insurance", "El seguro", terms.insurance),
        )
        if not (amount.is_finite() and _ZERO <= amount < LIMIT and amount == to_cents(amount))
    ]
    if faults:
        raise InvalidSale(faults)
    return to_cents(terms.freight + terms.insurance)


def unknown_codes(terms: ExportTerms) -> Iterator[Fault]:
    """A fault for each code of ``terms`` that is not in MH's catalogs, and for a regime of another type."""
    for name, catalog, code in (
        ("country", Catalog.COUNTRIES, terms.country),
        ("customs_office", Catalog.CUSTOMS_OFFICES, terms.customs_office),
        ("regime_type", Catalog.REGIME_TYPES, terms.regime_type),
        ("regime", Catalog.REGIMES, terms.regime),
        ("incoterm", Catalog.INCOTERMS, terms.incoterm),
        ("person_type", Catalog.PERSON_TYPES, str(terms.person_type)),
    ):
        if code is not None and code not in labels(catalog):
            number = catalog.value.removeprefix("cat-")[:3]
            message = f"El código {code} no existe en el CAT-{number}."
            yield Fault(FaultCode.EXPORT_CODE_UNKNOWN, f"export.{name}", message)
    yield from _regime_of_another_type(terms)
    if terms.item_type not in (1, 2, 3):
        message = "El tipo de ítem de exportación debe ser 1, 2 o 3."
        yield Fault(FaultCode.EXPORT_CODE_UNKNOWN, "export.item_type", message)


def _regime_of_another_type(terms: ExportTerms) -> Iterator[Fault]:
    regime, given = terms.regime, terms.regime_type
    if regime is None or regime not in labels(Catalog.REGIMES) or given not in labels(Catalog.REGIME_TYPES):
        return
    own = regime_type_of(regime)
    if given != own:
        message = f"El régimen {regime} es del tipo {own}, no {given}; envíe {own} u omita el tipo."
        yield Fault(FaultCode.EXPORT_REGIME_TYPE_MISMATCH, "export.regime_type", message)
