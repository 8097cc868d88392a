"""However a CCF of every kind is split into notes, they add up to it in every amount, and each adds up by itself."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.editions import Edition
from ocote.dte.faults import InvalidSale
from ocote.dte.money import to_line
from ocote.dte.net_line import VAT_DIVISOR
from ocote.dte.sale import Line, LineTax, SaleKind
from ocote.dte.terms import Charge, SaleTerms
from tests.dte.noted import NotedCcf
from tests.dte.noted_strategies import EDITIONS, NOTE_SCHEMA, assert_sound, ccfs, pieces, reduced, worth
from tests.dte.official_rules import assert_conforms
from tests.dte.samples import BUYER, sale


@settings(max_examples=150, deadline=None)
@given(st.data(), EDITIONS)
def test_a_note_on_all_of_a_ccf_takes_everything(data: st.DataObject, edition: Edition) -> None:
    noted = NotedCcf(data.draw(ccfs(edition)), edition)
    assume(noted.totals.taxable or not noted.totals.taxes)
    made = noted.copy()
    assert noted.left == {}
    assert_sound(made, edition)
    assert_conforms(edition, NOTE_SCHEMA[edition], made.document)


@settings(max_examples=200, deadline=None)
@given(st.data(), EDITIONS)
def test_notes_on_parts_of_the_lines_add_up_to_the_ccf(data: st.DataObject, edition: Edition) -> None:
    noted = NotedCcf(data.draw(ccfs(edition)), edition)
    parts = [part for line in noted.sold.lines for part in pieces(reduced(line, noted), data.draw(st.integers(1, 4)))]
    assume(all(worth(part) > Decimal("0.02") for part in parts))
    parts = data.draw(st.permutations(parts))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(parts)), max_size=5)) | {len(parts)})
    start = 0
    for cut in cuts:
        charges = _merged(noted.sold.terms.charges) if cut == len(parts) else ()
        try:
            made = noted.note(parts[start:cut], charges)
        except InvalidSale as error:
            assume(any(fault.code != "charge_exceeds_total" for fault in error.faults))
            raise
        assert_sound(made, edition)
        start = cut
    assert noted.left == {}


def _merged(charges: Sequence[Charge]) -> tuple[Charge, ...]:
    sums: dict[str, Decimal] = {}
    for charge in charges:
        sums[charge.description] = sums.get(charge.description, Decimal(0)) + charge.amount
    return tuple(Charge(name, amount) for name, amount in sums.items() if amount)


@settings(max_examples=150, deadline=None)
@given(st.data(), EDITIONS, st.booleans())
def test_any_cents_of_each_kind_add_up_to_the_ccf(data: st.DataObject, edition: Edition, in_net: bool) -> None:
    """Notes of free amounts, whatever the lines of the CCF were; taxes without a rate go with their taxed amounts."""
    noted = NotedCcf(data.draw(ccfs(edition)), edition)
    whole = noted.whole
    count = data.draw(st.integers(1, 6))
    assume(whole.gross >= Decimal("0.05") * count or not whole.gross)
    taxed = _split(data, whole.taxable if in_net else whole.gross, count)
    exempt, not_subject = _split(data, whole.exempt, count), _split(data, whole.not_subject, count)
    taxes = {code: _split(data, value, count) for code, value in whole.taxes.items() if code != "59"}
    for index in range(count):
        borne = tuple(LineTax(code, parts[index]) for code, parts in taxes.items() if parts[index])
        amounts: dict[SaleKind, Decimal] = {
            "taxed": taxed[index],
            "exempt": exempt[index],
            "not_subject": not_subject[index],
        }
        sold = [
            Line("Ajuste", Decimal(1), amount, sale_kind=kind, taxes=borne if kind == "taxed" else ())
            for kind, amount in amounts.items()
            if amount
        ]
        if sold:
            assert_sound(noted.note(sold, prices_include_vat=not in_net), edition)
    left = {name: amount for name, amount in noted.left.items() if name not in {*whole.charges, *whole.taxes}}
    assert left == {}


def _in_terms(line: Line, *, has_vat: bool, as_sold: bool) -> Line:
    """A line with its price with or without VAT."""
    if has_vat == as_sold:
        return line
    price = line.unit_price * VAT_DIVISOR if has_vat else line.unit_price / VAT_DIVISOR
    return replace(line, unit_price=to_line(price))


@settings(max_examples=200, deadline=None)
@given(st.data(), EDITIONS, st.booleans())
def test_notes_with_and_without_vat_in_their_prices_take_all_of_a_ccf(
    data: st.DataObject, edition: Edition, as_sold: bool
) -> None:
    """No note is refused for fractions of a cent, and at most two cents of an amount are left.

    Whole cents are taken literally: of 13.00 nobody gives back 13.01.

    The lines together stay within 0.02 of the CCF; beyond 0.01, once in a thousand, MH refuses the last note.
    """
    quantities = st.integers(1, 400).map(Decimal)
    each = st.builds(Line, st.just("Artículo"), quantities, st.decimals(2, 1000, places=6))
    sold = replace(
        sale("03", data.draw(st.lists(each, min_size=1, max_size=6)), BUYER),
        terms=SaleTerms(prices_include_vat=as_sold, withholding=data.draw(st.sampled_from(["none", "vat_1"]))),
    )
    noted = NotedCcf(sold, edition)
    parts = data.draw(
        st.permutations([part for each in sold.lines for part in pieces(each, data.draw(st.integers(1, 9)))])
    )
    taken = Decimal(0)
    while parts:
        count, has_vat = data.draw(st.integers(1, 4)), data.draw(st.booleans())
        lines = [_in_terms(part, has_vat=has_vat, as_sold=as_sold) for part in parts[:count]]
        parts = parts[count:]
        try:
            made = noted.note(lines, prices_include_vat=has_vat)
        except InvalidSale:
            asked = sum((each.quantity * each.unit_price for each in lines), Decimal(0))
            assert asked == round(asked, 2), "fractions of a cent are no reason to refuse"
            assume(False)
            raise
        assert_sound(made, edition)
        taken += sum(line["ventaGravada"] for line in made.document["cuerpoDocumento"])
    assert taken <= noted.whole.taxable + Decimal("0.02")
    assert all(abs(amount) <= Decimal("0.02") for amount in noted.left.values())


def _split(data: st.DataObject, amount: Decimal, count: int) -> list[Decimal]:
    cents = int(amount * 100)
    cuts = sorted(data.draw(st.lists(st.integers(0, cents), min_size=count - 1, max_size=count - 1)))
    return [Decimal(end - start) / 100 for start, end in zip([0, *cuts], [*cuts, cents], strict=True)]
