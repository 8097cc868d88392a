"""The CCFs that a note adjusts, as its arithmetic needs them: what they were, what is left, their lines. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from ocote.documents.signed import document_of
from ocote.dte.credit_note.remainders import AdjustingDocument, SentLines, remainders
from ocote.dte.credit_note.value import AdjustedCcf, CopiedCcf, Portion
from ocote.dte.credit_note.written import charges_of, copied_ccf, special_taxes_of, taxed_off, taxes_of
from ocote.dte.line_taxes import TOURISM, TOURISM_RATE
from ocote.dte.mentions import NO_MENTIONS, Mentions, RelatedDocument, ThirdParty
from ocote.dte.sale import BodyLine
from ocote.dte.tax_places import editions_with, section_of
from ocote.dte.terms import PLAIN_TERMS
from ocote.dte.types import CCF
from ocote.issuing.edition_fit import Form, refuse_in_edition, require_lines_fit
from ocote.issuing.mention_rules import require_sound_texts
from ocote.issuing.request import InvoiceRequest, NoteRequest, StatedCcf
from ocote.store.adjustments import AdjustingNote
from ocote.store.document_row import DocumentRow
from ocote.store.more_amounts import StoredAmounts, amounts_of

_NOT_COPIED: Final = "document_id (el crédito fiscal lleva {what}; invalídelo por evento o envíe lines)"
"""The field of a refusal to copy a CCF."""

_PRINCIPAL: Final = "document_id (el crédito fiscal es por cuenta de un mandante que la nota no puede nombrar)"

_ZERO: Final = Decimal("0.00")


class SignedCcf(NamedTuple):
    """A CCF as its row, its signed document, and its request have it."""

    row: DocumentRow
    written: Mapping[str, Any]
    asked: InvoiceRequest

    @property
    def name(self) -> str:
        """The control number, by which people call the CCF."""
        return self.row.control_number

    @property
    def prices_include_vat(self) -> bool:
        """Whether the prices of the CCF's request included VAT."""
        return (self.asked.terms or PLAIN_TERMS).prices_include_vat

    @property
    def is_discounted(self) -> bool:
        """Whether the request has a discount on the whole CCF, also one of which no cent is left without VAT."""
        discount = (self.asked.terms or PLAIN_TERMS).discount
        return discount is not None and bool(discount.amount or discount.percentage)


def prices_of_note(request: NoteRequest, ccf: SignedCcf | StatedCcf) -> bool:
    """Whether the prices of a note include VAT: as its request says, else as those of the CCF did.

    Those of a CCF of another system are taken with VAT, as those of a sale.
    """
    if request.prices_include_vat is not None:
        return request.prices_include_vat
    return ccf.prices_include_vat if isinstance(ccf, SignedCcf) else True


def require_note_fits(request: NoteRequest, form: Form) -> None:
    """Raises Refused for the first field of a note without a place in the edition (``not_in_edition``)."""
    require_lines_fit(request.lines or (), form)
    if request.charges and form.edition == "v1":
        refuse_in_edition("charges", form)


def adjusted_ccf_of(
    ccf: SignedCcf | StatedCcf, notes: Sequence[AdjustingNote], form: Form, *, prices_include_vat: bool
) -> AdjustedCcf:
    """The CCF with its amounts, and what its earlier valid notes have taken.

    Of a CCF of another system the amounts are the caller's word, and the notes are those that were made here. Notes of
    v2.0 state no income tax: they have nothing of it to take.
    """
    if isinstance(ccf, StatedCcf):
        return _stated(ccf, notes, form, prices_include_vat=prices_include_vat)
    whole = _portion(ccf.row, ccf.written, form)
    has_more = bool(whole.taxes or whole.charges)
    earlier = [_earlier(note, ccf, form, has_more=has_more) for note in notes]
    off = taxed_off(ccf.written)
    sent = SentLines(ccf.asked.lines, ccf.prices_include_vat)
    issued = AdjustingDocument(whole, sent, is_discounted=ccf.is_discounted)
    return AdjustedCcf(
        document=RelatedDocument(
            CCF.code, ccf.row.generation_code, date.fromisoformat(ccf.written["identificacion"]["fecEmi"])
        ),
        amounts=whole,
        adjusted=_all_of(earlier),
        remainders=remainders(issued, earlier, prices_include_vat=prices_include_vat, taxed_off=off),
        taxed_off=off,
        special_taxes=special_taxes_of(ccf.written),
        name=ccf.name,
    )


def _stated(ccf: StatedCcf, notes: Sequence[AdjustingNote], form: Form, *, prices_include_vat: bool) -> AdjustedCcf:
    whole = _of_edition(ccf.amounts, form)
    earlier = [_earlier(note, ccf, form, has_more=True) for note in notes]
    issued, off = AdjustingDocument(whole), _stated_off(ccf.amounts)
    return AdjustedCcf(
        document=RelatedDocument(CCF.code, ccf.number, ccf.issued_on, ccf.electronic),
        amounts=whole,
        adjusted=_all_of(earlier),
        remainders=remainders(issued, earlier, prices_include_vat=prices_include_vat, taxed_off=off),
        taxed_off=off,
        special_taxes=None,
        name=ccf.name,
    )


def _stated_off(amounts: Portion) -> Decimal:
    """The part of the taxed sales that a discount on the whole CCF took off, as far as its tax on lodging tells.

    The tax is on the prices before that discount (wider-sales.md W1).
    """
    before = amounts.taxes.get(TOURISM, _ZERO) / TOURISM_RATE
    return 1 - amounts.taxable / before if before > amounts.taxable else Decimal(0)


def _all_of(earlier: Sequence[AdjustingDocument]) -> Portion:
    taken = Portion()
    for note in earlier:
        taken = taken.plus(note.amounts)
    return taken


def _of_edition(amounts: Portion, form: Form) -> Portion:
    return amounts if form.edition == "v1" else replace(amounts, income_tax=_ZERO)


def mentions_of_note(request: NoteRequest, principal: ThirdParty | None, form: Form) -> Mentions:
    """The statements of a note beside its amounts: remarks and appendix as sent, the ``principal`` of its CCFs.

    Raises InvalidSale for texts that the edition does not take, and Refused when the note cannot name the principal.
    """
    mentions, limits = request.mentions or NO_MENTIONS, form.row.editions[form.edition].mentions
    require_sound_texts(mentions, form)
    if principal is None:
        return mentions
    is_known = principal.domiciled or limits.foreign_third_party
    if not is_known or len(principal.name) not in limits.third_party_name:
        refuse_in_edition(_PRINCIPAL, form)
    return replace(mentions, on_behalf_of=principal)


def copied_for(form: Form, written: Mapping[str, Any]) -> CopiedCcf:
    """The lines of a signed CCF for a note on all of it, as far as the edition of the note has a place for them.

    Taxes of section 3, which only inform, are left out where the schema does not list them (wider-sales.md W16).
    Raises Refused for charges, and for taxes that are a part of the total, without a place.
    """
    copied = copied_ccf(written)
    if form.edition == "v1" and any(line.amounts.charge for line in copied.body):
        refuse_in_edition(_NOT_COPIED.format(what="cargos"), form)
    return CopiedCcf(tuple(_copied_line(line, form) for line in copied.body), copied.off)


def _copied_line(line: BodyLine, form: Form) -> BodyLine:
    if line.special_tax is not None and form.edition not in editions_with(line.special_tax, 2, form.row):
        refuse_in_edition(_NOT_COPIED.format(what=f"el tributo {line.special_tax}"), form)
    kept = []
    for code in line.taxes:
        section = section_of(code) or 1
        if form.edition in editions_with(code, section, form.row):
            kept.append(code)
        elif section == 1:
            refuse_in_edition(_NOT_COPIED.format(what=f"el tributo {code}"), form)
    return replace(line, taxes=tuple(kept))


def _portion(row: StoredAmounts, written: Mapping[str, Any], form: Form) -> Portion:
    return replace(_amounts(row, form), taxes=taxes_of(written), charges=charges_of(written))


def _amounts(row: StoredAmounts, form: Form) -> Portion:
    amounts = amounts_of(row)
    return Portion(
        gross=amounts.taxable + amounts.vat,
        taxable=amounts.taxable,
        withheld=amounts.withheld,
        exempt=amounts.exempt,
        not_subject=amounts.not_subject,
        collected=amounts.collected,
        income_tax=amounts.income_tax if form.edition == "v1" else _ZERO,
    )


def _earlier(note: AdjustingNote, ccf: SignedCcf | StatedCcf, form: Form, *, has_more: bool) -> AdjustingDocument:
    """The part of the CCF that an earlier note takes.

    The text of a note on this CCF alone is read only where the CCF has taxes or charges, which no row knows one by one.
    """
    asked = msgspec.json.decode(note.request, type=NoteRequest)
    if note.taken is not None:
        taken = _of_edition(msgspec.json.decode(note.taken, type=Portion), form)
        lines = tuple(line for line in asked.lines or () if line.related == note.position)
        return AdjustingDocument(taken, SentLines(lines, prices_of_note(asked, ccf)))
    taken = _portion(note, document_of(note.jws), form) if has_more else _amounts(note, form)
    if asked.lines is None:
        return AdjustingDocument(taken)
    return AdjustingDocument(taken, SentLines(asked.lines, prices_of_note(asked, ccf)))
