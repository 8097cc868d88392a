"""``POST /suex``: a purchase from an excluded subject (contract 11, D17)."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.dte.purchase.value import WithheldIncomeTax
from ocote.dte.sale import Payment
from ocote.dte.types import PURCHASE
from ocote.issuing.request import PurchaseRequest
from ocote.requests.description import RequestField, RequestObject
from ocote.requests.examples import PURCHASE_EXAMPLES, PURCHASE_SAMPLE
from ocote.requests.kinds import TextValue
from ocote.requests.lines import PURCHASE_LINES, purchase_line
from ocote.requests.mentions import MENTION_FIELDS, NOTED_FIELDS, mentions_of
from ocote.requests.payment import (
    CONDITION,
    DEADLINE,
    PAYMENT_METHOD,
    PERIOD,
    asked_condition,
    ignore_idle_term,
    single_payment,
)
from ocote.requests.person import SUBJECT, customer_data
from ocote.requests.reading import FoundValues, Reading, read_by
from ocote.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY
from ocote.requests.related import RELATED_DOCUMENTS
from ocote.requests.sale_terms import (
    INCOME_TAX,
    PAID_FIELDS,
    TERM_FIELDS,
    check_paid_terms,
    has_payments,
    paid_terms,
)

_REFERENCE = replace(EXTERNAL_REF, example="COMPRA-0088")
_WITHHELD = replace(
    INCOME_TAX,
    meaning="Income tax in USD that you withhold, in place of 10 % of the services; 0 for none.",
    example=40.00,
    only_for=frozenset(),
    elsewhere="",
)
_REASON = RequestField(
    "income_tax_reason",
    TextValue(250),
    "Why the income tax is another amount than 10 % of the services: the document says it among its remarks.",
    "No domiciliado, artículo 158 del Código Tributario",
)

_PAID_AT_ONCE = Payment()

PURCHASE_BODY = RequestObject(
    "PurchaseRequest",
    "A purchase from an excluded subject (14) to issue.",
    (
        SUBJECT,
        PURCHASE_LINES,
        _REFERENCE,
        PAYMENT_METHOD,
        CONDITION,
        DEADLINE,
        PERIOD,
        *PAID_FIELDS,
        _WITHHELD,
        _REASON,
        *NOTED_FIELDS,
    ),
    only_type=PURCHASE.code,
    foreign=(*TERM_FIELDS, *MENTION_FIELDS, RELATED_DOCUMENTS),
    examples=PURCHASE_EXAMPLES,
    sample=PURCHASE_SAMPLE,
)


def read_purchase(
    body: Mapping[str, Any], idempotency_key: str | None = None, warnings: list[AnswerWarning] | None = None
) -> PurchaseRequest:
    """The purchase that is asked for; prices are final, without VAT. What is ignored is added to ``warnings``.

    Raises InvalidRequest with all faults.
    """
    reading = read_by(PURCHASE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}, warnings)
    _ignore_what_says_nothing(reading)
    check_paid_terms(reading)
    found = reading.accepted()
    return PurchaseRequest(
        seller=customer_data(found[SUBJECT]),
        lines=tuple(purchase_line(line) for line in found[PURCHASE_LINES]),
        external_ref=found.get(_REFERENCE),
        payment=_payment(found),
        terms=paid_terms(found, asked_condition(reading)),
        mentions=mentions_of(found),
        income_tax=_income_tax(found),
    )


def _ignore_what_says_nothing(reading: Reading) -> None:
    if not has_payments(reading.found):
        ignore_idle_term(reading)
    if reading.has(_REASON) and not reading.has(_WITHHELD):
        reading.ignore(_REASON, f"explica {_WITHHELD.name}, que no se envió")


def _payment(found: FoundValues) -> Payment | None:
    """How the purchase is paid in one way; None when it is paid at once in cash, or in several ways."""
    payment = _PAID_AT_ONCE if has_payments(found) else single_payment(found)
    return None if payment == _PAID_AT_ONCE else payment


def _income_tax(found: FoundValues) -> WithheldIncomeTax | None:
    amount = found.get(_WITHHELD)
    return None if amount is None else WithheldIncomeTax(amount, found.get(_REASON))
