"""Totals of ``resumen`` that sales and notes share, in both editions (arithmetic.md 1, wider-sales.md 2.3)."""

from typing import Any

from ocote.dte.money import json_number
from ocote.dte.sale import Sale, Totals
from ocote.dte.sections.taxes import VAT, tax


def sales_by_kind(totals: Totals) -> dict[str, Any]:
    """The sales of each kind before the discounts of the document, and ``subTotalVentas``, all kinds together."""
    sums = totals.sums
    return {
        "totalNoSuj": json_number(sums.not_subject),
        "totalExenta": json_number(sums.exempt),
        "totalGravada": json_number(sums.taxed),
        "subTotalVentas": json_number(sums.total),
    }


def discounts_by_kind(totals: Totals) -> dict[str, Any]:
    """The discounts of the document on each kind of sale."""
    off = totals.off
    return {
        "descuNoSuj": json_number(off.not_subject),
        "descuExenta": json_number(off.exempt),
        "descuGravada": json_number(off.taxed),
    }


def discount_percentage(sale: Sale) -> Any:
    """``porcentajeDescuento``, informative: the percentage of the document's discount, 0 for an amount."""
    discount = sale.terms.discount
    return json_number(discount.percentage) if discount is not None and discount.percentage is not None else 0


def added_taxes(totals: Totals) -> list[dict[str, Any]]:
    """One entry for each tax of sections 1 and 3 but VAT."""
    return [tax(each.code, each.value) for each in totals.tax_values]


def taxes_of_net_prices(totals: Totals) -> list[dict[str, Any]] | None:
    """``tributos`` of a document with net prices: VAT and the other taxes, nothing when no line is taxed."""
    is_taxed = any(line.amounts.taxed for line in totals.body)
    return [tax(VAT, totals.vat), *added_taxes(totals)] if is_taxed else None
