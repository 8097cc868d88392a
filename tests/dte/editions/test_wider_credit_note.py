"""Notes on CCFs of every kind, against values worked out by hand (arithmetic.md 5, wider-sales.md 2.15 and 3)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.dte.credit_note.value import CopiedCcf
from ocote.dte.editions import Edition
from ocote.dte.faults import InvalidSale
from ocote.dte.mentions import AppendixRow, Mentions, ThirdParty
from ocote.dte.sale import Line, LineTax, SpecialTax
from ocote.dte.stated import read_document, stated_amounts
from ocote.dte.terms import Charge, Discount, SaleTerms
from ocote.dte.text import encode
from tests.dte.noted import Made, NotedCcf
from tests.dte.official_rules import assert_conforms
from tests.dte.samples import BUYER, sale
from tests.dte.wider_rules import assert_wider_note_adds_up

SCHEMA = {"v1": "fe-nc-v3.json", "v2": "fe-nc-v4.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])
TEN_PERCENT = Discount(percentage=Decimal(10))


def sold(quantity: str, price: str, off: str | None = None, **more: Any) -> Line:
    discount = Decimal(off) if off is not None else None
    return Line("Artículo", Decimal(quantity), Decimal(price), discount_amount=discount, **more)


def ccf(edition: Edition, lines: Sequence[Line], **terms: Any) -> NotedCcf:
    """A CCF with net prices, as the worked examples have them."""
    asked = SaleTerms(**{"prices_include_vat": False, **terms})
    return NotedCcf(replace(sale("03", lines, BUYER), terms=asked), edition)


def checked(made: Made, edition: Edition) -> dict[str, Any]:
    """The summary of a note that passes the schema and MH's own checks, and states what was computed."""
    assert_wider_note_adds_up(made.document)
    assert_conforms(edition, SCHEMA[edition], made.document)
    said = stated_amounts(read_document(encode(made.document)))
    assert all(getattr(said, name) == getattr(made.totals, name) for name in said.__struct_fields__)
    summary: dict[str, Any] = made.document["resumen"]
    return summary


def numbers(made: Made, *names: str) -> list[str]:
    return [str(getattr(made.totals, name)) for name in names]


def taxes(summary: dict[str, Any]) -> dict[str, str]:
    return {row["codigo"]: f"{Decimal(row['valor']):.2f}" for row in summary["tributos"] or ()}


MANUALS_LINES = [
    sold("10", "25.00", "25.00"),
    sold("2", "200.00", "15.00"),
    sold("4", "10.00", "5.00", sale_kind="exempt"),
]
"""MF2's CCF: 225.00 and 385.00 taxed, 35.00 exempt; with 10 % off 549.00, 31.50 and VAT 71.37, together 651.87."""


@BOTH
def test_a_note_on_all_of_the_manuals_ccf_has_its_discount_in_the_lines(edition: Edition) -> None:
    noted = ccf(edition, MANUALS_LINES, discount=TEN_PERCENT)
    made = noted.copy()
    summary = checked(made, edition)
    assert (summary["totalGravada"], summary["totalExenta"]) == (549, Decimal("31.5"))
    assert (summary["subTotalVentas"], summary["totalDescu"]) == (Decimal("580.5"), Decimal("109.5"))
    assert (taxes(summary), summary["montoTotalOperacion"]) == ({"20": "71.37"}, Decimal("651.87"))
    lines = made.document["cuerpoDocumento"]
    assert [line["montoDescu"] for line in lines] == [Decimal("47.5"), Decimal("53.5"), Decimal("8.5")]
    assert [line["precioUni"] for line in lines] == [25, 200, 10]
    assert [line["ventaGravada"] for line in lines] == [Decimal("202.5"), Decimal("346.5"), 0]
    assert [line["tributos"] for line in lines] == [["20"], ["20"], None]
    assert noted.left == {}


@BOTH
def test_the_last_note_takes_the_cent_of_vat_that_the_first_took_too_much(edition: Edition) -> None:
    """13 % of 202.50 is 26.325, of 346.50 it is 45.045: each rounded up they would make 71.38."""
    noted = ccf(edition, MANUALS_LINES, discount=TEN_PERCENT)
    first = noted.note([sold("10", "25.00", "47.50")])
    last = noted.note([sold("2", "200.00", "53.50"), sold("4", "10.00", "8.50", sale_kind="exempt")])
    assert numbers(first, "taxable", "vat", "exempt", "gross") == ["202.50", "26.33", "0.00", "228.83"]
    assert numbers(last, "taxable", "vat", "exempt", "gross") == ["346.50", "45.04", "31.50", "423.04"]
    for made in (first, last):
        checked(made, edition)
    assert noted.left == {}


def test_the_manuals_own_note_gives_back_a_part_of_a_credit() -> None:
    """MF2: 775.00, 10 % off, credit of 20.00; the note is of 5 × 21.00 less 15.00, with 5.00 of the credit."""
    noted = ccf(
        "v2",
        [sold("31", "25.00")],
        discount=TEN_PERCENT,
        withholding="vat_1",
        charges=(Charge("Anticipo", Decimal("-20.00")),),
    )
    assert (str(noted.totals.withheld), str(noted.totals.payable)) == ("6.98", "761.20")
    made = noted.note([sold("5", "21.00", "15.00")], [Charge("Anticipo", Decimal("-5.00"))])
    summary = checked(made, "v2")
    assert (summary["totalGravada"], taxes(summary)) == (90, {"20": "11.70"})
    assert (summary["montoTotalOperacion"], summary["ivaRete"]) == (Decimal("101.7"), Decimal("0.9"))
    assert (summary["totalNoGravado"], summary["totalPagar"]) == (-5, Decimal("95.8"))
    charge = made.document["cuerpoDocumento"][1]
    assert (charge["noGravado"], charge["cantidad"], charge["uniMedida"], charge["tributos"]) == (-5, 1, 99, None)
    assert (charge["precioUni"], charge["ivaRete"], charge["numeroDocumento"]) == (
        0,
        0,
        made.note.adjustments[0].ccf.document.number,
    )


def test_a_note_on_all_of_a_ccf_gives_back_its_charges() -> None:
    noted = ccf("v2", [sold("1", "100.00")], charges=(Charge("Propina", Decimal(10)), Charge("Flete", Decimal(4))))
    made = noted.copy()
    assert (checked(made, "v2")["totalNoGravado"], made.document["resumen"]["totalPagar"]) == (14, 127)
    assert noted.left == {}


@BOTH
def test_the_taxes_of_fuel_go_back_by_the_gallon(edition: Edition) -> None:
    fuel: dict[str, Any] = {"unit": 22, "taxes": (LineTax("D1"), LineTax("C8"))}
    noted = ccf(edition, [sold("50", "4.00", **fuel)])
    made = noted.note([sold("20", "4.00", **fuel)])
    summary = checked(made, edition)
    assert taxes(summary) == {"20": "10.40", "D1": "4.00", "C8": "2.00"}
    assert (summary["totalGravada"], summary["montoTotalOperacion"]) == (80, Decimal("96.4"))
    assert made.document["cuerpoDocumento"][0]["tributos"] == ["20", "D1", "C8"]
    checked(noted.note([sold("30", "4.00", **fuel)]), edition)
    assert noted.left == {}


@BOTH
def test_the_tax_on_lodging_follows_the_price_before_the_discount_of_the_ccf(edition: Edition) -> None:
    """A room of 100.00, 5.00 of tax, 10 % off all: half of it is 45.00 with 2.50 of tax."""
    room: dict[str, Any] = {"taxes": (LineTax("59"),)}
    noted = ccf(edition, [sold("2", "50.00", **room)], discount=TEN_PERCENT)
    assert (str(noted.totals.taxable), str(noted.totals.taxes)) == ("90.00", "5.00")
    made = noted.note([sold("1", "50.00", "5.00", **room)])
    assert numbers(made, "taxable", "vat", "taxes", "gross") == ["45.00", "5.85", "2.50", "53.35"]
    checked(made, edition)
    checked(noted.note([sold("1", "50.00", "5.00", **room)]), edition)
    assert noted.left == {}


@BOTH
def test_the_tax_on_lodging_inside_a_price_follows_the_price_before_the_discount_too(edition: Edition) -> None:
    """A room of 118.00 is 100.00, 13.00 and 5.00; half off all are 50.00, 6.50 and 5.00.

    Half of that is 25.00 with VAT 3.25 and tax 2.50, which 59.00 less half, 29.50 / 1.18, give.
    """
    room: dict[str, Any] = {"taxes": (LineTax("59"),), "taxes_included": True}
    noted = ccf(edition, [sold("2", "59.00", **room)], prices_include_vat=True, discount=Discount(Decimal(50)))
    assert (str(noted.totals.taxable), str(noted.totals.taxes), str(noted.totals.gross)) == ("50.00", "5.00", "61.50")
    for _ in range(2):
        made = noted.note([sold("1", "59.00", "29.50", **room)])
        assert numbers(made, "taxable", "vat", "taxes", "gross") == ["25.00", "3.25", "2.50", "30.75"]
        checked(made, edition)
    assert noted.left == {}


@BOTH
def test_a_tax_of_section_two_is_a_line_of_the_note_too(edition: Edition) -> None:
    noted = ccf(edition, [sold("100", "8.00", special_tax=SpecialTax("57", Decimal(32)))])
    made = noted.note([sold("50", "8.00", special_tax=SpecialTax("57", Decimal(16)))])
    summary = checked(made, edition)
    assert (summary["totalGravada"], taxes(summary)) == (416, {"20": "54.08"})
    tax = made.document["cuerpoDocumento"][1]
    assert (tax["tipoItem"], tax["codTributo"], tax["cantidad"], tax["uniMedida"]) == (4, "57", 1, 99)
    assert (tax["precioUni"], tax["montoDescu"], tax["tributos"]) == (16, 0, ["20"])


@BOTH
def test_a_copied_tax_of_section_two_is_not_discounted(edition: Edition) -> None:
    """800.00 and 32.00 of tax less 10 % are 748.80: the bags bear all of the 83.20."""
    noted = ccf(edition, [sold("100", "8.00", special_tax=SpecialTax("57", Decimal(32)))], discount=TEN_PERCENT)
    made = noted.copy()
    checked(made, edition)
    bags, tax = made.document["cuerpoDocumento"]
    assert (bags["ventaGravada"], bags["montoDescu"]) == (Decimal("716.8"), Decimal("83.2"))
    assert (tax["precioUni"], tax["ventaGravada"]) == (32, 32)


def test_a_tax_that_informs_is_listed_and_not_added() -> None:
    liquor = sold("1", "200.00", taxes=(LineTax("C5", Decimal("6.40")),))
    noted = ccf("v2", [liquor])
    half = sold("0.5", "200.00", taxes=(LineTax("C5", Decimal("3.20")),))
    made = noted.note([half])
    assert taxes(checked(made, "v2")) == {"20": "13.00", "C5": "3.20"}
    assert numbers(made, "gross", "taxes") == ["113.00", "0.00"]
    noted.note([half])
    assert noted.left == {}


@BOTH
def test_what_the_seller_collected_goes_back_in_its_proportion(edition: Edition) -> None:
    noted = ccf(edition, [sold("5", "100.00")], collects_vat=True)
    assert (str(noted.totals.collected), str(noted.totals.payable)) == ("5.00", "570.00")
    made = noted.note([sold("1", "100.00")])
    summary = checked(made, edition)
    assert numbers(made, "gross", "collected", "payable") == ["113.00", "1.00", "114.00"]
    if edition == "v1":
        assert (summary["ivaPerci1"], summary["montoTotalOperacion"]) == (1, 114)
    else:
        assert (summary["ivaPerci"], summary["montoTotalOperacion"], summary["totalPagar"]) == (1, 113, 114)
        assert [line["ivaPerci"] for line in made.document["cuerpoDocumento"]] == [1]


@BOTH
def test_the_shares_of_one_percent_stand_on_the_taxed_lines_alone(edition: Edition) -> None:
    lines = [sold("1", "100.00"), sold("1", "50.00"), sold("1", "30.00", sale_kind="exempt")]
    made = ccf(edition, lines, withholding="vat_1", collects_vat=True).copy()
    checked(made, edition)
    assert numbers(made, "withheld", "collected", "payable") == ["1.50", "1.50", "199.50"]
    if edition == "v2":
        rows = made.document["cuerpoDocumento"]
        assert [line["ivaRete"] for line in rows] == [line["ivaPerci"] for line in rows] == [1, Decimal("0.5"), 0]


def test_the_income_tax_of_a_professional_goes_back_in_its_proportion() -> None:
    noted = ccf("v1", [sold("1", "1000.00")], withholding="vat_1", income_tax=Decimal(100))
    made = noted.note([sold("1", "250.00")])
    summary = checked(made, "v1")
    assert numbers(made, "gross", "withheld", "income_tax", "payable") == ["282.50", "2.50", "25.00", "255.00"]
    assert (summary["reteRenta"], summary["montoTotalOperacion"]) == (25, 255)
    checked(noted.note([sold("1", "750.00")]), "v1")
    assert noted.left == {}


@BOTH
def test_a_note_without_taxed_sales_states_no_taxes(edition: Edition) -> None:
    noted = ccf(
        edition,
        [sold("1", "100.00"), sold("2", "20.00", sale_kind="exempt"), sold("1", "5.00", sale_kind="not_subject")],
        withholding="vat_1",
    )
    made = noted.note([sold("1", "20.00", sale_kind="exempt"), sold("1", "5.00", sale_kind="not_subject")])
    summary = checked(made, edition)
    assert numbers(made, "taxable", "vat", "exempt", "not_subject", "gross") == [
        "0.00",
        "0.00",
        "20.00",
        "5.00",
        "25.00",
    ]
    assert (summary["tributos"], summary["subTotalVentas"]) == (None, 25)
    assert made.totals.withheld == 0


@BOTH
def test_notes_on_fractions_of_a_cent_add_up(edition: Edition) -> None:
    """Ten lines of 0.044 are 0.44; each rounded alone they would take 0.40."""
    noted = ccf(edition, [sold("10", "0.044", sale_kind="exempt"), sold("1", "1.00")])
    made = [noted.note([sold("1", "0.044", sale_kind="exempt")]) for _ in range(10)]
    assert sum(each.totals.exempt for each in made) == Decimal("0.44")
    for each in made:
        checked(each, edition)


@BOTH
def test_prices_with_vat_may_adjust_a_ccf_of_net_prices(edition: Edition) -> None:
    """90.00 + 11.70: half of it with VAT inside is 50.85, that is 45.00 and 5.85."""
    noted = ccf(edition, [sold("1", "90.00")])
    made = noted.note([sold("1", "50.85")], prices_include_vat=True)
    assert numbers(made, "taxable", "vat", "gross") == ["45.00", "5.85", "50.85"]
    checked(made, edition)
    checked(noted.note([sold("0.5", "90.00")]), edition)
    assert noted.left == {}


@BOTH
def test_the_lines_of_notes_do_not_exceed_the_ccf_by_the_fraction_that_is_cut(edition: Edition) -> None:
    """416.50 less 115.4009 leaves exactly 301.0991, in cents 301.10: of 301.1074 the 0.0083 above are cut.

    301.0991 / 1.13 is 266.45938053, with the 102.12469027 of the first note 368.58407080, as 416.50 / 1.13.
    """
    noted = ccf(edition, [sold("1", "416.50")], prices_include_vat=True)
    first = noted.note([sold("1", "115.4009")])
    last = noted.note([sold("1", "301.1074")])
    assert numbers(last, "taxable", "vat", "gross") == ["266.46", "34.64", "301.10"]
    for made in (first, last):
        checked(made, edition)
    lines = [made.document["cuerpoDocumento"][0]["ventaGravada"] for made in (first, last)]
    assert lines[0] == Decimal("102.12469027")
    assert abs(lines[1] - Decimal("266.45938053")) <= Decimal("0.00000001")
    assert noted.left == {}


@BOTH
def test_the_fraction_that_is_cut_from_exempt_lines_is_cut_from_each(edition: Edition) -> None:
    """1.0049 of 2.00 leave exactly 0.9951: of two lines of 0.5018, 0.0085 above it, each keeps 0.49755."""
    noted = ccf(edition, [sold("2", "1.00", sale_kind="exempt")])
    noted.note([sold("1", "1.0049", sale_kind="exempt")])
    last = noted.note([sold("1", "0.5018", sale_kind="exempt")] * 2)
    checked(last, edition)
    assert str(last.totals.exempt) == "1.00"
    assert [line["ventaExenta"] for line in last.document["cuerpoDocumento"]] == [Decimal("0.49755")] * 2


def refused(noted: NotedCcf, lines: Sequence[Line], *charges: Charge) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidSale) as refusal:
        noted.note(lines, charges)
    return [(fault.code, fault.field, fault.message) for fault in refusal.value.faults]


def test_a_note_says_of_each_kind_and_tax_what_is_left() -> None:
    noted = ccf(
        "v2",
        [
            sold("1", "100.00", taxes=(LineTax("71", Decimal(7)),)),
            sold("1", "20.00", sale_kind="exempt"),
            sold("1", "5.00", sale_kind="not_subject"),
        ],
        discount=TEN_PERCENT,
    )
    noted.note([sold("1", "10.00", sale_kind="exempt")])
    assert refused(
        noted,
        [
            sold("1", "90.01", taxes=(LineTax("71", Decimal("7.01")), LineTax("D5", Decimal(1)))),
            sold("1", "8.01", sale_kind="exempt"),
            sold("1", "4.51", sale_kind="not_subject"),
        ],
    ) == [
        (
            "note_exceeds_voucher",
            "lines",
            "La nota suma 90.01 en ventas gravadas sin IVA y al crédito fiscal le quedan 90.00 por ajustar.",
        ),
        (
            "note_exceeds_voucher",
            "lines",
            "La nota suma 8.01 en ventas exentas y al crédito fiscal le quedan 8.00 por ajustar.",
        ),
        (
            "note_exceeds_voucher",
            "lines",
            "La nota suma 4.51 en ventas no sujetas y al crédito fiscal le quedan 4.50 por ajustar.",
        ),
        (
            "note_exceeds_voucher",
            "lines[0].taxes[0]",
            "La nota lleva 7.01 del tributo 71 y al crédito fiscal le quedan 7.00 por ajustar.",
        ),
        (
            "note_exceeds_voucher",
            "lines[0].taxes[1]",
            "La nota lleva 1.00 del tributo D5 y al crédito fiscal le quedan 0.00 por ajustar.",
        ),
    ]


def test_a_kind_that_the_ccf_does_not_have_cannot_be_noted() -> None:
    noted = ccf("v1", [sold("1", "100.00")])
    assert refused(noted, [sold("1", "0.01", sale_kind="exempt")]) == [
        (
            "note_exceeds_voucher",
            "lines",
            "La nota suma 0.01 en ventas exentas y al crédito fiscal le quedan 0.00 por ajustar.",
        )
    ]


def test_a_tax_of_section_two_that_the_ccf_does_not_bear_cannot_be_noted() -> None:
    noted = ccf("v2", [sold("1", "100.00", special_tax=SpecialTax("57", Decimal(4)))])
    assert refused(noted, [sold("1", "1.00", special_tax=SpecialTax("A8", Decimal(1)))]) == [
        ("note_exceeds_voucher", "lines[0].special_tax", "El crédito fiscal no lleva el tributo A8.")
    ]


def test_a_charge_is_bounded_by_the_charge_of_its_description_and_sign() -> None:
    noted = ccf("v2", [sold("1", "100.00")], charges=(Charge("Propina", Decimal(10)), Charge("Vale", Decimal(-4))))
    noted.note([sold("1", "1.00")], [Charge("Propina", Decimal(6))])
    one = [sold("1", "1.00")]
    assert refused(noted, one, Charge("Propina", Decimal(3)), Charge("Propina", Decimal("1.01"))) == [
        (
            "note_exceeds_voucher",
            "charges[1].amount",
            "La nota lleva 4.01 del cargo «Propina» y al crédito fiscal le quedan 4.00 por ajustar.",
        )
    ]
    assert refused(noted, one, Charge("Propina", Decimal(-1)))[0][1] == "charges[0].amount"
    assert refused(noted, one, Charge("Vale", Decimal(1)))[0][1] == "charges[0].amount"
    assert refused(noted, one, Charge("Flete", Decimal(1))) == [
        (
            "note_exceeds_voucher",
            "charges[0].amount",
            "El crédito fiscal no tiene el cargo «Flete»; los que tiene por ajustar: «Propina» (4.00), «Vale» (-4.00).",
        )
    ]
    assert refused(noted, one, Charge("Vale", Decimal(-4)))[0][0] == "charge_exceeds_total"


def test_after_a_note_there_is_no_note_on_all_of_the_ccf() -> None:
    noted = ccf("v2", [sold("1", "100.00"), sold("1", "20.00", sale_kind="exempt")])
    noted.note([sold("1", "1.00", sale_kind="exempt")])
    with pytest.raises(InvalidSale) as refusal:
        noted.copy()
    assert [fault.message for fault in refusal.value.faults] == [
        "La nota suma 20.00 en ventas exentas y al crédito fiscal le quedan 19.00 por ajustar."
    ]


@BOTH
def test_copied_lines_keep_kind_of_item_unit_and_code(edition: Edition) -> None:
    lines = [
        sold("2", "56.50", item_type=2, code="SRV-1"),
        sold("3", "4.52", unit=36, suggested_price=Decimal("9.00")),
        sold("10", "3.84", unit=22, taxes=(LineTax("D1"), LineTax("C8")), taxes_included=True),
    ]
    made = ccf(edition, lines, prices_include_vat=True).copy()
    checked(made, edition)
    rows = made.document["cuerpoDocumento"]
    assert [(row["tipoItem"], row["uniMedida"], row["codigo"]) for row in rows] == [
        (2, 99, "SRV-1"),
        (1, 36, None),
        (1, 22, None),
    ]
    assert all("psv" not in row for row in rows)


@BOTH
def test_a_note_states_principal_remarks_and_appendix(edition: Edition) -> None:
    noted = ccf(edition, [sold("1", "100.00")])
    note = replace(
        noted.note([sold("1", "10.00")]).note,
        mentions=Mentions(
            on_behalf_of=ThirdParty("Mandante de prueba", "06140303221032"),
            remarks="Devolución por daño",
            appendix=(AppendixRow("pedido", "Pedido", "OC-88"),),
        ),
    )
    document = noted.written(note)
    assert_conforms(edition, SCHEMA[edition], document)
    place = document["extension"] if edition == "v1" else document["resumen"]
    assert place["observaciones"] == "Devolución por daño"
    assert document["apendice"] == [{"campo": "pedido", "etiqueta": "Pedido", "valor": "OC-88"}]
    assert document["ventaTercero"]["nit"] == "06140303221032"


@BOTH
def test_a_note_on_all_of_a_ccf_of_today_is_what_its_lines_say(edition: Edition) -> None:
    lines = [sold("10", "14.12", "5.65"), sold("3", "8.29"), sold("1000000", "0.07")]
    noted = ccf(edition, lines, prices_include_vat=True)
    copied = noted.copy().document
    other = ccf(edition, lines, prices_include_vat=True).note(lines).document
    assert copied == other


def test_a_line_of_which_the_discount_left_nothing_is_not_copied() -> None:
    noted = ccf(
        "v2", [sold("1", "100.00"), sold("1", "0.01", sale_kind="exempt")], discount=Discount(percentage=Decimal(60))
    )
    assert (str(noted.totals.exempt), noted.totals.off.exempt) == ("0.00", Decimal("0.01"))
    made = noted.copy()
    assert [line["ventaGravada"] for line in made.document["cuerpoDocumento"]] == [40]
    checked(made, "v2")
    assert isinstance(made.note.adjustments[0].copied, CopiedCcf)
