"""Notes on several CCFs add up to each of them, and MH's own computation over all lines of a note holds."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.remainders import SentLines
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, Note, Portion
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.mentions import RelatedDocument
from ocote.dte.sale import Line, Sale
from tests.dte.noted import Made, NotedCcf
from tests.dte.noted_strategies import EDITIONS, NOTE_SCHEMA, assert_sound, ccfs, pieces, reduced, worth
from tests.dte.official_rules import as_sent, assert_conforms
from tests.dte.samples import BUYER, ISSUER, LARGE_BUYER, identity, line

CODE = "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2{:02X}"


def written(edition: Edition, note: Note) -> Made:
    totals = compute_note(note)
    return Made(note, totals, as_sent(build_document(edition, identity("05"), note, totals)))


def of_number(adjustment: Adjustment, position: int) -> Adjustment:
    document = RelatedDocument("03", CODE.format(position), date(2026, 5, 30))
    return replace(adjustment, ccf=replace(adjustment.ccf, document=document, name=f"CCF {position}"))


@st.composite
def alike(draw: st.DrawFn, edition: Edition) -> list[Sale]:
    """CCFs of one buyer, who withholds from all of them or from none, as the company collects."""
    withholding, collects = draw(st.sampled_from(["none", "vat_1"])), draw(st.booleans())
    found = []
    for sold in draw(st.lists(ccfs(edition), min_size=2, max_size=4)):
        terms = replace(sold.terms, withholding=withholding, collects_vat=collects, charges=())
        try:
            totals = compute(replace(sold, terms=terms))
        except InvalidSale:
            assume(False)
            raise
        assume(totals.income_tax <= totals.taxable / 2)
        found.append(replace(sold, terms=terms))
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data(), EDITIONS)
def test_notes_on_several_add_up_to_each_of_them(data: st.DataObject, edition: Edition) -> None:
    sold = [NotedCcf(each, edition) for each in data.draw(alike(edition))]
    rounds = data.draw(st.integers(1, 3))
    given_back: list[dict[int, list[Line]]] = [defaultdict(list) for _ in range(rounds)]
    for position, noted in enumerate(sold):
        parts = [part for each in noted.sold.lines for part in pieces(reduced(each, noted), rounds)]
        assume(all(worth(part) > Decimal("0.02") for part in parts))
        for number, part in enumerate(parts):
            given_back[number % rounds][position].append(part)
    taken_by_lines: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for lines_of in given_back:
        made = made_on(sold, lines_of, edition)
        assert_sound(made, edition)
        assert_conforms(edition, NOTE_SCHEMA[edition], made.document)
        for each in made.document["cuerpoDocumento"]:
            for kind in ("ventaGravada", "ventaExenta", "ventaNoSuj"):
                taken_by_lines[each["numeroDocumento"]][kind] += each[kind]
    assert [noted.left for noted in sold] == [{} for _ in sold]
    for position, noted in enumerate(sold):
        for kind, limit in (("ventaGravada", noted.whole.taxable), ("ventaExenta", noted.whole.exempt)):
            assert taken_by_lines[CODE.format(position)][kind] <= limit + Decimal("0.01")


def made_on(sold: Sequence[NotedCcf], lines_of: dict[int, list[Line]], edition: Edition) -> Made:
    """One note on lines of several CCFs, which keep what it takes of them."""
    adjustments, sent = [], []
    for position, lines in lines_of.items():
        noted = sold[position]
        has_vat = noted.sold.terms.prices_include_vat
        adjustment = replace(noted.adjustment(has_vat), lines=tuple(lines))
        adjustments.append(of_number(adjustment, position))
        sent.append((noted, SentLines(tuple(lines), has_vat)))
    made = written(edition, Note(ISSUER, sold[0].sold.receiver, tuple(adjustments)))
    assert_positions(made.document, adjustments)
    for (noted, lines_sent), taken in zip(sent, made.totals.taken, strict=True):
        noted.take(taken, lines_sent)
    return made


def assert_positions(document: dict[str, Any], adjustments: Sequence[Adjustment]) -> None:
    """Every CCF is listed once and named by its lines, which stand together."""
    listed = [each["numeroDocumento"] for each in document["documentoRelacionado"]]
    assert listed == [each.ccf.document.number for each in adjustments]
    named = list(dict.fromkeys(each["numeroDocumento"] for each in document["cuerpoDocumento"]))
    assert named == listed


def fifty(gross: str, taxable: str, withheld: str = "0.00") -> Note:
    """A note on all of fifty CCFs of one line and the same amounts."""
    whole = Portion(gross=Decimal(gross), taxable=Decimal(taxable), withheld=Decimal(withheld))
    document = RelatedDocument("03", "", date(2026, 5, 30))
    adjustment = Adjustment(AdjustedCcf(document, whole), (line("1", gross),))
    every = [of_number(adjustment, position) for position in range(50)]
    return Note(ISSUER, LARGE_BUYER if Decimal(withheld) else BUYER, tuple(every))


def test_vat_rounded_up_in_fifty_ccfs_is_what_mh_computes_from_their_lines() -> None:
    """1.04 has 0.1352 of VAT, 0.14 in each CCF: 7.00 in all, of which MH takes 6.76 or a cent more."""
    for edition in ("v1", "v2"):
        made = written(edition, fifty("1.18", "1.04"))
        assert (made.totals.taxable, made.totals.vat, made.totals.gross) == (
            Decimal("52.00"),
            Decimal("6.76"),
            Decimal("58.76"),
        )
        assert {each.gross for each in made.totals.taken} == {Decimal("1.18")}
        assert_sound(made, edition)
        assert_conforms(edition, NOTE_SCHEMA[edition], made.document)


def test_what_is_withheld_of_fifty_ccfs_is_one_percent_of_all() -> None:
    """1.06 withheld of 106.49 is 53.00 in all, and 1 % of 5,324.50 is 53.245: MH takes from 53.24 on."""
    made = written("v2", fifty("120.33", "106.49", "1.06"))
    assert (made.totals.taxable, made.totals.withheld) == (Decimal("5324.50"), Decimal("53.24"))
    assert_sound(made, "v2")


def test_a_fault_names_the_ccf_and_the_place_in_the_request() -> None:
    first, second = fifty("1.18", "1.04").adjustments[:2]
    second = replace(second, lines=(line("1", "1.18"), line("1", "0.02")), line_places=(3, 5))
    with pytest.raises(InvalidSale) as refusal:
        compute_note(Note(ISSUER, BUYER, (replace(first, line_places=(0,)), second)))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == ("note_exceeds_voucher", "lines")
    assert fault.message.startswith("CCF 1: La nota suma 1.20 ")
    small = replace(second, lines=(line("1", "1"), line("0.00000001", "0.01")))
    with pytest.raises(InvalidSale) as refusal:
        compute_note(Note(ISSUER, BUYER, (replace(first, line_places=(0,)), small)))
    assert [each.field for each in refusal.value.faults] == ["lines[5].quantity"]
