"""The lines of a CCF for a credit note: what is left of each, and a part of one as a line of the note. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.drafting.requested import line_fields
from ocote.dte.money import to_cents
from ocote.dte.sale import Line

_ZERO: Final = Decimal(0)


class TakenLine(Struct, frozen=True):
    """How much of a line of a CCF a note takes back, and at which price."""

    position: int
    quantity: Decimal
    unit_price: Decimal


class LeftLine(Struct, frozen=True):
    """A line of a CCF, and the quantity that no earlier note took at its price."""

    position: int
    line: Line
    left: Decimal


def left_lines(sold: Sequence[Line], notes: Iterable[Sequence[Line] | None]) -> tuple[LeftLine, ...]:
    """The quantity that is left of each line after the notes; None stands for a note that took all.

    A line of a note is about the lines with its code or text and its price, in their order. A note at another price
    changes an amount and leaves the quantity.
    """
    left = [line.quantity for line in sold]
    for note in notes:
        if note is None:
            left = [_ZERO for _ in sold]
            continue
        for taken in note:
            rest = taken.quantity
            for position, line in enumerate(sold):
                if rest and left[position] and _is_about(taken, line):
                    part = min(rest, left[position])
                    left[position] -= part
                    rest -= part
    return tuple(LeftLine(position, line, left[position]) for position, line in enumerate(sold))


class TooMuch(Struct, frozen=True):
    """A line of a note that takes more of its line of the CCF than is left: where, how much, and what is left."""

    position: int
    taken: Decimal
    left: Decimal


def lines_above(sold: Sequence[LeftLine], lines: Iterable[object]) -> tuple[TooMuch, ...]:
    """The lines of the body of a note that take a larger quantity than is left, in their order.

    A line at another price than it was sold for changes an amount and takes no quantity.
    """
    left = [each.left for each in sold]
    above: list[TooMuch] = []
    for at, line in enumerate(lines):
        quantity = line.get("quantity") if isinstance(line, Mapping) else None
        if not isinstance(line, Mapping) or not isinstance(quantity, Decimal):
            continue
        about = [each.position for each in sold if _is_sent_about(line, each.line)]
        rest = sum((left[position] for position in about), _ZERO)
        if about and quantity > rest:
            above.append(TooMuch(at, quantity, rest))
        for position in about:
            part = min(quantity, left[position])
            left[position] -= part
            quantity -= part
    return tuple(above)


def _is_sent_about(line: Mapping[str, Any], sold: Line) -> bool:
    code, price = line.get("code"), line.get("unit_price")
    is_named = code == sold.code if code is not None else line.get("description") == sold.description
    return is_named and price in (None, sold.unit_price)


def _is_about(taken: Line, sold: Line) -> bool:
    is_named = taken.code == sold.code if taken.code is not None else taken.description == sold.description
    return is_named and taken.unit_price == sold.unit_price


def note_lines(sold: Sequence[Line], taken: Iterable[TakenLine], off: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """The lines of the body of a note. ``off`` is the part of each kind of sale that discounts on the whole took off.

    A note has no discount on the whole: its lines bear theirs.
    """
    return [_note_line(sold[each.position], each, off.get(sold[each.position].sale_kind, _ZERO)) for each in taken]


def _note_line(line: Line, taken: TakenLine, off: Decimal) -> dict[str, Any]:
    share = taken.quantity / line.quantity
    amount = to_cents(line.discount_amount * share) if line.discount_amount else None
    special = line.special_tax
    if special is not None:
        special = replace(special, amount=to_cents(special.amount * share))
    part = replace(
        line,
        quantity=taken.quantity,
        unit_price=taken.unit_price,
        discount_amount=amount,
        special_tax=special,
        related=None,
    )
    if off:
        gross = part.quantity * part.unit_price
        own = amount if amount is not None else gross * part.discount_percentage / 100
        part = replace(part, discount_percentage=_ZERO, discount_amount=to_cents(own + (gross - own) * off))
    return line_fields(part)
