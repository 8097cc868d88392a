"""The values that the pages of a closing show."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.closings.closings import Closing
from ocote.closings.tally import CutChange, Tally, differences
from ocote.dte.catalogs import Catalog
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import phrase
from ocote.printing.figures import money
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


class CutPage(Struct, frozen=True):
    """The sums of a cut as a person reads them."""

    types: tuple[TypeLine, ...]
    corrections: tuple[CorrectionLine, ...]
    money: tuple[MoneyLine, ...]
    sold: Decimal
    bought: Decimal
    taken: Decimal
    on_credit: Decimal
    noted: Decimal
    documents: int


class ClosingLine(Struct, frozen=True):
    """A Z cut in the list."""

    point: str
    number: int
    closed_at: str
    person: str
    documents: int
    sold: Decimal
    difference: str
    tone: str


def cut_page(sums: Tally, counted: dict[str, Decimal] | None = None) -> CutPage:
    """The sums of a reading, or of a closing with what was counted."""
    lines = []
    for each in differences(sums, counted or {}):
        is_exact = each.difference == 0
        lines.append(
            MoneyLine(
                word(Catalog.PAYMENT_METHODS, each.method),
                each.expected,
                each.counted,
                "0.00" if is_exact else _signed(each.difference),
                "good" if is_exact else "bad",
            )
        )
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
        money=tuple(lines),
        sold=sums.sold + sums.noted,
        bought=sums.bought,
        taken=sums.taken_in_all,
        on_credit=sums.on_credit,
        noted=sums.noted,
        documents=sums.documents,
    )


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
                each.sums.documents,
                each.sums.sold,
                "0.00" if gap == 0 else _signed(gap),
                "good" if gap == 0 else "bad",
            )
        )
    return tuple(lines)


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else '−'}{money(abs(amount))}"


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
