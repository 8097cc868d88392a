"""The CCFs that a note adjusts, as its arithmetic needs them: what they were, what is left, their lines. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.signed import document_of
from ocote.dte.credit_note.remainders import AdjustingDocument, SentLines, remainders
from ocote.dte.credit_note.value import AdjustedCcf, CopiedCcf, Portion, StatedCcf
from ocote.dte.credit_note.written import charges_of, copied_ccf, special_taxes_of, taxed_off, taxes_of
from ocote.dte.line_taxes import TOURISM, TOURISM_RATE
from ocote.dte.mentions import NO_MENTIONS, Mentions, RelatedDocument, ThirdParty
from ocote.dte.sale import BodyLine, Line
from ocote.dte.tax_places import editions_with, section_of
from ocote.dte.terms import PLAIN_TERMS
from ocote.dte.types import CCF
from ocote.issuing.edition_fit import Form, refuse_in_edition, require_lines_fit
from ocote.issuing.mention_rules import require_sound_texts
from ocote.issuing.request import InvoiceRequest, NoteRequest
from ocote.store.adjusted import taken_in
from ocote.store.adjustments import AdjustingNote, NoteLink
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


class EarlierNote(Struct, frozen=True):
    """The part of one CCF that an earlier valid note takes.

    ``lines`` are those about the CCF; None for a note that copied all of it, whose cents are exact. ``stated`` is what
    the caller said then of a CCF that was not issued here, as JSON, and ``buyer_nit`` whom the caller said it is of.
    """

    id: str
    version: int
    control_number: str
    taken: Portion
    lines: tuple[Line, ...] | None
    prices_include_vat: bool | None
    stated: str | None
    buyer_nit: str | None = None


def prices_of_note(request: NoteRequest, ccf: SignedCcf | StatedCcf) -> bool:
    """Whether the prices of a note include VAT: as its request says, else as those of the CCF did.

    Those of a CCF of another system are taken with VAT, as those of a sale.
    """
    return _prices(request.prices_include_vat, ccf)


def _prices(asked: bool | None, ccf: SignedCcf | StatedCcf) -> bool:
    if asked is not None:
        return asked
    return ccf.prices_include_vat if isinstance(ccf, SignedCcf) else True


def require_note_fits(request: NoteRequest, form: Form) -> None:
    """Raises Refused for the first field of a note without a place in the edition (``not_in_edition``)."""
    require_lines_fit(request.lines or (), form)
    if request.charges and form.edition == "v1":
        refuse_in_edition("charges", form)


def adjusted_ccf_of(
    ccf: SignedCcf | StatedCcf, notes: Sequence[EarlierNote], form: Form, *, prices_include_vat: bool
) -> AdjustedCcf:
    """The CCF with its amounts, and what its earlier valid notes have taken.

    Of a CCF of another system the amounts are the caller's word, and the notes are those that were made here. Notes of
    v2.0 state no income tax: they have nothing of it to take.
    """
    bare, issued = _stated(ccf, form) if isinstance(ccf, StatedCcf) else _signed(ccf, form)
    earlier = [_earlier(note, ccf, form) for note in notes]
    moved = remainders(issued, earlier, prices_include_vat=prices_include_vat, taxed_off=bare.taxed_off)
    return replace(bare, adjusted=_all_of(earlier), remainders=moved)


def _signed(ccf: SignedCcf, form: Form) -> tuple[AdjustedCcf, AdjustingDocument]:
    """A CCF without its notes, as its signed text and its request have it."""
    whole = _of_edition(_portion(ccf.row, ccf.written), form)
    issued_on = date.fromisoformat(ccf.written["identificacion"]["fecEmi"])
    bare = AdjustedCcf(
        document=RelatedDocument(CCF.code, ccf.row.generation_code, issued_on),
        amounts=whole,
        taxed_off=taxed_off(ccf.written),
        special_taxes=special_taxes_of(ccf.written),
        name=ccf.name,
    )
    sent = SentLines(ccf.asked.lines, ccf.prices_include_vat)
    return bare, AdjustingDocument(whole, sent, is_discounted=ccf.is_discounted)


def _stated(ccf: StatedCcf, form: Form) -> tuple[AdjustedCcf, AdjustingDocument]:
    """A CCF without its notes, as the caller describes it."""
    whole = _of_edition(ccf.amounts, form)
    bare = AdjustedCcf(
        document=RelatedDocument(CCF.code, ccf.number, ccf.issued_on, ccf.electronic),
        amounts=whole,
        taxed_off=_stated_off(ccf.amounts),
        special_taxes=None,
        name=ccf.name,
    )
    return bare, AdjustingDocument(whole)


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


def has_named_amounts(ccf: SignedCcf | StatedCcf) -> bool:
    """Whether a CCF has taxes or charges, which no row knows one by one: notes on it alone have to be read for them."""
    return isinstance(ccf, SignedCcf) and bool(taxes_of(ccf.written) or charges_of(ccf.written))


def earlier_notes(note: AdjustingNote, links: Iterable[NoteLink]) -> Iterator[EarlierNote]:
    """The part that a note takes from each of its documents, with the lines about it; the request is read once."""
    asked = msgspec.json.decode(note.request, type=NoteRequest)
    buyer = asked.customer.nit if asked.customer is not None else None
    lines_of: dict[int | None, list[Line]] = defaultdict(list)
    for line in asked.lines or ():
        lines_of[line.related].append(line)
    for link in links:
        with_vat = asked.prices_include_vat
        if link.taken is None:
            taken, lines = _portion(note, document_of(note.jws) if note.jws else None), asked.lines
        else:
            taken, lines = taken_in(link.taken), tuple(lines_of[link.position])
            with_vat = True if with_vat is None and link.stated is not None else with_vat
        yield EarlierNote(link.id, link.version, note.control_number, taken, lines, with_vat, link.stated, buyer)


def _portion(row: StoredAmounts, written: Mapping[str, Any] | None) -> Portion:
    """The amounts of a document, without those that only its text has when there is no text."""
    amounts = amounts_of(row)
    return Portion(
        gross=amounts.taxable + amounts.vat,
        taxable=amounts.taxable,
        withheld=amounts.withheld,
        exempt=amounts.exempt,
        not_subject=amounts.not_subject,
        collected=amounts.collected,
        income_tax=amounts.income_tax,
        taxes={} if written is None else taxes_of(written),
        charges={} if written is None else charges_of(written),
    )


def _earlier(note: EarlierNote, ccf: SignedCcf | StatedCcf, form: Form) -> AdjustingDocument:
    """The part of the CCF that an earlier note takes."""
    sent = None if note.lines is None else SentLines(note.lines, _prices(note.prices_include_vat, ccf))
    return AdjustingDocument(_of_edition(note.taken, form), sent)
