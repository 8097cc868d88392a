"""The amount to pay and the payment: the figures below the lines, in either edition (``arithmetic.md``)."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.printing.figures import money, quantity
from ocote.printing.kinds import CHARGES, used_sales
from ocote.printing.names import is_informative_tax
from ocote.printing.payment import many_payments, payment_facts
from ocote.printing.sheet import Amount, Summary

_DISCOUNTS: Final = (
    ("descuNoSuj", ", no sujetas"),
    ("descuExenta", ", exentas"),
    ("descuGravada", ", gravadas"),
    ("descuento", ""),
    ("descu", ""),
)
"""The fields of a global discount, and the end of their labels."""
_COLLECTED: Final = (("ivaPerci", "IVA percibido"), ("ivaPerci1", "IVA percibido"))
_WITHHELD: Final = (
    ("ivaRete", "IVA retenido"),
    ("ivaRete1", "IVA retenido"),
    ("reteRenta", "Retención de renta"),
)

Figures = Mapping[str, Any]


def summary(document: Mapping[str, Any]) -> Summary:
    """The summary in the order of the official layouts, without the optional figures that are zero.

    ``totalIva`` and ``ivaItem`` are informative for MH and never shown (``rules.md`` 11), nor are the taxes of section
    3 of CAT-015, which are no part of the total. The credit note of Normativa v1.x has no ``totalPagar``: its only
    total is already net of withholding (``arithmetic.md`` 5).
    """
    figures: Figures = document["resumen"]
    payable, total = _payable(figures), _total(figures)
    return Summary(
        amounts=(*_sales(document), *_taxes(figures), *_freight(figures), *_after_taxes(figures)),
        payable=payable,
        total=None if total is None or total.value == payable.value else total,
        words=figures.get("totalLetras") or "",
        payment=payment_facts(figures),
        payments=many_payments(figures),
    )


def _sales(document: Mapping[str, Any]) -> tuple[Amount, ...]:
    figures: Figures = document["resumen"]
    kinds = [Amount(kind.total_label, money(figures[kind.total_key])) for kind in used_sales(document)]
    if len(kinds) > 1:
        kinds.append(Amount("Suma de ventas", money(figures["subTotalVentas"])))
    percentage = figures.get("porcentajeDescuento")
    share = f" {quantity(percentage)}\u00a0%" if percentage else ""
    discounts = tuple((key, f"Descuento global{share}{end}") for key, end in _DISCOUNTS)
    return (*kinds, *_nonzero(figures, discounts, is_subtracted=True))


def _taxes(figures: Figures) -> tuple[Amount, ...]:
    taxes = (
        Amount(tax["descripcion"], money(tax["valor"]))
        for tax in figures.get("tributos") or ()
        if not is_informative_tax(tax["codigo"])
    )
    subtotal = (Amount("Subtotal", money(figures["subTotal"])),) if "subTotal" in figures else ()
    return (*subtotal, *taxes)


def _freight(figures: Figures) -> tuple[Amount, ...]:
    return _nonzero(figures, (("flete", "Flete"), ("seguro", "Seguro")))


def _after_taxes(figures: Figures) -> tuple[Amount, ...]:
    total = _total(figures)
    return (
        *(() if total is None else (total,)),
        *_nonzero(figures, _COLLECTED),
        *_nonzero(figures, _WITHHELD, is_subtracted=True),
        *_nonzero(figures, ((CHARGES.total_key, CHARGES.total_label), ("saldoFavor", "Saldo a favor"))),
    )


def _total(figures: Figures) -> Amount | None:
    """The total of the operation, unless it is the amount to pay itself."""
    if "totalPagar" in figures and "montoTotalOperacion" in figures:
        return Amount("Monto total de la operación", money(figures["montoTotalOperacion"]))
    return None


def _payable(figures: Figures) -> Amount:
    if "totalPagar" in figures:
        return Amount("Total a pagar", money(figures["totalPagar"]))
    return Amount("Monto total de la operación", money(figures["montoTotalOperacion"]))


def _nonzero(
    figures: Figures, fields: tuple[tuple[str, str], ...], *, is_subtracted: bool = False
) -> tuple[Amount, ...]:
    return tuple(Amount(label, money(figures[key]), is_subtracted) for key, label in fields if figures.get(key))
