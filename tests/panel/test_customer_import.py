"""Customers from a file: shown before they are kept, kept all or none, and handed out as a file again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.dte.dui import dui_check_digit
from tests.builders.bodies import ccf
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

IMPORT = "/c/1/customers/import"
HEAD = "nombre;nit;dui;nrc;correo;actividad;distrito"
NEW = "Panadería de Prueba;0614-180948-001-4;;;pan@example.com;;"
PERSON = "Persona de Prueba;;00016297-5;;persona@example.com;;"


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as running:
        add(running)
        yield running


@pytest.fixture
def owner(gateway: RunningGateway) -> PanelClient:
    browser = PanelClient(gateway.url)
    browser.log_in()
    return browser


def upload(owner: PanelClient, *lines: str, encoding: str = "utf-8") -> Shown:
    """Sends a file of customers."""
    owner.get(IMPORT)
    return owner.upload(IMPORT, {}, {"file": ("clientes.csv", "\r\n".join(lines).encode(encoding))})


def saved(owner: PanelClient, shown: Shown) -> Shown:
    """The page after the one button of a preview."""
    sent: dict[str, Any] = {name: shown.hidden[name] for name in ("content", "seen")}
    return owner.follow(owner.post(IMPORT, sent))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_shown_kept_and_found_by_the_next_document(
    gateway: RunningGateway, owner: PanelClient, encoding: str
) -> None:
    shown = upload(owner, HEAD, NEW, PERSON, encoding=encoding)

    assert "Todavía no se guardó nada" in shown.words
    assert "Panadería de Prueba" in shown.words
    assert "Panadería de Prueba" not in owner.get("/c/1/customers").words
    listed = saved(owner, shown)
    assert "Clientes guardados: 2 nuevos y 0 que cambian." in listed.words
    assert "Panadería de Prueba" in listed.words
    assert "Importó clientes" in owner.get("/c/1/audit").words
    assert "El archivo no cambia nada" in upload(owner, HEAD, NEW, PERSON).words


def test_the_audit_log_keeps_every_customer_of_a_large_import(gateway: RunningGateway, owner: PanelClient) -> None:
    def file_of(domain: str) -> list[str]:
        numbers = [f"{number:08}" for number in range(10, 1_260)]
        lines = [f"Cliente {each},{each}{dui_check_digit(each)},c{int(each)}@{domain}" for each in numbers]
        return ["nombre,dui,correo", *lines]

    saved(owner, upload(owner, *file_of("uno.example.com")))
    shown = saved(owner, upload(owner, *file_of("dos.example.com")))

    assert "0 nuevos y 1250 que cambian" in shown.words
    rows = [row for row in acts_of(gateway) if row.act == "customers_imported"]
    assert [row.subject for row in rows] == ["1-1000/1250", "1001-1250/1250"] * 2
    for rows_of_one, side, domain in (
        (rows[:2], "after", "uno"),
        (rows[2:], "before", "uno"),
        (rows[2:], "after", "dos"),
    ):
        kept = [each for row in rows_of_one for each in json.loads(getattr(row, side))["customers"]]
        assert {each["email"] for each in kept} == {f"c{n}@{domain}.example.com" for n in range(10, 1_260)}
    assert [json.loads(row.after)["n_new"] for row in rows] == [1000, 250, 0, 0]
    assert "1001-1250/1250" in owner.get("/c/1/audit").words


def test_a_customer_who_is_remembered_changes_in_what_the_file_says_alone(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    customer = ccf("b2b-1")["customer"]
    gateway.post("/invoice", ccf("b2b-1"))

    shown = upload(owner, "name,nit,email", f"Nombre Nuevo,{customer['nit']},nuevo@example.com")

    assert f"Nombre: {customer['name']} → Nombre Nuevo" in shown.words
    assert "→ nuevo@example.com" in shown.words
    assert "1 que cambian" in saved(owner, shown).words
    handed = owner.get("/c/1/customers/clientes.csv").text
    assert "Nombre Nuevo" in handed
    assert customer["activity_code"] in handed


def test_a_file_with_faults_names_line_and_column_and_keeps_nothing(owner: PanelClient) -> None:
    shown = upload(owner, HEAD, NEW, "Sin número;;;;;;", "Malo;0614-180948-001-5;;;no-es-correo;99999;", PERSON, PERSON)

    assert shown.status == 400
    for words in (
        "línea 3: nit",
        "línea 4: nit",
        "línea 4: correo",
        "línea 4: actividad",
        "línea 6: el DUI ya está en la línea 5",
    ):
        assert words in shown.words
    assert "Panadería de Prueba" not in owner.get("/c/1/customers").words


def test_a_file_that_does_not_fit_what_is_remembered_keeps_nothing(owner: PanelClient) -> None:
    saved(owner, upload(owner, HEAD, NEW, PERSON))

    taken = upload(owner, HEAD, "Panadería de Prueba;0614-180948-001-4;00016297-5;;;;")

    assert taken.status == 400
    assert "línea 2: el DUI ya es de otro cliente guardado" in taken.words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["nombre;nit;color", "A;;x"], "no existe la columna «color»"),
        (["nit", "0614-180948-001-4"], "falta la columna nombre"),
        (["nombre;correo", "A;a@example.com"], "falta una columna nit, dui, nrc"),
        (["nombre;nit;NIT", "A;;"], "la columna nit está dos veces"),
        (["nombre;nit", 'A;"0614'], "hay comillas sin cerrar"),
        ([",".join(["nit"] * 400_000)], "el encabezado tiene 400000 celdas; son como máximo 40"),
        ([",".join(["a"] * 400_000)], "el encabezado tiene 400000 celdas; son como máximo 40"),
    ],
)
def test_a_heading_that_cannot_be_read_says_how_to_mend_it(owner: PanelClient, lines: list[str], words: str) -> None:
    shown = upload(owner, *lines)

    assert shown.status == 400
    assert words in shown.words


def test_what_changed_meanwhile_is_shown_again(owner: PanelClient) -> None:
    shown = upload(owner, HEAD, NEW)
    saved(owner, upload(owner, HEAD, NEW.replace("pan@", "otro@")))

    again = owner.post(IMPORT, {name: shown.hidden[name] for name in ("content", "seen")})

    assert again.status == 200
    assert "Los clientes cambiaron mientras tanto" in again.words
    assert "otro@example.com → pan@example.com" in again.words


def test_the_sample_and_the_file_of_all_are_read_again_and_run_no_formula(owner: PanelClient) -> None:
    sample = owner.get("/c/1/customers/clientes-ejemplo.csv")
    saved(owner, owner.upload(IMPORT, {}, {"file": ("a.csv", sample.content)}))
    saved(owner, upload(owner, "nombre,nit", "=1+1,0614-290675-101-2"))

    handed = owner.get("/c/1/customers/clientes.csv")

    assert handed.headers["content-type"] == "text/csv; charset=utf-8"
    assert "'=1+1" in handed.text
    owner.get(IMPORT)
    assert "El archivo no cambia nada" in owner.upload(IMPORT, {}, {"file": ("a.csv", handed.content)}).words


def test_files_that_are_none_are_refused(owner: PanelClient) -> None:
    owner.get(IMPORT)
    assert owner.upload(IMPORT, {}, {"file": ("a.csv", b"")}).status == 400
    assert owner.upload(IMPORT, {}, {"file": ("a.csv", b"\x81\xff")}).status == 400
    assert owner.upload(IMPORT, {}, {"file": ("a.csv", b"a" * 2_200_000)}).status == 413
    assert owner.post(IMPORT, {"content": "%%%", "seen": "x"}).status == 400


def test_five_thousand_customers_come_in_at_once(owner: PanelClient) -> None:
    lines = [f"Cliente {number};;;{number};;;" for number in range(10_000, 15_000)]

    shown = upload(owner, HEAD, *lines)

    assert "y 4800 más" in shown.words
    assert "Clientes guardados: 5000 nuevos" in saved(owner, shown).words


def test_who_may_not_change_customers_brings_none_in(gateway: RunningGateway) -> None:
    reader = person_at(gateway, email="lee@example.com", role="reader")
    for path in ("import", "clientes-ejemplo.csv", "clientes.csv"):
        assert reader.get(f"/c/1/customers/{path}").status == 403
        assert f"/customers/{path}" not in reader.get("/c/1/customers").text
