from datetime import date
from pathlib import Path

import pytest

from ocote.companies.company import Contact, ExportDefaults, decode_profile
from ocote.companies.description.value import Branch, CompanyDescription, PointOfSale, SmtpAccess, SmtpSecurity
from ocote.companies.file.parse import CompanyFileError, read_company_file
from ocote.dte.sale import Address, Person
from ocote.printing.brand import Brand
from tests.companies.basic import BASIC


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "empresa.crt").write_text("<CertificadoMH/>", encoding="utf-8")
    return tmp_path


def read(folder: Path, text: str) -> CompanyDescription:
    path = folder / "empresa.toml"
    path.write_text(text, encoding="utf-8")
    return read_company_file(path)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(CompanyFileError) as caught:
        read(folder, text)
    return list(caught.value.faults)


def changed(old: str, new: str) -> str:
    assert BASIC.count(old) == 1
    return BASIC.replace(old, new)


def test_a_complete_file_becomes_a_company(folder: Path) -> None:
    assert read(folder, BASIC) == CompanyDescription(
        nit="06149999990012",
        nrc="1234567",
        name="Comercial El Ejemplo, S.A. de C.V.",
        trade_name="El Ejemplo",
        activity_code="47190",
        large_taxpayer=False,
        collection_agent=False,
        export_taxes_authorized=False,
        incomplete_buyers="fill",
        environment="00",
        phone="22220000",
        email="facturas@ejemplo.com",
        address=Address("06", "23", "14", "Calle Arce 100"),
        mh_user="06149999990012",
        mh_password=" Clave#Con Espacio ",
        certificate=folder / "empresa.crt",
        certificate_password="Otra#Clave",
        responsible=Person("Persona de Prueba", "13", "000000018"),
        branches=(Branch("M001", "02", (PointOfSale("P001"), PointOfSale("P002"))),),
        v2_from=date(2026, 12, 1),
        edition_overrides={},
        export=None,
        brand=Brand(),
        smtp=None,
    )


def test_a_company_says_that_it_is_a_large_taxpayer(folder: Path) -> None:
    assert read(folder, f"large_taxpayer = true\n{BASIC}").large_taxpayer is True
    assert read(folder, f"large_taxpayer = false\n{BASIC}").large_taxpayer is False
    for wrong in ('"sí"', "1", "3"):
        assert faults(folder, f"large_taxpayer = {wrong}\n{BASIC}") == [
            "large_taxpayer: debe ser true o false, sin comillas."
        ]


def test_a_company_says_what_happens_to_incomplete_buyers(folder: Path) -> None:
    assert read(folder, f'incomplete_buyers = "refuse"\n{BASIC}').incomplete_buyers == "refuse"
    assert read(folder, f'incomplete_buyers = "fill"\n{BASIC}').incomplete_buyers == "fill"
    assert faults(folder, f'incomplete_buyers = "warn"\n{BASIC}') == [
        'incomplete_buyers: «warn» no existe; use "fill" (completar y avisar) o "refuse" (rechazar).'
    ]


def test_no_password_is_in_the_repr(folder: Path) -> None:
    company = read(folder, BASIC + '[smtp]\nhost = "mail"\nuser = "u"\npassword = "Correo#1"\nsender = "a@b.com"\n')
    assert "#" not in repr(company)


@pytest.mark.parametrize(("letter", "kind"), [("M", "02"), ("S", "01"), ("B", "04"), ("P", "07")])
def test_the_letter_of_a_branch_tells_its_kind_of_establishment(folder: Path, letter: str, kind: str) -> None:
    assert read(folder, changed('code = "M001"', f'code = "{letter}001"')).branches[0].kind == kind


def test_the_kind_of_establishment_may_be_written(folder: Path) -> None:
    assert read(folder, changed('code = "M001"', 'code = "M001"\nkind = "01"')).branches[0].kind == "01"


@pytest.mark.parametrize(
    "place",
    [
        'district = "San Salvador"',
        'district = "SAN SALVADOR"\ndepartment = "San Salvador"',
        'district = "14"\ndepartment = "06"',
        'district = "14"\ndepartment = "06"\nmunicipality = "san salvador centro"',
    ],
)
def test_the_place_may_be_told_by_codes_or_by_names(folder: Path, place: str) -> None:
    text = changed('department = "06"\nmunicipality = "23"\ndistrict = "14"', place)
    assert read(folder, text).address == Address("06", "23", "14", "Calle Arce 100")


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ('district = "Sonsonat"', "address.district: no existe el distrito «Sonsonat». ¿Quiso decir Sonsonate"),
        ('district = "San Antonio"\ndepartment = "01"', "address.district: no existe el distrito «San Antonio»"),
        ('district = "El Rosario"', "address.district: «El Rosario» puede ser: El Rosario, "),
        (
            'district = "San Salvador"\ndepartment = "Sonsonate"',
            "address.department: «Sonsonate» no es el departamento",
        ),
        (
            'district = "14"\ndepartment = "06"\nmunicipality = "14"',
            "address.municipality: El código 14 era el del antiguo municipio San Salvador; desde 2024",
        ),
        (
            'district = "14"\ndepartment = "06"\nmunicipality = "99"',
            "address.municipality: «99» no es el municipio de ese distrito, que pertenece a: 23 SAN SALVADOR CENTRO.",
        ),
    ],
)
def test_a_place_that_cannot_be_told_is_explained(folder: Path, place: str, fault: str) -> None:
    [found] = faults(folder, changed('department = "06"\nmunicipality = "23"\ndistrict = "14"', place))
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('nit = "0614-999999-001-2"', 'nit = "0614-999999-001-3"', "nit: El dígito verificador"),
        ('nit = "0614-999999-001-2"', "nit = 614", 'nit: debe ser texto entre comillas: nit = "…".'),
        ('nrc = "123456-7"', 'nrc = "x"', "nrc: El NRC debe tener de 2 a 8 dígitos"),
        ('nrc = "123456-7"\n', "", "nrc: falta; es obligatorio."),
        ('"Comercial El Ejemplo, S.A. de C.V."', '"AB"', "name: debe tener de 5 a 200 caracteres; tiene 2."),
        ('"El Ejemplo"', '"El\\nEjemplo"', "trade_name: no puede tener saltos de línea"),
        ('"El Ejemplo"', '"El \\u202eEjemplo"', "trade_name: no puede tener saltos de línea ni caracteres de control."),
        ('"El Ejemplo"', '"El\\u200b Ejemplo"', "trade_name: tiene caracteres que no se ven (U+200B); bórrelos."),
        ('"El Ejemplo"', '"El Ejemplo\\ufe0f"', "trade_name: tiene caracteres que no se ven (U+FE0F); bórrelos."),
        ('"El Ejemplo"', '"\\u3164\\u3164\\u3164\\u3164\\u3164"', "trade_name: no tiene ningún carácter visible."),
        ('district = "14"', f'district = "{"a" * 251}"', "address.district: no puede tener más de 250 caracteres"),
        ('"47190"', '"00000"', "activity_code: «00000» no está en el catálogo CAT-019"),
        ('environment = "00"', 'environment = "02"', "environment: «02» no es un ambiente"),
        ('"22220000"', '"2222"', "phone: debe tener de 8 a 30 caracteres"),
        ('"facturas@ejemplo.com"', '"facturas@ejemplo"', "email: «facturas@ejemplo» no es una dirección"),
        ('"empresa.crt"', '"otro.crt"', "mh.certificate: no existe el archivo "),
        ('password = " Clave#Con Espacio "', 'password = ""', "mh.password: está vacía."),
        (
            'document_type = "13"',
            'document_type = "99"',
            "responsible.document_type: «99» no está en el catálogo CAT-022",
        ),
        ('"00000001-8"', '"00000001-7"', "responsible.document_number: El dígito verificador del DUI"),
        ('code = "M001"', 'code = "0001"', "branch[1].code: «0001» no es un código de establecimiento"),
        ('code = "P002"', 'code = "M002"', "branch[1].pos[2].code: «M002» no es un punto de venta"),
        ('code = "P002"', 'code = "P001"', "branch[1].pos[2].code: P001 ya está en esta sucursal."),
        (
            'trade_name = "El Ejemplo"',
            'tradename = "El Ejemplo"',
            "tradename: no existe esta clave; ¿quiso decir trade_name?",
        ),
        ('user = "06149999990012"', 'user = "x"\nurl = "y"', "mh.url: no existe esta clave."),
    ],
)
def test_a_fault_names_its_key_and_the_way_out(folder: Path, old: str, new: str, fault: str) -> None:
    [found] = faults(folder, changed(old, new))
    assert found.startswith(fault)


def test_every_fault_is_told_at_once_and_a_missing_section_only_once(folder: Path) -> None:
    found = faults(folder, 'nit = "1"\nsmtp = 3\nbranch = {}\n')
    assert sorted(fault.split(":")[0] for fault in found) == [
        "[[branch]]",
        "[address]",
        "[mh]",
        "[responsible]",
        "activity_code",
        "email",
        "environment",
        "name",
        "nit",
        "nrc",
        "phone",
        "smtp",
    ]


def test_a_missing_branch_or_point_of_sale_is_told(folder: Path) -> None:
    without_points = BASIC[: BASIC.index("[[branch.pos]]")]
    assert faults(folder, without_points) == ["[[branch[1].pos]]: falta; hace falta por lo menos una sección."]
    assert faults(folder, BASIC[: BASIC.index("[[branch]]")]) == [
        "[[branch]]: falta; hace falta por lo menos una sección."
    ]


def test_the_same_branch_twice_is_refused(folder: Path) -> None:
    again = BASIC[BASIC.index("[[branch]]") :]
    assert faults(folder, BASIC + again) == ["branch[2].code: la sucursal M001 ya está en este archivo."]


_CONTACT = """
phone = "26600000"
email = "sanmiguel@ejemplo.com"
[branch.address]
district = "San Miguel"
complement = "4a Calle Poniente 20"
"""


def test_a_branch_may_have_a_phone_an_email_and_an_address_of_its_own(folder: Path) -> None:
    head_office, san_miguel = read(
        folder, f'{BASIC}[[branch]]\ncode = "S002"{_CONTACT}[[branch.pos]]\ncode = "P001"\n'
    ).branches
    assert head_office.contact == Contact()
    place = Address("12", "22", "17", "4a Calle Poniente 20")
    assert san_miguel.contact == Contact("26600000", "sanmiguel@ejemplo.com", place)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"26600000"', '"2660"', "branch[2].phone: debe tener de 8 a 30 caracteres"),
        ('"sanmiguel@ejemplo.com"', '"sanmiguel"', "branch[2].email: «sanmiguel» no es una dirección"),
        ('"San Miguel"', '"San Migel"', "branch[2].address.district: no existe el distrito «San Migel»"),
        ('district = "San Miguel"\n', "", "branch[2].address.district: falta; es obligatorio."),
        ("complement =", "street =", "branch[2].address.complement: falta; es obligatorio."),
        ('[branch.address]\ndistrict = "San Miguel"\n', "address = 1\n", "branch[2].address: debe ser una sección"),
    ],
)
def test_a_fault_in_a_branchs_own_data_names_the_branch(folder: Path, old: str, new: str, fault: str) -> None:
    assert old in _CONTACT
    branch = f'[[branch]]\ncode = "S002"{_CONTACT.replace(old, new)}[[branch.pos]]\ncode = "P001"\n'
    assert faults(folder, BASIC + branch)[0].startswith(fault)


def test_a_profile_that_was_stored_before_branches_had_data_has_none() -> None:
    old = """{"nit": "06149999990012", "nrc": "1234567", "name": "Comercial El Ejemplo", "trade_name": null,
        "activity_code": "47190", "phone": "22220000", "email": "facturas@ejemplo.com",
        "address": {"department": "06", "municipality": "23", "district": "14", "complement": "Calle Arce 100"},
        "responsible": {"name": "Persona de Prueba", "document_type": "13", "document_number": "000000018"},
        "v2_from": "2026-12-01", "edition_overrides": {}}"""
    assert decode_profile(old).branches == {}


def test_the_first_day_of_v2_and_the_exceptions_may_be_set(folder: Path) -> None:
    company = read(folder, BASIC + '[editions]\nfrom = 2027-01-15\n"05" = "v1"\ninvalidation = "v2"\n')
    assert company.v2_from == date(2027, 1, 15)
    assert company.edition_overrides == {"05": "v1", "invalidation": "v2"}
    assert read(folder, BASIC + '[editions]\nfrom = "2027-01-15"\n').v2_from == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('from = "enero"', "editions.from: «enero» no es una fecha"),
        ("from = 2027-01-15T10:00:00", "editions.from: debe ser texto"),
        ('"05" = "v3"', "editions.05: «v3» no es una edición"),
        ('"99" = "v1"', "editions.99: no existe esta clave"),
    ],
)
def test_a_wrong_edition_is_told(folder: Path, text: str, fault: str) -> None:
    [found] = faults(folder, f"{BASIC}[editions]\n{text}\n")
    assert found.startswith(fault)


def test_export_settings_are_checked_against_the_catalogs(folder: Path) -> None:
    text = """[export]
country = "US"
customs_office = "02"
regime = "1000.000"
incoterm = "09"
item_type = 1
freight = 120.00
insurance = 18.20
"""
    assert read(folder, BASIC + text).export == ExportDefaults("US", "02", "1000.000", "09", 1, "120", "18.2")
    assert faults(folder, BASIC + '[export]\ncountry = "ZZ"\nitem_type = 4\nfreight = 1.234\ninsurance = "1"\n') == [
        "export.country: «ZZ» no está en el catálogo CAT-020 de Hacienda.",
        "export.item_type: debe ser 1 (bienes), 2 (servicios) o 3 (ambos), sin comillas.",
        "export.freight: debe ser un monto en dólares sin comillas, con dos decimales a lo sumo, por ejemplo 18.20.",
        "export.insurance: debe ser un monto en dólares sin comillas, con dos decimales a lo sumo, por ejemplo 18.20.",
    ]


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_mail_port_follows_the_kind_of_security(folder: Path, security: SmtpSecurity, port: int) -> None:
    text = f'[smtp]\nhost = "correo.ejemplo.com"\nsecurity = "{security}"\nsender = "facturas@ejemplo.com"\n'
    expected = SmtpAccess("correo.ejemplo.com", port, None, None, security, "facturas@ejemplo.com")
    assert read(folder, BASIC + text).smtp == expected


def test_wrong_mail_settings_are_told(folder: Path) -> None:
    text = '[smtp]\nhost = "correo"\nport = "25"\nuser = "u"\nsecurity = "ssl"\nsender = "x"\n'
    assert [fault.split(":")[0] for fault in faults(folder, BASIC + text)] == [
        "smtp.security",
        "smtp.port",
        "smtp.sender",
        "smtp.user",
    ]


def test_a_file_that_is_no_toml_or_no_utf8_is_told(folder: Path) -> None:
    assert faults(folder, "nit = ")[0].startswith("no es TOML: ")
    path = folder / "latin.toml"
    path.write_bytes("name = 'Peña'".encode("latin-1"))
    with pytest.raises(CompanyFileError, match="no está en UTF-8"):
        read_company_file(path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("#" * 300_000, "pesa más de 256 KiB: no es el archivo de una empresa."),
        ("a." * 5_000 + "b = 1", "la línea 1 tiene 10005 caracteres y puede tener 500."),
        ("nit = 1\n" + "a = " + "[\n" * 100_000, "tiene listas o tablas anidadas sin fin."),
        ("a = " + "{a=" * 150, "no es TOML: "),
        ("a = 1e-99999999999999999999", "tiene un número con demasiadas cifras."),
    ],
)
def test_a_file_that_would_cost_the_parser_too_much_is_refused(folder: Path, text: str, fault: str) -> None:
    [found] = faults(folder, text)
    assert found.startswith(fault)


def test_a_comment_may_be_long(folder: Path) -> None:
    assert read(folder, f"# {'x' * 5_000}\n{BASIC}").nit == "06149999990012"


def test_a_file_that_the_company_file_names_is_not_read_when_it_is_huge(folder: Path) -> None:
    (folder / "empresa.crt").write_bytes(b" " * 2_000_000)
    [found] = faults(folder, BASIC)
    assert found.startswith("mh.certificate: ")
    assert "pesa más de 1 MiB" in found


def test_a_mail_password_never_travels_in_the_clear(folder: Path) -> None:
    text = '[smtp]\nhost = "correo"\nuser = "u"\npassword = "Correo#1"\nsecurity = "none"\nsender = "a@ejemplo.com"\n'
    assert faults(folder, BASIC + text) == [
        'smtp.security: con "none" la contraseña viajaría sin cifrar; use "starttls" o "tls".'
    ]


def test_an_empty_district_is_missing(folder: Path) -> None:
    text = changed('district = "14"', 'district = " "')
    assert faults(folder, text) == ["address.district: falta; es obligatorio."]


def test_a_value_that_cannot_be_read_has_no_second_fault(folder: Path) -> None:
    text = '[smtp]\nhost = "correo"\nuser = 3\npassword = "Correo#1"\nsender = "a@ejemplo.com"\n'
    assert faults(folder, BASIC + text) == ['smtp.user: debe ser texto entre comillas: user = "…".']


def test_unknown_keys_are_listed_wherever_they_stand(folder: Path) -> None:
    text = (
        changed('code = "P002"', 'code = "P002"\nnumber = 7').replace("[mh]", '[mh]\nuser_ = "x"') + "[shop]\na = 1\n"
    )
    assert faults(folder, text) == [
        "mh.user_: no existe esta clave; ¿quiso decir user?",
        "branch[1].pos[2].number: no existe esta clave; ¿quiso decir next_number?",
        "shop: no existe esta clave.",
    ]


@pytest.mark.parametrize("port", ['"465"', "0", "70000"])
def test_a_port_that_is_none_is_told_with_the_port_of_each_security(folder: Path, port: str) -> None:
    text = f'[smtp]\nhost = "correo"\nport = {port}\nsecurity = "tls"\nsender = "a@ejemplo.com"\n'
    assert faults(folder, BASIC + text) == [
        "smtp.port: debe ser un puerto sin comillas: port = 587 con starttls, 465 con tls, 25 con none."
    ]


def test_a_point_of_sale_goes_on_with_the_numbers_of_another_system(folder: Path) -> None:
    text = changed('code = "P002"', 'code = "P002"\nnext_number = { 01 = 1_094, "03" = 999999999999999 }')
    [branch] = read(folder, text).branches
    assert branch.points == (PointOfSale("P001"), PointOfSale("P002", {"01": 1094, "03": 999_999_999_999_999}))
    assert read(folder, changed('code = "P002"', 'code = "P002"\nnext_number = {}')).branches[0].points[1] == (
        PointOfSale("P002")
    )


@pytest.mark.parametrize("wrong", ["0", "-1", "1000000000000000", '"1094"', "1094.0", "true", "2026-01-01", "[1094]"])
def test_a_first_number_has_1_to_15_digits_and_no_quotes(folder: Path, wrong: str) -> None:
    text = changed('code = "P002"', f'code = "P002"\nnext_number = {{ "01" = {wrong} }}')
    sentence = 'debe ser el próximo número, de 1 a 999999999999999, sin comillas: "01" = 1094.'
    assert faults(folder, text) == [f"branch[1].pos[2].next_number.01: {sentence}"]


def test_first_numbers_stand_under_types_that_are_issued_here(folder: Path) -> None:
    text = changed('code = "P002"', 'code = "P002"\nnext_number = 1094')
    text = text.replace('code = "P001"', 'code = "P001"\nnext_number = { "06" = 1, factura = 2 }')
    assert faults(folder, text) == [
        "branch[1].pos[2].next_number: debe ser una sección: escriba [branch.pos.next_number] y debajo sus claves.",
        "branch[1].pos[1].next_number.06: no existe esta clave; los tipos de documento son 01, 03, 05, 11, 14.",
        "branch[1].pos[1].next_number.factura: no existe esta clave.",
    ]
