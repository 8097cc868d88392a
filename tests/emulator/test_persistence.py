"""What survives a restart: books, rejections, and tokens."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.emulator.client import Client
from tests.emulator.documents import events, full, invoice
from tests.emulator.documents.parts import Emission
from tests.emulator.one_company import emulator_of_one_company, its_secrets
from tests.emulator_fixture import NOON

D = Decimal


def test_the_books_survive_a_restart(tmp_path: Path) -> None:
    emission = Emission()
    wrong = invoice.v2(emission.next())
    wrong["resumen"]["totalPagar"] = D("40")
    with emulator_of_one_company(tmp_path) as mh:
        client = Client(mh, its_secrets())
        stamped = client.send(invoice.v2(emission))
        refused = client.send(wrong)
        before = mh.control.documents()
    with emulator_of_one_company(tmp_path) as mh:
        again = Client(mh, its_secrets())
        again.token = client.token
        assert again.query("01", emission.code) == stamped
        assert again.query("01", wrong["identificacion"]["codigoGeneracion"]) == refused
        assert again.send(invoice.v2(emission)).body["codigoMsg"] == "004"
        assert mh.control.documents() == before


def test_a_refused_report_may_be_corrected_after_a_restart(tmp_path: Path) -> None:
    emission = Emission()
    report = events.contingency_v4(emission, full.in_contingency(invoice.v2(emission), kind=3, reason=None))
    with emulator_of_one_company(tmp_path) as mh:
        wrong = {**report, "emisor": report["emisor"] | {"tipoDocResponsable": "99"}}
        assert Client(mh, its_secrets()).report(wrong).status == 400
    with emulator_of_one_company(tmp_path) as mh:
        mh.control.freeze_clock(NOON + timedelta(hours=23, minutes=59))
        late = {"fTransmision": "2026-08-15", "hTransmision": "11:59:00"}
        answer = Client(mh, its_secrets()).report({**report, "identificacion": report["identificacion"] | late})
        assert answer.body["estado"] == "RECIBIDO", "the cause had ended at 11:45 of the day before"


def test_a_service_that_comes_back_keeps_its_address(tmp_path: Path) -> None:
    with emulator_of_one_company(tmp_path) as mh:
        client = Client(mh, its_secrets())
        client.login()
        address = mh.url
        mh.stop()
        mh.start()
        assert mh.url == address
        assert client.send(invoice.v2(Emission())).status == 200


def test_a_line_torn_by_a_crash_is_dropped(tmp_path: Path) -> None:
    with emulator_of_one_company(tmp_path) as mh:
        Client(mh, its_secrets()).send(invoice.v2(Emission()))
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[: len(whole) // 2])
    with emulator_of_one_company(tmp_path) as mh:
        assert len(mh.control.documents()) == 1
        assert Client(mh, its_secrets()).send(invoice.v2(Emission().next())).status == 200
    with emulator_of_one_company(tmp_path) as mh:
        assert len(mh.control.documents()) == 2


def test_without_a_folder_nothing_is_kept() -> None:
    with emulator_of_one_company(None) as mh:
        Client(mh, its_secrets()).send(invoice.v2(Emission()))
        mh.stop()
        mh.start()
        assert mh.control.documents() == []


def test_numbers_of_another_system_survive_a_restart(tmp_path: Path) -> None:
    with emulator_of_one_company(tmp_path) as mh:
        mh.control.numbers_elsewhere(its_secrets().nit, "DTE-01-M001P001", 2026)
    with emulator_of_one_company(tmp_path) as mh:
        assert Client(mh, its_secrets()).send(invoice.v2(Emission())).body["codigoMsg"] == "004"
