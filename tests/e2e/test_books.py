"""The books of a month, from documents that were really issued."""

from pathlib import Path

from ocote.clock import local_date
from tests.builders.bodies import SERVICE, ccf, invoice, purchase
from tests.builders.company import NIT
from tests.commands import Run
from tests.running_gateway import RunningGateway


def issued(gateway: RunningGateway) -> None:
    """Two invoices of 11.30, one of them invalidated; a CCF of 113.00, half of it taken back; a purchase of 200.00."""
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", invoice("caja-2"))
    gateway.request("POST", "/invalidate/caja-2")
    gateway.post("/invoice", ccf("b2b-1"))
    line = {"description": "Rebaja", "quantity": 1, "unit_price": 56.50}
    gateway.post("/credit-memo", {"document_id": "b2b-1", "external_ref": "nc-1", "lines": [line]})
    gateway.post("/suex", purchase("compra-1", SERVICE))


def test_the_command_writes_a_file_for_each_book(gateway: RunningGateway, run_here: Run, tmp_path: Path) -> None:
    issued(gateway)
    month = local_date(gateway.clock()).strftime("%Y-%m")

    ended = run_here("books", "--company", NIT, "--month", month, "--output", str(tmp_path / "libros"))

    assert ended.status == 0, ended.err
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "libros").iterdir()}
    assert set(files) == {f"{name}-{month}.csv" for name in ("anexo1", "anexo2", "anexo5", "anulados")}
    assert max(map(len, files)) <= 25
    voucher, note = (line.split(";") for line in files[f"anexo1-{month}.csv"].splitlines())
    assert (voucher[2], voucher[11], voucher[12], voucher[15]) == ("03", "100.00", "13.00", "113.00")
    assert (note[2], note[11], note[12], note[15]) == ("05", "50.00", "6.50", "56.50")
    [day] = files[f"anexo2-{month}.csv"].splitlines()
    kept, gone = gateway.get("/status/caja-1"), gateway.get("/status/caja-2")
    assert day.split(";")[7:9] == [kept["generation_code"].replace("-", "")] * 2
    assert day.split(";")[13] == "11.30"
    [purchase] = files[f"anexo5-{month}.csv"].splitlines()
    assert purchase.split(";")[:2] == ["2", "000162975"]
    assert purchase.split(";")[6] == "200.00"
    [invalidated] = files[f"anulados-{month}.csv"].splitlines()
    assert invalidated.endswith(f";0;0;{gone['generation_code']}")
    assert "Repita la orden" not in ended.out


def test_documents_without_a_stamp_are_named(gateway: RunningGateway, run_here: Run, tmp_path: Path) -> None:
    gateway.emulator.control.fault("down", "reception", 100)
    waiting = gateway.post("/invoice", invoice("caja-1"))
    assert waiting["contingency"] is True
    month = local_date(gateway.clock()).strftime("%Y-%m")

    ended = run_here("books", "--company", NIT, "--month", month, "--output", str(tmp_path / "libros"))

    assert f"fuera de los libros: {waiting['control_number']}. Repita la orden" in ended.out
    assert (tmp_path / "libros" / f"anexo2-{month}.csv").read_bytes() == b""


def test_what_cannot_be_is_told(run_here: Run, tmp_path: Path) -> None:
    def said(*changes: str) -> str:
        ended = run_here("books", "--company", NIT, "--month", "2026-06", "--output", str(tmp_path), *changes)
        assert ended.status == 1
        return ended.err

    assert said("--month", "2026-13") == "Error: «2026-13» no es un mes; escríbalo como 2026-06.\n"
    assert "El código 7 de tipo de ingreso no existe" in said("--income-type", "7")
    assert "no corresponde a un costo" in said("--purchase-class", "1")
