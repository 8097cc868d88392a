"""``POST /invoice``: from JSON to the sale that is asked for (contract 7)."""

from collections.abc import Mapping
from typing import Any, get_args

from ocote.api.requests.export import read_export
from ocote.api.requests.fields import RequestFields
from ocote.api.requests.lines import read_lines
from ocote.api.requests.person import MAX_NAME, read_activity, read_customer, read_email
from ocote.api.requests.reference import read_reference
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import Payment, SaleType
from ocote.dte.types import DOCUMENT_TYPES, INVOICE
from ocote.issuing.request import FINAL_CONSUMER, CustomerData, InvoiceRequest

MAX_PERIOD = 9999
_SALE_TYPES: Mapping[str, SaleType] = {code: code for code in get_args(SaleType)}


def read_invoice(body: Mapping[str, Any], idempotency_key: str | None = None) -> InvoiceRequest:
    """The request in values, whatever the company. ``idempotency_key`` stands in for a missing external_ref.

    Raises InvalidRequest with all faults (contract 7, D2, D5, D6, D13, D26, D27).
    """
    fields = RequestFields(body)
    doc_type = _doc_type(fields)
    lines = read_lines(fields)
    customer = _customer(fields, doc_type)
    customer_name = fields.text("customer_name", MAX_NAME)
    payment = _payment(fields)
    activity_code = read_activity(fields, "activity_code")
    redirect_email = read_email(fields, "redirect_email")
    external_ref = read_reference(fields, idempotency_key)
    export = read_export(fields) if DOCUMENT_TYPES[doc_type].is_export else None
    fields.raise_faults()
    return InvoiceRequest(
        doc_type=doc_type,
        lines=lines,
        customer=customer,
        customer_name=customer.name if customer else customer_name or FINAL_CONSUMER,
        payment=payment,
        activity_code=activity_code,
        redirect_email=redirect_email,
        external_ref=external_ref,
        export=export,
    )


def _doc_type(fields: RequestFields) -> SaleType:
    sent = fields.code("doc_type", _SALE_TYPES, "doc_type_not_here")
    return _SALE_TYPES[sent or INVOICE.code]


def _customer(fields: RequestFields, doc_type: SaleType) -> CustomerData | None:
    is_ccf = DOCUMENT_TYPES[doc_type].needs_taxpayer
    if is_ccf and not fields.require("customer", "ccf_customer_missing"):
        return None
    customer = fields.inner("customer")
    return read_customer(customer, is_ccf=is_ccf) if customer is not None else None


def _payment(fields: RequestFields) -> Payment:
    """Method CAT-017, condition CAT-016, term unit CAT-018 and count (contract 4.6)."""
    methods = catalogs.labels(Catalog.PAYMENT_METHODS)
    return Payment(
        method=fields.code("payment_method", methods, "payment_method_unknown") or "01",
        condition=fields.choice("transaction_condition", 3, "transaction_condition_unknown") or 1,
        term_unit=fields.choice("deadline", 3, "deadline_unknown") or 1,
        term_count=fields.choice("period", MAX_PERIOD, "period_not_positive", limit=MAX_PERIOD) or 1,
    )
