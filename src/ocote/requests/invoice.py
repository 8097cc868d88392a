"""``POST /invoice``: the sale that is asked for (contract 7)."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.documents.view import AnswerWarning
from ocote.dte.sale import Line, Payment, SaleType
from ocote.dte.types import CCF, CREDIT_NOTE, DOCUMENT_TYPES, EXPORT_INVOICE, INVOICE, PURCHASE
from ocote.issuing.request import FINAL_CONSUMER, CustomerData, InvoiceRequest
from ocote.requests.addresses import REDIRECT_EMAIL
from ocote.requests.description import RequestField, RequestObject
from ocote.requests.examples import INVOICE_EXAMPLES, INVOICE_SAMPLE
from ocote.requests.export import EXPORT_FIELDS, check_country, export_terms
from ocote.requests.kinds import CodeValue, TextValue
from ocote.requests.line_terms import exported
from ocote.requests.lines import LINES, sale_line
from ocote.requests.mentions import MENTION_FIELDS, check_mentions, mentions_of
from ocote.requests.payment import (
    CONDITION,
    DEADLINE,
    PAYMENT_METHOD,
    PERIOD,
    asked_condition,
    ignore_idle_term,
    single_payment,
)
from ocote.requests.person import CUSTOMER, ISSUER_ACTIVITY, MAX_NAME, customer_data, export_customer, name_of
from ocote.requests.reading import FoundValues, Reading, read_by
from ocote.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY
from ocote.requests.related import RELATED_DOCUMENTS, check_relations, related_of, with_relations
from ocote.requests.sale_terms import TERM_FIELDS, check_terms, has_payments, sale_terms

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

INVOICE_BODY = RequestObject(
    "InvoiceRequest",
    "A sale to issue. Unknown fields are ignored, with a warning in the answer; `null` counts as absent.",
    (
        _DOC_TYPE,
        LINES,
        CUSTOMER,
        _CUSTOMER_NAME,
        PAYMENT_METHOD,
        CONDITION,
        DEADLINE,
        PERIOD,
        ISSUER_ACTIVITY,
        REDIRECT_EMAIL,
        EXTERNAL_REF,
        *TERM_FIELDS,
        *MENTION_FIELDS,
        RELATED_DOCUMENTS,
        *EXPORT_FIELDS,
    ),
    document_type=_DOC_TYPE,
    examples=INVOICE_EXAMPLES,
    sample=INVOICE_SAMPLE,
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
    check_terms(reading, LINES)
    check_mentions(reading)
    check_relations(reading, LINES)
    found = reading.accepted()
    doc_type = found[_DOC_TYPE]
    buyer = found.get(CUSTOMER)
    is_export, related = DOCUMENT_TYPES[doc_type].is_export, related_of(found)
    customer = _customer(buyer, is_export=is_export) if buyer is not None else None
    copies = found.get(REDIRECT_EMAIL)
    return InvoiceRequest(
        doc_type=doc_type,
        lines=with_relations([_line(line, is_export=is_export) for line in found[LINES]], related),
        customer=customer,
        customer_name=customer.name if customer is not None else found[_CUSTOMER_NAME],
        payment=Payment() if has_payments(found) else single_payment(found),
        activity_code=found.get(ISSUER_ACTIVITY),
        redirect_email=",".join(copies) if copies else None,
        external_ref=found.get(EXTERNAL_REF),
        export=export_terms(found, buyer) if is_export else None,
        terms=sale_terms(found, asked_condition(reading)),
        mentions=mentions_of(found),
        related=related,
    )


def _line(found: FoundValues, *, is_export: bool) -> Line:
    line = sale_line(found)
    return exported(line, found) if is_export else line


def _customer(buyer: FoundValues, *, is_export: bool) -> CustomerData:
    return export_customer(buyer) if is_export else customer_data(buyer)


def _ignore_what_gives_way(reading: Reading) -> None:
    found = reading.found
    buyer = found.get(CUSTOMER)
    check_country(reading, buyer)
    if buyer is not None and reading.has(_CUSTOMER_NAME) and found.get(_CUSTOMER_NAME) != name_of(buyer):
        reading.ignore(_CUSTOMER_NAME, f"cuenta el nombre de {CUSTOMER.name}")
    if not has_payments(found):
        ignore_idle_term(reading)
