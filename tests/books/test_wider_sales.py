"""Sales of several kinds, on account of third parties, with taxes and charges, in the annexes; worked out by hand."""

from typing import Any

import pytest

from ocote.books import taxpayer_sales
from ocote.books.choices import Choices
from ocote.books.collected import collected_rows
from ocote.books.consumer_sales import ConsumerSales
from ocote.books.entry import BookEntry
from ocote.books.layout import LAYOUTS, Annex
from ocote.books.principal_sales import principal_rows
from tests.books.documents import (
    ABROAD,
    RESIDENT,
    RESIDENT_OF_V1,
    STAMP,
    at,
    entry,
    on_account_of,
    own,
    with_summary,
)

CHOICES = Choices()

MIXED = {"totalExenta": 40, "descuExenta": 4, "totalNoSuj": 10, "descuNoSuj": 1}
"""Beside what a sample sells: 40.00 exempt less 4.00 and 10.00 not subject less 1.00."""


def consumer_rows(*entries: BookEntry) -> list[tuple[str, ...]]:
    book = ConsumerSales(CHOICES)
    for each in entries:
        book.add(each)
    return list(book.rows())


def taxes(**values: float) -> dict[str, Any]:
    """The taxes of a summary by code, which Python cannot have begin with a digit: ``t59`` is 59."""
    return {"tributos": [{"codigo": code.removeprefix("t"), "valor": value} for code, value in values.items()]}


class TestKinds:
    def test_each_kind_of_a_ccf_has_its_column_after_its_own_discount(self) -> None:
        # Exempt 36.00, not subject 9.00, taxed 142.00 with VAT of 18.46: 205.46 in all.
        row = taxpayer_sales.sale_row(with_summary("03-v2", **MIXED), CHOICES)

        assert at(row, "JKLMNOP") == ("36.00", "9.00", "142.00", "18.46", "0.00", "0.00", "205.46")
        assert at(row, "R") == "4"

    def test_each_kind_of_an_invoice_has_its_column_after_its_own_discount(self) -> None:
        # 226.00 less 22.60 taxed, with VAT inside; exempt 36.00, not subject 9.00: 248.40 in all.
        [row] = consumer_rows(with_summary("01-v1", **MIXED))

        assert at(row, "KLMNST") == ("36.00", "0.00", "9.00", "203.40", "0.00", "248.40")
        assert at(row, "U") == "4"

    def test_a_note_has_its_kinds_positive_and_its_type_subtracts_them(self) -> None:
        row = taxpayer_sales.sale_row(with_summary("05-v2", totalExenta=6, totalNoSuj=1.5), CHOICES)

        assert at(row, "CJKLMP") == ("05", "6.00", "1.50", "24.00", "3.12", "34.62")

    def test_invoices_of_one_kind_and_of_several_are_different_lines_of_a_day(self) -> None:
        exempt_alone = with_summary("01-v1", totalGravada=0, descuGravada=0, totalIva=0, totalExenta=20)

        rows = consumer_rows(exempt_alone, with_summary("01-v1", **MIXED), entry("01-v1"))

        assert [at(row, "UKMNT") for row in rows] == [
            ("1", "0.00", "0.00", "203.40", "203.40"),
            ("2", "20.00", "0.00", "0.00", "20.00"),
            ("4", "36.00", "9.00", "203.40", "248.40"),
        ]


class TestWhatIsNoSale:
    def test_tourism_and_a_tip_are_in_no_column_of_consumer_sales(self) -> None:
        # 5 % of 180.00 and a tip of 15.00: the document comes to 227.40, of which 203.40 are sales.
        [row] = consumer_rows(
            with_summary("01-v1", **taxes(t59=9), montoTotalOperacion=212.40, totalNoGravado=15, totalPagar=227.40)
        )

        assert at(row, "NT") == ("203.40", "203.40")

    def test_the_taxes_on_fuel_are_in_no_column_of_taxpayer_sales(self) -> None:
        row = taxpayer_sales.sale_row(
            with_summary("03-v2", **taxes(t20=18.46, D1=10, C8=5, C5=6.4), montoTotalOperacion=175.46), CHOICES
        )

        assert at(row, "LMP") == ("142.00", "18.46", "160.46")

    def test_an_export_counts_without_the_taxes_on_fuel_and_without_its_charges(self) -> None:
        # 1,200.00 less 50.00, freight 120.00, insurance 18.20; FOVIAL 200.00, COTRANS 100.00 and an advance beside.
        fuel = with_summary("11-v2", **taxes(C3=0, D1=200, C8=100), montoTotalOperacion=1588.20, totalNoGravado=-100)

        [row] = consumer_rows(fuel)

        assert at(row, "PT") == ("1288.20", "1288.20")


class TestPrincipalInTheCountry:
    def test_a_ccf_fills_the_fifteen_columns_of_annex_4(self) -> None:
        # 775.00 − 77.50 = 697.50, VAT 90.68.
        assert principal_rows(on_account_of("03-v1", RESIDENT_OF_V1)) == [
            (
                "06149999990017",
                "Mandante de Prueba, S.A. de C.V.",
                "15/08/2026",
                "03",
                STAMP,
                "DTE03M001P001000000000000009",
                "DECAFBAD222243338444555566667777",
                "697.50",
                "90.68",
                "",
                "",
                "",
                "",
                "",
                "4",
            )
        ]

    @pytest.mark.parametrize(
        ("name", "amounts"),
        [
            ("01-v1", ("01", "180.00", "23.40")),  # 203.40 with VAT
            ("03-v2", ("03", "142.00", "18.46")),
            ("05-v1", ("05", "24.00", "3.12")),
            ("05-v2", ("05", "24.00", "3.12")),
            ("11-v1", ("11", "450.00", "0.00")),
            ("11-v2", ("11", "1288.20", "0.00")),
        ],
    )
    def test_every_type_stands_there_without_its_vat(self, name: str, amounts: tuple[str, ...]) -> None:
        [row] = principal_rows(on_account_of(name, RESIDENT))

        assert at(row, "DHI") == amounts
        assert len(row) == LAYOUTS[Annex.PRINCIPAL_SALES].columns

    def test_a_principal_known_by_a_dui_stands_in_its_column_alone(self) -> None:
        [row] = principal_rows(on_account_of("03-v2", {**RESIDENT, "nit": "00000001-7"}))

        assert at(row, "AN") == ("", "000000017")

    def test_the_name_of_a_principal_is_no_formula(self) -> None:
        [row] = principal_rows(on_account_of("03-v2", {**RESIDENT, "nombre": "=1+1"}))

        assert at(row, "B") == "1+1"

    def test_a_sale_of_which_nothing_is_taxed_has_no_line(self) -> None:
        exempt = {"totalGravada": 0, "totalExenta": 30, "tributos": None}

        assert principal_rows(on_account_of("03-v2", RESIDENT, **exempt)) == []

    def test_only_the_taxed_part_of_a_sale_of_several_kinds_is_there(self) -> None:
        [row] = principal_rows(on_account_of("03-v2", RESIDENT, **MIXED))

        assert at(row, "HI") == ("142.00", "18.46")

    @pytest.mark.parametrize(
        ("principal", "resident"),
        [
            (RESIDENT, True),
            (RESIDENT_OF_V1, True),
            ({**RESIDENT, "codDomiciliado": None}, True),
            (ABROAD, False),
            (None, False),
        ],
    )
    def test_a_principal_is_a_resident_unless_the_document_says_otherwise(
        self, principal: dict[str, Any] | None, resident: bool
    ) -> None:
        assert on_account_of("03-v2", principal).has_resident_principal is resident


class TestPrincipalAbroad:
    def test_a_ccf_stands_in_the_columns_of_third_parties_alone(self) -> None:
        row = taxpayer_sales.sale_row(on_account_of("03-v2", ABROAD), CHOICES)

        assert at(row, "JKLMNOP") == ("0.00", "0.00", "0.00", "0.00", "142.00", "18.46", "160.46")
        assert at(row, "HI") == ("06148888880018", "Cliente de Prueba, Sociedad Anónima de Capital Variable")

    def test_all_kinds_of_a_ccf_are_one_sum_there(self) -> None:
        row = taxpayer_sales.sale_row(on_account_of("03-v2", ABROAD, **MIXED), CHOICES)

        assert at(row, "JKLMNOP") == ("0.00", "0.00", "0.00", "0.00", "187.00", "18.46", "205.46")

    def test_an_invoice_stands_in_the_column_of_third_parties_with_its_vat(self) -> None:
        [row] = consumer_rows(on_account_of("01-v2", ABROAD, **MIXED))

        # 39.25 taxed, 36.00 exempt, 9.00 not subject.
        assert at(row, "KMNST") == ("0.00", "0.00", "0.00", "84.25", "84.25")

    @pytest.mark.parametrize(("name", "whole"), [("11-v1", "450.00"), ("11-v2", "1288.20")])
    def test_so_does_an_export_of_goods_or_services(self, name: str, whole: str) -> None:
        [row] = consumer_rows(on_account_of(name, ABROAD))

        assert at(row, "OPQST") == ("0.00", "0.00", "0.00", whole, whole)

    def test_sales_of_the_issuer_and_for_others_share_the_line_of_a_day(self) -> None:
        [row] = consumer_rows(entry("01-v1"), on_account_of("01-v1", ABROAD))

        assert at(row, "NST") == ("203.40", "203.40", "406.80")


class TestCollected:
    def test_what_was_collected_on_several_kinds_has_the_taxed_sales_as_its_base(self) -> None:
        [row] = collected_rows(with_summary("03-v2", **MIXED, ivaPerci=1.42))

        assert at(row, "GH") == ("142.00", "1.42")

    @pytest.mark.parametrize(("name", "figure"), [("05-v1", "ivaPerci1"), ("05-v2", "ivaPerci")])
    def test_a_note_takes_it_back_with_positive_amounts(self, name: str, figure: str) -> None:
        [row] = collected_rows(with_summary(name, **{figure: 0.24}))

        assert at(row, "CGH") == ("05", "24.00", "0.24")

    def test_it_is_not_part_of_a_sale(self) -> None:
        row = taxpayer_sales.sale_row(own("03-v1"), CHOICES)

        assert at(row, "P") == "818.18"  # 697.50 + 90.68 + 30.00, without the 6.98 collected
