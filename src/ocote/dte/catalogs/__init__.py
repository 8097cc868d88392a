"""MH's official code lists in their current edition (FE 1.1), read from data files on first use."""

from ocote.dte.catalogs.codes import Catalog, labels, old_country_codes, old_regime_codes, taxes_of_section
from ocote.dte.catalogs.place_search import (
    find_departments,
    find_districts,
    find_municipalities,
    similar_districts,
)
from ocote.dte.catalogs.places import (
    Department,
    District,
    Municipality,
    departments,
    districts,
    districts_by_id,
    districts_of,
    explain_old_municipality,
    fold,
    municipalities,
    namesake_district,
)

__all__ = [
    "Catalog",
    "Department",
    "District",
    "Municipality",
    "departments",
    "districts",
    "districts_by_id",
    "districts_of",
    "explain_old_municipality",
    "find_departments",
    "find_districts",
    "find_municipalities",
    "fold",
    "labels",
    "municipalities",
    "namesake_district",
    "old_country_codes",
    "old_regime_codes",
    "similar_districts",
    "taxes_of_section",
]
