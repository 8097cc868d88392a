"""The code sets carried here are the official catalogs, where those are at hand."""

import csv
from pathlib import Path

import pytest

from ocote.emulator.rules import activities, codes, places
from ocote.emulator.shapes.v1 import tribute_codes
from tests.official import shared_folder


def _rows(name: str) -> list[dict[str, str]]:
    folder = shared_folder()
    if folder is None:
        pytest.skip("the official catalogs are not part of the repository; set OCOTE_SHARED to their folder")
    with Path(folder / "mh" / "catalogs" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _codes(name: str) -> set[str]:
    return {row["code"] for row in _rows(name)}


def test_flat_catalogs_agree() -> None:
    assert _codes("cat-019-actividad-economica.csv") == activities.ACTIVITIES
    assert {int(code) for code in _codes("cat-014-unidad-medida.csv")} == codes.UNITS
    assert {int(code) for code in _codes("old-editions/st-1.0-cat-014-unidad-medida.csv")} == codes.EDITION_1_UNITS
    assert _codes("cat-017-forma-pago.csv") == codes.PAYMENT_FORMS
    assert _codes("old-editions/st-1.0-cat-017-forma-pago.csv") == codes.EDITION_1_PAYMENT_FORMS
    assert _codes("cat-018-plazo.csv") == codes.TERM_UNITS
    assert _codes("cat-022-tipo-documento-identificacion.csv") == codes.IDENTITY_DOCUMENTS
    assert _codes("cat-009-tipo-establecimiento.csv") == codes.ESTABLISHMENT_KINDS


def test_taxes_agree_by_section() -> None:
    by_section = [
        {row["code"] for row in _rows("cat-015-tributos.csv") if row["section"] == section} for section in "123"
    ]
    assert by_section == [codes.SECTION_1, codes.SECTION_2, codes.SECTION_3]
    assert set(tribute_codes.OF_THEIR_OWN_LINE) == codes.EDITION_1_SECTION_2


def test_places_agree() -> None:
    districts = {
        (row["department_code"], row["municipality_code"], row["code"]) for row in _rows("cat-008-distrito.csv")
    }
    assert districts == places.DISTRICTS
    assert {(row["department_code"], row["code"]) for row in _rows("cat-013-municipio.csv")} == places.MUNICIPALITIES
    assert _codes("cat-012-departamento.csv") == places.DEPARTMENTS
    former = {(row["department_code"], row["code"]) for row in _rows("old-editions/st-1.0-cat-013-municipio.csv")}
    assert former == places.FORMER_MUNICIPALITIES
