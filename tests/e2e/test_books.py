"""The books of a month, from documents that were really issued."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ocote.clock import local_date
from tests.builders.bodies import SERVICE, ccf, invoice, purchase
from tests.builders.company import NIT
from tests.commands import Run
from tests.printing.reading import words
from tests.running_gateway import RunningGateway

ANNEXES = ("anexo1", "anexo2", "anexo4", "anexo5", "anexo9", "anulados", "f14")
BOOKS = ("libro-consumidores", "libro-contribuyentes", "libro-compras")


def names(month: str) -> set[str]:
    annexes, books = {f"{name}-{month}.csv" for name in ANNEXES}, {f"{name}-{month}.pdf" for name in BOOKS}
    return annexes | books | {f"notas-{month}.txt"}


def issued(gateway: RunningGateway) -> str:
    """Two invoices of 11.30, one of them invalidated; a CCF of 113.00, half of it taken back; a purchase of 200.00.

    Returns the month.
    """
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", invoice("caja-2"))
    gateway.request("POST", "/invalidate/caja-2")
    gateway.post("/invoice", ccf("b2b-1"))
    line = {"description": "Rebaja", "quantity": 1, "unit_price": 56.50}
    gateway.post("/credit-memo", {"document_id": "b2b-1", "external_ref": "nc-1", "lines": [line]})
    gateway.post("/suex", purchase("compra-1", SERVICE))
    return local_date(gateway.clock()).strftime("%Y-%m")


def test_the_command_writes_every_file_of_the_month(gateway: RunningGateway, run_here: Run, tmp_path: Path) -> None:
    month = issued(gateway)

    ended = run_here("books", "--company", NIT, "--month", month, "--output", str(tmp_path / "libros"))

    assert ended.status == 0, ended.err
    written = {path.name: path for path in (tmp_path / "libros").iterdir()}
    assert set(written) == names(month), ended.out
    files = {name: path.read_text(encoding="utf-8") for name, path in written.items() if name.endswith(".csv")}
    assert max(map(len, files)) <= 25
    voucher, note = (line.split(";") for line in files[f"anexo1-{month}.csv"].splitlines())
    assert (voucher[2], voucher[11], voucher[12], voucher[15]) == ("03", "100.00", "13.00", "113.00")
    assert (note[2], note[11], note[12], note[15]) == ("05", "50.00", "6.50", "56.50")
    [day] = files[f"anexo2-{month}.csv"].splitlines()
    kept, gone = gateway.get("/status/caja-1"), gateway.get("/status/caja-2")
    assert day.split(";")[7:9] == [kept["generation_code"].replace("-", "")] * 2
    assert day.split(";")[13] == "11.30"
    [bought] = files[f"anexo5-{month}.csv"].splitlines()
    assert bought.split(";")[:2] == ["2", "000162975"]
    assert bought.split(";")[6] == "200.00"
    [withheld] = files[f"f14-{month}.csv"].splitlines()
    assert withheld.split(";")[2:9] == ["Marta Alvarenga", "", "000162975", "11", "200.00", "0.00", "20.00"]
    [invalidated] = files[f"anulados-{month}.csv"].splitlines()
    assert invalidated.endswith(f";0;0;{gone['generation_code']}")
    assert files[f"anexo9-{month}.csv"] == ""
    assert "Repita cuando lo tengan" not in ended.out


def test_the_printed_books_hold_the_documents_and_their_totals(
    gateway: RunningGateway, run_here: Run, tmp_path: Path
) -> None:
    month = issued(gateway)

    ended = run_here("books", "--company", NIT, "--month", month, "--output", str(tmp_path), "--taxpayers-folio", "121")

    # A CCF of 100.00 and VAT of 13.00, less a note of 50.00 and 6.50; an invoice of 11.30, which contains 1.30.
    consumers, taxpayers, purchases = (words((tmp_path / f"{name}-{month}.pdf").read_bytes()) for name in BOOKS)
    assert "Totales del mes 0.00 50.00 6.50 0.00 0.00 0.00 56.50" in taxpayers
    assert "Total del mes 0.00 60.00 0.00 7.80 0.00 67.80" in taxpayers
    assert "Folio 121" in taxpayers
    assert gateway.get("/status/b2b-1")["generation_code"] in taxpayers
    assert "IVA contenido, que pasa al libro de ventas a contribuyentes 1.30" in consumers
    assert gateway.get("/status/caja-1")["generation_code"] in consumers
    assert gateway.get("/status/caja-2")["generation_code"] not in consumers
    assert "Totales del mes 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00 200.00" in purchases
    assert "no están en ocote" in purchases
    assert f"libro-contribuyentes-{month}.pdf: folio 121; el que sigue empieza en 122." in ended.out


def test_the_api_gives_all_of_it_as_one_zip(gateway: RunningGateway) -> None:
    month = issued(gateway)

    reply = gateway.request("GET", f"/books?month={month}&income_type=2&consumers_folio=7")

    assert (reply.status, reply.headers["content-type"]) == (200, "application/zip")
    assert reply.headers["content-disposition"] == f'attachment; filename="libros-{month}.zip"'
    with zipfile.ZipFile(BytesIO(reply.content)) as opened:
        assert opened.testzip() is None
        assert set(opened.namelist()) == names(month)
        assert opened.read(f"anexo1-{month}.csv").decode().splitlines()[0].split(";")[18] == "2"
        assert "Folio 7" in words(opened.read(f"libro-consumidores-{month}.pdf"))
        notes = opened.read(f"notas-{month}.txt").decode("utf-8-sig")
    assert f"libro-consumidores-{month}.pdf: folio 7; el que sigue empieza en 8." in notes
    assert "Anexos 10, 11 y 12: no se escriben" in notes


def test_the_notes_name_the_codes_and_what_of_the_url_was_ignored(gateway: RunningGateway) -> None:
    month = issued(gateway)

    reply = gateway.request("GET", f"/books?month={month}&income-type=2")

    with zipfile.ZipFile(BytesIO(reply.content)) as opened:
        notes = opened.read(f"notas-{month}.txt").decode("utf-8-sig").splitlines()
    assert (
        "Códigos de renta usados: ingresos 3 (comercio); compras a sujetos excluidos: operación 1 (gravada), "
        "clasificación 2 (gasto), sector 2 (comercio), tipo 2 (gastos de administración)."
    ) in notes
    assert (
        "income-type: Este parámetro del URL no se tomó en cuenta: este nombre no existe aquí; ¿quiso decir "
        "«income_type»?"
    ) in notes


def test_documents_without_a_stamp_are_named(gateway: RunningGateway, run_here: Run, tmp_path: Path) -> None:
    gateway.emulator.control.fault("down", "reception", 100)
    waiting = gateway.post("/invoice", invoice("caja-1"))
    assert waiting["contingency"] is True
    month = local_date(gateway.clock()).strftime("%Y-%m")

    ended = run_here("books", "--company", NIT, "--month", month, "--output", str(tmp_path / "libros"))

    assert f"fuera de los libros: {waiting['control_number']}. Repita cuando lo tengan." in ended.out
    assert (tmp_path / "libros" / f"anexo2-{month}.csv").read_bytes() == b""
    printed = words((tmp_path / "libros" / f"libro-consumidores-{month}.pdf").read_bytes())
    assert "Sin operaciones en el mes" in printed
    assert f"Sin sello, y por eso no incluidos: {waiting['control_number']}." in printed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("--month", "2026-13"), "Error: «2026-13» no es un mes de 2000 a 2199; escríbalo como 2026-06.\n"),
        (("--month", "9999-12"), "Error: «9999-12» no es un mes de 2000 a 2199; escríbalo como 2026-06.\n"),
        (("--income-type", "7"), "El código 7 de tipo de ingreso no existe"),
        (("--purchase-class", "1"), "no corresponde a un costo"),
    ],
)
def test_what_cannot_be_is_told(run_here: Run, tmp_path: Path, changes: tuple[str, ...], said: str) -> None:
    ended = run_here("books", "--company", NIT, "--month", "2026-06", "--output", str(tmp_path), *changes)

    assert ended.status == 1
    assert said in ended.err
