"""The printed VAT books, as a person reads them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ocote.books.legal.consumers import EXPORTS_TABLE
from ocote.books.legal.paging import LegalRow, LegalTable, divided
from ocote.books.legal.purchases_book import PURCHASES_TABLE
from ocote.books.legal.taxpayers import TAXPAYERS_TABLE
from ocote.printing.brand import PLAIN
from ocote.printing.ledger import (
    Ledger,
    LedgerColumn,
    LedgerHead,
    LedgerPage,
    LedgerSummary,
    LedgerTable,
    encode_ledger,
    folios_of,
)
from ocote.printing.ledger_pdf import render_ledger
from ocote.printing.pdf import render_trial
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import open_press
from tests.printing.reading import page_sizes_mm, words

HEAD = LedgerHead(
    "Libro de ventas a contribuyentes",
    "Emisor de Prueba, S.A. de C.V.",
    "123456-7",
    "0614-999999-001-7",
    "junio de 2026",
)
COLUMNS = (
    LedgerColumn("a", "N.º", "", 9.0, is_amount=False),
    LedgerColumn("d", "Cliente", "", 150.0, is_amount=False),
    LedgerColumn("f", "Exentas", "Ventas propias", 50.0, is_amount=True),
    LedgerColumn("g", "Gravadas", "Ventas propias", 50.0, is_amount=True),
)
FIRST = LedgerPage(None, (("1", "Uno, S.A.", "0.00", "100.00"),), ("0.00", "100.00"), is_last=False)
SECOND = LedgerPage(("0.00", "100.00"), (("2", "Dos, S.A.", "0.00", "50.00"),), ("0.00", "150.00"), is_last=True)
SUMMARY = LedgerSummary("Resumen", ("", "Total"), (("Contribuyentes", "150.00"), ("Total del mes", "150.00")))


def ledger(*pages: LedgerPage, head: LedgerHead = HEAD, is_end: bool = True) -> Ledger:
    return Ledger(
        head,
        121,
        (LedgerTable("", COLUMNS, 6.2, pages),),
        (SUMMARY,) if is_end else (),
        ("Una nota.",) if is_end else (),
        is_end=is_end,
        created=datetime(2026, 7, 1, 12, 30, 15, 999, tzinfo=UTC),
    )


def test_name_and_nrc_stand_on_every_folio_and_folios_are_numbered_on() -> None:
    pdf = render_ledger(encode_ledger(ledger(FIRST, SECOND)))

    assert page_sizes_mm(pdf) == [(279.4, 215.9)] * 2
    for page, folio in enumerate(("Folio 121", "Folio 122")):
        text = words(pdf, page)
        assert "Emisor de Prueba, S.A. de C.V. NRC 123456-7" in text
        assert "LIBRO DE VENTAS A CONTRIBUYENTES Mes de junio de 2026" in text
        assert folio in text


def test_sums_are_carried_to_the_next_folio_and_the_month_is_signed_at_its_end() -> None:
    pdf = render_ledger(encode_ledger(ledger(FIRST, SECOND)))

    first, last = words(pdf, 0), words(pdf, 1)
    assert "Pasan al folio siguiente 0.00 100.00" in first
    assert "Vienen del folio anterior 0.00 100.00 2 Dos, S.A. 0.00 50.00 Totales del mes 0.00 150.00" in last
    assert "Contribuyentes 150.00 Total del mes 150.00 Una nota." in last
    assert "121 a 122." in last
    assert "Nombre y firma del contador" in last
    assert "firma" not in first


@pytest.mark.parametrize("table", [TAXPAYERS_TABLE, EXPORTS_TABLE, PURCHASES_TABLE], ids=["d", "exports", "f"])
@pytest.mark.parametrize(
    "name", ["\u570b" * 250, "W" * 250, "COMERCIALIZADORA MMM WWW " * 10, "Emoji \U0001f525 " * 30]
)
def test_a_folio_holds_all_its_lines_however_wide_their_names_are(table: LegalTable, name: str) -> None:
    zeros = (Decimal("0.00"),) * len(table.amounts)
    texts = tuple("" if column.width_mm else name for column in table.texts)
    divided_table = divided(table, [LegalRow((f"{number:02}",), texts, zeros) for number in range(40)])
    book = replace(ledger(FIRST), tables=(divided_table,), summaries=(), remarks=(), is_end=False)

    assert folios_of(render_ledger(encode_ledger(book))) == len(divided_table.pages)


def test_a_volume_that_goes_on_is_not_signed() -> None:
    text = words(render_ledger(encode_ledger(ledger(FIRST, is_end=False))))

    assert "firma" not in text
    assert "Una nota." not in text


def test_a_month_without_documents_says_so() -> None:
    empty = LedgerPage(None, (), ("0.00", "0.00"), is_last=True)

    assert "Sin operaciones en el mes Totales del mes 0.00 0.00" in words(render_ledger(encode_ledger(ledger(empty))))


def test_a_book_of_the_test_environment_is_marked() -> None:
    head = LedgerHead("Libro", "Emisor", "1-1", "", "junio de 2026", "PRUEBA – SIN VALIDEZ FISCAL")

    assert "PRUEBA – SIN VALIDEZ FISCAL" in words(render_ledger(encode_ledger(ledger(FIRST, head=head))))


@pytest.mark.parametrize(
    "name", ["W" * 250, "名前 " * 80, "Ñandú =1+1 #show $x$ @ref <a> *b*", "uno\ndos", "😀 م\u0301\u20e3 \U000f0000"]
)
def test_a_name_breaks_no_book(name: str) -> None:
    page = LedgerPage(None, (("1", name, "0.00", "1.00"),), ("0.00", "1.00"), is_last=True)

    pdf = render_ledger(encode_ledger(ledger(page)))

    assert folios_of(pdf) == 1
    assert "Totales del mes 0.00 1.00" in words(pdf)


def test_the_folios_of_a_file_are_counted() -> None:
    pages = tuple(LedgerPage(("0.00", "0.00"), (), ("0.00", "0.00"), is_last=False) for _ in range(40))

    pdf = render_ledger(encode_ledger(ledger(*pages)))

    assert folios_of(pdf) == len(page_sizes_mm(pdf)) == 40
    assert folios_of(render_trial()) == 1
    with pytest.raises(ValueError, match="no PDF"):
        folios_of(b"%PDF-1.7")


def test_equal_books_are_equal_files() -> None:
    encoded = encode_ledger(ledger(FIRST, SECOND))

    assert render_ledger(encoded) == render_ledger(encoded)


async def test_a_child_process_sets_what_the_library_sets() -> None:
    encoded = encode_ledger(ledger(FIRST, SECOND))

    async with open_press() as press:
        pdf = await press.pdf(PrintJob(encoded, "ledger", stamp=None, brand=PLAIN), 1, "later")

    assert pdf == render_ledger(encoded)
