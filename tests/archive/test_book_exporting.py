"""The books of a month as files: what is in them, in which month, and what the accountant is told."""

import zipfile
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


SOLD = st.lists(
    st.tuples(
        st.sampled_from(["01-v1", "01-v2", "03-v1", "03-v2", "05-v1", "05-v2", "11-v1", "11-v2", "14-v1", "14-v2"]),
        st.integers(1, 30),
        st.sampled_from([None, date(2026, 6, 30), date(2026, 7, 3), date(2026, 7, 15)]),
    ),
    max_size=15,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOLD)
async def test_the_books_add_up_to_the_documents(own_store: Store, sold: list[tuple[str, int, date | None]]) -> None:
    company_id = await own_store.write(add_company, f"{next(NUMBERS):014d}")
    expected = {
        month: {"taxed": Decimal(0), "consumers": Decimal(0), "purchases": Decimal(0)} for month in (JUNE, JULY)
    }
    for name, day, undone in sold:
        number = next(NUMBERS)
        document = dated(sample(name), number, f"2026-06-{day:02d}")
        undone_at = datetime(undone.year, undone.month, undone.day, 18, tzinfo=UTC) if undone else None
        await archive(
            own_store,
            company_id,
            NOON,
            document,
            invalidated_at=undone_at,
            invalidated_by="event" if undone else None,
        )
        book, whole = _whole(document)
        if undone is None:
            expected[JUNE][book] += whole
        elif undone.month == 7 and (book != "taxed" or undone > date(2026, 7, 14)):
            expected[JUNE][book] += whole
            expected[JULY][book] -= whole

    for month in (JUNE, JULY):
        written = await kept(own_store, company_id, month)
        sales = sums_of(written.consumers.sales(), len(SALES_TABLE.amounts))
        found = {
            "taxed": sums_of(written.taxpayers.rows.kept(), len(TAXPAYERS_TABLE.amounts))[1],
            "consumers": sales[3],
            "purchases": sums_of(written.purchases.rows.kept(), len(PURCHASES_TABLE.amounts))[-1],
        }
        assert found == expected[month]


@pytest.fixture
async def own_store(own_database_url: str) -> AsyncIterator[Store]:
    async with open_store(own_database_url) as opened:
        yield opened


def _whole(document: dict[str, Any]) -> tuple[str, Decimal]:
    """The book of a document, and the amount with which it counts there by its own summary."""
    summary = document["resumen"]
    cents = {name: Decimal(str(value)) for name, value in summary.items() if isinstance(value, int | float)}
    match document["identificacion"]["tipoDte"]:
        case "01":
            return "consumers", cents["subTotal"] if "subTotal" in cents else cents["montoTotalOperacion"]
        case "11":
            return "consumers", cents["montoTotalOperacion"]
        case "14":
            return "purchases", cents["subTotal"]
        case "03":
            return "taxed", cents["totalGravada"] - cents["descuGravada"]
        case _:
            return "taxed", -(cents["totalGravada"] - cents.get("descuGravada", Decimal(0)))


def test_file_names_are_short_enough_for_mh() -> None:
    assert max(len(book_exporting.annex_file(annex, JUNE)) for annex in LAYOUTS) <= 25
    assert bookkeeping.Month.parse("2026-06") == JUNE
