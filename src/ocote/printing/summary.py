"""The amount to pay and the payment: the figures below the lines, in either edition (``arithmetic.md``)."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.dte.catalogs import Catalog
from ocote.printing.figures import Number, money, quantity
from ocote.printing.names import word
from ocote.printing.sheet import Amount, Fact, Summary

_KINDS_OF_SALE: Final = (
    ("totalNoSuj", "Total ventas no sujetas"),
    ("totalExenta", "Total ventas exentas"),
    ("totalGravada", "Total ventas gravadas"),
    ("totalCompra", "Total compras"),
)
_DISCOUNTS: Final = (
    ("descuNoSuj", "Descuento global, no sujetas"),
    ("descuExenta", "Descuento global, exentas"),
    ("descuGravada", "Descuento global, gravadas"),
    ("descuento", "Descuento global"),
    ("descu", "Descuento global"),
)
_COLLECTED: Final = (("ivaPerci", "IVA percibido"), ("ivaPerci1", "IVA percibido"))
_WITHHELD: Final = (
    ("ivaRete", "IVA retenido"),
    ("ivaRete1", "IVA retenido"),
    ("reteRenta", "Retención de renta"),
)
_MAIN_TOTALS: Final = frozenset({"totalGravada", "totalCompra"})
_ONE_UNIT: Final[Mapping[str, str]] = {"01": "día", "02": "mes", "03": "año"}
"""CAT-018, whose own names are plurals."""

Figures = Mapping[str, Any]


def summary(document: Mapping[str, Any]) -> Summary:
    """The summary in the order of the official layouts; what is zero and not compulsory is left out.

    ``totalIva`` and ``ivaItem`` are informative for MH and never shown (``rules.md`` 11). The credit note of
    Normativa v1.x has no ``totalPagar``: its only total is already net of withholding (``arithmetic.md`` 5).
    """
    figures: Figures = document["resumen"]
    return Summary(
        amounts=(*_sales(figures), *_taxes(figures), *_charges(figures), *_after_taxes(figures)),
        payable=_payable(figures),
        words=figures.get("totalLetras") or "",
        payment=_payment(figures),
    )


def _sales(figures: Figures) -> tuple[Amount, ...]:
    kinds = [
        Amount(label, money(figures[key]))
        for key, label in _KINDS_OF_SALE
        if key in figures and (key in _MAIN_TOTALS or figures[key])
    ]
    if len(kinds) > 1:
        kinds.append(Amount("Suma de ventas", money(figures["subTotalVentas"])))
    discounts = _present(figures, _DISCOUNTS, is_subtracted=True)
    return (*kinds, *discounts)


def _taxes(figures: Figures) -> tuple[Amount, ...]:
    taxes = (Amount(tax["descripcion"], money(tax["valor"])) for tax in figures.get("tributos") or ())
    subtotal = (Amount("Subtotal", money(figures["subTotal"])),) if "subTotal" in figures else ()
    return (*subtotal, *taxes)


def _charges(figures: Figures) -> tuple[Amount, ...]:
    return _present(figures, (("flete", "Flete"), ("seguro", "Seguro")))


def _after_taxes(figures: Figures) -> tuple[Amount, ...]:
    whole = money(figures["montoTotalOperacion"]) if "montoTotalOperacion" in figures else None
    is_last = "totalPagar" not in figures
    return (
        *(() if whole is None or is_last else (Amount("Monto total de la operación", whole),)),
        *_present(figures, _COLLECTED),
        *_present(figures, _WITHHELD, is_subtracted=True),
        *_present(figures, (("totalNoGravado", "Otros montos no afectos"), ("saldoFavor", "Saldo a favor"))),
    )


def _payable(figures: Figures) -> Amount:
    if "totalPagar" in figures:
        return Amount("Total a pagar", money(figures["totalPagar"]))
    return Amount("Monto total de la operación", money(figures["montoTotalOperacion"]))


def _payment(figures: Figures) -> tuple[Fact, ...]:
    facts = [Fact("Condición de la operación", word(Catalog.PAYMENT_CONDITIONS, figures["condicionOperacion"]))]
    for payment in figures.get("pagos") or ():
        facts.append(Fact("Forma de pago", _one_payment(payment)))
        if payment.get("plazo") and payment.get("periodo"):
            facts.append(Fact("Plazo", _term(payment["periodo"], payment["plazo"])))
    if figures.get("numPagoElectronico"):
        facts.append(Fact("Número de pago electrónico", figures["numPagoElectronico"], is_code=True))
    return tuple(facts)


def _term(count: Number, unit: str) -> str:
    name = _ONE_UNIT[unit] if count == 1 and unit in _ONE_UNIT else word(Catalog.TERM_UNITS, unit).lower()
    return f"{quantity(count)} {name}"


def _one_payment(payment: Mapping[str, Any]) -> str:
    method = word(Catalog.PAYMENT_METHODS, payment["codigo"]) if payment.get("codigo") else ""
    reference = f"ref. {payment['referencia']}" if payment.get("referencia") else ""
    return ", ".join(part for part in (method, f"${money(payment['montoPago'])}", reference) if part)


def _present(
    figures: Figures, fields: tuple[tuple[str, str], ...], *, is_subtracted: bool = False
) -> tuple[Amount, ...]:
    return tuple(Amount(label, money(figures[key]), is_subtracted) for key, label in fields if figures.get(key))
