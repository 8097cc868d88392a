"""The documents of some days as one file, over HTTP and from the command line."""

import csv
import zipfile
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ocote.clock import local_date
from tests.builders.bodies import SERVICE, ccf, invoice, purchase
from tests.builders.company import NIT
from tests.commands import Run
from tests.e2e.issued import an_old_ccf
from tests.running_gateway import Reply, RunningGateway


@pytest.fixture
def sold(gateway: RunningGateway) -> RunningGateway:
    """An invoice of 11.30 that was invalidated, a CCF of 113.00 and a purchase of 200.00."""
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/suex", purchase("compra-1", SERVICE))
    gateway.request("POST", "/invalidate/caja-1")
    return gateway


def today(gateway: RunningGateway) -> str:
    return local_date(gateway.clock()).isoformat()


def export(gateway: RunningGateway, form: str, first: str = "") -> Reply:
    day = today(gateway)
    reply = gateway.request("GET", f"/documents/export?date_from={first or day}&date_to={day}&format={form}")
    assert reply.status == 200, reply.content
    return reply


def lines(index: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(index.decode("utf-8-sig"))))


def test_the_index_tells_every_document_with_its_amounts(sold: RunningGateway) -> None:
    reply = export(sold, "csv")

    assert reply.headers["transfer-encoding"] == "chunked"
    first, second, third = lines(reply.content)
    amounts = ("Gravado", "IVA", "Total", "Retenido", "A pagar")
    assert [first[name] for name in amounts] == ["10.00", "1.30", "11.30", "0.00", "11.30"]
    assert [second[name] for name in amounts] == ["100.00", "13.00", "113.00", "1.00", "112.00"]
    assert third["A pagar"] == "180.00"
    assert [line["Tipo"] for line in (first, second, third)] == ["01", "03", "14"]
    assert [line["Operación"] for line in (first, second, third)] == ["Venta", "Venta", "Compra"]
    assert [line["Estado"] for line in (first, second, third)] == ["invalidado", "sellado", "sellado"]
    assert (second["NIT"], second["NRC"], second["DUI"]) == ("06140201260015", "2345678", "")
    assert (third["DUI"], third["Cliente o proveedor"]) == ("000162975", "Marta Alvarenga")
    status = sold.get("/status/b2b-1")
    assert (second["Código de generación"], second["Sello de recepción"], second["Número de control"]) == (
        status["generation_code"],
        status["reception_stamp"],
        status["control_number"],
    )


def test_a_credit_note_is_subtracted_from_the_ccf_that_it_takes_back(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.post("/invalidate/b2b-1", None)

    sold, note = lines(export(gateway, "csv", first="2026-06-02").content)

    assert (note["Documento"], note["Operación"]) == ("Nota de crédito", "Nota de crédito (resta)")
    amounts = ("Gravado", "IVA", "Total", "Retenido", "A pagar")
    assert [note[name] for name in amounts] == ["-100.00", "-13.00", "-113.00", "-1.00", "-112.00"]
    assert sum(Decimal(line["A pagar"]) for line in (sold, note)) == 0
    assert (sold["Estado"], note["Estado"]) == ("anulado por nota de crédito", "sellado")


def test_the_zip_holds_the_very_files_that_are_delivered(sold: RunningGateway) -> None:
    with zipfile.ZipFile(BytesIO(export(sold, "zip").content)) as opened:
        assert opened.testzip() is None
        assert len(lines(opened.read("index.csv"))) == 3
        for reference in ("caja-1", "b2b-1"):
            name = f"{today(sold)}/{sold.get(f'/status/{reference}')['generation_code']}"
            assert opened.read(f"{name}.json") == sold.request("GET", f"/file/{reference}?type=json").content
            assert opened.read(f"{name}.pdf") == sold.request("GET", f"/file/{reference}?type=invoice").content


def test_the_workbook_holds_amounts_that_can_be_summed(sold: RunningGateway) -> None:
    sheet = load_workbook(BytesIO(export(sold, "xlsx").content))["Documentos"]

    rows: list[tuple[Any, ...]] = list(sheet.iter_rows(values_only=True))
    column = rows[0].index("A pagar")
    assert sum(Decimal(str(row[column])) for row in rows[1:]) == Decimal("303.30")


def test_the_command_writes_the_same_file(sold: RunningGateway, run_here: Run, tmp_path: Path) -> None:
    output, day = tmp_path / "documentos.csv", today(sold)

    ended = run_here("export", "--company", NIT, "--from", day, "--to", day, "--format", "csv", "--output", str(output))

    assert ended.status == 0, ended.err
    assert f"3 documentos de Café de Prueba, S.A. de C.V. en {output}." in ended.out
    assert output.read_bytes() == export(sold, "csv").content
    assert [path.name for path in tmp_path.glob("documentos*")] == ["documentos.csv"]


@pytest.mark.usefixtures("sold")
def test_the_command_says_what_is_wrong_and_writes_nothing(run_here: Run, tmp_path: Path) -> None:
    def ended(*changes: str) -> tuple[int, str]:
        usual = {"--company": NIT, "--from": "2026-06-01", "--to": "2026-06-30"}
        usual |= dict(zip(changes[::2], changes[1::2], strict=True))
        arguments = [part for pair in usual.items() for part in pair]
        command = run_here("export", *arguments, "--output", str(tmp_path / "x.zip"))
        return command.status, command.err

    assert ended("--company", "06140101260018") == (
        1,
        "Error: No hay ninguna empresa con NIT 06140101260018. Regístrela con «ocote company add ARCHIVO.toml».\n",
    )
    assert ended("--from", "2026-07-01") == (1, "Error: --from 2026-07-01 es posterior a --to 2026-06-30.\n")
    assert list(tmp_path.glob("x*")) == []
