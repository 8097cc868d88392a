"""The terms of an export: what the request says, completed with the company's settings (contract 7.5, D15). Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from ocote.companies.company import ExportDefaults
from ocote.documents.view import AnswerWarning, Refused
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.export.rules import SERVICES, regime_type_of
from ocote.dte.sale import ExportTerms
from ocote.issuing.request import RequestedExport

_GOODS: Final = 1
_LEGAL_PERSON: Final = 2

_OF_GOODS: Final = {
    "customs_office": "recinto fiscal",
    "regime_type": "tipo de régimen",
    "regime": "régimen",
    "incoterm": "INCOTERM",
}
"""The terms that only goods have, with their Spanish names."""


def item_type_of(settings: ExportDefaults | None, asked: RequestedExport) -> int:
    """The kind of item of an export (CAT-011): as its request says, else as the company's settings do, else goods."""
    return asked.item_type or (settings or ExportDefaults()).item_type or _GOODS


def terms_for(settings: ExportDefaults | None, asked: RequestedExport) -> ExportTerms:
    """The terms of an export whose request asks for ``asked``.

    Services cross no customs office and nobody carries them: they have no INCOTERM, and of the settings only the
    country counts, so that no freight is billed that the request does not name. Raises Refused with the names of the
    terms that neither the request nor the company's settings have.
    """
    defaults = settings or ExportDefaults()
    item_type = item_type_of(settings, asked)
    is_service = item_type == SERVICES
    if is_service:
        defaults = ExportDefaults(country=defaults.country)
        asked = replace(asked, **dict.fromkeys(_OF_GOODS))
    country = asked.country or defaults.country
    customs_office = asked.customs_office or defaults.customs_office
    regime = asked.regime or defaults.regime
    incoterm = asked.incoterm or defaults.incoterm
    needed = {"country": country}
    if not is_service:
        needed |= {"customs_office": customs_office, "regime": regime, "incoterm": incoterm}
    missing = [name for name, value in needed.items() if value is None]
    if country is None or missing:
        raise Refused("export_settings_missing", missing=", ".join(missing))
    return ExportTerms(
        country=country,
        item_type=item_type,
        person_type=asked.person_type or _LEGAL_PERSON,
        customs_office=customs_office,
        regime_type=asked.regime_type or (regime_type_of(regime) if regime else None),
        regime=regime,
        incoterm=incoterm,
        freight=asked.freight if asked.freight is not None else Decimal(defaults.freight),
        insurance=asked.insurance if asked.insurance is not None else Decimal(defaults.insurance),
    )


def unsent_terms(terms: ExportTerms, asked: RequestedExport) -> Iterator[AnswerWarning]:
    """A warning for each term that says something of the buyer or adds to the amount although the request is silent.

    The other terms of the company's settings say only how the company exports.
    """
    if asked.country is None:
        country = catalogs.labels(Catalog.COUNTRIES).get(terms.country, terms.country)
        yield AnswerWarning("company_setting_used", "country", {"what": "país", "value": country})
    for field, what, sent, used in (
        ("freight", "flete", asked.freight, terms.freight),
        ("insurance", "seguro", asked.insurance, terms.insurance),
    ):
        if sent is None and used:
            yield AnswerWarning("company_setting_used", field, {"what": what, "value": f"{used:,.2f}"})
    if asked.person_type is None:
        person = catalogs.labels(Catalog.PERSON_TYPES)[str(terms.person_type)]
        values = {"what": "tipo de persona del cliente", "value": person}
        yield AnswerWarning("buyer_field_filled", "person_type", values)


def unused_terms(terms: ExportTerms, asked: RequestedExport) -> Iterator[AnswerWarning]:
    """A warning for each term of goods that the request of an export of services names in vain."""
    if terms.item_type != SERVICES:
        return
    for field, what in _OF_GOODS.items():
        if getattr(asked, field) is not None:
            values = {"what": what, "why": "una exportación de servicios (item_type 2) no lo lleva"}
            yield AnswerWarning("field_left_out", field, values)
