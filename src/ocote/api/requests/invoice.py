"""``POST /invoice``: the sale that is asked for (contract 7)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.api.requests.addresses import EmailsValue
from ocote.api.requests.description import RequestField, RequestObject
from ocote.api.requests.examples import INVOICE_EXAMPLES
from ocote.api.requests.export import EXPORT_FIELDS, export_terms
from ocote.api.requests.kinds import ChoiceValue, CodeValue, TextValue, WholeValue
from ocote.api.requests.lines import LINES, sale_line
from ocote.api.requests.person import ACTIVITY, CUSTOMER, MAX_NAME, customer_data, name_of
from ocote.api.requests.reading import FoundValues, Reading, read_by
from ocote.api.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY
from ocote.documents.view import AnswerWarning
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import Payment, SaleType
from ocote.dte.types import CCF, CREDIT_NOTE, DOCUMENT_TYPES, EXPORT_INVOICE, INVOICE, PURCHASE
from ocote.issuing.request import FINAL_CONSUMER, InvoiceRequest

_NEVER_ISSUED: Final = ("04", "06", "07", "08", "09", "15")
_ISSUED_ELSEWHERE: Final[Mapping[str, str]] = {
    CREDIT_NOTE.code: "; una nota de crédito se emite con POST /api/connect/credit-memo",
    PURCHASE.code: "; una compra a sujeto excluido se emite con POST /api/connect/suex",
    **dict.fromkeys(_NEVER_ISSUED, "; ocote no emite este tipo de documento"),
}
"""The other types of CAT-002."""

_DOC_TYPE: RequestField[SaleType] = RequestField(
    "doc_type",
    CodeValue(
        {INVOICE.code: "invoice", CCF.code: "tax-credit voucher (CCF)", EXPORT_INVOICE.code: "export invoice"},
        "doc_type_not_here",
        elsewhere=_ISSUED_ELSEWHERE,
    ),
    "What to issue.",
    default="01",
)
_CUSTOMER_NAME = RequestField(
    "customer_name",
    TextValue(MAX_NAME),
    "Name of the buyer, used when `customer` is absent.",
    FINAL_CONSUMER,
    default=FINAL_CONSUMER,
)
_PAYMENT_METHOD = RequestField(
    "payment_method",
    CodeValue[str](catalogs.labels(Catalog.PAYMENT_METHODS), "payment_method_unknown"),
    "CAT-017.",
    default="01",
)
_CONDITION = RequestField(
    "transaction_condition",
    ChoiceValue({1: "cash", 2: "credit", 3: "other"}, "transaction_condition_unknown"),
    "CAT-016.",
    2,
    default=1,
)
_LONGEST_TERM: Final = 9999
_TERM_UNITS: Final[Mapping[int, str]] = {1: "days", 2: "months", 3: "years"}


def _as_days(value: Decimal) -> str:
    """The hint for a number of days in place of the unit, as an older edition of the contract had it."""
    if not len(_TERM_UNITS) < value <= _LONGEST_TERM or value != value.to_integral_value():
        return ""
    days = int(value)
    return f'; para {days} días envíe "{_DEADLINE.name}": 1 y "{_PERIOD.name}": {days}'


_DEADLINE = RequestField(
    "deadline",
    ChoiceValue(_TERM_UNITS, "deadline_unknown", hint=_as_days),
    "Unit of the credit term, not a count (CAT-018); matters with condition 2.",
    default=1,
)
_PERIOD = RequestField(
    "period",
    WholeValue(_LONGEST_TERM, "period_not_positive"),
    "How many units the credit term has; matters with condition 2.",
    30,
    default=1,
)
_ISSUER_ACTIVITY = RequestField(
    "activity_code", ACTIVITY, "Your own activity for this document; the company's main one when absent."
)
_REDIRECT_EMAIL = RequestField(
    "redirect_email", EmailsValue(), "Another address that gets a copy, or several.", "archivo@example.com"
)

_ON_CREDIT = 2
"""CAT-016."""

INVOICE_BODY = RequestObject(
    "InvoiceRequest",
    "A sale to issue. Unknown fields are ignored, with a warning in the answer; `null` counts as absent.",
    (
        _DOC_TYPE,
        LINES,
        CUSTOMER,
        _CUSTOMER_NAME,
        _PAYMENT_METHOD,
        _CONDITION,
        _DEADLINE,
        _PERIOD,
        _ISSUER_ACTIVITY,
        _REDIRECT_EMAIL,
        EXTERNAL_REF,
        *EXPORT_FIELDS,
    ),
    document_type=_DOC_TYPE,
    examples=INVOICE_EXAMPLES,
)


def read_invoice(
    body: Mapping[str, Any], idempotency_key: str | None = None, warnings: list[AnswerWarning] | None = None
) -> InvoiceRequest:
    """The request in values that do not depend on the company. ``idempotency_key`` replaces a missing external_ref.

    What is ignored is added to ``warnings``: a name beside a customer, and the term of a sale that is not on credit.
    Raises InvalidRequest with all faults (contract 7, D2, D5, D6, D13, D26, D27).
    """
    reading = read_by(INVOICE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}, warnings)
    _ignore_what_gives_way(reading)
    found = reading.accepted()
    doc_type = found[_DOC_TYPE]
    buyer = found.get(CUSTOMER)
    customer = customer_data(buyer) if buyer is not None else None
    copies = found.get(_REDIRECT_EMAIL)
    return InvoiceRequest(
        doc_type=doc_type,
        lines=tuple(sale_line(line) for line in found[LINES]),
        customer=customer,
        customer_name=customer.name if customer is not None else found[_CUSTOMER_NAME],
        payment=_payment(found),
        activity_code=found.get(_ISSUER_ACTIVITY),
        redirect_email=",".join(copies) if copies else None,
        external_ref=found.get(EXTERNAL_REF),
        export=export_terms(found) if DOCUMENT_TYPES[doc_type].is_export else None,
    )


def _ignore_what_gives_way(reading: Reading) -> None:
    found = reading.found
    buyer = found.get(CUSTOMER)
    if buyer is not None and reading.has(_CUSTOMER_NAME) and found.get(_CUSTOMER_NAME) != name_of(buyer):
        reading.ignore(_CUSTOMER_NAME, f"cuenta el nombre de {CUSTOMER.name}")
    if found.get(_CONDITION) == _ON_CREDIT:
        return
    for field in (_DEADLINE, _PERIOD):
        if found.get(field) not in (None, field.default):
            reading.ignore(field, f"solo cuenta al crédito, con {_CONDITION.name} {_ON_CREDIT}")


def _payment(found: FoundValues) -> Payment:
    """Method CAT-017, condition CAT-016, term unit CAT-018 and count (contract 4.6)."""
    return Payment(
        method=found[_PAYMENT_METHOD],
        condition=found[_CONDITION],
        term_unit=found[_DEADLINE],
        term_count=found[_PERIOD],
    )
