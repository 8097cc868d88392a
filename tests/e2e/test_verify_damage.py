"""Every kind of damage to a kept archive is found by ``ocote verify`` and named, and nothing else is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ocote.documents.signed import document_of
from ocote.dte.text import encode
from ocote.signing.jws import sign
from tests.builders.certificate import rsa_key
from tests.commands import Ended, Run
from tests.databases import Databases
from tests.e2e.damage import change, damaged, one_letter, rows_of
from tests.e2e.long_life import a_long_life
from tests.e2e.several import PAPER

EARLY = "2026-01-01"
"""The first day of Normativa v2.0, long past."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A sound archive without its gateway."""

    url: str
    environ: Mapping[str, str]

    def number(self, reference: str) -> str:
        """The control number of a document."""
        [row] = rows_of(self.url, "SELECT control_number FROM document WHERE external_ref = :ref", ref=reference)
        return str(row["control_number"])

    def id(self, reference: str) -> str:
        """The id of a document."""
        [row] = rows_of(self.url, "SELECT id FROM document WHERE external_ref = :ref", ref=reference)
        return str(row["id"])

    def value(self, reference: str, column: str) -> Any:
        """A value of a document's row."""
        [row] = rows_of(self.url, f"SELECT {column} FROM document WHERE external_ref = :ref", ref=reference)
        return row[column]

    def document(self, reference: str, **damage: Any) -> AbstractContextManager[None]:
        """Damage to the row of a document."""
        return damaged(self.url, "document", {"id": self.id(reference)}, **damage)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept(
    request: pytest.FixtureRequest, all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """The archive of a long life, one for all tests: each undoes its damage."""
    url = all_databases.sqlite() if request.param == "sqlite" else all_databases.postgres()
    folder: Path = tmp_path_factory.mktemp("kept")
    with a_long_life(url, folder, EARLY) as gateway:
        environ = gateway.environ()
    yield Kept(url, environ)
    all_databases.give_back(url)


@pytest.fixture
def verify(kept: Kept, run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Ended]:
    for name, value in kept.environ.items():
        monkeypatch.setenv(name, value)
    return lambda: run("verify")


def faults(ended: Ended) -> list[str]:
    """The lines about faults of a run that found some."""
    assert ended.status == 1, ended
    found = [line for line in ended.out.splitlines() if line.startswith("✗ ")]
    assert found[-1] == ("✗ 1 fallo." if len(found) == 2 else f"✗ {len(found) - 1} fallos."), ended.out
    assert all(" → " in line for line in found[:-1]), "each line says what to do"
    return found[:-1]


def test_the_archive_is_sound_as_it_is(verify: Callable[[], Ended]) -> None:
    ended = verify()
    assert (ended.status, ended.err) == (0, ""), ended
    assert ended.out.endswith(
        "1 nota ajusta documentos de otro sistema; de esos documentos consta solo lo que declaró quien pidió la nota.\n"
        "✓ Todo concuerda.\n"
    )


SIGNATURE = "la firma no verifica"
UNLIKE = "la base y el texto firmado no dicen lo mismo: "
OF_ROWS: list[tuple[str, str, dict[str, Any], str]] = [
    ("the last letter of a signature", "stamped-01", {"jws": one_letter(1)}, SIGNATURE),
    ("a letter of a signature", "stamped-03", {"jws": one_letter(0.95)}, SIGNATURE),
    ("half a text", "stamped-05", {"jws": lambda jws: jws[: len(jws) // 2]}, "no se puede leer"),
    ("no text", "stamped-11", {"jws": ""}, "no se puede leer"),
    ("another algorithm", "stamped-14", {"jws": lambda jws: f"eyJhbGciOiJub25lIn0{jws[20:]}"}, SIGNATURE),
    ("a cent of the total", "stamped-01", {"gross_cents": lambda c: c + 1}, "total con IVA 11.31 ≠ 11.30"),
    ("a cent of the VAT", "stamped-03", {"vat_cents": lambda c: c - 1}, "IVA 12.99 ≠ 13.00"),
    ("a cent of the note", "stamped-05", {"payable_cents": lambda c: c + 1}, "total a pagar 1.13 ≠ 1.12"),
    ("a cent of the export", "stamped-11", {"taxable_cents": lambda c: c + 1}, "gravado 1126.21 ≠ 1126.20"),
    ("a cent of the withheld tax", "stamped-14", {"withheld_cents": lambda c: c + 1}, "retenido 20.01 ≠ 20.00"),
    ("the receiver", "stamped-03", {"customer_name": "Otro"}, "nombre de la contraparte Otro ≠ Gran Contribuyente"),
    ("the seller", "stamped-14", {"customer_name": "Otra"}, "nombre de la contraparte Otra ≠ Marta Alvarenga"),
    ("the generation code", "rejected-01", {"generation_code": "X"}, "código de generación X ≠ "),
    ("the edition", "contingency-01", {"edition": "v1"}, "versión del esquema 1 ≠ 2"),
    ("an edition that does not exist", "rejected-03", {"edition": "v9"}, "versión del esquema – ≠ 4"),
    ("the branch", "rejected-11", {"branch_code": "M002"}, "número de control 11 M002P001 ≠ 11 M001P001"),
    ("the type", "rejected-14", {"doc_type": "11"}, "tipo 11 ≠ 14"),
    ("a contingency forgotten", "contingency-03", {"contingency_id": None}, "modo de transmisión 1/1 ≠ 2/2/1"),
    ("a missing stamp", "stamped-01", {"stamp": None}, "está sellado, pero falta su sello"),
    ("a damaged stamp", "stamped-03", {"stamp": lambda s: s.lower()}, "no tiene la forma de un sello"),
    ("a stamp too many", "rejected-05", {"stamp": "A" * 40}, "tiene sello, pero su estado es «rejected»"),
    ("a lost answer", "stamped-14", {"answer": None}, "falta la respuesta de Hacienda"),
    ("half an answer", "stamped-11", {"answer": lambda a: a[:20]}, "está dañada y no se puede leer"),
    ("a lost refusal", "rejected-01", {"answer": None}, "falta la respuesta de Hacienda"),
    ("a cancellation forgotten", "cancelled-01", {"invalidated_at": None, "invalidated_by": None}, "selló su invalid"),
    ("a cancellation invented", "stamped-11", {"invalidated_at": "2026", "invalidated_by": "event"}, "no hay evento"),
    ("a note without its voucher", "stamped-05", {"adjusts_id": None}, "no existe el documento que ajusta"),
    ("a text lost with its version", "stamped-01", {"version": 2}, "versión 1: falta el texto firmado"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "damage", "said"), [row[1:] for row in OF_ROWS], ids=[row[0] for row in OF_ROWS])
def test_one_damaged_document_is_one_fault_that_names_it(
    kept: Kept, verify: Callable[[], Ended], reference: str, damage: dict[str, Any], said: str
) -> None:
    with kept.document(reference, **damage):
        found = [line for line in faults(verify()) if said in line]
        assert len(found) == 1, found
        assert kept.number(reference) in found[0]
        assert found[0].startswith("✗ 06140101260017 (pruebas), ")


def test_every_letter_of_a_text_counts(kept: Kept, verify: Callable[[], Ended]) -> None:
    for position in (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.94):
        with kept.document("cancelled-14", jws=one_letter(position)):
            assert any(kept.number("cancelled-14") in line for line in faults(verify()))


def test_texts_that_were_swapped_are_found_although_both_are_signed(kept: Kept, verify: Callable[[], Ended]) -> None:
    first, second = (kept.value(reference, "jws") for reference in ("stamped-01", "corrected-01"))
    with kept.document("stamped-01", jws=second), kept.document("corrected-01", jws=first):
        found = faults(verify())
    assert len(found) == 2
    assert all("número de control DTE-01-" in line and "código de generación" in line for line in found)
    assert not any(SIGNATURE in line for line in found)


def test_a_changed_number_leaves_a_gap_and_stands_above_its_counter(kept: Kept, verify: Callable[[], Ended]) -> None:
    was = kept.number("stamped-14")
    [counter] = rows_of(kept.url, "SELECT last FROM correlative WHERE doc_type = '14'")
    year = kept.value("stamped-14", "year")
    with kept.document("stamped-14", control_number="DTE-14-M001P001-000000000000099"):
        found = faults(verify())
    gaps = [line for line in found if "serie 14 M001P001" in line]
    assert any(f"falta el número {int(was[-15:])}." in line for line in gaps)
    assert any(f"faltan los números {counter['last'] + 1} a 98." in line for line in gaps)
    assert any(
        f"existe el número 99, pero el contador va por el {counter['last']}. → Ponga: "
        "ocote number set --company 06140101260017 --pos M001P001 --type 14 "
        f"--year {year} --next 100" in line
        for line in gaps
    )
    assert any(UNLIKE in line and f"≠ {was}" in line for line in found)


def test_a_text_in_place_of_a_number_is_told_and_leaves_a_gap(kept: Kept, verify: Callable[[], Ended]) -> None:
    with kept.document("stamped-14", control_number="DTE\n14"):
        found = faults(verify())
    assert any("DTE·14" in line and UNLIKE in line for line in found)
    assert any("falta el número" in line for line in found)


def test_a_year_that_is_not_the_documents_leaves_a_gap(kept: Kept, verify: Callable[[], Ended]) -> None:
    year = kept.value("stamped-14", "year")
    with kept.document("stamped-14", year=year - 1):
        found = faults(verify())
    assert any(f"año {year - 1} ≠ {year}" in line for line in found)
    assert any(f"serie 14 M001P001 {year}: falta el número" in line for line in found)
    assert any(f"serie 14 M001P001 {year - 1}: existe el número" in line for line in found)


@pytest.mark.parametrize(("by", "said"), [(-1, "pero el contador va por el"), (1, "falta el número"), (3, "a ")])
def test_a_counter_that_is_not_at_the_last_number_is_a_fault(
    kept: Kept, verify: Callable[[], Ended], by: int, said: str
) -> None:
    with damaged(kept.url, "correlative", {"doc_type": "05"}, last=lambda last: last + by):
        [found] = faults(verify())
    assert "serie 05 M001P001 20" in found
    assert said in found


def test_numbers_that_an_operator_skipped_are_no_fault_and_those_beside_them_are(
    kept: Kept, verify: Callable[[], Ended]
) -> None:
    [counter] = rows_of(kept.url, "SELECT company_id, year, last FROM correlative WHERE doc_type = '03'")
    last = counter["last"]
    change(
        kept.url,
        """
        INSERT INTO number_change (id, company_id, doc_type, branch_code, pos_code, year, next_before, next,
                                   changed_at, changed_by)
        VALUES ('c', :company, '03', 'M001', 'P001', :year, :before, :next, '2026-11-30T00:00:00.000000Z', 'x')""",
        company=counter["company_id"], year=counter["year"], before=last + 1, next=last + 11,
    )  # fmt: skip
    try:
        with damaged(kept.url, "correlative", {"doc_type": "03"}, last=last + 10):
            assert verify().status == 0
        with damaged(kept.url, "correlative", {"doc_type": "03"}, last=last + 12):
            [found] = faults(verify())
            assert f"faltan los números {last + 11} a {last + 12}." in found
    finally:
        change(kept.url, "DELETE FROM number_change")


def test_a_number_that_mh_refused_as_anothers_is_no_gap(kept: Kept, verify: Callable[[], Ended]) -> None:
    """The document has moved on to the next number; its text under the refused number is kept."""
    was = kept.number("stamped-14")
    [counter] = rows_of(kept.url, "SELECT last FROM correlative WHERE doc_type = '14'")
    number = f"{was[:-15]}{counter['last'] + 1:015d}"
    document = document_of(kept.value("stamped-14", "jws"))
    document["identificacion"]["numeroControl"] = number
    moved = sign(encode(document), rsa_key())
    change(
        kept.url,
        """
        INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, jws)
        SELECT id, version, company_id, 'number', generation_code, jws FROM document WHERE external_ref = 'stamped-14'
        """,
    )
    try:
        with damaged(kept.url, "correlative", {"doc_type": "14"}, last=counter["last"] + 1):
            with kept.document("stamped-14", control_number=number, version=2, jws=moved):
                assert verify().status == 0
            with kept.document("stamped-14", control_number=number, version=2):
                [found] = faults(verify())
                assert f"número de control {number} ≠ {was}" in found
    finally:
        change(kept.url, "DELETE FROM superseded_version WHERE why = 'number'")


def test_a_stamp_of_another_document_is_told_twice(kept: Kept, verify: Callable[[], Ended]) -> None:
    with kept.document("stamped-01", stamp=kept.value("stamped-03", "stamp")):
        found = faults(verify())
    assert any("la base y la respuesta de Hacienda no dicen lo mismo: sello" in line for line in found)
    assert any("tiene el mismo sello que DTE-0" in line for line in found)


def test_an_answer_about_another_document_is_told(kept: Kept, verify: Callable[[], Ended]) -> None:
    with kept.document("stamped-01", answer=kept.value("stamped-03", "answer")):
        [found] = faults(verify())
    assert "no dicen lo mismo: código de generación" in found


def test_a_note_that_names_another_voucher_is_told(kept: Kept, verify: Callable[[], Ended]) -> None:
    with kept.document("stamped-05", adjusts_id=kept.id("stamped-03")):
        [found] = faults(verify())
    assert "documento que ajusta" in found


def a_list(kept: Kept, position: int, /, **damage: Any) -> AbstractContextManager[None]:
    """Damage to a document in the list of the note on several documents."""
    return damaged(kept.url, "adjusted_document", {"note_id": kept.id("several-05"), "position": position}, **damage)


APART = "no concuerdan: documento que ajusta "
UNREADABLE = "la lista de los documentos que ajusta está dañada"


def also(amount: str) -> Callable[[str], str]:
    """Damage to what a note takes from a document: one amount more."""
    return lambda taken: f"{taken[:-1]},{amount}}}"


OF_LISTS: list[tuple[str, int, dict[str, Any], list[str]]] = [
    ("the number of an own document", 0, {"number": "X"}, ["documento que ajusta X ≠ ", f"{APART}X ≠ "]),
    ("the number on paper", 1, {"number": "X"}, [f"ajusta X ≠ {PAPER}", f"{APART}X ≠ {PAPER}"]),
    ("its place", 1, {"position": 7}, [f"≠ {PAPER}"]),
    ("its part", 0, {"taken": '{"taxable":"9.00"}'}, ["no concuerdan: gravado 3.00 ≠ 11.00"]),
    ("an exempt part", 2, {"taken": also('"exempt":"0.01"')}, ["no concuerdan: exento 0.00 ≠ 0.01"]),
    ("a part that is not subject", 2, {"taken": also('"not_subject":"2"')}, ["no concuerdan: no sujeto 0.00 ≠ 2"]),
    ("half a part", 2, {"taken": '{"taxable'}, [UNREADABLE]),
    ("what was declared", 1, {"stated": None}, [UNREADABLE]),
    ("the number declared", 1, {"stated": '{"number":"X"}'}, [f"{APART}{PAPER} ≠ X"]),
]


@pytest.mark.parametrize(
    ("position", "damage", "said"), [row[1:] for row in OF_LISTS], ids=[row[0] for row in OF_LISTS]
)
def test_damage_to_the_list_of_a_note_is_told_of_the_note(
    kept: Kept, verify: Callable[[], Ended], position: int, damage: dict[str, Any], said: list[str]
) -> None:
    with a_list(kept, position, **damage):
        found = faults(verify())
    assert len(found) == len(said)
    assert all(kept.number("several-05") in line and each in line for line, each in zip(found, said, strict=True))


def test_a_note_on_another_document_than_its_list_says_is_told(kept: Kept, verify: Callable[[], Ended]) -> None:
    with a_list(kept, 0, document_id=kept.id("several-2-03")):
        [found] = faults(verify())
    codes = kept.value("several-1-03", "generation_code"), kept.value("several-2-03", "generation_code")
    assert f"no concuerdan: documento que ajusta {codes[0]} ≠ {codes[1]}" in found
    with a_list(kept, 0, document_id=kept.id("rejected-03")):
        found, _ = faults(verify())
    assert f"no está sellado el documento que ajusta {codes[0]}" in found


def test_a_note_that_has_one_document_and_a_list_is_told(kept: Kept, verify: Callable[[], Ended]) -> None:
    for damage in ({"adjusts_id": kept.id("several-1-03")}, {"adjusts_whole": 1}):
        with kept.document("several-05", **damage):
            [found] = faults(verify())
        assert kept.number("several-05") in found
        assert "figura como nota sobre un solo documento de la empresa y, a la vez, con una lista" in found


def test_a_note_whose_list_is_gone_is_told(kept: Kept, verify: Callable[[], Ended]) -> None:
    """The list belongs to another note meanwhile, which has one document of its own."""
    note, other = kept.id("several-05"), kept.id("stamped-05")
    change(kept.url, "UPDATE adjusted_document SET note_id = :other WHERE note_id = :note", note=note, other=other)
    try:
        found = faults(verify())
    finally:
        change(kept.url, "UPDATE adjusted_document SET note_id = :note WHERE note_id = :other", note=note, other=other)
    assert any(kept.number("several-05") in line and "no existe el documento que ajusta" in line for line in found)
    assert any(kept.number("stamped-05") in line and "con una lista de documentos" in line for line in found)


def test_a_voucher_that_a_note_took_back_and_that_stands_as_valid_is_told(
    kept: Kept, verify: Callable[[], Ended]
) -> None:
    with kept.document("returned-1", invalidated_at=None, invalidated_by=None):
        [found] = faults(verify())
    assert kept.number("return-1") in found
    assert "anula un documento que figura como válido" in found
    with kept.document("returned-2", invalidated_at="2026", invalidated_by="note"):
        [found] = faults(verify())
    assert kept.number("returned-2") in found
    assert "ni nota con sello" in found


SUPERSEDED = [
    ("a letter of its signature", {"jws": one_letter(0.97)}, SIGNATURE),
    ("its code", {"generation_code": "X"}, "código de generación X ≠ "),
    ("its reason", {"why": "contingency"}, ""),
    ("its version", {"version": 7}, "versión 1: falta el texto firmado"),
]


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in SUPERSEDED], ids=[row[0] for row in SUPERSEDED])
def test_a_damaged_earlier_text_is_told_with_its_version(
    kept: Kept, verify: Callable[[], Ended], damage: dict[str, Any], said: str
) -> None:
    which = {"document_id": kept.id("renamed-01"), "version": 1}
    with damaged(kept.url, "superseded_version", which, **damage):
        if not said:
            assert verify().status == 0, "a refused text is a normal text, too"
            return
        [found] = faults(verify())
    assert f"{kept.number('renamed-01')}, versión 1" in found
    assert said in found


def test_a_text_replaced_by_a_contingency_declares_none(kept: Kept, verify: Callable[[], Ended]) -> None:
    [row] = rows_of(kept.url, "SELECT document_id, version FROM superseded_version WHERE why = 'unsent'")
    which = {"document_id": row["document_id"], "version": row["version"]}
    with damaged(kept.url, "superseded_version", which, why="contingency"):
        [found] = faults(verify())
    assert "modo de transmisión 1/1 ≠ 2/2" in found


INVALIDATION = [
    ("a letter of its signature", {"jws": one_letter(0.97)}, SIGNATURE),
    ("half its text", {"jws": lambda jws: jws[:99]}, "no se puede leer"),
    ("its reason", {"reason": 3}, "motivo 3 ≠ 2"),
    ("its replacement", {"replacement_code": "X"}, "documento que lo reemplaza X ≠ –"),
    ("its code", {"generation_code": "X"}, "código de generación X ≠ "),
    ("its edition", {"edition": "v1"}, "versión del esquema 2 ≠ 3"),
    ("its stamp", {"stamp": None}, "falta su sello"),
    ("its answer", {"answer": None}, "falta la respuesta de Hacienda"),
]


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in INVALIDATION], ids=[row[0] for row in INVALIDATION])
def test_a_damaged_invalidation_is_told_with_its_document(
    kept: Kept, verify: Callable[[], Ended], damage: dict[str, Any], said: str
) -> None:
    which = {"document_id": kept.id("cancelled-14")}
    with damaged(kept.url, "invalidation", which, **damage):
        [found] = faults(verify())
    assert f"invalidación de {kept.number('cancelled-14')}: " in found
    assert said in found


def test_a_document_whose_stamp_was_exchanged_is_not_the_one_that_its_event_names(
    kept: Kept, verify: Callable[[], Ended]
) -> None:
    with kept.document("cancelled-14", stamp="A" * 40):
        assert any("sello del documento" in line for line in faults(verify()))


REPORT = [
    ("a letter of its signature", {"jws": one_letter(0.97)}, SIGNATURE),
    ("its number of documents", {"documents": 99}, "cantidad de documentos 99 ≠ "),
    ("its code", {"generation_code": "X"}, "código de generación X ≠ "),
    ("its stamp", {"stamp": None}, "falta su sello"),
]


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in REPORT], ids=[row[0] for row in REPORT])
def test_a_damaged_contingency_event_is_told(
    kept: Kept, verify: Callable[[], Ended], damage: dict[str, Any], said: str
) -> None:
    [first, *_] = rows_of(kept.url, "SELECT id FROM contingency_event WHERE state = 'stamped' ORDER BY signed_at, id")
    with damaged(kept.url, "contingency_event", {"id": first["id"]}, **damage):
        [found] = faults(verify())
    assert "evento de contingencia " in found
    assert said in found


def test_a_cause_that_the_waiting_documents_do_not_declare_is_told_for_each_of_them(
    kept: Kept, verify: Callable[[], Ended]
) -> None:
    with damaged(kept.url, "contingency", {"state": "open"}, kind=3):
        found = faults(verify())
    assert len(found) == 5
    assert all("modo de transmisión 2/2/3 ≠ 2/2/1" in line for line in found)


def test_signs_that_cannot_be_shown_and_long_values_stay_on_one_line(kept: Kept, verify: Callable[[], Ended]) -> None:
    with kept.document("stamped-01", customer_name="a\tb\u202ec" + "d" * 100):
        [found] = faults(verify())
    assert "a·b·cdddd" in found
    assert "d" * 60 not in found
