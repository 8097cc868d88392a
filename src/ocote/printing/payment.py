"""How a document is paid: condition, term, and every payment with its method, amount and reference (rules.md 12)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ocote.dte.catalogs import Catalog
from ocote.printing.figures import Number, money, quantity
from ocote.printing.names import word
from ocote.printing.sheet import Fact, PrintedPayment

_FEW: Final = 4
"""The most payments that are facts beside the totals, which never stand on two pages; more are a list of their own."""
_ONE_UNIT: Final[Mapping[str, str]] = {"01": "día", "02": "mes", "03": "año"}
"""The names of CAT-018 in the singular; the catalog has plurals."""

_Block = Mapping[str, Any]


def payment_facts(figures: _Block) -> tuple[Fact, ...]:
    """The condition of the operation, a few payments or the number of many, and the electronic payment number."""
    facts = [Fact("Condición de la operación", word(Catalog.PAYMENT_CONDITIONS, figures["condicionOperacion"]))]
    payments: Sequence[_Block] = figures.get("pagos") or ()
    if len(payments) > _FEW:
        facts.append(Fact("Formas de pago", f"{len(payments)}, detalladas en la lista de pagos"))
    else:
        facts.extend(_few(payments))
    if figures.get("numPagoElectronico"):
        facts.append(Fact("Número de pago electrónico", figures["numPagoElectronico"], is_code=True))
    return tuple(facts)


def many_payments(figures: _Block) -> tuple[PrintedPayment, ...]:
    """The payments of a document that has more than a few; empty for the others."""
    payments: Sequence[_Block] = figures.get("pagos") or ()
    if len(payments) <= _FEW:
        return ()
    return tuple(
        PrintedPayment(_method(each), each.get("referencia") or "", _term(each), money(each["montoPago"]))
        for each in payments
    )


def _few(payments: Sequence[_Block]) -> list[Fact]:
    """One payment has its term in a fact of its own; of several, each says its term itself."""
    if len(payments) != 1:
        return [Fact("Forma de pago", _in_words(each)) for each in payments]
    [only] = payments
    term = _term(only)
    return [
        Fact("Forma de pago", _in_words({**only, "plazo": None})),
        *([Fact("Plazo", term)] if term else []),
    ]


def _in_words(payment: _Block) -> str:
    reference = f"ref. {payment['referencia']}" if payment.get("referencia") else ""
    term = f"a {_term(payment)}".replace(" ", "\u00a0") if _term(payment) else ""
    return ", ".join(part for part in (_method(payment), f"${money(payment['montoPago'])}", term, reference) if part)


def _method(payment: _Block) -> str:
    return word(Catalog.PAYMENT_METHODS, payment["codigo"]) if payment.get("codigo") else ""


def _term(payment: _Block) -> str:
    unit = payment.get("plazo")
    count: Number | None = payment.get("periodo")
    if not unit or not count:
        return ""
    name = _ONE_UNIT[unit] if count == 1 and unit in _ONE_UNIT else word(Catalog.TERM_UNITS, unit).lower()
    return f"{quantity(count)} {name}"
