"""The amounts of a sale (arithmetic.md 1 to 4 and 6, wider-sales.md 4.4): exact, rounded only where MH sees a number.

For 01 and 03 the caller's prices include VAT. The exact line amounts add up to the gross amount, which is split into
``taxable`` and ``vat`` once for the whole document, so that the two always make up the gross amount to the cent. Line
amounts carry 8 decimals, the precision at which MH's own sums over the lines agree with those totals within 0.01. With
net prices, the sum of the lines is the base and VAT is 13 % of it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from msgspec import Struct

from ocote.dte.body import SERVICE, ExactLine, PriceBasis, priced, written_lines
from ocote.dte.catalogs import taxes_of_section
from ocote.dte.export.rules import carriage
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import (
    discount_total,
    require_amounts,
    require_lines,
    require_rest,
    require_room,
    require_sums,
    require_total,
)
from ocote.dte.line_taxes import INFORMATIVE, require_computable
from ocote.dte.money import EXACT, LIMIT, to_cents
from ocote.dte.net_line import VAT_DIVISOR, VAT_RATE
from ocote.dte.paying import paid
from ocote.dte.sale import Kinds, Sale, SaleKind, TaxValue, Totals
from ocote.dte.tax_amounts import require_amounts_by_rate, require_tax_totals
from ocote.dte.terms import Discount
from ocote.dte.types import DOCUMENT_TYPES, DocumentType

WITHHOLDING_RATE = Decimal("0.01")
WITHHOLDING_THRESHOLD = Decimal("100.00")
WITHHOLDING_BUYERS = frozenset({3, 4})
"""Contributor types that withhold 1 % of VAT: large taxpayers and government (rules.md 8)."""

COLLECTION_RATE = Decimal("0.01")
COLLECTION_THRESHOLD = Decimal("100.00")
"""The net amount in USD from which a seller collects 1 % (CT 163)."""

_LARGE = 3

_ZERO = Decimal("0.00")


class _Taxed(Struct, frozen=True):
    """The taxed sales of a document in USD: as its lines state them, the discount in the same terms, base and VAT."""

    stated: Decimal
    off: Decimal
    taxable: Decimal
    vat: Decimal


def compute(sale: Sale) -> Totals:
    """Every amount of ``sale`` in USD.

    Type 11 is taxed at 0 %: the whole operation, freight and insurance included, is ``taxable`` and ``vat`` is zero.
    The 1 % is withheld from 01 and 03 when the buyer is a withholder, the issuer is not a large taxpayer itself and
    ``taxable`` is at least 100.00 (rules.md 8), unless the terms say otherwise. Withheld and collected are 1 % of the
    net taxed base after discounts. Raises InvalidSale when a line, a total or a term cannot be expressed in MH's
    numbers.
    """
    require_lines(sale.lines)
    require_computable(sale.lines)
    row, terms = DOCUMENT_TYPES[sale.doc_type], sale.terms
    basis = _basis(sale, row)
    with localcontext(EXACT):
        lines = priced(sale.lines, basis)
        body = tuple(written_lines(lines, terms.charges, basis))
        require_amounts(sale.lines, body)
        require_room(body)
        require_amounts_by_rate(lines, basis)
        sent = _sent(lines, basis)
        off = document_discount(terms.discount, sent)
        taxed = _split(sent.taxed, off.taxed, basis, terms.discount)
        carried = carriage(sale)
        exempt, not_subject = sent.exempt - off.exempt, sent.not_subject - off.not_subject
        sums = Kinds(taxed.stated, sent.exempt, sent.not_subject)
        stated_off = Kinds(taxed.off, off.exempt, off.not_subject)
        tax_values = _tax_values(lines)
        require_tax_totals(lines, tax_values)
        taxes = sum((tax.value for tax in tax_values if not tax.informative), _ZERO)
        taxable = taxed.taxable + carried
        gross = taxable + taxed.vat + exempt + not_subject + taxes
        require_rest(gross, off.total, terms.discount)
        require_total(gross)
        require_sums(sums)
        withheld = _withheld(sale, row, taxable)
        collected = _collected(sale, taxable)
        income_tax = _income_tax(sale, taxable + exempt + not_subject)
        charges = sum((charge.amount for charge in terms.charges), _ZERO)
        payable = gross + collected - withheld - income_tax + charges
        _require_payable(payable, charges)
        condition, payments = paid(sale.payment, terms, payable)
        return Totals(
            taxable=taxable,
            vat=taxed.vat,
            gross=gross,
            withheld=withheld,
            payable=payable,
            exempt=exempt,
            not_subject=not_subject,
            taxes=taxes,
            charges=charges,
            discount=stated_off.total,
            collected=collected,
            income_tax=income_tax,
            body=body,
            all_discounts=discount_total(sale.lines, body, stated_off.total, terms.discount),
            sums=sums,
            off=stated_off,
            tax_values=tax_values,
            condition=condition,
            payments=payments,
        )


def _basis(sale: Sale, row: DocumentType) -> PriceBasis:
    if not sale.terms.prices_include_vat and row.prices != "net":
        message = "Solo un crédito fiscal (03) admite precios sin IVA; envíe los precios con IVA y omita este campo."
        raise InvalidSale([Fault(FaultCode.NET_PRICES_NOT_HERE, "prices_include_vat", message)])
    return PriceBasis(row.prices, row.has_vat and sale.terms.prices_include_vat)


def _sent(lines: Sequence[ExactLine], basis: PriceBasis) -> Kinds:
    """The sales by kind in cents, in the terms of the request's prices."""
    special = sum((each.line.special_tax.amount for each in lines if each.line.special_tax is not None), _ZERO)
    if basis.written == "net":
        special *= basis.divisor
    return Kinds(
        to_cents(_sum(lines, "taxed") + special), to_cents(_sum(lines, "exempt")), to_cents(_sum(lines, "not_subject"))
    )


def _sum(lines: Iterable[ExactLine], kind: SaleKind) -> Decimal:
    return sum((each.exact for each in lines if each.line.sale_kind == kind), _ZERO)


def document_discount(discount: Discount | None, sent: Kinds) -> Kinds:
    """The discount on the whole document by kind in cents, in the terms of the request's prices (wider-sales.md 4.4).

    What rounding leaves of an amount that is spread goes to the largest kind. Raises InvalidSale for an amount above
    the sales.
    """
    if discount is None:
        return Kinds()
    if discount.amount is None:
        rate = (discount.percentage or _ZERO) / 100
        return Kinds(to_cents(sent.taxed * rate), to_cents(sent.exempt * rate), to_cents(sent.not_subject * rate))
    amount, whole = discount.amount, sent.total
    if amount > whole:
        message = f"El descuento de {amount:,.2f} es mayor que las ventas, que suman {whole:,.2f}."
        raise InvalidSale([Fault(FaultCode.DISCOUNT_TOO_LARGE, "discount_amount", message)])
    shares = [to_cents(amount * kind / whole) for kind in (sent.taxed, sent.exempt, sent.not_subject)]
    largest = max(range(3), key=(sent.taxed, sent.exempt, sent.not_subject).__getitem__)
    shares[largest] += amount - sum(shares, _ZERO)
    return Kinds(*shares)


def _split(sent: Decimal, off: Decimal, basis: PriceBasis, discount: Discount | None) -> _Taxed:
    """The taxed sales as base and VAT.

    Where prices include VAT, it is what remains of the gross amount, so that base and VAT make up what the buyer pays
    to the cent; with net prices it is 13 % of the base. A percentage off net lines whose prices include VAT leaves a
    rounded gross amount, and the stated discount is what remains of the net sales (wider-sales.md 4.4).
    """
    if basis.written == "with VAT":
        taxable = to_cents((sent - off) / VAT_DIVISOR)
        return _Taxed(sent, off, taxable, sent - off - taxable)
    if basis.written == "untaxed":
        return _Taxed(sent, off, sent - off, _ZERO)
    if not basis.sent_with_vat:
        return _Taxed(sent, off, sent - off, to_cents((sent - off) * VAT_RATE))
    percentage = discount.percentage if discount is not None else None
    rest = sent - off if percentage is None else to_cents(sent * (100 - percentage) / 100)
    stated, taxable = to_cents(sent / VAT_DIVISOR), to_cents(rest / VAT_DIVISOR)
    return _Taxed(stated, stated - taxable, taxable, rest - taxable)


def _tax_values(lines: Sequence[ExactLine]) -> tuple[TaxValue, ...]:
    """Every tax of sections 1 and 3 once, in the order in which the lines name them."""
    values: dict[str, Decimal] = {}
    informative = taxes_of_section(INFORMATIVE)
    for each in lines:
        for tax, amount in zip(each.line.taxes, each.taxes, strict=True):
            values[tax.code] = values.get(tax.code, _ZERO) + amount
    return tuple(TaxValue(code, to_cents(value), code in informative) for code, value in values.items())


def _withheld(sale: Sale, row: DocumentType, taxable: Decimal) -> Decimal:
    withholding = sale.terms.withholding
    if withholding == "vat_1":
        withheld = to_cents(taxable * WITHHOLDING_RATE) if row.has_vat else _ZERO
        if not withheld:
            message = f"El comprador retiene 1 % de lo gravado sin IVA, {taxable:,.2f}, que no llega a un centavo."
            if not row.has_vat or not taxable:
                message = "El comprador retiene 1 % sobre lo gravado, y este documento no tiene nada gravado."
            raise InvalidSale([Fault(FaultCode.WITHHOLDING_WITHOUT_BASE, "withholding", message)])
        return withheld
    is_withheld = (
        withholding == "auto"
        and row.has_vat
        and not sale.issuer.large_taxpayer
        and sale.receiver.contributor_type in WITHHOLDING_BUYERS
        and taxable >= WITHHOLDING_THRESHOLD
    )
    return to_cents(taxable * WITHHOLDING_RATE) if is_withheld else _ZERO


def _collected(sale: Sale, taxable: Decimal) -> Decimal:
    """The 1 % that the seller collects on goods for resale (CT 163); raises InvalidSale where the law has none."""
    if not sale.terms.collects_vat:
        return _ZERO
    services = [index for index, line in enumerate(sale.lines) if (line.item_type or 0) >= SERVICE]
    faults = [
        Fault(
            FaultCode.COLLECTION_ONLY_GOODS,
            f"lines[{index}].item_kind",
            "La percepción de 1 % es sobre bienes; quite los servicios o facture sin percepción.",
        )
        for index in services
    ]
    if sale.receiver.contributor_type == _LARGE:
        message = "A un gran contribuyente (type_contributor 3) no se le cobra la percepción de 1 %."
        faults.append(Fault(FaultCode.COLLECTION_BUYER_LARGE, "customer.type_contributor", message))
    if taxable < COLLECTION_THRESHOLD:
        message = f"La percepción de 1 % es desde {COLLECTION_THRESHOLD:,.2f} sin IVA; lo gravado suma {taxable:,.2f}."
        faults.append(Fault(FaultCode.COLLECTION_BELOW_THRESHOLD, "vat_collection", message))
    if faults:
        raise InvalidSale(faults)
    return to_cents(taxable * COLLECTION_RATE)


def _income_tax(sale: Sale, net: Decimal) -> Decimal:
    """The income tax that the payer withholds (LISR, CT 156), as sent; raises InvalidSale above the net amount."""
    income_tax = to_cents(sale.terms.income_tax or _ZERO)
    if income_tax > net:
        message = f"La retención de renta no puede pasar de lo vendido sin IVA, {net:,.2f}."
        raise InvalidSale([Fault(FaultCode.INCOME_TAX_TOO_LARGE, "income_tax_withheld", message)])
    return income_tax


def _require_payable(payable: Decimal, charges: Decimal) -> None:
    if payable < _ZERO:
        message = f"Los créditos dejan el total a pagar en {payable:,.2f}, y no puede ser negativo."
        raise InvalidSale([Fault(FaultCode.CHARGE_EXCEEDS_TOTAL, "charges", message)])
    if max(payable, abs(charges)) >= LIMIT:
        message = "Los cargos, o el total a pagar con ellos, alcanzan los 100,000,000,000.00."
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_LARGE, "charges", message)])
