"""The books of a month as files: what is in them, in which month, and what the accountant is told."""

import zipfile
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocote.archive import book_exporting, bookkeeping, legal_books
from ocote.archive.book_exporting import BookExporter, BooksRequest
from ocote.archive.bookkeeping import Month, WantedBooks, Written, write_books
from ocote.archive.legal_books import FirstFolios
from ocote.books.choices import Choices
from ocote.books.layout import LAYOUTS, Annex
from ocote.books.legal import paging
from ocote.books.legal.consumers import SALES_TABLE
from ocote.books.legal.paging import sums_of
from ocote.books.legal.purchases_book import PURCHASES_TABLE
from ocote.books.legal.taxpayers import TAXPAYERS_TABLE
from ocote.documents.view import Refused
from ocote.dte.business_days import shipped_holidays
from ocote.printing.press.press import Press, open_press
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store
from tests.archive.archived import archive, archive_all, numbered, sample
from tests.printing.reading import words
from tests.store.rows import add_company

JUNE, JULY = Month(2026, 6), Month(2026, 7)
NOON = datetime(2026, 6, 14, 18, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 3, 18, tzinfo=UTC)
NOW = datetime(2026, 8, 1, 18, tzinfo=UTC)
INVOICE, CCF, NOTE, EXPORT, PURCHASE = (sample(name) for name in ("01-v1", "03-v2", "05-v2", "11-v2", "14-v2"))
RESIDENT = {"codDomiciliado": 1, "nit": "06149999990017", "nombre": "Mandante de Prueba"}
ABROAD = {"codDomiciliado": 2, "nit": "GB-000000-T", "nombre": "Mandante del Exterior"}
NUMBERS = count(1)
PROFILE = (
    '{"nit":"06140101260017","nrc":"1234567","name":"Emisor de Prueba","trade_name":null,"activity_code":"47111",'
    '"phone":"22220000","email":"a@example.com","address":{"department":"06","municipality":"23","district":"14",'
    '"complement":"Calle"},"responsible":{"name":"R","document_type":"13","document_number":"000000017"},'
    '"v2_from":"2026-12-01","edition_overrides":{}}'
)
_NAMED = sql("UPDATE company SET profile = :profile WHERE id = :company")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    async with open_press() as opened:
        yield opened


@pytest.fixture
async def company_id(store: Store) -> int:
    company_id = await store.write(add_company)
    await store.write(_with_profile, company_id)
    return company_id


def _with_profile(company_id: int) -> Transaction[None]:
    yield _NAMED(company=company_id, profile=PROFILE)


def with_summary(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**document, "resumen": {**document["resumen"], **changes}}


def dated(document: dict[str, Any], number: int, day: str) -> dict[str, Any]:
    return numbered(document, number, fecEmi=day)


async def files(
    store: Store, press: Press, company_id: int, month: Month, folios: FirstFolios | None = None
) -> dict[str, bytes]:
    exporter = BookExporter(store, lambda: NOW, press, shipped_holidays())
    wanted = BooksRequest(month, Choices(), folios or FirstFolios())
    content = b"".join([piece async for piece in exporter.export_month(company_id, wanted)])
    with zipfile.ZipFile(BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


async def kept(store: Store, company_id: int, month: Month) -> Written:
    wanted = WantedBooks(month, Choices(), shipped_holidays())
    return await write_books(store, company_id, wanted, lambda annex, line: None)


async def test_an_invoice_that_a_later_month_takes_back_is_subtracted_there(
    store: Store, press: Press, company_id: int
) -> None:
    # 226.00 less 10 % is 203.40.
    gone = dated(INVOICE, 1, "2026-06-14")
    await archive(store, company_id, NOON, gone, invalidated_at=IN_JULY, invalidated_by="event")
    await archive(store, company_id, NOON, dated(INVOICE, 2, "2026-06-14"))

    june, july = [await files(store, press, company_id, month) for month in (JUNE, JULY)]

    assert "Totales del mes 0.00 406.80 0.00 406.80 0.00" in words(june["libro-consumidores-2026-06.pdf"])
    printed = words(july["libro-consumidores-2026-07.pdf"])
    assert "03/07/2026 Invalidación de documento del 14/06/2026" in printed
    assert "Totales del mes 0.00 \u2212203.40 0.00 \u2212203.40 0.00" in printed
    assert june["anexo2-2026-06.csv"].split(b";")[13] == b"203.40"
    assert b"DTE-01-M001P001-000000000000001 de 2026-06-14" in july["notas-2026-07.txt"]
    assert b"meses anteriores" not in june["notas-2026-06.txt"]


async def test_an_invoice_that_its_own_month_takes_back_is_in_no_book(store: Store, company_id: int) -> None:
    await archive(store, company_id, NOON, dated(INVOICE, 1, "2026-06-14"), invalidated_at=NOON, invalidated_by="event")

    written = await kept(store, company_id, JUNE)

    assert written.consumers.sales() == []
    assert written.subtracted.count == written.left_out.count == 0


async def test_a_purchase_that_a_later_month_takes_back_is_subtracted_there(store: Store, company_id: int) -> None:
    gone = dated(PURCHASE, 1, "2026-06-14")
    await archive(store, company_id, NOON, gone, invalidated_at=IN_JULY, invalidated_by="event")

    june, july = [(await kept(store, company_id, month)).purchases.rows.kept() for month in (JUNE, JULY)]

    assert [row.amounts[-1] for row in (*june, *july)] == [Decimal("120.00"), Decimal("-120.00")]


async def test_a_ccf_that_was_invalidated_before_its_return_was_due_is_in_no_book(
    store: Store, company_id: int
) -> None:
    gone = dated(CCF, 1, "2026-06-30")
    last_day = datetime(2026, 7, 15, 5, 59, tzinfo=UTC)  # 14 July, 23:59 in El Salvador
    await archive(store, company_id, NOON, gone, invalidated_at=last_day, invalidated_by="event")

    june, july = [await kept(store, company_id, month) for month in (JUNE, JULY)]

    assert june.taxpayers.rows.kept() == july.taxpayers.rows.kept() == []
    assert july.left_out.first == ["DTE-03-M001P001-000000000000001 de 2026-06-30"]
    assert july.subtracted.count == july.amending.count == 0


async def test_a_ccf_or_note_that_was_invalidated_after_its_return_was_due_is_taken_off_where_it_happens(
    store: Store, press: Press, company_id: int
) -> None:
    # A CCF dated 30 June that MH stamped on 1 July may be invalidated until 14 August (Normativa v2.0).
    after = datetime(2026, 8, 10, 18, tzinfo=UTC)
    for number, document in enumerate((CCF, NOTE), start=1):
        gone = dated(document, number, "2026-06-30")
        await archive(store, company_id, NOON, gone, invalidated_at=after, invalidated_by="event")

    june, july, august = [await kept(store, company_id, month) for month in (JUNE, JULY, Month(2026, 8))]

    assert sorted(row.amounts[1] or 0 for row in june.taxpayers.rows.kept()) == [Decimal("-24.00"), Decimal("142.00")]
    taken_off = august.taxpayers.rows.kept()
    assert sorted(row.amounts[1] or 0 for row in taken_off) == [Decimal("-142.00"), Decimal("24.00")]
    assert all(row.texts[2].startswith("Invalidación de documento del 30/06/2026") for row in taken_off)
    assert june.lines[Annex.TAXPAYER_SALES] == 0, "MH has to be told by a return that amends June's"
    assert july.taxpayers.rows.kept() == []
    assert august.amending.count == august.subtracted.count == 2
    notes = (await files(store, press, company_id, Month(2026, 8)))["notas-2026-08.txt"].decode("utf-8-sig")
    assert "cuando ya había vencido la declaración de su mes: DTE-0" in notes


async def test_the_vat_that_buyers_withheld_is_told_with_that_of_invoices(
    store: Store, press: Press, company_id: int
) -> None:
    ccf = with_summary(dated(CCF, 1, "2026-06-14"), ivaRete=6.98)
    invoice = with_summary(dated(INVOICE, 2, "2026-06-14"), ivaRete1=1.8)
    for document in (ccf, invoice):
        await archive(store, company_id, NOON, document)

    printed = words((await files(store, press, company_id, JUNE))["libro-contribuyentes-2026-06.pdf"])

    assert "IVA que los clientes retuvieron (1 %): 8.78; de ello, 1.80 en facturas" in printed


async def test_the_notes_name_the_due_dates_and_what_is_not_written(
    store: Store, press: Press, company_id: int
) -> None:
    notes = (await files(store, press, company_id, JUNE))["notas-2026-06.txt"].decode("utf-8-sig").splitlines()

    assert notes[0] == (
        "El F-07 y el F-14 de junio de 2026 se presentan hasta el 14/07/2026; el F-930, hasta el 21/07/2026."
    )
    assert notes[1].startswith("Anexos 10, 11 y 12: no se escriben")


async def test_the_accountant_is_told_what_is_in_annex_4_and_what_is_in_no_column(
    store: Store, press: Press, company_id: int
) -> None:
    tourism = with_summary(INVOICE, tributos=[{"codigo": "59", "descripcion": "Turismo", "valor": 9}], totalNoGravado=5)
    mixed = {**with_summary(CCF, totalExenta=30), "ventaTercero": RESIDENT}
    for number, document in enumerate((tourism, mixed), start=1):
        await archive(store, company_id, NOON, dated(document, number, "2026-06-14"))

    made = await files(store, press, company_id, JUNE)

    notes = made["notas-2026-06.txt"].decode("utf-8-sig").splitlines()
    beside = (
        "En los documentos, y fuera de las columnas porque no son ventas: tributos de turismo, FOVIAL, COTRANS y otros "
        "especiales: 9.00; montos no afectos: 5.00."
    )
    assert beside in notes
    assert [note for note in notes if note.startswith("Anexo 4: las ventas gravadas por cuenta de terceros")] != []
    [untaxed] = [note for note in notes if note.startswith("Ventas exentas o no sujetas por cuenta de terceros")]
    assert "DTE-03-M001P001-000000000000002" in untaxed
    assert beside in words(made["libro-consumidores-2026-06.pdf"])
    taxpayers = words(made["libro-contribuyentes-2026-06.pdf"])
    assert "no son ventas" not in taxpayers
    assert "por cuenta de Mandante de Prueba" in taxpayers
    # 142.00 and 30.00, VAT 18.46.
    assert "Totales del mes 0.00 0.00 0.00 172.00 18.46 0.00 190.46" in taxpayers
    assert "Ventas propias 0.00 180.00 0.00 23.40 0.00 203.40" in taxpayers
    assert "Por cuenta de terceros 30.00 142.00 0.00 18.46 0.00 190.46" in taxpayers


async def test_a_month_of_taxed_sales_alone_has_no_sentence_about_anything_else(
    store: Store, press: Press, company_id: int
) -> None:
    await archive(store, company_id, NOON, dated(INVOICE, 1, "2026-06-14"))

    notes = (await files(store, press, company_id, JUNE))["notas-2026-06.txt"].decode("utf-8-sig")

    assert [said for said in ("Anexo 4", "fuera de las columnas", "por cuenta de terceros") if said in notes] == []


async def test_an_amount_that_is_too_wide_is_named(store: Store, press: Press, company_id: int) -> None:
    wide = {**PURCHASE, "resumen": {**PURCHASE["resumen"], "subTotal": 12345678.9, "reteRenta": 0}}
    await archive(store, company_id, NOON, dated(wide, 1, "2026-06-14"))

    made = await files(store, press, company_id, JUNE)

    assert b";12345678.90;" in made["anexo5-2026-06.csv"]
    assert "anexo5, línea 1, columna G" in made["notas-2026-06.txt"].decode()


async def test_a_long_book_comes_in_volumes_whose_folios_go_on(
    store: Store, press: Press, company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_ROWS_PER_VOLUME", 60)
    await archive_all(
        store, company_id, ((NOON + timedelta(seconds=at), dated(CCF, at, "2026-06-14")) for at in range(1, 81))
    )

    made = await files(store, press, company_id, JUNE, FirstFolios(taxpayers=31))

    first, second = (made[f"libro-contribuyentes-2026-06{part}.pdf"] for part in ("", "-tomo-2"))
    notes = made["notas-2026-06.txt"].decode()
    assert "libro-contribuyentes-2026-06.pdf: folios 31 a 32; el que sigue empieza en 33." in notes
    assert "libro-contribuyentes-2026-06-tomo-2.pdf: folios 33 a 34; el que sigue empieza en 35." in notes
    assert ["Folio 31" in words(first, 0), "Folio 33" in words(second, 0)] == [True, True]
    assert ["firma" in words(each) for each in (first, second)] == [False, True]
    # 80 × 142.00, with VAT of 18.46 each.
    assert "Totales del mes 0.00 11,360.00 1,476.80 0.00 0.00 0.00 12,836.80" in words(second)


async def test_a_book_of_too_many_lines_is_left_out_and_the_notes_say_so(
    store: Store, press: Press, company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_ROWS", 2)
    for number in range(1, 4):
        await archive(store, company_id, NOON, dated(CCF, number, "2026-06-14"))

    made = await files(store, press, company_id, JUNE)

    assert "libro-contribuyentes-2026-06.pdf" not in made
    assert "libro-consumidores-2026-06.pdf" in made
    assert made["anexo1-2026-06.csv"].count(b"\r\n") == 3
    assert "El libro de contribuyentes no se imprimió: pasa de" in made["notas-2026-06.txt"].decode()


async def test_a_company_has_one_month_made_at_a_time(store: Store, press: Press, company_id: int) -> None:
    exporter = BookExporter(store, lambda: NOW, press, shipped_holidays())
    other = await store.write(add_company, "06140000000002")
    await store.write(_with_profile, other)
    running = exporter.export_month(company_id, BooksRequest(JUNE))
    await anext(running)

    with pytest.raises(Refused) as refused:
        await anext(exporter.export_month(company_id, BooksRequest(JUNE)))
    neighbour = exporter.export_month(other, BooksRequest(JUNE))
    assert await anext(neighbour)
    await neighbour.aclose()
    await running.aclose()
    again = exporter.export_month(company_id, BooksRequest(JUNE))
    assert await anext(again)
    await again.aclose()

    assert refused.value.code == "export_in_progress"


async def test_a_company_sees_its_own_documents_alone(store: Store, press: Press, company_id: int) -> None:
    other = await store.write(add_company, "06140000000002")
    for number, document in enumerate((INVOICE, CCF, EXPORT, PURCHASE), start=1):
        await archive(store, other, NOON, dated(document, number, "2026-06-14"))
    await archive(store, other, NOON, dated(INVOICE, 9, "2026-05-14"), invalidated_at=NOON, invalidated_by="event")

    made = await files(store, press, company_id, JUNE)

    assert [made[book_exporting.annex_file(annex, JUNE)] for annex in Annex] == [b""] * len(Annex)
    for book in legal_books.Book:
        assert "Sin operaciones en el mes" in words(made[f"libro-{book}-2026-06.pdf"])


PRINCIPALS = [None, None, RESIDENT, ABROAD]

SOLD = st.lists(
    st.tuples(
        st.sampled_from(["01-v1", "01-v2", "03-v1", "03-v2", "05-v1", "05-v2", "11-v1", "11-v2", "14-v1", "14-v2"]),
        st.integers(1, 30),
        st.sampled_from([None, date(2026, 6, 30), date(2026, 7, 3), date(2026, 7, 15)]),
        st.sampled_from(PRINCIPALS),
        st.tuples(st.integers(0, 9999), st.integers(0, 9999)),
    ),
    max_size=15,
)
"""A sample, its day, the day of its invalidation, its principal, and cents that are exempt and not subject."""


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(SOLD)
async def test_the_books_and_the_annexes_add_up_to_the_documents(
    own_store: Store, sold: list[tuple[str, int, date | None, dict[str, Any] | None, tuple[int, int]]]
) -> None:
    company_id = await own_store.write(add_company, f"{next(NUMBERS):014d}")
    zero = {"taxpayers": Decimal(0), "consumers": Decimal(0), "purchases": Decimal(0)}
    expected = {month: dict(zero) for month in (JUNE, JULY)}
    in_annexes = dict(zero)
    for name, day, undone, principal, beside in sold:
        document = _of_several_kinds(dated(sample(name), next(NUMBERS), f"2026-06-{day:02d}"), principal, beside)
        undone_at = datetime(undone.year, undone.month, undone.day, 18, tzinfo=UTC) if undone else None
        await archive(
            own_store,
            company_id,
            NOON,
            document,
            invalidated_at=undone_at,
            invalidated_by="event" if undone else None,
        )
        book, whole, collected = _whole(document)
        if undone is None:
            expected[JUNE][book] += whole + collected
            in_annexes[book] += whole - _in_no_annex(document)
        elif undone.month == 7 and (book != "taxpayers" or undone > date(2026, 7, 14)):
            expected[JUNE][book] += whole + collected
            expected[JULY][book] -= whole + collected

    for month in (JUNE, JULY):
        written = await kept(own_store, company_id, month)
        *_, own, third = sums_of(written.consumers.sales(), len(SALES_TABLE.amounts))
        assert {
            "taxpayers": sums_of(written.taxpayers.rows.kept(), len(TAXPAYERS_TABLE.amounts))[-1],
            "consumers": own + third,
            "purchases": sums_of(written.purchases.rows.kept(), len(PURCHASES_TABLE.amounts))[-1],
        } == expected[month]
    assert await _summed_annexes(own_store, company_id) == in_annexes


def _of_several_kinds(
    document: dict[str, Any], principal: dict[str, Any] | None, beside: tuple[int, int]
) -> dict[str, Any]:
    """The document on account of a principal, with more sales that are exempt and not subject, where it may."""
    doc_type = document["identificacion"]["tipoDte"]
    if doc_type == "14":
        return document
    changed = {**document, "ventaTercero": principal}
    if doc_type == "11":
        return changed
    exempt, not_subject = (Decimal(cents).scaleb(-2) for cents in beside)
    return with_summary(changed, totalExenta=float(exempt), totalNoSuj=float(not_subject))


async def _summed_annexes(store: Store, company_id: int) -> dict[str, Decimal]:
    """What June's annexes hold of sales with VAT and of purchases, notes subtracted, by kind of document."""
    found = {"taxpayers": Decimal(0), "consumers": Decimal(0), "purchases": Decimal(0)}

    def add(annex: Annex, line: bytes) -> None:
        cells = line.decode().split(";")
        match annex:
            case Annex.TAXPAYER_SALES:
                found["taxpayers"] += Decimal(cells[15]) * (-1 if cells[2] == "05" else 1)
            case Annex.CONSUMER_SALES:
                found["consumers"] += Decimal(cells[19])
            case Annex.PRINCIPAL_SALES:
                sales = Decimal(cells[7]) + Decimal(cells[8])
                book = "taxpayers" if cells[3] in {"03", "05"} else "consumers"
                found[book] += sales * (-1 if cells[3] == "05" else 1)
            case Annex.PURCHASES:
                found["purchases"] += Decimal(cells[6])
            case _:
                pass

    await write_books(store, company_id, WantedBooks(JUNE, Choices(), shipped_holidays()), add)
    return found


@pytest.fixture
async def own_store(own_database_url: str) -> AsyncIterator[Store]:
    async with open_store(own_database_url) as opened:
        yield opened


def _cents(document: dict[str, Any]) -> dict[str, Decimal]:
    """The figures of a summary, and zero for every figure that it does not have."""
    figures = {
        name: Decimal(str(value)) for name, value in document["resumen"].items() if isinstance(value, int | float)
    }
    return defaultdict(Decimal, figures)


def _whole(document: dict[str, Any]) -> tuple[str, Decimal, Decimal]:
    """The book of a document, the amount of its sales with VAT by its own summary, and the VAT that it collected."""
    cents = _cents(document)
    discounts = cents["descuGravada"] + cents["descuExenta"] + cents["descuNoSuj"]
    sales = cents["totalGravada"] + cents["totalExenta"] + cents["totalNoSuj"] - discounts
    match document["identificacion"]["tipoDte"]:
        case "01":
            return "consumers", sales, Decimal(0)
        case "11":
            return "consumers", cents["montoTotalOperacion"], Decimal(0)
        case "14":
            return "purchases", cents["subTotal"], Decimal(0)
        case doc_type:
            [vat] = [Decimal(str(tax["valor"])) for tax in document["resumen"]["tributos"]]
            sign = -1 if doc_type == "05" else 1
            return "taxpayers", sign * (sales + vat), sign * (cents["ivaPerci"] + cents["ivaPerci1"])


def _in_no_annex(document: dict[str, Any]) -> Decimal:
    """The part of the sales on account of a resident that annex 4 does not take: what is not taxed."""
    principal, cents = document.get("ventaTercero"), _cents(document)
    if principal is None or principal["codDomiciliado"] != 1:
        return Decimal(0)
    untaxed = cents["totalExenta"] + cents["totalNoSuj"] - cents["descuExenta"] - cents["descuNoSuj"]
    return -untaxed if document["identificacion"]["tipoDte"] == "05" else untaxed


def test_file_names_are_short_enough_for_mh() -> None:
    assert max(len(book_exporting.annex_file(annex, JUNE)) for annex in LAYOUTS) <= 25
    assert bookkeeping.Month.parse("2026-06") == JUNE
