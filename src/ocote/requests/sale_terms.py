"""The fields of a sale that change its amounts beside its lines, and its several payments (wider-sales.md 4.1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec.structs import replace

from ocote.dte.body import SERVICE
from ocote.dte.terms import PLAIN_TERMS, Charge, Discount, PartPayment, SaleTerms, Withholding
from ocote.dte.types import DOCUMENT_TYPES
from ocote.requests.description import FieldGroup, InnerList, RequestField, RequestObject
from ocote.requests.kinds import CodeValue, DecimalValue, Faulty, SignedValue, TextValue, YesNoValue
from ocote.requests.line_terms import ITEM_KIND, NOT_HERE, check_discounts, item_type
from ocote.requests.payment import DEADLINE, PAYMENT_METHOD, PERIOD
from ocote.requests.reading import FoundValues, Reading, says
from ocote.requests.related import LINE_DOCUMENT, LINE_RELATED

MAX_PAYMENTS: Final = 100
MAX_CHARGES: Final = 100

TIP: Final = "Propina"
"""The description of the charge that a tip becomes."""

_CASH: Final = "01"
"""Notes and coins of CAT-017, which have no reference."""

_SALES: Final = frozenset(row.code for row in DOCUMENT_TYPES.values() if row.family == "sale")
_PAID: Final = _SALES | frozenset(row.code for row in DOCUMENT_TYPES.values() if row.is_purchase)
"""The types that have a discount of their own and state how they are paid; a note states neither."""

_WITH_VAT: Final = frozenset(code for code in _SALES if DOCUMENT_TYPES[code].has_vat)
_TO_TAXPAYERS: Final = frozenset(code for code in _SALES if DOCUMENT_TYPES[code].needs_taxpayer)

PRICES_INCLUDE_VAT = RequestField(
    "prices_include_vat",
    YesNoValue(),
    "`false` for net prices, which only a CCF (03) takes; prices include VAT when absent.",
    only_for=_WITH_VAT,
    elsewhere=NOT_HERE,
)
_DISCOUNT_PERCENTAGE = RequestField(
    "discount_percentage",
    DecimalValue(2, "discount_out_of_range", most=99),
    "0 to 99, off every kind of sale of the document.",
    10,
    only_for=_PAID,
    elsewhere=NOT_HERE,
)
_DISCOUNT_AMOUNT = RequestField(
    "discount_amount",
    DecimalValue(2, "number_negative"),
    "USD off the document instead, in the terms of its prices; it is spread over the kinds of sale.",
    5.00,
    only_for=_PAID,
    elsewhere=NOT_HERE,
)
CHARGE_DESCRIPTION = RequestField(
    "description", TextValue(1000), "Copied into JSON and PDF.", "Anticipo recibido", required=True
)
CHARGE_AMOUNT = RequestField(
    "amount", SignedValue(2, "charge_zero"), "USD, below zero for a credit.", -100.00, required=True
)
CHARGE_RELATED = replace(
    LINE_RELATED,
    meaning="Of a note: position in `related_documents`, from 0, of the CCF whose charge it is; the only one when "
    "absent.",
    only_for=LINE_DOCUMENT.only_for,
    elsewhere="",
)
_CHARGE_ITEM = replace(ITEM_KIND, meaning="What it is for; goods when absent.", only_for=frozenset(), elsewhere="")
CHARGE_LIST: RequestField[list[FoundValues]] = RequestField(
    "charges",
    InnerList(
        RequestObject(
            "Charge",
            "A charge outside the base of VAT, such as a tip or money spent in the buyer's name, or a credit.",
            (CHARGE_DESCRIPTION, CHARGE_AMOUNT, _CHARGE_ITEM, CHARGE_RELATED, LINE_DOCUMENT),
        ),
        MAX_CHARGES,
        least=0,
        too_many="list_too_long",
    ),
    "Charges and credits outside the base of VAT, which change what is to be paid alone.",
    only_for=_SALES,
    elsewhere=NOT_HERE,
)
_TIP = RequestField(
    "tip",
    DecimalValue(2, "amount_not_positive", is_above=True),
    f"USD; short for a charge «{TIP}».",
    5.00,
    only_for=_WITH_VAT,
    elsewhere=NOT_HERE,
)
_METHOD = replace(PAYMENT_METHOD, default=None, required=True)
_AMOUNT = RequestField(
    "amount",
    DecimalValue(2, "amount_not_positive", is_above=True),
    "USD; one payment may leave it out and takes the rest.",
    31.50,
)


def _read_amount(reading: Reading) -> Decimal | Literal["rest"] | None:
    """The amount, "rest" of a payment that leaves it out, None for an amount that cannot be."""
    amount: Decimal | None = reading.read(_AMOUNT)
    return amount if reading.has(_AMOUNT) else "rest"


_SHARE = FieldGroup[Decimal | Literal["rest"]]((_AMOUNT,), _read_amount)
_REFERENCE = RequestField(
    "reference", TextValue(50), "Number of the voucher, cheque or transfer; not for method 01.", "AUT-004512"
)
_DEADLINE = replace(DEADLINE, default=None, meaning="Unit of the credit term of this payment (CAT-018), with `period`.")
_PERIOD = replace(PERIOD, default=None, meaning="How many units the credit term has, with `deadline`.")


def _check_payment(reading: Reading) -> None:
    if reading.found.get(_METHOD) == _CASH and reading.has(_REFERENCE):
        reading.refuse(_REFERENCE, "payment_reference_not_here")
    for sent, absent in ((_DEADLINE, _PERIOD), (_PERIOD, _DEADLINE)):
        if reading.has(sent) and not reading.has(absent):
            reading.refuse(absent, "payment_term_incomplete", sent=sent.name)


def _check_payments(payments: Sequence[FoundValues]) -> None:
    if sum(1 for each in payments if each.get(_SHARE) == "rest") > 1:
        raise Faulty("payments_rest_twice")


_PAYMENTS: RequestField[list[FoundValues]] = RequestField(
    "payments",
    InnerList(
        RequestObject(
            "Payment",
            "One of the payments of a sale. With a term it is on credit.",
            (_METHOD, _SHARE, _REFERENCE, _DEADLINE, _PERIOD),
            check=_check_payment,
        ),
        MAX_PAYMENTS,
        _check_payments,
        least=0,
        too_many="payments_too_many",
    ),
    "Several payments in place of `payment_method`, `deadline` and `period`; they add up to `amount_payable`.",
    only_for=_PAID,
    elsewhere=NOT_HERE,
)
_PAYMENT_NUMBER = RequestField(
    "payment_number",
    TextValue(100),
    "Electronic payment number (NPE) of the document.",
    "0406000215",
    only_for=_SALES,
    elsewhere=NOT_HERE,
)
_WITHHOLDING: RequestField[Withholding] = RequestField(
    "withholding",
    CodeValue(
        {
            "auto": "by the kind of taxpayer and the threshold, as when absent",
            "none": "nothing is withheld",
            "vat_1": "the buyer withholds 1 %, whatever the amount, if that is a cent",
        },
        "withholding_unknown",
    ),
    "Whether the buyer withholds 1 % of VAT.",
    only_for=_WITH_VAT,
    elsewhere=NOT_HERE,
)
INCOME_TAX = RequestField(
    "income_tax_withheld",
    DecimalValue(2, "number_negative"),
    "Income tax in USD that the payer withholds from a professional; Normativa v1.x alone has it.",
    50.00,
    only_for=_WITH_VAT,
    elsewhere=NOT_HERE,
)
_COLLECTION = RequestField(
    "vat_collection",
    YesNoValue(),
    "`true`: you collect 1 % on goods for resale, as a large taxpayer or a designated agent.",
    only_for=_TO_TAXPAYERS,
    elsewhere=NOT_HERE,
)

TERM_FIELDS: tuple[RequestField[Any], ...] = (
    PRICES_INCLUDE_VAT,
    _DISCOUNT_PERCENTAGE,
    _DISCOUNT_AMOUNT,
    CHARGE_LIST,
    _TIP,
    _PAYMENTS,
    _PAYMENT_NUMBER,
    _WITHHOLDING,
    INCOME_TAX,
    _COLLECTION,
)


PAID_FIELDS: tuple[RequestField[Any], ...] = (_DISCOUNT_PERCENTAGE, _DISCOUNT_AMOUNT, _PAYMENTS)
"""The discount of the document and its several payments, which purchases have too."""


def check_terms(reading: Reading, lines: RequestField[list[FoundValues]]) -> None:
    """Notes the faults of terms that contradict each other or the lines of the sale."""
    check_discounts(reading, _DISCOUNT_PERCENTAGE, _DISCOUNT_AMOUNT)
    for charged in (CHARGE_LIST, _TIP):
        if says(reading.found, charged) and not says(reading.found, lines):
            reading.refuse(charged, "charge_without_sale")
    _check_payment_method(reading)


def check_paid_terms(reading: Reading) -> None:
    """Notes the faults of a purchase whose discounts or ways of payment contradict each other."""
    check_discounts(reading, _DISCOUNT_PERCENTAGE, _DISCOUNT_AMOUNT)
    _check_payment_method(reading)


def _check_payment_method(reading: Reading) -> None:
    if has_payments(reading.found):
        for single in (PAYMENT_METHOD, DEADLINE, PERIOD):
            if reading.has(single):
                reading.refuse(single, "payments_and_payment_method")


def has_payments(found: FoundValues) -> bool:
    """Whether the request has several payments in place of one."""
    return says(found, _PAYMENTS)


def sale_terms(found: FoundValues, condition: int | None) -> SaleTerms | None:
    """The terms of a sale; None when the request says nothing of them.

    ``condition`` (CAT-016) is what the request says of it; it counts beside several payments.
    """
    payments = tuple(_payment(each) for each in found.get(_PAYMENTS) or ())
    withholding = found.get(_WITHHOLDING)
    terms = SaleTerms(
        prices_include_vat=found.get(PRICES_INCLUDE_VAT) is not False,
        discount=_discount(found),
        charges=_charges(found),
        payments=payments,
        condition=condition if payments else None,
        payment_number=found.get(_PAYMENT_NUMBER),
        withholding=withholding if withholding is not None and withholding != "auto" else "auto",
        income_tax=found.get(INCOME_TAX) or None,
        collects_vat=says(found, _COLLECTION),
    )
    return None if terms == PLAIN_TERMS else terms


def paid_terms(found: FoundValues, condition: int | None) -> SaleTerms | None:
    """The discount and the several payments of a purchase; None when the request says nothing of them.

    ``condition`` is that of ``sale_terms``.
    """
    payments = tuple(_payment(each) for each in found.get(_PAYMENTS) or ())
    terms = SaleTerms(discount=_discount(found), payments=payments, condition=condition if payments else None)
    return None if terms == PLAIN_TERMS else terms


def _discount(found: FoundValues) -> Discount | None:
    percentage, amount = found.get(_DISCOUNT_PERCENTAGE), found.get(_DISCOUNT_AMOUNT)
    if amount:
        return Discount(amount=amount)
    return Discount(percentage=percentage) if percentage else None


def _charges(found: FoundValues) -> tuple[Charge, ...]:
    charges, tip = charges_in(found.get(CHARGE_LIST) or []), found.get(_TIP)
    return (*charges, Charge(TIP, tip, SERVICE)) if tip is not None else charges


def charges_in(found: list[FoundValues]) -> tuple[Charge, ...]:
    """The charges of a list of them."""
    return tuple(Charge(each[CHARGE_DESCRIPTION], each[CHARGE_AMOUNT], item_type(each, _CHARGE_ITEM)) for each in found)


def _payment(found: FoundValues) -> PartPayment:
    share = found[_SHARE]
    return PartPayment(
        method=found[_METHOD],
        amount=share if share != "rest" else None,
        reference=found.get(_REFERENCE),
        term_unit=found.get(_DEADLINE),
        term_count=found.get(_PERIOD),
    )
