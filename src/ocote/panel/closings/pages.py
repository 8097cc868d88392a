"""The values that the pages of a closing show."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.closings.closings import Closing
from ocote.closings.tally import CountedMoney, CutChange, Tally, differences
from ocote.companies.company import Profile
from ocote.dte.catalogs import Catalog
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import phrase
from ocote.printing.figures import money
from ocote.printing.identifiers import tax_number
from ocote.printing.names import title, word

_WHY: Final[Mapping[CutChange, str]] = {
    "stamped": "sellado después del corte anterior",
    "rejected": "rechazado después del corte anterior",
    "invalidated": "invalidado después del corte anterior",
}


class TypeLine(Struct, frozen=True):
    """The documents of a type in a cut."""

    title: str
    numbers: str
    count: int
    amount: Decimal
    notes: tuple[str, ...]


class CorrectionLine(Struct, frozen=True):
    """A document of an earlier cut that counts otherwise now."""

    title: str
    number: str
    why: str
    amount: Decimal


class MoneyLine(Struct, frozen=True):
    """A form of payment in a cut: expected, counted, and the difference with its tone."""

    method: str
    expected: Decimal
    counted: Decimal
    difference: str
    tone: str


class CountedLine(Struct, frozen=True):
    """A form of payment, and the amount that was counted."""

    method: str
    amount: Decimal


class CountedPage(Struct, frozen=True):
    """The counted money that a person confirms, without any expected amount."""

    lines: tuple[CountedLine, ...]
    total: Decimal


class PaperHead(Struct, frozen=True):
    """The company at the head of a printed cut; ``legal_name`` is empty where it trades under its own name.

    ``roll_mm`` is the width of the company's rolls.
    """

    name: str
    legal_name: str
    nit: str
    roll_mm: int


class CutPage(Struct, frozen=True):
    """The sums of a cut as a person reads them.

    ``sold`` less ``noted`` (credit notes) is ``net``. ``sold`` less ``on_credit`` and ``bought`` is ``taken``, the
    money that should be there. ``counting``, ``invalidated`` and ``rejected`` add up to ``documents``.
    """

    types: tuple[TypeLine, ...]
    corrections: tuple[CorrectionLine, ...]
    money: tuple[MoneyLine, ...]
    sold: Decimal
    noted: Decimal
    net: Decimal
    on_credit: Decimal
    bought: Decimal
    taken: Decimal
    counted: Decimal
    difference: str
    tone: str
    counting: int
    invalidated: int
    rejected: int
    documents: int


class ClosingLine(Struct, frozen=True):
    """A Z cut in the list: the documents that count, how many do not and why, and the sales less credit notes."""

    point: str
    number: int
    closed_at: str
    person: str
    counting: int
    notes: tuple[str, ...]
    net: Decimal
    difference: str
    tone: str


def cut_page(sums: Tally, counted: dict[str, Decimal] | None = None) -> CutPage:
    """The sums of a reading, or of a closing with what was counted."""
    in_all = sum((counted or {}).values(), Decimal("0.00"))
    gap = in_all - sums.taken_in_all
    return CutPage(
        types=tuple(
            TypeLine(
                title(each.doc_type),
                _short(each.first) if each.first == each.last else f"{_short(each.first)}–{_short(each.last)}",
                each.count,
                each.amount,
                _notes(each.invalidated, each.rejected),
            )
            for each in sums.types
        ),
        corrections=tuple(
            CorrectionLine(title(each.doc_type), _short(each.control_number), _WHY[each.why], each.amount)
            for each in sums.corrections
        ),
        money=tuple(map(_money_line, differences(sums, counted or {}))),
        sold=sums.sold + sums.noted,
        noted=sums.noted,
        net=sums.sold,
        on_credit=sums.on_credit,
        bought=sums.bought,
        taken=sums.taken_in_all,
        counted=in_all,
        difference=_signed(gap),
        tone=_tone(gap),
        counting=sums.counting,
        invalidated=sums.invalidated,
        rejected=sums.rejected,
        documents=sums.documents,
    )


def _money_line(each: CountedMoney) -> MoneyLine:
    method = word(Catalog.PAYMENT_METHODS, each.method)
    return MoneyLine(method, each.expected, each.counted, _signed(each.difference), _tone(each.difference))


def closing_lines(found: Sequence[Closing]) -> tuple[ClosingLine, ...]:
    """The cuts of a list, each with the difference between counted and expected money."""
    lines = []
    for each in found:
        gap = sum((part.difference for part in differences(each.sums, each.counted)), Decimal("0.00"))
        lines.append(
            ClosingLine(
                each.point,
                each.number,
                moment_words(each.closed_at),
                each.person,
                each.sums.counting,
                _notes(each.sums.invalidated, each.sums.rejected),
                each.sums.sold,
                _signed(gap),
                _tone(gap),
            )
        )
    return tuple(lines)


def counted_money(counted: Mapping[str, Decimal]) -> CountedPage:
    """The counted money by form of payment and in total."""
    lines = (CountedLine(word(Catalog.PAYMENT_METHODS, method), amount) for method, amount in counted.items())
    return CountedPage(tuple(lines), sum(counted.values(), Decimal("0.00")))


def paper_head(profile: Profile) -> PaperHead:
    """The head of a printed cut."""
    legal_name = profile.name if profile.trade_name else ""
    return PaperHead(profile.trade_name or profile.name, legal_name, tax_number(profile.nit), profile.brand.roll_mm)


def _signed(gap: Decimal) -> str:
    """A difference in USD: more than expected with ``+``, less with ``−``."""
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return f"{sign}${money(abs(gap))}"


def _tone(gap: Decimal) -> str:
    return "bad" if gap else "good"


def _short(control_number: str) -> str:
    """The number within its series, without leading zeros."""
    return str(int(control_number.rpartition("-")[2]))


def _notes(invalidated: int, rejected: int) -> tuple[str, ...]:
    notes = []
    if invalidated:
        notes.append(phrase("1 invalidado") if invalidated == 1 else phrase("%(n)s invalidados", n=invalidated))
    if rejected:
        notes.append(phrase("1 rechazado") if rejected == 1 else phrase("%(n)s rechazados", n=rejected))
    return tuple(notes)
