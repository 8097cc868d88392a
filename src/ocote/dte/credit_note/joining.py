"""The totals of a note from what it takes of each of its CCFs.

A note on one CCF states the cents that it takes of it. On several, the cents of all CCFs together may be farther from
MH's own computation than the 0.01 that it tolerates, because each was rounded by itself: VAT is 13 % of the sum of the
taxed sales of all lines, whichever CCF they are of. Such a total is the nearest amount that MH takes; each CCF keeps
its own cents, so that the notes on it still add up to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte.arithmetic import WITHHOLDING_RATE
from ocote.dte.catalogs import taxes_of_section
from ocote.dte.credit_note.bounds import require_payable
from ocote.dte.credit_note.value import Adjustment, NoteTotals, Portion
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import discount_total, require_room, require_total
from ocote.dte.money import CENT, LIMIT
from ocote.dte.net_line import VAT_RATE
from ocote.dte.sale import BodyLine, Kinds, TaxValue

_ZERO: Final = Decimal("0.00")

_TOLERATED: Final = Decimal("0.0095")
"""Largest distance of a total from its exact value, slightly less than MH's 0.01."""

_PLACE: Final = re.compile(r"(lines|charges)\[([0-9]+)\]")


class TakenPart(Struct, frozen=True):
    """The amounts that a note takes of one CCF, its lines about that CCF, and the exact taxes by code (CAT-015)."""

    taken: Portion
    body: tuple[BodyLine, ...]
    exact_taxes: Mapping[str, Decimal]


def gross_taken(taken: Portion) -> Decimal:
    """Sales of all kinds with VAT and with the taxes that are a part of the total (section 1 of CAT-015)."""
    informative = taxes_of_section(3)
    taxes = sum((value for code, value in taken.taxes.items() if code not in informative), _ZERO)
    return taken.gross + taken.exempt + taken.not_subject + taxes


def joined_totals(adjustments: Sequence[Adjustment], parts: Sequence[TakenPart]) -> NoteTotals:
    """The totals of a note; to be called inside the exact decimal context.

    Raises InvalidSale when all CCFs together make a document that MH does not take.
    """
    body = tuple(_lines_of_all(parts))
    require_room(body)
    taken = Portion()
    for part in parts:
        taken = taken.plus(part.taken)
    if len(parts) > 1:
        taken = _as_mh_computes(taken, parts)
    gross = gross_taken(taken)
    require_total(gross)
    charges = sum(taken.charges.values(), _ZERO)
    _require_within_limits(taken, charges)
    payable = gross + taken.collected - taken.withheld - taken.income_tax + charges
    require_payable(payable)
    informative = taxes_of_section(3)
    taxes = tuple(TaxValue(code, value, code in informative) for code, value in taken.taxes.items())
    return NoteTotals(
        taxable=taken.taxable,
        vat=taken.vat,
        gross=gross,
        withheld=taken.withheld,
        payable=payable,
        exempt=taken.exempt,
        not_subject=taken.not_subject,
        taxes=sum((tax.value for tax in taxes if not tax.informative), _ZERO),
        charges=charges,
        collected=taken.collected,
        income_tax=taken.income_tax,
        body=body,
        all_discounts=discount_total([line for each in adjustments for line in each.lines], body),
        sums=Kinds(taken.taxable, taken.exempt, taken.not_subject),
        tax_values=taxes,
        taken=tuple(part.taken for part in parts),
    )


def _require_within_limits(taken: Portion, charges: Decimal) -> None:
    """Raises InvalidSale for taxes or charges that reach 1e11 only together: no CCF has so much of them."""
    if any(value >= LIMIT for value in taken.taxes.values()):
        message = "Los tributos de todos los créditos fiscales suman 100,000,000,000.00 o más; haga varias notas."
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_LARGE, "lines", message)])
    if abs(charges) >= LIMIT:
        message = "Los cargos de todos los créditos fiscales suman 100,000,000,000.00 o más; haga varias notas."
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_LARGE, "charges", message)])


@contextmanager
def in_request(name: str, line_places: Sequence[int], charge_places: Sequence[int] = ()) -> Iterator[None]:
    """Reports faults of the lines and charges of one CCF at their places in the request, with the CCF's name."""
    places = {"lines": line_places, "charges": charge_places}

    def at(field: str) -> str:
        found = _PLACE.match(field)
        if found is None:
            return field
        listed, position = found[1], int(found[2])
        return f"{listed}[{places[listed][position]}]{field[found.end() :]}"

    try:
        yield
    except InvalidSale as error:
        named = [Fault(each.code, at(each.field), f"{name}: {each.message}") for each in error.faults]
        raise InvalidSale(named) from None


def _lines_of_all(parts: Sequence[TakenPart]) -> Iterable[BodyLine]:
    if len(parts) == 1:
        return parts[0].body
    return (replace(line, related=position) for position, part in enumerate(parts) for line in part.body)


def _as_mh_computes(taken: Portion, parts: Sequence[TakenPart]) -> Portion:
    """The sum of all parts, with every amount that MH recomputes from the lines within its tolerance."""
    vat = _nearest(taken.vat, taken.taxable * VAT_RATE)
    one_percent = taken.taxable * WITHHOLDING_RATE
    taxes = {
        code: _nearest(value, sum((part.exact_taxes.get(code, _ZERO) for part in parts), _ZERO))
        for code, value in taken.taxes.items()
    }
    return replace(
        taken,
        gross=taken.taxable + vat,
        withheld=_nearest(taken.withheld, one_percent) if taken.withheld else _ZERO,
        collected=_nearest(taken.collected, one_percent) if taken.collected else _ZERO,
        taxes=taxes,
    )


def _nearest(amount: Decimal, exact: Decimal) -> Decimal:
    """``amount``, or the nearest number of cents that differs from the exact one by no more than is tolerated."""
    least = (exact - _TOLERATED).quantize(CENT, ROUND_CEILING)
    most = (exact + _TOLERATED).quantize(CENT, ROUND_FLOOR)
    return min(max(amount, least), most)
