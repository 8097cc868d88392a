"""Turns requests as the gateway keeps them into bodies of the API again, which ask for the same document. Pure.

A kept request has whole lines: what an item of the company once said of a line stands in the line itself. The body
says it all, so that a later change of the item changes nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import asdict

from ocote.dte.credit_note.value import Portion, StatedCcf
from ocote.dte.mentions import NO_MENTIONS, Mentions, RelatedDocument, ThirdParty
from ocote.dte.paying import CREDIT
from ocote.dte.purchase.value import PurchaseLine
from ocote.dte.sale import ABROAD, Line, LineTax, Payment
from ocote.dte.terms import PLAIN_TERMS, Charge, PartPayment, SaleTerms
from ocote.issuing.request import (
    FINAL_CONSUMER,
    CustomerData,
    InvoiceRequest,
    NoteRequest,
    Place,
    PurchaseRequest,
    RequestedExport,
)
from ocote.requests.line_terms import ITEM_TYPES

_ITEM_KINDS: Final[Mapping[int, str]] = {code: name for name, code in ITEM_TYPES.items()}
_AT_ONCE: Final = Payment()
_PORTION: Final[Mapping[str, str]] = {
    "amount_taxable": "taxable",
    "amount_exempt": "exempt",
    "amount_not_subject": "not_subject",
    "amount_vat": "vat",
    "amount_withheld": "withheld",
    "amount_collected": "collected",
    "amount_income_tax": "income_tax",
}


def sale_body(request: InvoiceRequest) -> dict[str, Any]:
    """The body of ``POST /invoice`` that asks for this sale, without a reference."""
    terms, buyer = request.terms or PLAIN_TERMS, request.customer
    is_named = buyer is None and request.customer_name != FINAL_CONSUMER
    return _said(
        {
            "doc_type": request.doc_type,
            "customer": person_fields(buyer) if buyer is not None else None,
            "customer_name": request.customer_name if is_named else None,
            **_paying(request.payment, terms),
            "activity_code": request.activity_code,
            "redirect_email": request.redirect_email,
            **_terms(terms),
            **_mentions(request.mentions or NO_MENTIONS),
            "related_documents": [_related(each) for each in request.related],
            **_export(request.export),
            "lines": [line_fields(each) for each in request.lines],
        }
    )


def purchase_body(request: PurchaseRequest) -> dict[str, Any]:
    """The body of ``POST /suex`` that asks for this purchase, without a reference."""
    terms, tax = request.terms or PLAIN_TERMS, request.income_tax
    return _said(
        {
            "subject": person_fields(request.seller),
            **_paying(request.payment or _AT_ONCE, terms),
            **_terms(terms),
            **_mentions(request.mentions or NO_MENTIONS),
            "income_tax_withheld": tax.amount if tax is not None else None,
            "income_tax_reason": tax.reason if tax is not None else None,
            "lines": [_purchase_line(each) for each in request.lines],
        }
    )


def note_body(request: NoteRequest) -> dict[str, Any]:
    """The body of ``POST /credit-memo`` that asks for this note, without a reference."""
    said = {
        "document_id": request.document_ref or None,
        "full_adjustment": True if request.full_adjustment else None,
        "prices_include_vat": request.prices_include_vat,
        "charges": [_charge(each) for each in request.charges],
        **_mentions(request.mentions or NO_MENTIONS),
        "related_documents": [_adjusted(each) for each in request.adjusted],
        "customer": person_fields(request.customer) if request.customer is not None else None,
        "activity_code": request.activity_code,
        "transaction_condition": _number(request.condition),
        "redirect_email": request.redirect_email,
    }
    lines = {} if request.lines is None else {"lines": [line_fields(each) for each in request.lines]}
    return {**_said(said), **lines}


def person_fields(person: CustomerData) -> dict[str, Any]:
    """The object ``customer`` or ``subject`` of a request that says this person."""
    document = person.document
    return _said(
        {
            "name": person.name,
            "nit": person.nit,
            "dui": person.dui,
            "document_type": document.kind if document is not None else None,
            "document_number": document.number if document is not None else None,
            "activity_code": person.activity_code,
            **(_place(person.place) if person.country is None else {}),
            "country": person.country,
            "address": person.address,
            "email": person.email,
            "phone": person.phone,
            "nrc": person.nrc,
            "type_contributor": _number(person.contributor_type),
            "trade_name": person.trade_name,
        }
    )


def _place(place: Place | None) -> dict[str, str]:
    """The place of a person: the district or the municipality, each with its department in front."""
    if place is None:
        return {}
    if place.department == ABROAD:
        return {"department": ABROAD, "municipality": ABROAD}
    if place.district is not None:
        return {"district": f"{place.department}{place.district}"}
    return {"municipality": f"{place.department}{place.municipality}"}


def line_fields(line: Line) -> dict[str, Any]:
    """The line of a body that says a whole line of a sale or a note."""
    said = _said(
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "discount_percentage": line.discount_percentage or None,
            "discount_amount": line.discount_amount,
            "sale_kind": line.sale_kind if line.sale_kind != "taxed" or line.code is not None else None,
            "item_kind": _ITEM_KINDS[line.item_type] if line.item_type is not None else None,
            "unit": _number(line.unit),
            "code": line.code,
            "taxes": [_tax(each) for each in line.taxes],
            "taxes_included": True if line.taxes_included else None,
            "special_tax": _said(asdict(line.special_tax)) if line.special_tax is not None else None,
            "suggested_price": line.suggested_price,
            "related": _number(line.related),
        }
    )
    # Without this word an item of today would bring its taxes into the line.
    return {**said, "taxes": []} if line.code is not None and not line.taxes else said


def _purchase_line(line: PurchaseLine) -> dict[str, Any]:
    return _said(
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "discount_percentage": line.discount_percentage or None,
            "discount_amount": line.discount_amount,
            "item_kind": _ITEM_KINDS[line.item_type] if line.item_type is not None else None,
            "is_service": True if line.is_service else None,
            "unit": _number(line.unit),
            "code": line.code,
        }
    )


def _tax(tax: LineTax) -> dict[str, Any]:
    return _said({"code": tax.code, "amount": tax.amount})


def _paying(payment: Payment, terms: SaleTerms) -> dict[str, Any]:
    """How a document is paid: in several ways, or in one, of which the usual is left out."""
    if terms.payments:
        return {
            "transaction_condition": _number(terms.condition),
            "payments": [_payment(each) for each in terms.payments],
        }
    is_credit = payment.condition == CREDIT
    return {
        "payment_method": payment.method if payment.method != _AT_ONCE.method else None,
        "transaction_condition": _number(payment.condition) if payment.condition != _AT_ONCE.condition else None,
        "deadline": _number(payment.term_unit) if is_credit else None,
        "period": _number(payment.term_count) if is_credit else None,
    }


def _payment(payment: PartPayment) -> dict[str, Any]:
    return _said(
        {
            "payment_method": payment.method,
            "amount": payment.amount,
            "reference": payment.reference,
            "deadline": _number(payment.term_unit),
            "period": _number(payment.term_count),
        }
    )


def _terms(terms: SaleTerms) -> dict[str, Any]:
    discount = terms.discount
    return {
        "prices_include_vat": None if terms.prices_include_vat else False,
        "discount_percentage": discount.percentage if discount is not None else None,
        "discount_amount": discount.amount if discount is not None else None,
        "charges": [_charge(each) for each in terms.charges],
        "payment_number": terms.payment_number,
        "withholding": terms.withholding if terms.withholding != "auto" else None,
        "income_tax_withheld": terms.income_tax,
        "vat_collection": True if terms.collects_vat else None,
    }


def _charge(charge: Charge) -> dict[str, Any]:
    return _said(
        {
            "description": charge.description,
            "amount": charge.amount,
            "item_kind": _ITEM_KINDS[charge.item_type] if charge.item_type is not None else None,
            "related": _number(charge.related),
        }
    )


def _mentions(mentions: Mentions) -> dict[str, Any]:
    return {
        "on_behalf_of": _principal(mentions.on_behalf_of),
        "bought_for": asdict(mentions.bought_for) if mentions.bought_for is not None else None,
        "documents": [asdict(each) for each in mentions.documents],
        "doctors": [_said({**asdict(each), "service": _number(each.service)}) for each in mentions.doctors],
        "transport": [{**asdict(each), "mode": _number(each.mode)} for each in mentions.transport],
        "remarks": mentions.remarks,
        "appendix": [asdict(each) for each in mentions.appendix],
        "delivery": _said(asdict(mentions.delivery)) if mentions.delivery is not None else None,
    }


def _principal(principal: ThirdParty | None) -> dict[str, Any] | None:
    if principal is None:
        return None
    return _said({"name": principal.name, "nit": principal.nit, "domiciled": None if principal.domiciled else False})


def _related(document: RelatedDocument | str) -> dict[str, Any]:
    if isinstance(document, str):
        return {"document_id": document}
    number = "generation_code" if document.electronic else "number"
    return {"doc_type": document.doc_type, "issued_on": f"{document.issued_on:%Y-%m-%d}", number: document.number}


def _adjusted(ccf: StatedCcf | str) -> dict[str, Any]:
    if isinstance(ccf, str):
        return {"document_id": ccf}
    return _said(
        {
            "generation_code" if ccf.electronic else "number": ccf.number,
            "control_number": ccf.control_number,
            "issued_on": f"{ccf.issued_on:%Y-%m-%d}",
            **_amounts(ccf.amounts),
        }
    )


def _amounts(amounts: Portion) -> dict[str, Any]:
    stated = {name: getattr(amounts, of) or None for name, of in _PORTION.items()}
    if not any(stated[name] for name in ("amount_taxable", "amount_exempt", "amount_not_subject")):
        stated["amount_taxable"] = Decimal(0)
    return {
        **stated,
        "taxes": [{"code": code, "amount": amount} for code, amount in amounts.taxes.items()],
        "charges": [{"description": name, "amount": amount} for name, amount in amounts.charges.items()],
    }


def _export(export: RequestedExport | None) -> dict[str, Any]:
    if export is None:
        return {}
    said = asdict(export)
    return {**said, "item_type": _number(export.item_type), "person_type": _number(export.person_type)}


def _number(number: int | None) -> Decimal | None:
    """A whole number as a body has it."""
    return Decimal(number) if number is not None else None


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: neither absent nor an empty list."""
    return {name: value for name, value in fields.items() if value is not None and value != []}
