"""Notes on a CCF one after the other, each with what the earlier ones have taken."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.remainders import AdjustingDocument, SentLines, remainders
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, CopiedCcf, Note, NoteTotals, Portion, summed
from ocote.dte.credit_note.written import copied_ccf, special_taxes_of, taxed_off
from ocote.dte.editions import Edition, build_document
from ocote.dte.mentions import RelatedDocument
from ocote.dte.sale import Line, Sale, Totals
from ocote.dte.terms import Charge
from tests.dte.official_rules import as_sent
from tests.dte.samples import GENERATION_CODE, ISSUER, identity


def portion_of(totals: Totals) -> Portion:
    """The amounts of a CCF that notes have to add up to."""
    return Portion(
        gross=totals.taxable + totals.vat,
        taxable=totals.taxable,
        withheld=totals.withheld,
        exempt=totals.exempt,
        not_subject=totals.not_subject,
        collected=totals.collected,
        income_tax=totals.income_tax,
        taxes={each.code: each.value for each in totals.tax_values},
        charges=summed((line.description, line.amounts.charge) for line in totals.body if line.amounts.charge),
    )


class Made(Struct, frozen=True):
    """A note as MH gets it, and its amounts."""

    note: Note
    totals: NoteTotals
    document: dict[str, Any]


class NotedCcf:
    """A CCF in one edition, and the notes on it so far."""

    def __init__(self, sold: Sale, edition: Edition) -> None:
        self.sold = sold
        self.edition = edition
        self.totals = compute(sold)
        self.document = as_sent(build_document(edition, identity("03"), sold, self.totals))
        self.whole = portion_of(self.totals)
        if edition == "v2":
            self.whole = replace(self.whole, income_tax=Decimal(0))
        self.notes: list[AdjustingDocument] = []
        self.off = taxed_off(self.document)

    @property
    def taken(self) -> Portion:
        """What all notes together have taken."""
        taken = Portion()
        for note in self.notes:
            taken = taken.plus(note.amounts)
        return taken

    @property
    def left(self) -> dict[str, Any]:
        """What the notes have left, by the names of the amounts; empty when they add up to the CCF."""
        left = self.whole.less(self.taken)
        amounts = {name: getattr(left, name) for name in left.__struct_fields__ if name not in {"taxes", "charges"}}
        return {name: amount for name, amount in {**amounts, **left.taxes, **left.charges}.items() if amount}

    def note(
        self, lines: Sequence[Line], charges: Sequence[Charge] = (), *, prices_include_vat: bool | None = None
    ) -> Made:
        """One more note on lines."""
        as_sold = self.sold.terms.prices_include_vat
        has_vat = as_sold if prices_include_vat is None else prices_include_vat
        adjustment = replace(self.adjustment(has_vat), lines=tuple(lines), charges=tuple(charges))
        return self._keep(adjustment, SentLines(adjustment.lines, has_vat))

    def copy(self) -> Made:
        """A note on all of the CCF."""
        return self._keep(replace(self.adjustment(True), copied=self.copied), None)

    @property
    def copied(self) -> CopiedCcf:
        """The lines as a note in the same edition copies them."""
        return copied_ccf(self.document)

    def written(self, note: Note) -> dict[str, Any]:
        """A note as MH gets it."""
        return as_sent(build_document(self.edition, identity("05"), note, compute_note(note)))

    def adjustment(self, has_vat: bool) -> Adjustment:
        """The CCF as the next note on it finds it, of which nothing is taken yet."""
        sent = SentLines(self.sold.lines, self.sold.terms.prices_include_vat)
        whole = AdjustingDocument(self.whole, sent, is_discounted=self.sold.terms.discount is not None)
        rest = remainders(whole, self.notes, prices_include_vat=has_vat, taxed_off=self.off)
        ccf = AdjustedCcf(
            RelatedDocument("03", GENERATION_CODE, date(2026, 5, 30)),
            self.whole,
            self.taken,
            rest,
            self.off,
            special_taxes_of(self.document),
        )
        return Adjustment(ccf, prices_include_vat=has_vat)

    def take(self, taken: Portion, sent: SentLines | None) -> None:
        """Keeps what a note takes, of its lines as they were sent."""
        self.notes.append(AdjustingDocument(taken, sent))

    def _keep(self, adjustment: Adjustment, sent: SentLines | None) -> Made:
        note = Note(ISSUER, self.sold.receiver, (adjustment,))
        totals = compute_note(note)
        document = self.written(note)
        self.take(totals.taken[0], sent)
        return Made(note, totals, document)
