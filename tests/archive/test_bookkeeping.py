"""Which documents stand in the books of a month, and under which date."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ocote.archive.bookkeeping import Month, WantedBooks, Written, write_books
from ocote.books.choices import Choices
from ocote.books.layout import Annex
from ocote.dte.business_days import shipped_holidays
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.archive.archived import archive, numbered, sample
from tests.store.rows import add_company

AUGUST = Month(2026, 8)
NOON = datetime(2026, 8, 14, 18, tzinfo=UTC)
INVOICE, NOTE, PURCHASE = sample("01-v1"), sample("05-v1"), sample("14-v1")
CCF = {**sample("03-v1"), "ventaTercero": None}
RESIDENT = {"codDomiciliado": 1, "nit": "06149999990017", "nombre": "Mandante de Prueba"}
ABROAD = {"codDomiciliado": 2, "nit": "GB-000000-T", "nombre": "Mandante del Exterior"}
EXPORT = sample("11-v2")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


@pytest.fixture
async def company_id(store: Store) -> int:
    return await store.write(add_company)


async def books(store: Store, company_id: int, month: Month = AUGUST) -> tuple[dict[Annex, list[str]], Written]:
    """The lines of each annex, and what was told of them."""
    lines: dict[Annex, list[str]] = {annex: [] for annex in Annex}

    def put(annex: Annex, line: bytes) -> None:
        lines[annex].append(line.decode())

    written = await write_books(store, company_id, WantedBooks(month, Choices(), shipped_holidays()), put)
    assert written.lines == {annex: len(found) for annex, found in lines.items()}
    return lines, written


def stating(document: dict[str, Any], **figures: Any) -> dict[str, Any]:
    return {**document, "resumen": {**document["resumen"], **figures}}


def dated(document: dict[str, Any], number: int, date: str) -> dict[str, Any]:
    return numbered(document, number, fecEmi=date)


async def test_each_type_stands_in_its_own_book(store: Store, company_id: int) -> None:
    for number, document in enumerate((INVOICE, CCF, NOTE, PURCHASE), start=1):
        await archive(store, company_id, NOON, dated(document, number, "2026-08-14"))

    lines, written = await books(store, company_id)

    assert {annex: len(found) for annex, found in lines.items()} == {
        Annex.TAXPAYER_SALES: 2,
        Annex.CONSUMER_SALES: 1,
        Annex.PRINCIPAL_SALES: 0,
        Annex.PURCHASES: 1,
        Annex.COLLECTED: 1,
        Annex.INVALIDATED: 0,
        Annex.INCOME_TAX: 0,
    }
    assert written.documents == 4
    assert written.unstamped.count == 0


async def test_a_sale_on_account_of_a_resident_is_in_annex_4_alone_and_one_of_anybody_abroad_in_its_own(
    store: Store, company_id: int
) -> None:
    for number, (document, principal) in enumerate(
        [(document, principal) for document in (INVOICE, CCF, NOTE, EXPORT) for principal in (RESIDENT, ABROAD)], 1
    ):
        sold = {**dated(document, number, "2026-08-14"), "ventaTercero": principal}
        await archive(store, company_id, NOON + timedelta(minutes=number), sold)

    lines, written = await books(store, company_id)

    assert [line.split(";")[3] for line in lines[Annex.PRINCIPAL_SALES]] == ["01", "03", "05", "11"]
    assert [line.split(";")[13:15] for line in lines[Annex.TAXPAYER_SALES]] == [["727.50", "90.68"], ["24.00", "3.12"]]
    assert [line.split(";")[18] for line in lines[Annex.CONSUMER_SALES]] == ["203.40", "1288.20"]
    assert len(lines[Annex.COLLECTED]) == 2, "VAT was collected by this company, on account of whomever it sold"
    assert written.documents == 8
    # The CCF of the resident has 30.00 exempt beside what is taxed.
    assert written.untaxed_for_others.first == ["DTE-03-M001P001-000000000000003"]


async def test_an_invalidated_sale_on_account_of_a_resident_leaves_annex_4(store: Store, company_id: int) -> None:
    sold = {**dated(CCF, 1, "2026-08-14"), "ventaTercero": RESIDENT}
    await archive(store, company_id, NOON, sold, invalidated_at=NOON, invalidated_by="event")

    lines, written = await books(store, company_id)

    assert {annex for annex, found in lines.items() if found} == {Annex.INVALIDATED}
    assert written.untaxed_for_others.count == 0


async def test_what_documents_state_beside_their_sales_is_summed_up_with_notes_subtracted(
    store: Store, company_id: int
) -> None:
    # Tourism 9.00 and a tip of 15.00 on an invoice; a charge of −20.00 and income tax of 69.75 on a CCF;
    # a note takes tourism of 1.20 back.
    invoice = stating(INVOICE, tributos=[{"codigo": "59", "valor": 9}], totalNoGravado=15)
    ccf = stating(CCF, reteRenta=69.75)
    note = stating(NOTE, tributos=[{"codigo": "20", "valor": 3.12}, {"codigo": "59", "valor": 1.2}])
    for number, document in enumerate((invoice, ccf, note, PURCHASE), start=1):
        await archive(store, company_id, NOON, dated(document, number, "2026-08-14"))

    _, written = await books(store, company_id)

    found = (written.beside_annexes, written.beside_consumers, written.beside_taxpayers)
    assert [(each.taxes, each.charges, each.income_tax) for each in found] == [
        (Decimal("7.80"), Decimal("-5.00"), Decimal("69.75")),
        (Decimal("9.00"), Decimal("15.00"), Decimal("0.00")),
        (Decimal("-1.20"), Decimal("-20.00"), Decimal("69.75")),
    ]


async def test_the_date_in_the_document_decides_and_not_the_day_it_was_posted(store: Store, company_id: int) -> None:
    july, september = NOON - timedelta(days=20), NOON + timedelta(days=20)
    corrected = dated(CCF, 1, "2026-08-03")
    await archive(store, company_id, july, corrected, stamped_at=NOON)
    await archive(store, company_id, july, dated(CCF, 2, "2026-07-25"), stamped_at=NOON)
    await archive(store, company_id, NOON, dated(CCF, 3, "2026-09-03"), stamped_at=september)

    lines, _ = await books(store, company_id)

    assert [line.split(";")[0] for line in lines[Annex.TAXPAYER_SALES]] == ["03/08/2026"]


async def test_the_first_and_the_last_minute_of_the_month_are_el_salvadors(store: Store, company_id: int) -> None:
    begins, ends = datetime(2026, 8, 1, 6, tzinfo=UTC), datetime(2026, 9, 1, 5, 59, 59, tzinfo=UTC)
    await archive(store, company_id, begins, dated(CCF, 1, "2026-08-01"))
    await archive(store, company_id, ends, dated(CCF, 2, "2026-08-31"))

    lines, _ = await books(store, company_id)

    assert [line.split(";")[0] for line in lines[Annex.TAXPAYER_SALES]] == ["01/08/2026", "31/08/2026"]


async def test_an_invalidated_document_leaves_its_book_for_that_of_the_invalidated(
    store: Store, company_id: int
) -> None:
    gone = dated(INVOICE, 1, "2026-08-14")
    await archive(store, company_id, NOON, gone, invalidated_at=NOON, invalidated_by="event")
    await archive(store, company_id, NOON, dated(INVOICE, 2, "2026-08-14"))

    lines, _ = await books(store, company_id)

    [day] = lines[Annex.CONSUMER_SALES]
    [invalidated] = lines[Annex.INVALIDATED]
    assert day.split(";")[13] == "203.40"
    assert invalidated == f"DTE01M001P001000000000000001;4;0;0;01;D;2026{'A' * 36};0;0;{code_of(gone)}\r\n"


async def test_it_stands_there_in_the_month_of_its_invalidation(store: Store, company_id: int) -> None:
    later = NOON + timedelta(days=30)
    await archive(store, company_id, NOON, INVOICE, invalidated_at=later, invalidated_by="event")

    august, _ = await books(store, company_id)
    september, _ = await books(store, company_id, Month(2026, 9))

    assert [len(month[Annex.INVALIDATED]) for month in (august, september)] == [0, 1]
    assert august[Annex.CONSUMER_SALES] == []


async def test_a_ccf_that_a_note_took_back_stands_beside_the_note(store: Store, company_id: int) -> None:
    await archive(store, company_id, NOON, CCF, invalidated_at=NOON, invalidated_by="note")
    await archive(store, company_id, NOON + timedelta(minutes=1), NOTE)

    lines, _ = await books(store, company_id)

    assert [line.split(";")[2] for line in lines[Annex.TAXPAYER_SALES]] == ["03", "05"]
    assert lines[Annex.INVALIDATED] == []


async def test_what_has_no_stamp_is_not_in_the_books_but_told(store: Store, company_id: int) -> None:
    for number, state in enumerate(("registered", "contingency", "rejected"), start=1):
        waiting = dated(CCF, number, "2026-08-14")
        await archive(store, company_id, NOON + timedelta(minutes=number), waiting, state=state)

    lines, written = await books(store, company_id)

    assert lines[Annex.TAXPAYER_SALES] == []
    assert written.unstamped.first == [f"DTE-03-M001P001-{number:015d}" for number in (1, 2)]


async def test_what_has_no_stamp_is_told_in_the_month_of_its_date(store: Store, company_id: int) -> None:
    july = NOON - timedelta(days=20)
    for number in range(1, 41):
        await archive(store, company_id, july, dated(CCF, number, "2026-08-03"), state="contingency")
    await archive(store, company_id, july, dated(CCF, 41, "2026-07-25"), state="contingency")

    told = [(await books(store, company_id, Month(2026, month)))[1].unstamped for month in (7, 8, 9)]

    assert [listed.count for listed in told] == [1, 40, 0]
    assert told[0].first == ["DTE-03-M001P001-000000000000041"]
    assert str(told[1]).endswith(" y 35 más")


async def test_a_company_keeps_its_own_books(store: Store, company_id: int) -> None:
    other = await store.write(add_company, "06140000000002")
    await archive(store, other, NOON, CCF)
    await archive(store, other, NOON, INVOICE, invalidated_at=NOON, invalidated_by="event")
    await archive(store, other, NOON, NOTE, state="contingency")

    lines, written = await books(store, company_id)

    assert set(map(len, lines.values())) == {0}
    assert written.unstamped.count == 0


async def test_more_documents_than_a_page_holds_are_all_there(store: Store, company_id: int) -> None:
    for number in range(1, 71):
        await archive(store, company_id, NOON, dated(INVOICE, number, "2026-08-14"))

    lines, written = await books(store, company_id)

    [day] = lines[Annex.CONSUMER_SALES]
    assert written.documents == 70
    assert day.split(";")[13] == "14238.00"  # 70 × 203.40


@pytest.mark.parametrize(
    ("text", "month"), [("2026-06", Month(2026, 6)), ("2026-12", Month(2026, 12)), ("2026-1", Month(2026, 1))]
)
def test_a_month_is_read(text: str, month: Month) -> None:
    assert Month.parse(text) == month


@pytest.mark.parametrize("text", ["2026-13", "junio", "2026-06-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not match|unconverted"):
        Month.parse(text)


def test_december_ends_with_the_year() -> None:
    assert Month(2026, 12).span() == ("2026-12-01T06:00:00.000000Z", "2027-01-01T06:00:00.000000Z")


def code_of(document: dict[str, Any]) -> str:
    code: str = document["identificacion"]["codigoGeneracion"]
    return code
