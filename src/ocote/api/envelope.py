"""The envelope of contract 6: one document as JSON, with the flags that show its state. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from ocote.api.bodies.common import AdjustedBody, AmountFields, IssuedBody, PreviewBody, RelatedBody, StatusBody
from ocote.clock import local_text
from ocote.documents.view import (
    AdjustedDocument,
    AdjustedPart,
    AnswerWarning,
    DocumentView,
    FileKind,
    Issued,
    Preview,
    SignedDocument,
)
from ocote.dte import text
from ocote.dte.sale import Amounts
from ocote.dte.types import DOCUMENT_TYPES
from ocote.errors import warning_text
from ocote.public_links import Linked
from ocote.web.response import WarningBody

Warned = TypeVar("Warned", bound=Struct)
"""The body of an answer that has a place for warnings."""


class _Outcome(Struct, frozen=True):
    """The flags, and MH's state and message, for one state of a document (contract 6.3, D8)."""

    success: bool
    stamped: bool
    contingency: bool
    rejected: bool
    state: str
    message: str
    code: str


def issued_body(issued: Issued, base_url: str, public_path: Callable[[Linked], str]) -> IssuedBody:
    """The answer to a request to issue; ``base_url`` is the beginning of all URLs, which ``public_path`` goes on."""
    document = issued.document
    outcome = _outcome(document)
    ticket, invoice, json = _urls(document, base_url)
    return IssuedBody(
        success=outcome.success,
        dte_success=outcome.stamped,
        contingency=outcome.contingency,
        rejected=outcome.rejected,
        posted=True,
        is_duplicate=issued.is_duplicate,
        document_id=document.id,
        external_ref=document.external_ref,
        control_number=document.control_number,
        generation_code=document.generation_code,
        reception_stamp=document.stamp or "",
        dte_state=outcome.state,
        dte_message=outcome.message,
        observaciones=document.observations,
        codigo_msg=outcome.code,
        **_amounts(document.amounts),
        ticket_url=ticket,
        invoice_url=invoice,
        json_url=json,
        public_url=_public_url(document, base_url, public_path),
        doc_type=document.doc_type,
        posted_date_time=local_text(document.posted_at),
        invalidated=document.invalidated,
        adjusted_document=_adjusted(document.adjusts),
        related=_related(document),
        content_differs=True if issued.content_differs else UNSET,
        warnings=warning_bodies(document.warnings),
    )


def status_body(
    document: DocumentView,
    base_url: str,
    public_path: Callable[[Linked], str],
    signed: SignedDocument | UnsetType | None = UNSET,
) -> StatusBody:
    """The answer to a query. ``signed`` is given with ``include_dte``; None when no text is signed yet (D20)."""
    outcome = _outcome(document)
    ticket, invoice, json = _urls(document, base_url)
    is_purchase = DOCUMENT_TYPES[document.doc_type].is_purchase
    return StatusBody(
        document_id=document.id,
        external_ref=document.external_ref,
        doc_type=document.doc_type,
        control_number=document.control_number,
        generation_code=document.generation_code,
        reception_stamp=document.stamp or "",
        success=outcome.success,
        dte_success=outcome.stamped,
        contingency=outcome.contingency,
        rejected=outcome.rejected,
        posted=True,
        is_duplicate=False,
        dte_state=outcome.state,
        dte_message=outcome.message,
        codigo_msg=outcome.code,
        observaciones=document.observations,
        posted_date_time=local_text(document.posted_at),
        **_amounts(document.amounts),
        customer_name=UNSET if is_purchase else document.customer_name,
        subject_name=document.customer_name if is_purchase else UNSET,
        invalidated=document.invalidated,
        ticket_url=ticket,
        invoice_url=invoice,
        json_url=json,
        public_url=_public_url(document, base_url, public_path),
        contingency_deadline=local_text(document.contingency_deadline) if document.contingency_deadline else None,
        adjusted_document=_adjusted(document.adjusts),
        related=_related(document),
        schema=_schema(signed),
        response=_response(signed),
    )


def preview_body(preview: Preview) -> PreviewBody:
    """The answer to a dry run, with the document exactly as it would be signed."""
    return PreviewBody(
        dry_run=True,
        doc_type=preview.doc_type,
        edition=preview.edition,
        **_amounts(preview.amounts),
        customer_name=preview.customer_name,
        schema=Raw(text.encode(preview.document)),
        warnings=warning_bodies(preview.warnings),
    )


def _amounts(amounts: Amounts) -> AmountFields:
    return AmountFields(
        amount_taxable=amounts.taxable,
        amount_vat=amounts.vat,
        amount_gross=amounts.gross,
        amount_withheld=amounts.withheld,
        amount_payable=amounts.payable,
        amount_exempt=amounts.exempt,
        amount_not_subject=amounts.not_subject,
        amount_taxes=amounts.taxes,
        amount_charges=amounts.charges,
        amount_discount=amounts.discount,
        amount_collected=amounts.collected,
        amount_income_tax=amounts.income_tax,
    )


def with_warnings(body: Warned, warnings: Sequence[AnswerWarning]) -> Warned:
    """The body of an answer with the warnings of its request."""
    return replace(body, warnings=warning_bodies(warnings)) if warnings else body


def warning_bodies(warnings: Sequence[AnswerWarning]) -> tuple[WarningBody, ...] | UnsetType:
    """The warnings of an answer, worded from the table; the field is left out when there are none."""
    if not warnings:
        return UNSET
    return tuple(WarningBody(each.code, each.field, warning_text(each.code, **each.values)) for each in warnings)


def file_url(base_url: str, document_id: str, kind: FileKind) -> str:
    """The URL of a file of a document, always without a key (contract 16)."""
    return f"{base_url}/api/connect/file/{document_id}?type={kind}"


_UNANSWERED = _Outcome(True, False, True, False, "", "", "")
_STAMPED = _Outcome(True, True, False, False, "", "", "")


def _outcome(document: DocumentView) -> _Outcome:
    """The flags for the state of a document; a registered document without an answer counts as contingency (D11)."""
    if document.state == "stamped":
        if not document.mh_state:
            return _STAMPED
        return _Outcome(True, True, False, False, document.mh_state, document.mh_message, document.mh_code)
    if document.state == "rejected":
        state = document.mh_state or "RECHAZADO"
        message = document.mh_message or "Documento rechazado por MH"
        return _Outcome(False, False, False, True, state, message, document.mh_code)
    return _UNANSWERED


def _urls(document: DocumentView, base_url: str) -> tuple[str, str, str]:
    """The URLs of ticket, letter-size PDF and JSON; empty for a file that does not exist (D9).

    Only an invoice names its ticket: a till that prints what ``ticket_url`` names, and the letter where it is empty,
    would begin to print CCFs on a roll. The others have their ticket on request.

    A registered document has no URLs: if MH does not answer, the document is signed again before it is shown (D12).
    """
    if not _has_files(document):
        return "", "", ""
    return (
        file_url(base_url, document.id, "ticket") if DOCUMENT_TYPES[document.doc_type].names_ticket else "",
        file_url(base_url, document.id, "invoice"),
        file_url(base_url, document.id, "json") if document.state == "stamped" else "",
    )


def _public_url(document: DocumentView, base_url: str, public_path: Callable[[Linked], str]) -> str:
    """The page of the document; empty where nobody may receive the document."""
    return f"{base_url}{public_path(document.link)}" if _has_files(document) else ""


def _has_files(document: DocumentView) -> bool:
    return document.state not in ("rejected", "registered")


def _adjusted(adjusted: AdjustedDocument | None) -> AdjustedBody | UnsetType:
    if adjusted is None:
        return UNSET
    return AdjustedBody(
        document_id=adjusted.id,
        external_ref=adjusted.external_ref,
        control_number=adjusted.control_number,
        generation_code=adjusted.generation_code,
        full_adjustment=adjusted.full_adjustment,
        invalidated=adjusted.invalidated,
    )


def _related(document: DocumentView) -> tuple[RelatedBody, ...] | UnsetType:
    return tuple(map(_part, document.related)) if document.related else UNSET


def _part(part: AdjustedPart) -> RelatedBody:
    return RelatedBody(
        document_id=part.id,
        doc_type=part.doc_type,
        issued_here=part.id is not None,
        external_ref=part.external_ref or UNSET,
        control_number=part.control_number,
        generation_code=part.generation_code,
        number=part.number or UNSET,
        issued_on=part.issued_on.isoformat() if part.issued_on else UNSET,
        amount_taxable=part.taxable,
        amount_exempt=part.exempt,
        amount_not_subject=part.not_subject,
        invalidated=UNSET if part.invalidated is None else part.invalidated,
    )


def _schema(signed: SignedDocument | UnsetType | None) -> Raw | UnsetType | None:
    return Raw(signed.payload) if isinstance(signed, SignedDocument) else signed


def _response(signed: SignedDocument | UnsetType | None) -> Raw | str | UnsetType | None:
    """MH's raw answer: as JSON when the answer is JSON, else as a text."""
    if not isinstance(signed, SignedDocument) or signed.answer is None:
        return None if isinstance(signed, SignedDocument) else signed
    try:
        msgspec.json.decode(signed.answer)
    except msgspec.DecodeError:
        return signed.answer
    return Raw(signed.answer.encode())
