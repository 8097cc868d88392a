"""``ocote journal replay``: what a database lost comes back, once, and everybody is told what cannot."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from ocote import logs
from ocote.continuity.seen import FILE_NAME
from ocote.dte.local_time import date_and_hour
from ocote.journal.lines import FORMAT, DocumentLine, JudgedKind, SegmentLine, VerdictLine, encode_line
from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice, note, purchase
from tests.builders.company import NIT, POINT_OF_SALE
from tests.commands import Run
from tests.databases import Databases
from tests.e2e.journaled_shop import JournaledShop, journaled_shop
from tests.e2e.outage import assert_delivered_as_mh_has_it, mh_comes_back, mh_goes_away
from tests.e2e.several import note_on_several
from tests.e2e.worker import a_worker_works
from tests.faults.storage import small_disk
from tests.running_gateway import RunningGateway

REACHES = "El diario llega hasta el último documento."


@pytest.fixture
def shop(
    database_url: str, all_databases: Databases, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[JournaledShop]:
    """A company with a journal, on each database."""
    monkeypatch.setattr(logs, "configure", lambda _level: None)  # the log of this process is not the command's
    with journaled_shop(database_url, tmp_path, all_databases, run, monkeypatch) as made:
        yield made


def sells(gateway: RunningGateway, *references: str) -> list[str]:
    """Stamped invoices; their ids."""
    made = [gateway.post("/invoice", invoice(reference)) for reference in references]
    assert all(answer["dte_success"] for answer in made)
    return [answer["document_id"] for answer in made]


def confirms(shop: JournaledShop, next_number: int, doc_type: str = "01") -> None:
    """The operator sets the counter of invoices, or of another type, and confirms the numbers."""
    of_till = ("--company", NIT, "--pos", POINT_OF_SALE, "--type", doc_type, "--next", str(next_number))
    assert shop.command("number", "set", *of_till).status == 0
    ended = shop.command("restore", "--confirm")
    assert ended.status == 0, ended


def states(shop: JournaledShop) -> dict[str, str]:
    """The state of each document by its reference."""
    return dict(shop.rows("SELECT external_ref, state FROM document"))


def test_sales_come_back_under_their_references_and_nothing_is_sent_again(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        sells(gateway, "antes")
        copy = shop.copy()
        lost = [gateway.post("/invoice", invoice(name)) for name in ("uno", "dos")]
    mended = shop.with_database(copy)
    shop.emulator.control.call("DELETE", "transmissions")
    ended = mended.replay()
    assert (ended.status, REACHES in ended.out) == (0, True), ended
    assert "reception" not in shop.emulator.control.counts()
    with mended.open() as gateway:
        for answer in lost:
            again = gateway.post("/invoice", invoice(answer["external_ref"]))
            for name in ("document_id", "control_number", "generation_code", "reception_stamp"):
                assert again[name] == answer[name]
        assert gateway.post("/invoice", invoice("tres"))["control_number"].endswith("0004")


def test_a_replay_that_is_repeated_changes_nothing(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "uno", "dos")
    mended = shop.with_database(copy)
    assert "2 documentos devueltos" in mended.replay().out
    first = mended.rows("SELECT * FROM document ORDER BY id")
    again = mended.replay()
    assert (again.status, "0 documentos devueltos" in again.out) == (0, True), again
    assert mended.rows("SELECT * FROM document ORDER BY id") == first


def test_a_database_that_lacks_nothing_stays_as_it_is(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        sells(gateway, "uno")
    before = shop.rows("SELECT * FROM document")
    ended = shop.replay()
    assert ended.status == 0
    assert shop.rows("SELECT * FROM document") == before
    assert shop.installation().confirmed_at is None


def test_while_a_gateway_is_up_nothing_is_replayed(shop: JournaledShop) -> None:
    with shop.open():
        ended = shop.replay()
    assert (ended.status, "Diario" in ended.out) == (1, False)
    assert "detenga «ocote serve»" in ended.err


def test_a_document_of_which_mh_has_nothing_is_sent_and_another_is_only_asked_about(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        shop.emulator.control.fault("answer_lost", "reception", count=None)
        shop.emulator.control.fault("down", "query", count=None)
        arrived = gateway.post("/invoice", invoice("llego"))
        shop.emulator.control.behave()
        shop.emulator.control.fault("down", count=None)
        gateway.post("/invoice", invoice("no-salio"))
    shop.emulator.control.behave()
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, REACHES in ended.out) == (0, True), ended
    mended.works()
    with mended.open() as gateway:
        first = assert_delivered_as_mh_has_it(gateway, "llego")
        second = assert_delivered_as_mh_has_it(gateway, "no-salio")
    assert first["identificacion"]["tipoOperacion"] == 1
    assert second["identificacion"]["tipoOperacion"] == 2
    assert arrived["contingency"] is True


def test_a_customer_comes_back_as_the_last_sale_left_it_though_a_clock_went_back(shop: JournaledShop) -> None:
    buyer = {"name": "Tienda La Esquina", "dui": "00016297-5", "address": "Calle 1"}
    with shop.open() as gateway:
        gateway.post("/invoice", invoice("antes", customer=buyer))
        copy = shop.copy()
        gateway.post("/invoice", invoice("uno", customer={**buyer, "address": "Calle 2"}))
        gateway.time_passes(minutes=-1)
        gateway.post("/invoice", invoice("dos", customer={**buyer, "address": "Calle 3"}))
    [before] = shop.rows("SELECT record, created_at, updated_at FROM customer")
    assert '"Calle 3"' in before[0]
    for database in (copy, shop.copy()):
        mended = shop.with_database(database)
        assert mended.replay().status == 0
        assert mended.rows("SELECT record, created_at, updated_at FROM customer") == [before]


def test_corrections_keep_every_text(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        for code in ("096", "099"):
            shop.emulator.control.fault("reject", "reception", code=code)
            gateway.post("/invoice", invoice("corregida"))
        gateway.post("/invoice", invoice("corregida", lines=[{"description": "x", "quantity": 1, "unit_price": 2}]))
        texts = "SELECT version, why, rejected_at, superseded_at, answer, jws FROM superseded_version ORDER BY version"
        before = shop.rows(texts)
    mended = shop.with_database(copy)
    assert mended.replay().status == 0
    assert mended.rows(texts) == before
    assert [row[:2] for row in before] == [(1, "rejected"), (2, "rejected")]


def test_a_document_that_the_backup_has_gets_its_later_texts(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        shop.emulator.control.fault("reject", "reception", code="096")
        gateway.post("/invoice", invoice("corregida"))
        copy = shop.copy()
        gateway.post("/invoice", invoice("corregida"))
        before = shop.rows("SELECT version, state, jws, stamp FROM document")
        earlier = shop.rows("SELECT version, why, rejected_at, superseded_at, jws FROM superseded_version")
    mended = shop.with_database(copy)
    assert mended.replay().status == 0
    assert mended.rows("SELECT version, state, jws, stamp FROM document") == before
    assert mended.rows("SELECT version, why, rejected_at, superseded_at, jws FROM superseded_version") == earlier


def test_notes_purchases_and_cancellations_come_back(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        gateway.post("/invoice", ccf("b2b"))
        gateway.post("/credit-memo", note("b2b", "nc"))
        gateway.post("/suex", purchase("compra"))
        sells(gateway, "anulada")
        gateway.post("/invalidate/anulada", {})
        everything = (
            "SELECT external_ref, adjusts_id, state, stamp, invalidated_at, invalidated_by, customer_id FROM document "
            "ORDER BY external_ref"
        )
        before = shop.rows(everything)
        customers = shop.rows("SELECT id, nit, dui, nrc, record FROM customer ORDER BY id")
    mended = shop.with_database(copy)
    assert mended.replay().status == 0
    assert mended.rows(everything) == before
    assert mended.rows("SELECT id, nit, dui, nrc, record FROM customer ORDER BY id") == customers


def test_notes_of_every_kind_come_back_and_bound_the_next_ones(shop: JournaledShop) -> None:
    """16.00 exempt and 2.00 of tourism are left of the CCF once the lost note is there again."""
    kinds = [
        {"description": "Noche", "quantity": 1, "unit_price": "113.00", "taxes": ["59"]},
        {"description": "Libro", "quantity": 4, "unit_price": "5.00", "sale_kind": "exempt"},
    ]
    night = {"description": "Noche", "quantity": "0.6", "unit_price": "113.00", "taxes": ["59"]}
    book = {"description": "Libro", "quantity": "0.8", "unit_price": "5.00", "sale_kind": "exempt"}
    with shop.open() as gateway:
        gateway.post("/invoice", ccf("b2b") | {"lines": kinds})
        copy = shop.copy()
        made = gateway.post("/credit-memo", {"document_id": "b2b", "external_ref": "nc", "lines": [night, book]})
    assert (str(made["amount_taxes"]), str(made["amount_exempt"])) == ("3.00", "4.00")
    mended = shop.with_database(copy)
    assert mended.replay().status == 0
    with mended.open() as gateway:
        again = gateway.get("/status/nc")
        assert {name: again[name] for name in made if name.startswith("amount_")} == {
            name: made[name] for name in made if name.startswith("amount_")
        }
        for line in (night, {**book, "quantity": "3.3"}):
            more = gateway.request("POST", "/credit-memo", {"document_id": "b2b", "external_ref": "n", "lines": [line]})
            assert (more.status, more.json()["code"]) == (400, "note_exceeds_voucher")
        rest = [{**night, "quantity": "0.4"}, {**book, "quantity": "3.2"}]
        last = gateway.post("/credit-memo", {"document_id": "b2b", "external_ref": "nc-2", "lines": rest})
        assert (last["dte_success"], str(last["amount_taxes"]), str(last["amount_exempt"])) == (True, "2.00", "16.00")


LISTS = """
    SELECT document.external_ref, position, document_id, number, taken, stated
    FROM adjusted_document JOIN document ON document.id = note_id ORDER BY external_ref, position"""


def test_a_note_on_several_documents_comes_back_with_all_of_them(shop: JournaledShop) -> None:
    """Its clock went back before the note, whose line in the journal is then the earliest."""
    with shop.open() as gateway:
        copy = shop.copy()
        gateway.post("/invoice", ccf("b2b-1"))
        gateway.post("/invoice", ccf("b2b-2"))
        gateway.time_passes(minutes=-5)
        made = note_on_several(gateway, "nc", "b2b-2", "b2b-1")
        assert made["dte_success"] is True, made
        related = gateway.get("/status/nc")["related"]
    before = shop.rows(LISTS)
    assert [(row[1], row[2] is None, row[5] is None) for row in before] == [
        (0, False, True),
        (1, True, False),
        (2, False, True),
    ]
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, REACHES in ended.out, "3 documentos devueltos" in ended.out) == (0, True, True), ended
    assert mended.rows(LISTS) == before
    verified = mended.command("verify", "--restart")
    assert verified.out.endswith(
        "1 nota ajusta documentos de otro sistema; de esos documentos consta solo lo que declaró quien pidió la nota.\n"
        "✓ Todo concuerda.\n"
    ), verified
    again = mended.replay()
    assert (again.status, mended.rows(LISTS)) == (0, before), again
    with mended.open() as gateway:
        assert gateway.get("/status/nc")["related"] == related
        assert note_on_several(gateway, "nc", "b2b-2", "b2b-1")["control_number"] == made["control_number"]
        more = note("b2b-1", "nc-2", "111.88")
        assert gateway.request("POST", "/credit-memo", more).json()["code"] == "note_exceeds_voucher"
        assert gateway.post("/credit-memo", note("b2b-1", "nc-2", "111.87"))["dte_success"] is True


def test_a_note_that_an_older_program_signed_again_has_the_documents_of_its_first_text(shop: JournaledShop) -> None:
    """The older program ran during an upgrade, when the note entered a contingency."""
    with shop.open() as gateway:
        copy = shop.copy()
        gateway.post("/invoice", ccf("b2b-1"))
        gateway.post("/invoice", ccf("b2b-2"))
        mh_goes_away(gateway)
        assert note_on_several(gateway, "nc", "b2b-1", "b2b-2")["contingency"] is True
    before = shop.rows(LISTS)
    assert [line.version for line in shop.lines(DocumentLine) if line.external_ref == "nc"] == [1, 2]
    shop.forget_documents_of_notes(since_version=2)
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, mended.rows(LISTS)) == (0, before), ended


def test_a_note_of_which_the_journal_never_had_the_documents_is_named(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        gateway.post("/invoice", ccf("b2b-1"))
        copy = shop.copy()
        note_on_several(gateway, "nc", "b2b-1")
    shop.forget_documents_of_notes(since_version=1)
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert ended.status == 1
    assert "✗ Falta en el diario una línea que otras necesitan" in ended.out
    assert "nc." in ended.out
    assert "nc" not in states(mended)


def test_a_ccf_that_comes_back_has_the_note_that_called_it_one_of_another_system(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        lost = gateway.post("/invoice", ccf("b2b-1"))
    mended = shop.with_database(copy)
    said = {
        "generation_code": lost["generation_code"],
        "issued_on": date_and_hour(shop.clock())[0],
        "amount_taxable": 100,
        "amount_withheld": 1,
    }
    line = {"description": "Devolución", "quantity": 1, "unit_price": "101.70", "related": 0}
    customer = {**LARGE_TAXPAYER, "type_contributor": 1}
    with mended.open() as gateway:
        confirms(mended, 100, "03")
        foreign = {"external_ref": "nc", "related_documents": [said], "lines": [line], "customer": customer}
        assert gateway.post("/credit-memo", foreign)["dte_success"] is True
    assert mended.replay().status == 0
    with mended.open() as gateway:
        more = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-2", "11.31"))
        assert (more.status, more.json()["code"]) == (400, "note_exceeds_voucher")
        cancelled = gateway.request("POST", "/invalidate/b2b-1", None)
        assert (cancelled.status, cancelled.json()["code"]) == (409, "invalidation_blocked_by_note")
        assert gateway.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))["dte_success"] is True


def test_a_refused_note_comes_back_with_the_documents_of_its_correction(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        for reference in ("b2b-1", "b2b-2", "b2b-3"):
            gateway.post("/invoice", ccf(reference))
        for reference in ("lista", "una"):
            shop.emulator.control.fault("reject", "reception", code="096")
            assert note_on_several(gateway, reference, "b2b-1", "b2b-2")["rejected"] is True
        copy = shop.copy()
        assert note_on_several(gateway, "lista", "b2b-3")["dte_success"] is True
        assert gateway.post("/credit-memo", note("b2b-3", "una", "22.60"))["dte_success"] is True
    before = shop.rows(LISTS)
    assert [row[:2] for row in before] == [("lista", 0), ("lista", 1)]
    mended = shop.with_database(copy)
    assert len(mended.rows(LISTS)) == 6
    assert mended.replay().status == 0
    assert mended.rows(LISTS) == before
    assert mended.command("verify", "--restart").status == 0


def test_the_work_that_was_undone_never_comes_back(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        _, undone = sells(gateway, "guardada", "deshecha")
    shop.undo(undone)
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, list(states(mended))) == (0, ["guardada"]), ended
    assert "no se devolvieron: 1 firma que" in ended.out


def test_of_two_sales_with_one_number_the_one_that_was_kept_comes_back(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "guardada")
    write_line_before_a_crash(shop, external_ref="perdida")
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, list(states(mended))) == (0, ["guardada"]), ended


def test_of_two_sales_with_one_number_and_no_outcome_mh_decides(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "sellada")
    write_line_before_a_crash(shop, external_ref="perdida")
    shop.forget_outcomes()
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, list(states(mended))) == (0, ["sellada"]), ended


def test_while_mh_is_silent_a_contested_number_waits_and_nothing_is_issued(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "sellada")
    write_line_before_a_crash(shop, external_ref="perdida")
    shop.forget_outcomes()
    mended = shop.with_database(copy)
    shop.emulator.control.fault("down", count=None)
    ended = mended.replay()
    assert ended.status == 1
    assert "Hacienda no respondió por DTE-01-M001P001-000000000000001" in ended.out
    assert mended.installation().unconfirmed_because == "journal_ahead"
    shop.emulator.control.behave()
    assert mended.replay().status == 0
    assert states(mended) == {"sellada": "stamped"}
    assert mended.installation().unconfirmed_since is None


def test_a_number_that_another_document_of_the_database_has_is_dropped(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        sells(gateway, "primera")
        copy = shop.copy()
        sells(gateway, "segunda")
    write_line_before_a_crash(shop, external_ref="perdida", number=1)
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, sorted(states(mended))) == (0, ["primera", "segunda"]), ended


def test_a_stamped_document_whose_number_another_one_has_is_reported_loudly(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "sellada")
    # The copy was used without a replay, on another machine, and another sale got the number while MH was away.
    mended = shop.with_database(copy)
    aside = shop.folder / "aside"
    shop.journal.rename(aside)
    shop.journal.mkdir()
    (shop.folder / FILE_NAME).unlink()
    with mended.open() as gateway:
        mh_goes_away(gateway)
        assert gateway.post("/invoice", invoice("otra"))["contingency"] is True
        mh_comes_back(gateway)
    shutil.rmtree(shop.journal)
    aside.rename(shop.journal)
    ended = mended.replay()
    assert ended.status == 1
    assert "✗ El documento sellada" in ended.out
    assert "Hacienda lo selló" in ended.out
    assert "del documento otra" in ended.out
    assert mended.installation().unconfirmed_since is not None
    # The operator confirms the numbers, MH refuses that of the other sale, and then there is a place.
    confirms(mended, next_number=2)
    mended.works()
    assert mended.rows("SELECT control_number FROM document WHERE external_ref = 'otra'")[0][0].endswith("0002")
    ended = mended.replay()
    assert (ended.status, states(mended)) == (0, {"otra": "stamped", "sellada": "stamped"}), ended


def test_documents_of_a_company_that_is_missing_wait_until_it_is_registered(shop: JournaledShop) -> None:
    empty = shop.made.sqlite() if shop.database_url.startswith("sqlite") else shop.made.postgres()
    with shop.open() as gateway:
        sells(gateway, "uno")
        name = shop.installation().id
    mended = shop.with_database(empty)
    mended.rows(f"UPDATE installation SET id = '{name}' RETURNING id")
    ended = mended.replay()
    assert ended.status == 1
    assert f"La empresa {NIT}" in ended.out
    assert "ocote company add" in ended.out
    assert mended.command("company", "add", str(shop.folder / "empresa.toml")).status == 0
    ended = mended.replay()
    assert (ended.status, states(mended)) == (0, {"uno": "stamped"}), ended
    assert mended.rows("SELECT key_id FROM document") == [(None,)]


@pytest.mark.parametrize("harm", ["missing", "damaged", "copied"])
def test_a_journal_that_does_not_reach_to_the_end_is_replayed_and_confirms_nothing(
    shop: JournaledShop, harm: str
) -> None:
    copy = ""
    for name in ("uno", "dos", "tres"):
        with shop.open() as gateway:
            copy = copy or shop.copy()
            sells(gateway, name)
    _, second, third = shop.segments()
    if harm == "missing":
        second.unlink()
    elif harm == "damaged":
        lines = second.read_bytes().split(b"\n")
        lines[1] = b"?" + lines[1][1:]
        second.write_bytes(b"\n".join(lines))
    else:
        shutil.copy(third.rename(shop.folder / "original"), third)
    mended = shop.with_database(copy)
    for _ in range(2):
        ended = mended.replay()
        assert ended.status == 1, ended
        assert "✗" in ended.out
        assert mended.installation().unconfirmed_since is not None
    found = {"missing": ["tres", "uno"], "damaged": ["tres", "uno"], "copied": ["dos", "tres", "uno"]}
    assert sorted(states(mended)) == found[harm]


def test_sales_from_before_there_was_a_journal_are_missed_by_their_numbers(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        sells(gateway, "uno")
        copy = shop.copy()
    without = shop.with_database(shop.database_url)
    aside = shop.folder / "aside"
    shop.journal.rename(aside)
    shop.journal.mkdir()
    with without.open() as gateway:
        sells(gateway, "sin-diario")
    shutil.rmtree(shop.journal)
    aside.rename(shop.journal)
    with shop.open() as gateway:
        sells(gateway, "tres")
    ended = shop.with_database(copy).replay()
    assert ended.status == 1
    assert "Nadie tiene el número 2 del tipo 01 en M001P001" in ended.out


def test_a_backup_from_before_the_journal_proves_nothing(shop: JournaledShop) -> None:
    aside = shop.folder / "aside"
    shop.journal.rename(aside)
    shop.journal.mkdir()
    with shop.open() as gateway:
        sells(gateway, "uno")
    shop.rows("DELETE FROM journal_segment RETURNING id")
    copy = shop.copy()
    shutil.rmtree(shop.journal)
    aside.rename(shop.journal)
    with shop.open() as gateway:
        sells(gateway, "dos")
    ended = shop.with_database(copy).replay()
    assert ended.status == 1
    assert "antes de que hubiera diario" in ended.out


def test_mh_may_be_away_during_a_replay_and_the_gateway_goes_on_later(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        mh_goes_away(gateway)
        for name in ("uno", "dos"):
            gateway.post("/invoice", invoice(name))
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert ended.status == 0, ended
    assert "Falta consultar a Hacienda por 2 documentos" in ended.out
    with mended.open() as gateway:
        mh_comes_back(gateway)
    mended.works()
    assert set(states(mended).values()) == {"stamped"}


def test_a_journal_of_a_newer_program_is_refused_in_one_sentence(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "uno")
    name = shop.installation().id
    head = SegmentLine(FORMAT + 1, name, 9, "s", "2026-11-20T18:00:00.000000Z", "9.0.0", 1)
    (shop.journal / f"ocote-{name[:8]}-00000009.journal").write_bytes(encode_line(head))
    mended = shop.with_database(copy)
    ended = mended.replay()
    assert (ended.status, "Diario" in ended.out) == (1, False)
    assert ended.err.startswith("Error: El diario es de una versión más nueva de ocote (9.0.0)")
    assert not states(mended)


def test_without_a_folder_the_command_says_which_one_is_missing(shop: JournaledShop) -> None:
    ended = shop.replay("--journal", str(shop.folder / "lejos"))
    assert (ended.status, "No existe la carpeta" in ended.err) == (1, True)
    ended = shop.command("journal", "replay", OCOTE_JOURNAL_DIR="")
    assert (ended.status, "Falta la carpeta del diario" in ended.err) == (1, True)


def test_a_start_on_a_database_that_has_gone_back_refuses_numbers(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "uno")
    mended = shop.with_database(copy)
    with mended.open():
        assert mended.installation().unconfirmed_because == "journal_ahead"
    assert mended.replay().status == 0
    with mended.open() as gateway:
        assert mended.installation().unconfirmed_since is None
        sells(gateway, "dos")


def test_a_start_on_the_database_that_has_everything_doubts_nothing(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        sells(gateway, "uno")
    shop.forget_outcomes()
    write_line_before_a_crash(shop, external_ref="perdida", number=2)
    shop.rows("UPDATE journal_segment SET closed_at = NULL RETURNING id")
    for _ in range(2):
        with shop.open():
            assert shop.installation().unconfirmed_since is None
    with shop.open():
        closed = shop.rows("SELECT closed_at FROM journal_segment ORDER BY number")
    assert [row[0] is not None for row in closed] == [True, True, True, False]


def test_segments_are_listed_and_those_that_are_not_needed_removed(shop: JournaledShop) -> None:
    for name in ("uno", "dos"):
        with shop.open() as gateway:
            sells(gateway, name)
    with shop.open():
        ended = shop.command("journal", "status")
        assert ended.status == 0, ended
        assert ended.out.count("terminado") == 2
        assert "en uso" in ended.out
        refused = shop.command("journal", "prune", "--through", "3")
        assert (refused.status, "El segmento 3 todavía hace falta" in refused.err) == (1, True)
        assert len(shop.segments()) == 3
        file = str(shop.folder / "respaldo.zip")
        assert shop.command("backup", file).status == 0
        pruned = shop.command("journal", "prune", "--through", file)
        assert (pruned.status, "Se borraron 2 segmentos" in pruned.out) == (0, True), pruned
        assert "No hay nada que borrar" in shop.command("journal", "prune", "--through", "2").out
        assert "no es un respaldo" in shop.command("journal", "prune", "--through", "ayer").err
    assert shop.command("journal", "status").status == 0
    assert shop.replay().status == 0


def test_a_damaged_or_missing_segment_shows_in_the_status(shop: JournaledShop) -> None:
    for name in ("uno", "dos"):
        with shop.open() as gateway:
            sells(gateway, name)
    shop.rows("UPDATE journal_segment SET closed_at = NULL RETURNING id")
    first, second = shop.segments()
    first.unlink()
    os.truncate(second, second.stat().st_size - 300)
    with second.open("ab") as file:
        file.write(b"?\n")
    ended = shop.command("journal", "status")
    assert ended.status == 1
    assert "Faltan: 1; dañados: 2" in ended.err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_ends_a_replay_in_one_sentence_and_it_is_repeated(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = Path(shop.copy().removeprefix("sqlite:///"))
        sells(gateway, *(f"caja-{number}" for number in range(30)))
    with small_disk(shop.folder / "small") as disk:
        place = shutil.copy(copy, disk.folder / "ocote.sqlite3")
        mended = shop.with_database(f"sqlite:///{place}")
        disk.fill(os.getpid())
        try:
            ended = mended.replay()
        finally:
            disk.clear(os.getpid())
        assert (ended.status, "No se puede usar la base de datos" in ended.err) == (1, True), ended
        ended = mended.replay()
        assert (ended.status, len(states(mended))) == (0, 30), ended


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_database_that_takes_nothing_ends_a_replay_in_one_sentence_and_it_is_repeated(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        sells(gateway, "uno")
    mended = shop.with_database(copy)
    shop.made.let_postgres_write(False)
    try:
        ended = mended.replay()
    finally:
        shop.made.let_postgres_write(True)
    assert (ended.status, "No se puede usar la base de datos" in ended.err) == (1, True), ended
    assert mended.replay().status == 0


def outage(gateway: RunningGateway) -> None:
    """Three sales while MH is away: MH has the first one all the same, the last one was made for the contingency."""
    sells(gateway, "antes")  # so that the gateway is logged in
    gateway.emulator.control.fault("answer_lost", "reception")
    gateway.emulator.control.fault("down", count=None)
    for name in ("llego", "enviada", "directa"):
        assert gateway.post("/invoice", invoice(name))["contingency"] is True


OPERATIONS = {"llego": 1, "enviada": 2, "directa": 2}
"""Which text MH has of each sale of an outage: that for normal transmission (1), or that of the contingency."""


def assert_delivered(shop: JournaledShop) -> None:
    """Asserts that each sale of the outage is the text that MH has."""
    with shop.open() as gateway:
        for name, operation in OPERATIONS.items():
            assert assert_delivered_as_mh_has_it(gateway, name)["identificacion"]["tipoOperacion"] == operation


@pytest.mark.parametrize(
    "forgotten",
    [(), ("document",), ("document", "contingency_event")],
    ids=["all verdicts", "no verdict on documents", "no verdict at all"],
)
@pytest.mark.parametrize("is_copied_in_the_outage", [True, False])
def test_the_documents_of_an_outage_come_back_as_mh_has_them(
    shop: JournaledShop, forgotten: tuple[JudgedKind, ...], is_copied_in_the_outage: bool
) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        outage(gateway)
        if is_copied_in_the_outage:
            copy = shop.copy()
        mh_comes_back(gateway)
        gateway.time_passes(seconds=60)
        a_worker_works(gateway)
    assert_delivered(shop)
    if forgotten:
        shop.forget_verdicts(*forgotten)
    mended = shop.with_database(copy)
    shop.emulator.control.call("DELETE", "transmissions")
    ended = mended.replay()
    assert (ended.status, REACHES in ended.out) == (0, True), ended
    mended.works()
    assert_delivered(mended)
    assert "reception" not in shop.emulator.control.counts()
    assert mended.rows("SELECT state FROM contingency") == [("done",)]


def test_without_a_journal_the_documents_of_an_outage_are_found_as_mh_has_them(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        outage(gateway)
        copy = shop.copy()
        mh_comes_back(gateway)
        gateway.time_passes(seconds=60)
        a_worker_works(gateway)
    assert_delivered(shop)
    shutil.rmtree(shop.journal)
    shop.journal.mkdir()
    mended = shop.with_database(copy)
    mended.is_restored()
    shop.emulator.control.call("DELETE", "transmissions")
    mended.works()
    assert_delivered(mended)
    assert "reception" not in shop.emulator.control.counts()


def test_a_corrected_cause_comes_back_with_every_text(shop: JournaledShop) -> None:
    with shop.open() as gateway:
        copy = shop.copy()
        outage(gateway)
        [(name,)] = shop.rows("SELECT id FROM contingency")
        assert shop.command("contingency", "set", name, "--kind", "4").status == 0
        texts = "SELECT document_id, version, why, superseded_at, jws FROM superseded_version ORDER BY 1, 2"
        before = shop.rows(texts)
        cause = shop.rows("SELECT id, kind, reason, began_at, last_at FROM contingency")
    mended = shop.with_database(copy)
    shop.emulator.control.fault("down", count=None)
    assert mended.replay().status == 0
    assert mended.rows(texts) == before
    assert mended.rows("SELECT id, kind, reason, began_at, last_at FROM contingency") == cause


def write_line_before_a_crash(shop: JournaledShop, *, external_ref: str, number: int | None = None) -> None:
    """Writes a sale into the journal whose process died before the commit; it has the number of the last sale."""
    last = shop.lines(DocumentLine)[-1]
    changes = {} if number is None else {"control_number": f"{last.control_number[:-15]}{number:015}"}
    line = replace(last, id=str(uuid4()), external_ref=external_ref, generation_code=str(uuid4()).upper(), **changes)
    with shop.segments()[-1].open("ab") as file:
        file.write(encode_line(line))
    assert shop.lines(VerdictLine)
