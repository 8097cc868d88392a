"""The annexes of form F-07, by documents whose amounts were worked out by hand (arithmetic.md)."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ocote.books import invalidated, purchases, taxpayer_sales
from ocote.books.choices import Choices
from ocote.books.collected import collected_rows
from ocote.books.consumer_sales import ConsumerSales
from ocote.books.entry import BookEntry, annex_line
from ocote.books.income_tax import IncomeTaxWithheld
from ocote.books.layout import LAYOUTS, Annex
from ocote.books.principal_sales import principal_rows
from tests.books.documents import RESIDENT, STAMP, at, entry, on_account_of, own, with_party, with_summary

CHOICES = Choices()


class TestTaxpayerSales:
    def test_a_ccf_fills_its_twenty_columns(self) -> None:
        assert taxpayer_sales.sale_row(entry("03-v2"), CHOICES) == (
            "15/12/2026",
            "4",
            "03",
            "DTE03S002P001000000000000007",
            STAMP,
            "C0FFEE00111142228333444455556666",
            "",
            "06148888880018",
            "Cliente de Prueba, Sociedad Anónima de Capital Variable",
            "0.00",
            "0.00",
            "142.00",
            "18.46",
            "0.00",
            "0.00",
            "160.46",
            "",
            "1",
            "3",
            "1",
        )

    def test_a_discount_on_the_whole_ccf_is_taken_off_before_the_vat(self) -> None:
        # 775.00 − 77.50 = 697.50, VAT 90.68, exempt 30.00; withheld and collected VAT are not sales.
        row = taxpayer_sales.sale_row(own("03-v1"), CHOICES)

        assert at(row, "JLMP") == ("30.00", "697.50", "90.68", "818.18")
        assert at(row, "R") == "4"

    @pytest.mark.parametrize("edition", ["v1", "v2"])
    def test_a_credit_note_has_positive_amounts_in_either_edition(self, edition: str) -> None:
        row = taxpayer_sales.sale_row(entry(f"05-{edition}"), CHOICES)

        assert at(row, "CLMP") == ("05", "24.00", "3.12", "27.12")
        assert at(row, "H") == "06148888880018"

    def test_a_buyer_known_by_a_dui_stands_in_its_column_alone(self) -> None:
        row = taxpayer_sales.sale_row(with_party("03-v2", nit="000000017"), CHOICES)

        assert at(row, "HQ") == ("", "000000017")

    def test_a_buyer_without_a_nit_is_known_by_the_nrc_without_its_leading_zeros(self) -> None:
        row = taxpayer_sales.sale_row(with_party("03-v2", nit=None, nrc="0001234-5"), CHOICES)

        assert at(row, "HQ") == ("12345", "")

    @pytest.mark.parametrize(
        ("figures", "operation"),
        [
            ({"totalGravada": 142}, "1"),
            ({"totalGravada": 0, "totalExenta": 10}, "2"),
            ({"totalGravada": 0, "totalNoSuj": 10}, "3"),
            ({"totalGravada": 142, "totalExenta": 10}, "4"),
        ],
    )
    def test_the_operation_for_income_tax_follows_what_was_sold(self, figures: dict[str, int], operation: str) -> None:
        assert at(taxpayer_sales.sale_row(with_summary("03-v2", **figures), CHOICES), "R") == operation

    def test_the_kind_of_income_is_the_accountants_choice(self) -> None:
        assert at(taxpayer_sales.sale_row(entry("03-v2"), replace(CHOICES, income_type="2")), "S") == "2"


class TestConsumerSales:
    def rows(self, *entries: BookEntry) -> list[tuple[str, ...]]:
        book = ConsumerSales(CHOICES)
        for each in entries:
            book.add(each)
        return list(book.rows())

    def test_an_invoice_fills_its_twenty_three_columns(self) -> None:
        # 226.00 less 10 % is 203.40, VAT inside.
        assert self.rows(entry("01-v1")) == [
            (
                "14/08/2026",
                "4",
                "01",
                "N/A",
                "N/A",
                "N/A",
                "N/A",
                "A170B33839264059B28C105D1FB17C23",
                "A170B33839264059B28C105D1FB17C23",
                "",
                "0.00",
                "0.00",
                "0.00",
                "203.40",
                "0.00",
                "0.00",
                "0.00",
                "0.00",
                "0.00",
                "203.40",
                "1",
                "3",
                "2",
            )
        ]

    def test_a_day_is_one_line_from_its_first_document_to_its_last(self) -> None:
        code = "00000000-0000-4000-8000-00000000000"
        invoices = [
            entry("01-v1", horEmi="12:00:00", codigoGeneracion=f"{code}2"),
            entry("01-v1", horEmi="18:30:00", codigoGeneracion=f"{code}3"),
            entry("01-v1", horEmi="07:15:00", codigoGeneracion=f"{code}1"),
            entry("01-v1", fecEmi="2026-08-15", codigoGeneracion=f"{code}4"),
        ]

        first, second = self.rows(*invoices)
        plain = code.replace("-", "")

        assert at(first, "AHINT") == ("14/08/2026", f"{plain}1", f"{plain}3", "610.20", "610.20")
        assert at(second, "AHIN") == ("15/08/2026", f"{plain}4", f"{plain}4", "203.40")

    def test_an_export_of_goods_goes_by_its_destination(self) -> None:
        # 100 × 12.35 − 35.00 = 1,200.00, less 50.00, freight 120.00, insurance 18.20: 1,288.20.
        far = self.rows(entry("11-v2"))
        near = self.rows(with_party("11-v2", codPais="HN"))
        old_code = self.rows(with_party("11-v2", codPais="9411"))

        assert [at(row, "COPQT") for row in (*far, *near, *old_code)] == [
            ("11", "0.00", "1288.20", "0.00", "1288.20"),
            ("11", "1288.20", "0.00", "0.00", "1288.20"),
            ("11", "1288.20", "0.00", "0.00", "1288.20"),
        ]
        assert at(far[0], "UV") == ("1", "7")

    def test_an_export_of_services_has_a_column_of_its_own(self) -> None:
        [row] = self.rows(entry("11-v1"))

        assert at(row, "OPQTV") == ("0.00", "0.00", "450.00", "450.00", "9")

    def test_goods_and_services_of_a_day_are_different_income(self) -> None:
        goods, services = self.rows(entry("11-v2", fecEmi="2026-08-21"), entry("11-v1"))

        assert (at(goods, "PV"), at(services, "QV")) == (("1288.20", "7"), ("450.00", "9"))


class TestPurchases:
    def test_a_purchase_fills_its_thirteen_columns(self) -> None:
        assert purchases.purchase_row(entry("14-v2"), CHOICES) == (
            "2",
            "000000017",
            "Proveedor de prueba",
            "22/12/2026",
            STAMP,
            "BEEFCAFE55554666877788889999AAAA",
            "120.00",
            "0.00",
            "1",
            "2",
            "2",
            "2",
            "5",
        )

    def test_the_first_edition_reads_the_same(self) -> None:
        assert at(purchases.purchase_row(entry("14-v1"), CHOICES), "G") == "15.00"

    @pytest.mark.parametrize(
        ("kind", "number", "expected"),
        [
            ("36", "0614-888888-001-8", ("1", "06148888880018")),
            ("36", "000000017", ("2", "000000017")),
            ("13", "00000001-7", ("2", "000000017")),
            ("03", "X0000000", ("3", "X0000000")),
            ("37", "A-12", ("3", "A-12")),
        ],
    )
    def test_the_seller_is_known_by_one_of_three_kinds_of_document(
        self, kind: str, number: str, expected: tuple[str, str]
    ) -> None:
        row = purchases.purchase_row(with_party("14-v2", tipoDocumento=kind, numDocumento=number), CHOICES)

        assert row[:2] == expected


class TestCollected:
    def test_a_ccf_with_collected_vat_fills_its_ten_columns(self) -> None:
        # 775.00 − 77.50 = 697.50, of which 1 % is 6.98 (6.975).
        assert collected_rows(entry("03-v1")) == [
            (
                "06148888880018",
                "15/08/2026",
                "03",
                "DTE03M001P001000000000000009",
                STAMP,
                "DECAFBAD222243338444555566667777",
                "697.50",
                "6.98",
                "",
                "9",
            )
        ]

    def test_the_second_edition_names_the_figure_otherwise(self) -> None:
        [row] = collected_rows(with_summary("03-v2", ivaPerci=Decimal("1.42")))

        assert at(row, "GH") == ("142.00", "1.42")

    def test_a_buyer_known_by_a_dui_has_no_nit(self) -> None:
        [row] = collected_rows(with_party("03-v1", nit="000000017"))

        assert at(row, "AI") == ("", "000000017")

    @pytest.mark.parametrize("name", ["03-v2", "05-v1", "05-v2"])
    def test_a_document_without_collected_vat_is_not_there(self, name: str) -> None:
        assert collected_rows(entry(name)) == []


def with_goods(kind: int = 2, **summary: Any) -> BookEntry:
    """Services for 130.00, or what else ``kind`` says, beside goods for 500.00."""
    mixed = with_summary("14-v2", **summary)
    lines = mixed.document["cuerpoDocumento"]
    lines[:] = [{**lines[0], "tipoItem": kind}, {**lines[0], "tipoItem": 1, "compra": 500}]
    return mixed


def with_both(service: int, both: int, withheld: int) -> BookEntry:
    """A purchase of services, if any, and of a line that is goods and service at once, without discount."""
    whole = service + both
    bought = with_summary("14-v2", totalCompra=whole, descu=0, subTotal=whole, reteRenta=withheld)
    lines = bought.document["cuerpoDocumento"]
    lines[:] = [{**lines[0], "tipoItem": kind, "compra": paid} for kind, paid in ((2, service), (3, both)) if paid]
    return bought


class TestIncomeTax:
    def annex(self, *entries: BookEntry) -> IncomeTaxWithheld:
        annex = IncomeTaxWithheld(CHOICES, 2026, 12)
        for each in entries:
            annex.add(each)
        return annex

    def test_a_person_fills_the_twenty_three_columns(self) -> None:
        # 3 × 45.50 − 6.50 − 10.00 = 120.00, of which 10 % is 12.00.
        annex = self.annex(entry("14-v2"))

        assert annex.rows() == [
            (
                "1",
                "9300",
                "Proveedor de prueba",
                "",
                "000000017",
                "11",
                "120.00",
                "0.00",
                "12.00",
                *("0.00",) * 9,
                "1",
                "2",
                "2",
                "2",
                "122026",
            )
        ]
        assert annex.notes() == []

    def test_all_purchases_of_a_person_are_one_line(self) -> None:
        renamed = with_party("14-v2", nombre="Otro nombre", tipoDocumento="36")

        [row] = self.annex(entry("14-v2"), renamed, with_summary("14-v2", reteRenta=0)).rows()

        assert at(row, "CGI") == ("Proveedor de prueba", "240.00", "24.00")

    def test_only_the_services_of_a_purchase_were_taxed(self) -> None:
        # Goods for 500.00 beside the services for 130.00: 10 % of the services is 13.00.
        mixed = with_goods(totalCompra=630, descu=0, subTotal=630, reteRenta=13)

        assert at(self.annex(mixed).rows()[0], "GI") == ("130.00", "13.00")

    def test_a_discount_on_the_document_is_taken_from_services_and_goods_alike(self) -> None:
        # 10 % off 630.00: the services are 117.00, of which 10 % is 11.70.
        annex = self.annex(with_goods(totalCompra=630, descu=63, subTotal=567, reteRenta=Decimal("11.70")))

        assert at(annex.rows()[0], "GI") == ("117.00", "11.70")
        assert annex.notes() == []

    @pytest.mark.parametrize(
        ("service", "both", "withheld", "taxed"),
        [
            (0, 100, 7, "70.00"),
            (200, 100, 25, "250.00"),
            # 5 % of everything is 5.00 too; of a line that is half a service the law's 10 % is the likelier.
            (0, 100, 5, "50.00"),
            (200, 100, 20, "200.00"),
            (200, 100, 30, "300.00"),
        ],
    )
    def test_a_line_that_is_goods_and_service_counts_with_the_part_that_was_taxed(
        self, service: int, both: int, withheld: int, taxed: str
    ) -> None:
        annex = self.annex(with_both(service, both, withheld))

        assert at(annex.rows()[0], "GI") == (taxed, f"{withheld}.00")
        assert annex.notes() == []

    def test_goods_beside_a_line_that_is_both_bear_no_tax(self) -> None:
        # 500.00 of goods, 130.00 both, of which 10 % is 13.00; 12.00 are 10 % of 120.00.
        rows = [
            self.annex(with_goods(3, totalCompra=630, descu=0, subTotal=630, reteRenta=tax)).rows()[0]
            for tax in (13, 12)
        ]

        assert [at(row, "GI") for row in rows] == [("130.00", "13.00"), ("120.00", "12.00")]

    def test_less_than_the_services_bear_is_told(self) -> None:
        # Services for 200.00 and both for 100.00: 10 % is between 20.00 and 30.00, so 19.00 needed a reason.
        annex = self.annex(with_both(200, 100, 19))

        assert at(annex.rows()[0], "GI") == ("200.00", "19.00")
        [note] = annex.notes()
        assert note.startswith("F-14: a Proveedor de prueba se le retuvieron 19.00 y el 10 % de 200.00 es 20.00;")

    def test_another_percentage_has_a_line_of_its_own_and_is_told(self) -> None:
        # 20 % of the services for 130.00 beside 10 % of 120.00: one line for each, for MH checks the percentage.
        abroad = with_goods(totalCompra=630, descu=0, subTotal=630, reteRenta=26)

        annex = self.annex(abroad, entry("14-v2"))

        assert [at(row, "GI") for row in annex.rows()] == [("120.00", "12.00"), ("130.00", "26.00")]
        [note] = annex.notes()
        assert note == (
            "F-14: a Proveedor de prueba se le retuvo el 20 %, que no es el de los servicios de una persona "
            "domiciliada; revise domicilio, país y código de ingreso de su línea."
        )

    def test_income_tax_on_goods_alone_counts_them(self) -> None:
        goods = with_summary("14-v2", reteRenta=7)
        goods.document["cuerpoDocumento"][0]["tipoItem"] = 1

        annex = self.annex(goods)

        assert at(annex.rows()[0], "GI") == ("120.00", "7.00")
        [note] = annex.notes()
        assert note.startswith("F-14: a Proveedor de prueba se le retuvieron 7.00 y el 10 % de 120.00 es 12.00;")

    def test_a_percentage_that_is_not_exact_is_told(self) -> None:
        # Twice 10.05, of which 10 % is 1.005 and becomes 1.01; 10 % of 20.10 is 2.01.
        small = with_summary("14-v2", subTotal=Decimal("10.05"), reteRenta=Decimal("1.01"))

        annex = self.annex(small, small)

        assert at(annex.rows()[0], "GI") == ("20.10", "2.02")
        [note] = annex.notes()
        assert note.startswith("F-14: a Proveedor de prueba se le retuvieron 2.02 y el 10 % de 20.10 es 2.01;")

    def test_persons_without_tax_numbers_are_told_apart_and_told(self) -> None:
        first = with_party("14-v2", tipoDocumento="03", numDocumento="X1", nombre="Ana")
        second = with_party("14-v2", tipoDocumento="37", numDocumento="X2", nombre="B" * 101)

        annex = self.annex(first, second)

        assert [at(row, "DE") for row in annex.rows()] == [("", ""), ("", "")]
        long = "B" * 101
        assert annex.notes() == [
            "F-14: Ana no tiene NIT ni DUI en sus documentos; complete su línea.",
            f"F-14: {long} no tiene NIT ni DUI en sus documentos; complete su línea.",
            f"F-14: el nombre «{long}» pasa de 100 caracteres; abrévielo.",
        ]


class TestWidths:
    def test_an_amount_of_more_than_ten_characters_is_written_whole_and_found(self) -> None:
        wide = with_summary("03-v2", totalGravada=Decimal("10000000.00"))

        row = taxpayer_sales.sale_row(wide, CHOICES)

        assert at(row, "L") == "10000000.00"
        assert LAYOUTS[Annex.TAXPAYER_SALES].misfits(row) == ["L", "P"]

    def test_the_largest_amount_of_ten_characters_fits(self) -> None:
        row = purchases.purchase_row(with_summary("14-v2", subTotal=Decimal("9999999.99")), CHOICES)

        assert LAYOUTS[Annex.PURCHASES].misfits(row) == []


def test_a_donation_has_no_code_among_the_invalidated() -> None:
    assert [code for code in ("01", "05", "14", "15") if invalidated.has_code(code)] == ["01", "05", "14"]


def test_an_invalidated_document_fills_its_ten_columns() -> None:
    row = invalidated.invalidated_row(
        "01", "DTE-01-M001P001-000000000000041", STAMP, "A170B338-3926-4059-B28C-105D1FB17C23"
    )

    assert row == (
        "DTE01M001P001000000000000041",
        "4",
        "0",
        "0",
        "01",
        "D",
        STAMP,
        "0",
        "0",
        "A170B338-3926-4059-B28C-105D1FB17C23",
    )


class TestLine:
    def test_has_semicolons_and_no_heading(self) -> None:
        assert annex_line(("15/12/2026", "4", "", "1.00")) == b"15/12/2026;4;;1.00\r\n"

    def test_keeps_a_name_in_its_column_and_on_its_line(self) -> None:
        assert annex_line(("Uno; Dos", 'La "Fe"', "a\r\nb")) == b'"Uno; Dos";"La ""Fe""";a b\r\n'

    def test_is_utf_8_without_a_mark(self) -> None:
        assert annex_line(("Ñandú",)) == "Ñandú\r\n".encode()


class TestChoices:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"income_type": "7"}, "El código 7 de tipo de ingreso no existe"),
            ({"purchase_sector": "x"}, "El código x de sector no existe"),
            ({"purchase_class": "1", "purchase_kind": "2"}, "no corresponde a un costo"),
            ({"purchase_class": "2", "purchase_kind": "5"}, "no corresponde a un gasto"),
        ],
    )
    def test_that_cannot_be_are_refused(self, changes: dict[str, str], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            replace(CHOICES, **changes)

    def test_a_cost_has_its_own_kinds(self) -> None:
        assert replace(CHOICES, purchase_class="1", purchase_kind="5").purchase_kind == "5"


def rows_of_every_annex() -> list[tuple[Annex, tuple[str, ...]]]:
    """A line of each annex."""
    consumers, income_tax = ConsumerSales(CHOICES), IncomeTaxWithheld(CHOICES, 2026, 12)
    for name in ("01-v1", "01-v2", "11-v1", "11-v2"):
        consumers.add(entry(name))
    income_tax.add(entry("14-v2"))
    return [
        *(
            (Annex.TAXPAYER_SALES, taxpayer_sales.sale_row(entry(name), CHOICES))
            for name in ("03-v1", "03-v2", "05-v1")
        ),
        *((Annex.CONSUMER_SALES, row) for row in consumers.rows()),
        *((Annex.PRINCIPAL_SALES, row) for row in principal_rows(on_account_of("01-v2", RESIDENT))),
        *((Annex.PURCHASES, purchases.purchase_row(entry(name), CHOICES)) for name in ("14-v1", "14-v2")),
        *((Annex.COLLECTED, row) for row in collected_rows(entry("03-v1"))),
        (Annex.INVALIDATED, invalidated.invalidated_row("01", "DTE-01-M001P001-000000000000041", STAMP, "A" * 36)),
        *((Annex.INCOME_TAX, row) for row in income_tax.rows()),
    ]


@pytest.mark.parametrize(("annex", "row"), rows_of_every_annex())
def test_every_line_has_the_form_of_its_annex(annex: Annex, row: tuple[str, ...]) -> None:
    layout = LAYOUTS[annex]

    assert len(row) == layout.columns
    assert layout.misfits(row) == []
    for letter in layout.amounts:
        assert re.fullmatch(r"[0-9]+\.[0-9]{2}", str(at(row, letter))), letter
    if str(annex).startswith("anexo"):
        assert f"anexo{row[-1]}" == annex


def test_every_annex_is_laid_out() -> None:
    assert list(LAYOUTS) == list(Annex)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", " =", "-+", "＝", "\u00a0＋", "\t@"])
def test_a_name_is_no_formula(sign: str) -> None:
    told = f'{sign}HYPERLINK("http://example.com/","Comercial")'

    sold = taxpayer_sales.sale_row(with_party("03-v2", nombre=told), CHOICES)
    bought = purchases.purchase_row(with_party("14-v2", nombre=told), CHOICES)

    assert at(sold, "I") == at(bought, "C") == 'HYPERLINK("http://example.com/","Comercial")'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_name_holds_no_formula_behind_a_separator_either(separator: str) -> None:
    sold = taxpayer_sales.sale_row(with_party("03-v2", nombre=f"Comercial{separator} =1+1, S.A. - Norte"), CHOICES)

    assert at(sold, "I") == f"Comercial{separator}1+1, S.A. - Norte"


def test_the_number_of_a_foreign_document_is_no_formula() -> None:
    bought = purchases.purchase_row(with_party("14-v2", tipoDocumento="03", numDocumento="=1+1"), CHOICES)

    assert at(bought, "B") == "1+1"


def test_amounts_stay_decimal_to_the_cent() -> None:
    many = [with_summary("01-v1", totalGravada=Decimal("0.10"), descuGravada=0) for _ in range(1000)]
    book = ConsumerSales(CHOICES)
    for each in many:
        book.add(each)

    [row] = book.rows()

    assert at(row, "N") == "100.00"
