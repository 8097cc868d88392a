"""Nota de crédito 05 (arithmetic.md 5, rules.md 7, contract 10)."""

from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from ocote.dte.arithmetic import compute
from ocote.dte.credit_note.arithmetic import compute_note, shares_by_line
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, Note, Portion
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.mentions import RelatedDocument
from ocote.dte.sale import Address, Line, Receiver, Totals
from tests.dte.official_rules import as_sent, assert_conforms, assert_note_adds_up
from tests.dte.sale_strategies import ordinary_lines
from tests.dte.samples import BUYER, GENERATION_CODE, ISSUER, LARGE_BUYER, identity, line, sale

SCHEMA = {"v1": "fe-nc-v3.json", "v2": "fe-nc-v4.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])


def portion(gross: str, taxable: str, withheld: str = "0") -> Portion:
    return Portion(Decimal(gross), Decimal(taxable), Decimal(withheld))


def note(whole: Portion, lines: list[Line], adjusted: Portion = Portion()) -> Note:  # noqa: B008 - a frozen value
    buyer = LARGE_BUYER if whole.withheld else BUYER
    ccf = AdjustedCcf(RelatedDocument("03", GENERATION_CODE, date(2026, 5, 30)), whole, adjusted)
    return Note(ISSUER, buyer, (Adjustment(ccf, tuple(lines)),))


def written(edition: Edition, made: Note) -> dict[str, Any]:
    return as_sent(build_document(edition, identity("05"), made, compute_note(made)))


def taken(totals: Totals) -> Portion:
    return Portion(totals.gross, totals.taxable, totals.withheld)


def added(first: Portion, second: Portion) -> Portion:
    return Portion(first.gross + second.gross, first.taxable + second.taxable, first.withheld + second.withheld)


CCF_OF_EXAMPLE_4_1 = portion("160.46", "142.00", "1.42")
EXAMPLE_5_1 = note(CCF_OF_EXAMPLE_4_1, [line("2", "14.125", "4")])
"""Two units of 12.50 net, with 1.00 of the line's discount."""


def test_the_worked_example_of_a_return() -> None:
    totals = compute_note(EXAMPLE_5_1)
    assert [str(amount) for amount in (totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable)] == [
        "24.00", "3.12", "27.12", "0.24", "26.88",
    ]  # fmt: skip


def test_the_worked_example_in_version_two() -> None:
    document = written("v2", EXAMPLE_5_1)
    assert document["resumen"] == {
        "totalNoSuj": 0, "totalExenta": 0, "totalGravada": 24, "subTotalVentas": 24, "totalDescu": 1,
        "tributos": [{"codigo": "20", "descripcion": "Impuesto al Valor Agregado 13%", "valor": Decimal("3.12")}],
        "montoTotalOperacion": Decimal("27.12"), "ivaPerci": 0, "totalIva": 0, "ivaRete": Decimal("0.24"),
        "totalNoGravado": 0, "totalPagar": Decimal("26.88"), "totalLetras": "VEINTISÉIS 88/100 DÓLARES",
        "condicionOperacion": 1, "observaciones": None, "codigoRetencionMH": None,
    }  # fmt: skip
    assert document["cuerpoDocumento"] == [
        {
            "numItem": 1, "tipoItem": 1, "numeroDocumento": GENERATION_CODE, "cantidad": 2, "codigo": None,
            "codTributo": None, "uniMedida": 59, "descripcion": "Resma de papel", "precioUni": Decimal("12.5"),
            "montoDescu": 1, "ventaNoSuj": 0, "ventaExenta": 0, "ventaGravada": 24, "tributos": ["20"],
            "noGravado": 0, "ivaPerci": 0, "totalIva": 0, "ivaRete": Decimal("0.24"),
        }
    ]  # fmt: skip


def test_in_version_one_the_only_total_is_net_of_withholding() -> None:
    summary = written("v1", EXAMPLE_5_1)["resumen"]
    assert summary["montoTotalOperacion"] == Decimal("26.88")
    assert summary["totalLetras"] == "VEINTISÉIS 88/100 DÓLARES"
    assert (summary["subTotal"], summary["ivaRete1"]) == (24, Decimal("0.24"))
    assert "totalPagar" not in summary


def test_the_manuals_own_note_without_its_charge_outside_the_tax_base() -> None:
    """MF2: 5 × 21.00 less 15.00 = 90.00, VAT 11.70, operation 101.70, withheld 0.90; our note has no noGravado."""
    made = note(portion("788.18", "697.50", "6.98"), [line("5", "23.73", "14.28571429")])
    summary = written("v2", made)["resumen"]
    assert (summary["totalGravada"], summary["totalDescu"]) == (90, 15)
    assert summary["tributos"][0]["valor"] == Decimal("11.7")
    assert summary["montoTotalOperacion"] == Decimal("101.7")
    assert (summary["ivaRete"], summary["totalPagar"]) == (Decimal("0.9"), Decimal("100.8"))


@BOTH
def test_a_note_names_its_ccf(edition: Edition) -> None:
    document = written(edition, EXAMPLE_5_1)
    assert document["documentoRelacionado"] == [
        {
            "tipoDocumento": "03",
            "tipoGeneracion": 2,
            "numeroDocumento": GENERATION_CODE,
            "fechaEmision": "2026-05-30",
        }
    ]
    receiver = document["receptor"]
    if edition == "v1":
        assert receiver["nit"] == "06140101900020"
    else:
        assert (receiver["tipoDocumento"], receiver["numDocumento"]) == ("36", "06140101900020")


def test_the_withholding_of_the_ccf_is_repeated_below_its_threshold() -> None:
    assert str(compute_note(note(portion("226.00", "200.00", "2.00"), [line("1", "11.30")])).withheld) == "0.10"
    assert compute_note(note(portion("226.00", "200.00"), [line("1", "11.30")])).withheld == 0


def test_the_last_line_carries_what_is_left_of_the_withholding() -> None:
    """1 % of 100.00 over three lines of a third: 0.33333333 twice and 0.33333334."""
    totals = compute_note(note(portion("226.00", "200.00", "2.00"), [line("1", "37.66666667")] * 3))
    assert [str(share) for share in shares_by_line(totals.withheld, totals)] == [
        "0.33333333",
        "0.33333333",
        "0.33333334",
    ]


def refused(whole: Portion, lines: list[Line], adjusted: Portion) -> tuple[str, str]:
    with pytest.raises(InvalidSale) as refusal:
        compute_note(note(whole, lines, adjusted))
    (fault,) = refusal.value.faults
    assert fault.field == "lines"
    return fault.code, fault.message


def test_the_notes_on_a_ccf_cannot_exceed_it() -> None:
    half = portion("56.50", "50.00")
    code, message = refused(portion("113.00", "100.00"), [line("1", "56.52")], half)
    assert code == FaultCode.NOTE_EXCEEDS_CCF
    assert message == "La nota suma 56.52 en ventas gravadas con IVA y al crédito fiscal le quedan 56.50 por ajustar."
    assert refused(portion("113.00", "100.00"), [line("1", "56.51")], half)[0] == code
    assert refused(portion("113.00", "100.00"), [line("1", "0.01")], portion("113.00", "100.00"))[0] == code


def test_discounts_that_add_up_to_twelve_digits_are_refused() -> None:
    """Twice 99 % of 6e10 is 1.188e11, net 1.0513e11; the note itself is of 1.2e9."""
    huge = [line("1000", "60000000", "99")] * 2
    with pytest.raises(InvalidSale) as refusal:
        compute_note(note(portion("1200000000.00", "1061946902.65"), huge))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.DISCOUNT_TOTAL_TOO_LARGE, "lines[0].discount_percentage")


@BOTH
def test_a_note_to_a_receiver_abroad_is_refused_in_version_one(edition: Edition) -> None:
    made = replace(EXAMPLE_5_1, receiver=replace(BUYER, address=Address("00", "00", "00", "Ciudad de Guatemala")))
    if edition == "v2":
        assert_conforms(edition, SCHEMA[edition], written(edition, made))
        return
    with pytest.raises(InvalidSale) as refusal:
        written(edition, made)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.ADDRESS_ABROAD, "customer.department")


def test_a_fraction_of_a_cent_does_not_keep_the_last_line_from_being_noted() -> None:
    """Two lines of 1.005 make a CCF of 2.01; noted one by one, 1.01 leaves 1.00 for the second."""
    whole = portion("2.01", "1.78")
    first = compute_note(note(whole, [line("1", "1.005")]))
    second = compute_note(note(whole, [line("1", "1.005")], taken(first)))
    assert [str(first.gross), str(second.gross)] == ["1.01", "1.00"]
    assert added(taken(first), taken(second)) == whole


def test_a_cent_that_rounding_would_lose_goes_to_the_note_that_can_take_it() -> None:
    """113.04 / 1.13 = 100.035…, but three times 37.68 / 1.13 = 33.345… would add up to 100.05."""
    whole = portion("113.04", "100.04")
    done = Portion()
    parts = []
    for _ in range(3):
        totals = compute_note(note(whole, [line("1", "37.68")], done))
        parts.append(str(totals.taxable))
        done = added(done, taken(totals))
    assert parts == ["33.35", "33.35", "33.34"]
    assert done == whole


@BOTH
@pytest.mark.parametrize("buyer", [BUYER, LARGE_BUYER, replace(BUYER, nit="000162975", phone=None)])
@pytest.mark.parametrize("price", ["0.01", "113.00", "11428.57", "99999999999.00"])
def test_notes_pass_the_official_schema(edition: Edition, buyer: Receiver, price: str) -> None:
    whole = taken(compute(sale("03", [line("1", price)], buyer)))
    made = replace(note(whole, [line("1", price)]), receiver=buyer)
    assert_conforms(edition, SCHEMA[edition], written(edition, made))


@BOTH
def test_a_note_to_an_incomplete_receiver_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, replace(EXAMPLE_5_1, receiver=replace(BUYER, nrc=None)))
    assert [fault.field for fault in refusal.value.faults] == ["customer.nrc"]


@settings(max_examples=150, deadline=None)
@given(st.lists(ordinary_lines, min_size=1, max_size=20), st.sampled_from([BUYER, LARGE_BUYER]))
def test_a_note_on_all_lines_takes_the_whole_ccf(sold: list[Line], buyer: Receiver) -> None:
    lines = [*sold, line("1", "0.01")]
    ccf = compute(sale("03", lines, buyer))
    totals = compute_note(note(taken(ccf), lines))
    whole = asdict(replace(ccf, payments=totals.payments)) | {"taken": totals.taken}
    assert asdict(totals) == whole
    assert totals.taken == (taken(ccf),)


def parts_of(whole: Portion, *amounts: str) -> list[tuple[str, str]]:
    """What one note after the other withholds and leaves to pay; together they make up the CCF."""
    done, parts = Portion(), []
    for amount in amounts:
        made = note(whole, [line("1", amount)], done)
        totals = compute_note(made)
        for edition in ("v1", "v2"):
            assert_conforms(edition, SCHEMA[edition], written(edition, made))
        parts.append((str(totals.withheld), str(totals.payable)))
        done = added(done, taken(totals))
    assert done == whole
    return parts


def test_a_rest_of_some_cents_has_no_withholding_left_to_carry() -> None:
    """113.56 / 1.13 = 100.50, of which 1.005 is withheld as 1.01: the note of 113.55 takes it all."""
    whole = portion("113.56", "100.50", "1.01")
    assert parts_of(whole, "113.55", "0.01") == [("1.01", "112.54"), ("0.00", "0.01")]
    assert parts_of(whole, "113.54", "0.01", "0.01") == [("1.01", "112.53"), ("0.00", "0.01"), ("0.00", "0.01")]
    assert parts_of(whole, "112.43", "1.12", "0.01") == [("1.00", "111.43"), ("0.01", "1.11"), ("0.00", "0.01")]


def test_a_note_of_one_cent_withholds_nothing_wherever_it_comes() -> None:
    """The rest of 113.54 is 100.48 net: 1.0048, in cents 1.00, and one of the others has to carry the cent more."""
    whole = portion("113.56", "100.50", "1.01")
    assert parts_of(whole, "0.01", "0.01", "113.54") == [("0.00", "0.01"), ("0.00", "0.01"), ("1.01", "112.53")]
    assert parts_of(whole, "0.02", "113.54") == [("0.00", "0.02"), ("1.01", "112.53")]


def test_a_withholding_that_only_notes_of_one_cent_could_carry_stays_with_the_ccf() -> None:
    """1.14 left of a CCF of which 0.01 is still to be withheld, noted cent by cent."""
    whole = portion("226.00", "200.00", "2.00")
    done = portion("224.86", "198.99", "1.99")
    for _ in range(114):
        totals = compute_note(note(whole, [line("1", "0.01")], done))
        assert str(totals.payable) == "0.01"
        done = added(done, taken(totals))
    assert done == portion("226.00", "200.00", "1.99")


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    st.integers(2, 10**7),
    st.lists(st.integers(1, 10**7), min_size=1, max_size=12),
    st.sampled_from([BUYER, LARGE_BUYER]),
    st.sampled_from(["v1", "v2"]),
)
@example(11356, [11355], LARGE_BUYER, "v1")
@example(11356, [11354, 11355], LARGE_BUYER, "v2")
@example(11300, [*range(1, 40), *range(11261, 11300)], LARGE_BUYER, "v1")
def test_any_split_of_a_ccf_into_notes_adds_up_to_it_to_the_cent(
    gross: int, cuts: list[int], buyer: Receiver, edition: Edition
) -> None:
    assert_split_adds_up(gross, sorted({0, gross, *(cut % gross for cut in cuts)}), buyer, edition)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(11300, 11700),
    st.lists(st.one_of(st.integers(1, 3), st.integers(1, 200)), min_size=1, max_size=12),
    st.booleans(),
    st.sampled_from(["v1", "v2"]),
)
def test_cents_noted_before_or_after_the_bulk_of_a_ccf_add_up_too(
    gross: int, small: list[int], bulk_first: bool, edition: Edition
) -> None:
    marks = sorted({0, gross, *accumulate(small)})
    if bulk_first:
        marks = [gross - mark for mark in reversed(marks)]
    assert_split_adds_up(gross, marks, LARGE_BUYER, edition)


@pytest.mark.parametrize("gross", [11300, 11356, 11406, 11414, 11698])
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_dozens_of_notes_of_one_and_two_cents_leave_a_bulk_that_adds_up(gross: int, edition: Edition) -> None:
    small = [*accumulate([1, 1, 2] * 20)]
    assert_split_adds_up(gross, [0, *small, gross], LARGE_BUYER, edition)
    assert_split_adds_up(gross, [0, *(gross - mark for mark in reversed(small)), gross], LARGE_BUYER, edition)


def assert_split_adds_up(gross: int, marks: list[int], buyer: Receiver, edition: Edition) -> None:
    """Notes from one mark (in cents) to the next make up a CCF of ``gross`` cents, each of them with cents to pay."""
    whole = taken(compute(sale("03", [Line("Artículo", Decimal(1), Decimal(gross) / 100)], buyer)))
    done = Portion()
    for start, end in pairwise(marks):
        part = Decimal(end - start) / 100
        made = note(whole, [Line("Artículo", Decimal(1), part)], done)
        totals = compute_note(made)
        assert totals.gross == part
        assert min(totals.taxable, totals.vat, totals.withheld) >= 0
        assert totals.payable > 0
        assert_note_adds_up(written(edition, made))
        done = added(done, taken(totals))
    assert done == whole


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(
            Line,
            st.just("Artículo"),
            st.integers(1, 200).map(Decimal),
            st.decimals(Decimal("0.01"), 500, places=2),
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 5),
    st.sampled_from([BUYER, LARGE_BUYER]),
    st.sampled_from(["v1", "v2"]),
)
def test_notes_on_some_lines_at_a_time_add_up_too(
    sold: list[Line], step: int, buyer: Receiver, edition: Edition
) -> None:
    whole = taken(compute(sale("03", sold, buyer)))
    done = Portion()
    for start in range(0, len(sold), step):
        made = note(whole, sold[start : start + step], done)
        assert_note_adds_up(written(edition, made))
        done = added(done, taken(compute_note(made)))
    assert done == whole


@pytest.mark.parametrize("cents", [1, 2, 3, 26, 57, 87, 113, 114])
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_hundreds_of_small_notes_do_not_drift(cents: int, edition: Edition) -> None:
    count = 300
    whole = taken(compute(sale("03", [Line("Artículo", Decimal(1), Decimal(count * cents) / 100)], LARGE_BUYER)))
    done = Portion()
    for _ in range(count):
        made = note(whole, [Line("Artículo", Decimal(1), Decimal(cents) / 100)], done)
        assert_note_adds_up(written(edition, made))
        done = added(done, taken(compute_note(made)))
    assert done == whole
