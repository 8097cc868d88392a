import re
from pathlib import Path

import pytest

from tests.cli.conftest import NIT
from tests.commands import Run


def test_a_company_is_added_and_listed(run: Run, configured: str, company_file: Path) -> None:
    added = run("company", "add", str(company_file))
    assert added.status == 0
    assert (
        f"Comercial El Ejemplo, S.A. de C.V. (NIT {NIT}, pruebas) está lista. Puntos de venta: M001P001." in added.out
    )
    assert f"ocote key create --company {NIT} --pos M001P001" in added.out
    listed = run("company", "list")
    assert listed.status == 0
    for text in ("Comercial El Ejemplo", NIT, "pruebas", "30/12/2030", "activa"):
        assert text in listed.out


def test_adding_a_company_again_renews_it(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    company_file.write_text(company_file.read_text(encoding="utf-8").replace("El Ejemplo", "El Otro"), encoding="utf-8")
    assert run("company", "add", str(company_file)).status == 0
    listed = run("company", "list").out
    assert "Comercial El Otro" in listed
    assert "Comercial El Ejemplo" not in listed


def test_a_company_is_switched_off_and_on_again(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    switched = run("company", "disable", NIT)
    assert (switched.status, switched.out) == (0, "Comercial El Ejemplo, S.A. de C.V. (pruebas) quedó desactivada.\n")
    assert "desactivada" in run("company", "list").out
    assert "Sigue desactivada" in run("company", "add", str(company_file)).out
    assert run("company", "enable", NIT).out == "Comercial El Ejemplo, S.A. de C.V. (pruebas) quedó activa.\n"
    assert "desactivada" not in run("company", "list").out
    assert run("company", "disable", "06140101260099").status == 1


def test_a_faulty_company_file_ends_with_its_faults_and_status_one(
    run: Run, configured: str, company_file: Path
) -> None:
    text = company_file.read_text(encoding="utf-8").replace('phone = "22220000"', 'phone = "22"')
    company_file.write_text(text, encoding="utf-8")
    ended = run("company", "add", str(company_file))
    assert ended.status == 1
    assert "phone: debe tener de 8 a 30 caracteres; tiene 2." in ended.err
    assert "Traceback" not in ended.err
    assert "No hay empresas" in run("company", "list").out


def test_a_wrong_certificate_password_is_told(run: Run, configured: str, company_file: Path) -> None:
    text = re.sub(
        'certificate_password = ".*"', 'certificate_password = "otra"', company_file.read_text(encoding="utf-8")
    )
    company_file.write_text(text, encoding="utf-8")
    ended = run("company", "add", str(company_file))
    assert (ended.status, ended.err) == (
        1,
        "Error: La contraseña no corresponde a la llave privada de este certificado.\n",
    )


def test_a_key_is_printed_alone_and_afterwards_shown_by_its_beginning_only(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    created = run("key", "create", "--company", NIT, "--pos", "M001P001", "--per-minute", "7", "--per-hour", "70")
    assert created.status == 0
    assert re.fullmatch(r"odt_[0-9a-f]{56}\n", created.out)
    key = created.out.strip()
    listed = run("key", "list").out
    assert key[:12] in listed
    assert key[:13] not in listed
    for text in ("M001P001", "7/min", "70/h", "activa"):
        assert text in listed


def test_a_disabled_key_is_shown_as_such_and_cannot_be_disabled_twice(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    key = run("key", "create", "--company", NIT, "--pos", "M001P001").out.strip()
    disabled = run("key", "disable", key[:12])
    assert disabled.status == 0
    assert "quedó desactivada" in disabled.out
    assert "desactivada" in run("key", "list").out
    again = run("key", "disable", key[:12])
    assert again.status == 1
    assert "No hay ninguna clave activa" in again.err


@pytest.mark.parametrize(
    ("company", "pos", "said"),
    [
        (NIT, "M001P009", "no tiene el punto de venta M001P009"),
        ("06140101260018", "M001P001", "No hay ninguna empresa con NIT 06140101260018"),
    ],
)
def test_a_key_for_nobody_is_refused(
    run: Run, configured: str, company_file: Path, company: str, pos: str, said: str
) -> None:
    run("company", "add", str(company_file))
    ended = run("key", "create", "--company", company, "--pos", pos)
    assert ended.status == 1
    assert said in ended.err
    assert ended.out == ""


def test_without_companies_or_keys_the_lists_say_how_to_make_one(run: Run, configured: str) -> None:
    assert "ocote company add ARCHIVO.toml" in run("company", "list").out
    assert "ocote key create" in run("key", "list").out
