"""The description of a company read from a form: one flat list of names and texts, uploaded files, no TOML."""

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from ocote.companies.company import ExportDefaults
from ocote.companies.description.check import FieldFault, check_company
from ocote.companies.description.value import Branch, CompanyDescription, NamedFile, PointOfSale, SmtpAccess
from ocote.companies.file.parse import read_company_file
from ocote.dte.sale import Address, Person
from ocote.printing.logo import picture_size
from tests.companies.basic import BASIC

CERTIFICATE = NamedFile("empresa.crt", b"<CertificadoMH/>")

BASIC_FORM: dict[str, str | NamedFile] = {
    "nit": "0614-999999-001-2",
    "nrc": "123456-7",
    "name": "Comercial El Ejemplo, S.A. de C.V.",
    "trade_name": "El Ejemplo",
    "activity_code": "47190",
    "environment": "00",
    "phone": "22220000",
    "email": "facturas@ejemplo.com",
    "address.department": "06",
    "address.municipality": "23",
    "address.district": "14",
    "address.complement": "Calle Arce 100",
    "mh.user": "06149999990012",
    "mh.password": " Clave#Con Espacio ",
    "mh.certificate": CERTIFICATE,
    "mh.certificate_password": "Otra#Clave",
    "responsible.name": "Persona de Prueba",
    "responsible.document_type": "13",
    "responsible.document_number": "00000001-8",
    "branch[1].code": "M001",
    "branch[1].kind": "",
    "branch[1].pos[1].code": "P001",
    "branch[1].pos[2].code": "P002",
}

MORE: dict[str, str] = {
    "large_taxpayer": "true",
    "editions.from": "2027-01-15",
    "editions.05": "v1",
    "branch[1].pos[1].next_number.01": "1094",
    "branch[1].pos[1].next_number.03": "",
    "export.country": "US",
    "export.item_type": "2",
    "export.freight": "120.00",
    "export.insurance": "18.20",
    "brand.colour": "#c8102e",
    "brand.roll_mm": "58",
    "smtp.host": "correo.ejemplo.com",
    "smtp.port": "2525",
    "smtp.user": "",
    "smtp.password": "",
    "smtp.security": "tls",
    "smtp.sender": "facturas@ejemplo.com",
}


def sections(form: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form in the shape of the description; items of a list are numbered from 1."""
    values: dict[str, Any] = {}
    for name, value in form.items():
        inner = values
        *sections_of_name, key = name.split(".")
        for section in sections_of_name:
            repeated = re.fullmatch(r"(\w+)\[(\d+)\]", section)
            if repeated is None:
                inner = inner.setdefault(section, {})
                continue
            items = inner.setdefault(repeated[1], [])
            if len(items) < int(repeated[2]):
                items.append({})
            inner = items[int(repeated[2]) - 1]
        inner[key] = value
    return values


def described(form: Mapping[str, Any]) -> CompanyDescription:
    company = check_company(sections(form))
    assert isinstance(company, CompanyDescription), company
    return company


def faults(form: Mapping[str, Any]) -> dict[str, str]:
    found = check_company(sections(form))
    assert isinstance(found, tuple)
    assert all(isinstance(fault, FieldFault) for fault in found)
    return {fault.path: fault.text for fault in found}


def test_a_form_and_a_file_that_say_the_same_describe_the_same_company(tmp_path: Path) -> None:
    (tmp_path / "empresa.crt").write_bytes(CERTIFICATE.content)
    (tmp_path / "empresa.toml").write_text(BASIC, encoding="utf-8")
    from_file = read_company_file(tmp_path / "empresa.toml")
    from_form = described(BASIC_FORM | {"mh.certificate": tmp_path / "empresa.crt"})
    assert from_form == from_file
    assert from_form.address == Address("06", "23", "14", "Calle Arce 100")
    assert from_form.responsible == Person("Persona de Prueba", "13", "000000018")
    assert from_form.branches == (Branch("M001", "02", (PointOfSale("P001"), PointOfSale("P002"))),)


def test_flags_numbers_amounts_and_days_are_read_from_their_texts() -> None:
    company = described(BASIC_FORM | MORE)
    assert company.large_taxpayer is True
    assert (company.v2_from, company.edition_overrides) == (date(2027, 1, 15), {"05": "v1"})
    assert company.branches[0].points[0] == PointOfSale("P001", {"01": 1094})
    assert company.export == ExportDefaults("US", None, None, None, 2, "120", "18.2")
    assert (company.brand.colour, company.brand.roll_mm) == ("#c8102e", 58)
    assert company.smtp == SmtpAccess("correo.ejemplo.com", 2525, None, None, "tls", "facturas@ejemplo.com")


def test_every_fault_of_a_form_is_reported_at_once_with_its_field_and_no_word_of_toml() -> None:
    wrong = {
        "nit": "0614-999999-001-3",
        "name": "AB",
        "large_taxpayer": "sí",
        "address.district": "Sonsonat",
        "mh.password": "",
        "responsible.document_number": "00000001-7",
        "branch[1].kind": "99",
        "branch[1].pos[1].next_number.01": "mil",
        "branch[1].pos[2].code": "P001",
        "editions.from": "enero",
        "editions.05": "v3",
        "export.item_type": "4",
        "export.freight": "1.234",
        "brand.colour": "rojo",
        "brand.roll_mm": "60",
        "smtp.port": "veinticinco",
        "smtp.user": "caja",
    }
    found = faults(BASIC_FORM | MORE | wrong)
    assert list(found) == list(wrong)
    assert found["large_taxpayer"] == "debe ser true o false."
    assert found["branch[1].pos[2].code"] == "P001 ya está en esta sucursal."
    assert found["branch[1].pos[1].next_number.01"] == "debe ser un número de 1 a 999999999999999."
    assert found["editions.from"] == "«enero» no es una fecha; escríbala así: 2026-12-01."
    assert found["export.item_type"] == "debe ser 1 (bienes), 2 (servicios) o 3 (ambos)."
    assert found["export.freight"] == "debe ser un monto en dólares, con dos decimales a lo sumo, por ejemplo 18.20."
    assert found["brand.roll_mm"] == "debe ser 58 u 80."
    assert found["smtp.port"] == "debe ser un puerto, por ejemplo 587."
    assert found["smtp.user"] == "user y password van juntos: falta uno de los dos."
    assert not any("comillas" in text for text in found.values())


def test_an_empty_form_lists_everything_that_is_required() -> None:
    missing = dict.fromkeys(BASIC_FORM)
    found = faults(missing)
    assert set(missing) - set(found) == {
        "trade_name",
        "address.department",
        "address.municipality",
        "branch[1].kind",
    }
    assert set(found.values()) == {"falta; es obligatorio."}


def test_what_is_missing_has_no_second_fault() -> None:
    found = check_company(sections(BASIC_FORM | MORE | {"smtp.user": "x" * 201, "smtp.password": "Correo#1"}))
    assert isinstance(found, tuple)
    assert [(fault.path, fault.text) for fault in found] == [
        ("smtp.user", "debe tener de 1 a 200 caracteres; tiene 201.")
    ]


def test_an_uploaded_logo_is_checked_and_kept() -> None:
    picture = BytesIO()
    Image.new("RGB", (12, 12)).save(picture, "PNG")
    logo = NamedFile("logo.png", picture.getvalue())
    kept = described(BASIC_FORM | {"brand.logo": logo}).brand.logo
    assert kept is not None
    assert picture_size(kept) == (12, 12)
    assert faults(BASIC_FORM | {"brand.logo": NamedFile("logo.gif", b"GIF89a")}) == {
        "brand.logo": "logo.gif debe ser una imagen PNG o JPEG de 256 KiB a lo sumo."
    }


def test_neither_a_password_nor_an_uploaded_certificate_is_in_the_repr() -> None:
    shown = repr(described(BASIC_FORM))
    assert "#" not in shown
    assert "CertificadoMH" not in shown
