"""The plain catalogs: a code and its official label."""

import csv
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType


class Catalog(StrEnum):
    """MH's code lists, each by the name of its data file."""

    ENVIRONMENTS = "cat-001-environments"
    DOCUMENT_TYPES = "cat-002-document-types"
    INVOICING_MODELS = "cat-003-invoicing-models"
    TRANSMISSION_TYPES = "cat-004-transmission-types"
    CONTINGENCY_KINDS = "cat-005-contingency-kinds"
    VAT_WITHHOLDINGS = "cat-006-vat-withholdings"
    GENERATION_TYPES = "cat-007-generation-types"
    ESTABLISHMENT_KINDS = "cat-009-establishment-kinds"
    MEDICAL_SERVICES = "cat-010-medical-services"
    ITEM_TYPES = "cat-011-item-types"
    UNITS = "cat-014-units"
    TAXES = "cat-015-taxes"
    PAYMENT_CONDITIONS = "cat-016-payment-conditions"
    PAYMENT_METHODS = "cat-017-payment-methods"
    TERM_UNITS = "cat-018-term-units"
    ACTIVITIES = "cat-019-activities"
    COUNTRIES = "cat-020-countries"
    ATTACHED_DOCUMENTS = "cat-021-attached-documents"
    IDENTITY_DOCUMENTS = "cat-022-identity-documents"
    SPECIAL_OPERATIONS = "cat-023-special-operations"
    EVENT_REASONS = "cat-024-event-reasons"
    REMISSION_TITLES = "cat-025-remission-titles"
    DONATION_TYPES = "cat-026-donation-types"
    CUSTOMS_OFFICES = "cat-027-customs-offices"
    REGIMES = "cat-028-regimes"
    PERSON_TYPES = "cat-029-person-types"
    TRANSPORTS = "cat-030-transports"
    INCOTERMS = "cat-031-incoterms"
    TAX_DOMICILES = "cat-032-tax-domiciles"
    REGIME_TYPES = "cat-033-regime-types"


@cache
def labels(catalog: Catalog) -> Mapping[str, str]:
    """Every code of ``catalog`` with MH's label, in MH's order; read from disk on the first call only."""
    return MappingProxyType({row["code"]: row["name"] for row in rows(catalog)})


@cache
def taxes_of_section(section: int) -> frozenset[str]:
    """The codes of a section of CAT-015: 1 added to the total, 2 lines of their own, 3 informative (CAT-015).

    Two codes for special cases are in sections 1 and 2.
    """
    return frozenset(row["code"] for row in rows(Catalog.TAXES) if row["section"] == str(section))


@cache
def old_country_codes() -> Mapping[str, str]:
    """Numeric country codes of the catalog of 12/2022 by today's two-letter code (CAT-020).

    The export invoice of Normativa v1.x enumerates only the numeric codes (schema ``fe-fex-v1``). Eight places that
    the old catalog lacks, such as South Sudan, are absent here.
    """
    return MappingProxyType({row["code"]: row["old_code"] for row in rows(Catalog.COUNTRIES) if row["old_code"]})


@cache
def old_regime_codes() -> Mapping[str, str]:
    """Export regimes of the catalog of 10/2025 (ST 1.2), written with their type in front, by today's code (CAT-028).

    Documents of Normativa v1.x use these codes. Regimes that the old catalog lacks are absent here.
    """
    return MappingProxyType({row["code"]: row["old_code"] for row in rows(Catalog.REGIMES) if row["old_code"]})


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one data file of this package."""
    file = resources.files(__package__) / "data" / f"{name}.csv"
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
