"""The books in legal form, by documents whose amounts were worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocote.books.entry import BookEntry
from ocote.books.legal.consumers import SALES_TABLE, ConsumersBook, contained_vat_summary
from ocote.books.legal.paging import LegalRow, divided, sums_of, volumes
from ocote.books.legal.postings import Posting
from ocote.books.legal.purchases_book import PURCHASES_TABLE, PurchasesBook
from ocote.books.legal.taxpayers import TAXPAYERS_TABLE, TaxpayersBook, month_summary
from ocote.books.legal.third_parties import ThirdPartySales
from ocote.printing.ledger import Ledger, LedgerHead
from tests.archive.archived import numbered, sample
from tests.books.documents import ABROAD, RESIDENT, STAMP, entry, on_account_of, own, with_party, with_summary

ZERO = Decimal("0.00")


def usd(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def consumers(*postings: Posting) -> ConsumersBook:
    book = ConsumersBook()
    for posting in postings:
        book.add(posting)
    return book


def taxpayers(*entries: BookEntry) -> list[LegalRow]:
    book = TaxpayersBook()
    for each in entries:
        book.add(Posting(each))
    return book.rows.kept()


class TestConsumers:
    def test_a_day_is_one_line_for_each_series_from_its_first_number_to_its_last(self) -> None:
        document = sample("01-v1")
        numbers = [numbered(document, number) for number in (7, 5, 6)]
        other = entry("01-v1", numeroControl="DTE-01-M001P002-000000000000001")

        rows = consumers(*(Posting(BookEntry(each, STAMP)) for each in numbers), Posting(other)).sales()

        # 226.00 less 10 % is 203.40.
        assert [(row.texts[0], row.texts[2], row.amounts) for row in rows] == [
            ("14/08/2026", "M001P001", (ZERO, Decimal("610.20"), ZERO, None, ZERO)),
            ("14/08/2026", "M001P002", usd("0.00", "203.40", "0.00", "813.60", "0.00")),
        ]
        first, last = rows[0].texts[1].split("\n")
        assert first == ("Factura, del DTE-01-M001P001-000000000000005 · 00000000-0000-4000-8001-000000000005")
        assert last == "al DTE-01-M001P001-000000000000007 · 00000000-0000-4000-8001-000000000007"

    def test_an_export_stands_in_its_column_and_in_the_detail_with_a_blank_for_customs(self) -> None:
        book = consumers(Posting(entry("11-v2")))

        [row], [detail] = book.sales(), book.exports()

        # 100 × 12.35 − 35.00 − 50.00 + 120.00 + 18.20 = 1,288.20.
        assert row.amounts == usd("0.00", "0.00", "1288.20", "1288.20", "0.00")
        assert detail.texts[2] == "Comprador de Prueba Ltd. (Reino Unido)"
        assert set(detail.texts[3]) == {"_"}
        assert detail.amounts == usd("1288.20")

    def test_an_invalidation_of_an_earlier_month_is_subtracted_on_its_day(self) -> None:
        book = consumers(Posting(entry("01-v1"), date(2026, 9, 3)), Posting(entry("11-v2"), date(2026, 9, 4)))

        sold, exported = book.sales()

        assert (sold.texts[0], sold.amounts) == ("03/09/2026", usd("0.00", "-203.40", "0.00", "-203.40", "0.00"))
        assert "Invalidación de documento del 14/08/2026" in sold.texts[1]
        assert exported.amounts == usd("0.00", "0.00", "-1288.20", "-1288.20", "0.00")
        assert book.exports()[0].amounts == usd("-1288.20")

    def test_the_total_of_a_day_stands_on_its_last_line_with_what_was_taken_back(self) -> None:
        undone = Posting(entry("01-v1", fecEmi="2026-07-01"), date(2026, 8, 14))

        rows = consumers(Posting(entry("11-v2", fecEmi="2026-08-15")), undone, Posting(entry("01-v1"))).sales()

        assert [(row.texts[0], row.amounts[3]) for row in rows] == [
            ("14/08/2026", None),
            ("14/08/2026", ZERO),
            ("15/08/2026", Decimal("1288.20")),
        ]

    def test_withheld_vat_is_counted_beside_the_columns(self) -> None:
        book = consumers(Posting(with_summary("01-v2", ivaRete=Decimal("1.80"))))

        assert book.withheld == Decimal("1.80")

    def test_the_vat_is_contained_in_the_sales_of_the_month(self) -> None:
        book = consumers(Posting(entry("01-v1")))

        summary = contained_vat_summary(book.contained(Decimal("203.40")))

        # 203.40 ÷ 1.13 = 180.00.
        assert [cells[-1] for cells in summary.rows] == ["203.40", "180.00", "23.40"]

    def test_vat_that_differs_by_roundings_is_told(self) -> None:
        # Three times 0.10, in each of which 0.01 is VAT; of 0.30 it is 0.03: 0.30 ÷ 1.13 = 0.27.
        cheap = with_summary("01-v1", totalGravada=Decimal("0.10"), descuGravada=0, totalIva=Decimal("0.02"))
        book = consumers(*[Posting(cheap)] * 3)

        summary = contained_vat_summary(book.contained(Decimal("0.30")))

        assert [cells[-1] for cells in summary.rows] == ["0.30", "0.27", "0.06", "0.03"]

    def test_exempt_sales_and_those_not_subject_are_one_column_beside_the_taxed_ones(self) -> None:
        mixed = with_summary("01-v1", totalExenta=40, descuExenta=4, totalNoSuj=10, descuNoSuj=1)

        [row] = consumers(Posting(mixed)).sales()

        # 36.00 and 9.00, beside 203.40.
        assert row.amounts == usd("45.00", "203.40", "0.00", "248.40", "0.00")

    def test_a_sale_on_account_of_anybody_else_stands_apart_from_the_total_of_the_day(self) -> None:
        book = consumers(
            Posting(entry("01-v1")),
            Posting(on_account_of("01-v1", RESIDENT)),
            Posting(on_account_of("11-v2", ABROAD)),
        )

        first, export = book.sales()

        assert first.amounts == usd("0.00", "203.40", "0.00", "203.40", "203.40")
        assert export.amounts == usd("0.00", "0.00", "0.00", "0.00", "1288.20")
        assert book.exports() == []

    def test_the_vat_of_others_is_not_contained_in_the_sales_of_the_company(self) -> None:
        book = consumers(Posting(entry("01-v1")), Posting(on_account_of("01-v1", RESIDENT)))

        summary = contained_vat_summary(book.contained(Decimal("203.40")))

        assert [cells[-1] for cells in summary.rows] == ["203.40", "180.00", "23.40"]
        assert book.third.columns() == usd("0.00", "180.00", "0.00", "23.40", "0.00")

    def test_an_invalidation_of_an_earlier_month_takes_off_what_was_sold_for_others(self) -> None:
        book = consumers(Posting(on_account_of("01-v1", RESIDENT), date(2026, 9, 3)))

        assert book.sales()[0].amounts == usd("0.00", "0.00", "0.00", "0.00", "-203.40")
        assert book.third.columns() == usd("0.00", "-180.00", "0.00", "-23.40", "0.00")

    def test_taxes_on_fuel_and_charges_are_no_part_of_an_export(self) -> None:
        fuel = [{"codigo": "C3", "valor": 0}, {"codigo": "D1", "valor": 200}, {"codigo": "C8", "valor": 100}]
        book = consumers(
            Posting(with_summary("11-v2", tributos=fuel, montoTotalOperacion=1588.20, totalNoGravado=-100))
        )

        assert book.sales()[0].amounts == usd("0.00", "0.00", "1288.20", "1288.20", "0.00")
        assert book.exports()[0].amounts == usd("1288.20")


class TestTaxpayers:
    def test_a_ccf_fills_its_columns(self) -> None:
        [row] = taxpayers(own("03-v1"))

        assert row.texts == (
            "15/08/2026\nDECAFBAD-2222-4333-8444-555566667777",
            "DTE-03-M001P001-000000000000009",
            "Cliente de Prueba, Sociedad Anónima de Capital Variable",
            "765432-1",
        )
        # 775.00 − 77.50 = 697.50; VAT 90.68; collected 6.98: with the exempt 30.00 it is 825.16.
        assert row.amounts == usd("30.00", "697.50", "90.68", "0.00", "0.00", "6.98", "825.16")

    def test_a_note_is_subtracted(self) -> None:
        [row] = taxpayers(entry("05-v2"))

        assert row.texts[2].startswith("Nota de crédito – ")
        assert row.amounts == usd("0.00", "-24.00", "-3.12", "0.00", "0.00", "0.00", "-27.12")

    def test_withheld_vat_is_counted_beside_the_columns(self) -> None:
        book = TaxpayersBook()
        for each in (with_summary("03-v2", ivaRete=Decimal("1.42")), entry("05-v1")):
            book.add(Posting(each))

        assert book.withheld == Decimal("1.18")  # 1.42 less 0.24

    def test_the_summary_has_taxpayers_consumers_exports_and_third_parties(self) -> None:
        contained = ConsumersBook().contained(Decimal("203.40"))

        summary = month_summary(
            usd("30.00", "697.50", "90.68", "0.00", "0.00", "6.98", "825.16"),
            ZERO,
            Decimal("1288.20"),
            contained,
            [ThirdPartySales()],
        )

        assert summary.rows == (
            ("Contribuyentes", "30.00", "697.50", "0.00", "90.68", "6.98", "825.16"),
            ("Consumidores finales", "0.00", "180.00", "0.00", "23.40", "0.00", "203.40"),
            ("Exportaciones", "0.00", "0.00", "1,288.20", "0.00", "0.00", "1,288.20"),
            ("Ventas propias", "30.00", "877.50", "1,288.20", "114.08", "6.98", "2,316.76"),
            ("Por cuenta de terceros", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
            ("Total del mes", "30.00", "877.50", "1,288.20", "114.08", "6.98", "2,316.76"),
        )

    def test_sales_for_others_are_summed_up_apart_with_their_vat_and_what_was_collected_on_them(self) -> None:
        # Own: 142.00 with 18.46. For others: 697.50 with 90.68, 30.00 exempt, 6.98 collected, and 24.00 taken back.
        book, shop = TaxpayersBook(), ConsumersBook()
        for ccf in (entry("03-v2"), on_account_of("03-v1", RESIDENT), on_account_of("05-v2", ABROAD)):
            book.add(Posting(ccf))
        for sold in (entry("01-v1"), on_account_of("01-v1", ABROAD), on_account_of("11-v2", RESIDENT)):
            shop.add(Posting(sold))
        totals = sums_of(book.rows.kept(), len(TAXPAYERS_TABLE.amounts))
        exempt, taxed, exported, *_ = sums_of(shop.sales(), len(SALES_TABLE.amounts))

        summary = month_summary(totals, exempt, exported, shop.contained(taxed), (book.third, shop.third))

        assert totals == usd("0.00", "142.00", "18.46", "703.50", "87.56", "6.98", "958.50")
        assert summary.rows == (
            ("Contribuyentes", "0.00", "142.00", "0.00", "18.46", "0.00", "160.46"),
            ("Consumidores finales", "0.00", "180.00", "0.00", "23.40", "0.00", "203.40"),
            ("Exportaciones", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
            ("Ventas propias", "0.00", "322.00", "0.00", "41.86", "0.00", "363.86"),
            ("Por cuenta de terceros", "30.00", "853.50", "1,288.20", "110.96", "6.98", "2,289.64"),
            ("Total del mes", "30.00", "1,175.50", "1,288.20", "152.82", "6.98", "2,653.50"),
        )

    def test_a_sale_on_account_of_anybody_else_names_the_principal_and_fills_the_columns_of_third_parties(self) -> None:
        [row] = taxpayers(on_account_of("03-v1", RESIDENT))

        assert row.texts[2] == (
            "Cliente de Prueba, Sociedad Anónima de Capital Variable – por cuenta de Mandante de Prueba, S.A. de C.V."
        )
        # 697.50 taxed and 30.00 exempt, VAT 90.68, collected 6.98.
        assert row.amounts == usd("0.00", "0.00", "0.00", "727.50", "90.68", "6.98", "825.16")

    def test_a_note_on_such_a_sale_takes_it_off_the_columns_of_third_parties(self) -> None:
        [row] = taxpayers(on_account_of("05-v2", RESIDENT))

        assert row.amounts == usd("0.00", "0.00", "0.00", "-24.00", "-3.12", "0.00", "-27.12")

    def test_a_ccf_of_several_kinds_adds_up_to_its_total(self) -> None:
        mixed = with_summary(
            "03-v2", totalExenta=40, descuExenta=4, totalNoSuj=10, descuNoSuj=1, ivaPerci=1.42, totalNoGravado=-20
        )

        [row] = taxpayers(mixed)

        # 36.00 and 9.00; 142.00 with 18.46; collected 1.42; the charge of −20.00 is no sale.
        assert row.amounts == usd("45.00", "142.00", "18.46", "0.00", "0.00", "1.42", "206.88")


class TestPurchases:
    def test_a_purchase_stands_in_the_column_of_excluded_subjects_alone(self) -> None:
        book = PurchasesBook()
        book.add(Posting(entry("14-v2")))
        book.add(Posting(with_party("14-v2", tipoDocumento="03", numDocumento="X0000000"), date(2027, 1, 5)))

        bought, undone = book.rows.kept()

        assert bought.texts[3:] == ("00000001-7", "Proveedor de prueba")
        assert bought.amounts == (ZERO,) * 9 + usd("120.00")
        assert undone.texts[0] == "05/01/2027"
        assert undone.texts[3:] == (
            "X0000000",
            "Invalidación de documento del 22/12/2026 – Proveedor de prueba",
        )
        assert undone.amounts[-1] == Decimal("-120.00")


CENTS = st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents).scaleb(-2))
ROWS = st.lists(
    st.builds(
        lambda order, name, amounts: LegalRow((f"{order:03d}",), ("1", "2", name, "3"), amounts),
        st.integers(0, 999),
        st.text(st.characters(categories=["Lu", "Ll", "Zs"]), max_size=120),
        st.tuples(*[CENTS] * 7),
    ),
    max_size=90,
)


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\u2212", "-"))


@given(ROWS)
def test_the_sums_are_carried_from_folio_to_folio_up_to_the_sum_of_all_lines(rows: list[LegalRow]) -> None:
    pages = divided(TAXPAYERS_TABLE, rows).pages

    sums = [ZERO] * 7
    numbers: list[str] = []
    for at, page in enumerate(pages):
        brought = [ZERO] * 7 if page.brought is None else list(map(amount, page.brought))
        assert brought == sums
        assert (page.brought is None) == (at == 0)
        for row in page.rows:
            numbers.append(row[0])
            sums = [total + amount(cell) for total, cell in zip(sums, row[-7:], strict=True)]
        assert list(map(amount, page.carried)) == sums
        assert page.is_last == (at == len(pages) - 1)
    assert sums == list(sums_of(rows, 7))
    assert numbers == [str(number) for number in range(1, len(rows) + 1)]


@given(ROWS)
def test_the_columns_fill_the_paper_and_leave_room_for_names(rows: list[LegalRow]) -> None:
    columns = divided(TAXPAYERS_TABLE, rows).columns

    assert abs(sum(column.width_mm for column in columns) - 259) < 0.001
    assert columns[3].width_mm >= 30


def test_a_month_without_lines_has_one_folio_whose_sums_are_zero() -> None:
    [page] = divided(SALES_TABLE, []).pages

    assert (page.rows, page.brought, page.carried, page.is_last) == ((), None, ("0.00",) * 5, True)


def test_a_long_book_comes_in_volumes_of_which_the_last_has_the_end() -> None:
    row = LegalRow(("",), ("01/08/2026", "1", "", "2", "Proveedor"), (ZERO,) * 9 + usd("1.00"))
    table = divided(PURCHASES_TABLE, [row] * 4100)
    head = LedgerHead("Libro de compras", "Emisor", "1-1", "", "agosto de 2026")
    ledger = Ledger(head, 1, (table,), (), ("Nota",), is_end=True, created=datetime(2026, 9, 1, tzinfo=UTC))

    made = list(volumes(ledger))

    assert [volume.is_end for volume in made] == [False, False, True]
    assert [volume.remarks for volume in made] == [(), (), ("Nota",)]
    assert tuple(page for volume in made for table in volume.tables for page in table.pages) == table.pages
    assert all(sum(len(page.rows) for page in volume.tables[0].pages) <= 2000 for volume in made)
    assert table.pages[-1].carried[-1] == "4,100.00"
