from collections import Counter

import pytest

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog

ROWS = {
    Catalog.ENVIRONMENTS: 2,
    Catalog.DOCUMENT_TYPES: 13,
    Catalog.INVOICING_MODELS: 2,
    Catalog.TRANSMISSION_TYPES: 2,
    Catalog.CONTINGENCY_KINDS: 5,
    Catalog.VAT_WITHHOLDINGS: 3,
    Catalog.GENERATION_TYPES: 2,
    Catalog.ESTABLISHMENT_KINDS: 4,
    Catalog.MEDICAL_SERVICES: 6,
    Catalog.ITEM_TYPES: 4,
    Catalog.UNITS: 40,
    Catalog.TAXES: 47,
    Catalog.PAYMENT_CONDITIONS: 3,
    Catalog.PAYMENT_METHODS: 12,
    Catalog.TERM_UNITS: 3,
    Catalog.ACTIVITIES: 774,
    Catalog.COUNTRIES: 249,
    Catalog.ATTACHED_DOCUMENTS: 4,
    Catalog.IDENTITY_DOCUMENTS: 5,
    Catalog.SPECIAL_OPERATIONS: 2,
    Catalog.EVENT_REASONS: 3,
    Catalog.REMISSION_TITLES: 5,
    Catalog.DONATION_TYPES: 3,
    Catalog.CUSTOMS_OFFICES: 48,
    Catalog.REGIMES: 90,
    Catalog.PERSON_TYPES: 2,
    Catalog.TRANSPORTS: 6,
    Catalog.INCOTERMS: 11,
    Catalog.TAX_DOMICILES: 2,
    Catalog.REGIME_TYPES: 4,
}


@pytest.mark.parametrize("catalog", list(Catalog))
def test_every_catalog_has_as_many_codes_as_mh_published(catalog: Catalog) -> None:
    assert len(catalogs.labels(catalog)) == ROWS[catalog]


def test_codes_keep_their_leading_zeros_and_labels_their_accents() -> None:
    assert catalogs.labels(Catalog.PAYMENT_METHODS)["01"] == "Billetes y monedas"
    assert catalogs.labels(Catalog.ACTIVITIES)["62010"] == "Programación Informática"
    assert catalogs.labels(Catalog.TAXES)["20"] == "Impuesto al Valor Agregado 13%"


def test_the_country_has_14_departments_44_municipalities_and_262_districts_and_one_code_for_abroad() -> None:
    assert len(catalogs.departments()) == 14 + 1
    assert len(catalogs.municipalities()) == 44 + 1
    assert len(catalogs.districts()) == 262 + 1
    per_department = Counter(department for department, _ in catalogs.districts())
    assert [per_department[f"{code:02d}"] for code in range(1, 15)] == [
        12, 13, 16, 33, 22, 19, 16, 22, 9, 13, 23, 20, 26, 18,
    ]  # fmt: skip


def test_every_district_lies_in_a_municipality_of_its_department_and_every_municipality_has_districts() -> None:
    used = {(one.department, one.municipality) for one in catalogs.districts().values()}
    assert used == set(catalogs.municipalities())


def test_a_district_keeps_its_public_identifier_for_ever() -> None:
    district = catalogs.districts()["06", "14"]
    assert str(district.id) == "7ccfc86a-3b10-5026-ab79-d2839b67715b"
    assert catalogs.districts_by_id()[district.id] is district
    assert len(catalogs.districts_by_id()) == 263
    assert (district.name, district.municipality) == ("SAN SALVADOR", "23")


def test_a_district_can_be_shown_without_mhs_abbreviations() -> None:
    assert catalogs.districts()["02", "01"].full_name == "Candelaria de la Frontera"


def test_the_districts_of_a_municipality_come_in_order() -> None:
    assert [one.full_name for one in catalogs.districts_of("06", "23")] == [
        "Ayutuxtepeque", "Cuscatancingo", "Mejicanos", "San Salvador", "Ciudad Delgado",
    ]  # fmt: skip


def test_a_municipality_code_from_before_the_reform_is_explained() -> None:
    assert catalogs.explain_old_municipality("06", "14") == (
        "El código 14 era el del antiguo municipio San Salvador; desde 2024 es el distrito 14 "
        "del municipio 23 (SAN SALVADOR CENTRO). En su lugar indique district «0614»."
    )


@pytest.mark.parametrize(("department", "code"), [("06", "23"), ("06", "99"), ("00", "00"), ("99", "01")])
def test_codes_in_force_and_unknown_codes_are_not_taken_for_old_ones(department: str, code: str) -> None:
    assert catalogs.explain_old_municipality(department, code) is None


def test_countries_have_the_numeric_code_of_the_old_catalog_where_it_knows_them() -> None:
    old = catalogs.old_country_codes()
    assert old["GT"] == "9483"
    assert old["US"] == "9450"
    assert "SS" not in old
    assert len(old) == len(set(old.values())) == 241


@pytest.mark.parametrize(
    ("department", "municipality", "district"),
    [
        ("06", "23", "San Salvador"),
        ("02", "15", "Santa Ana"),
        ("04", "36", "Chalatenango"),
        ("05", "27", "La Libertad"),
        ("10", "15", "San Vicente"),
        ("11", "25", "Usulután"),
        ("12", "22", "San Miguel"),
        ("14", "20", "La Unión"),
        ("09", "10", None),
        ("06", "20", None),
        ("00", "00", None),
    ],
)
def test_a_municipality_is_called_after_one_of_its_districts_or_after_none(
    department: str, municipality: str, district: str | None
) -> None:
    found = catalogs.namesake_district(department, municipality)
    assert (found and found.full_name) == district
