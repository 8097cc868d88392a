"""The state of a cancellation, as JSON (contract 13.3, D18, D20). Pure."""

from ocote.api.bodies.common import InvalidationAttemptBody, InvalidationBody
from ocote.clock import local_text
from ocote.documents.view import InvalidationAttempt, InvalidationStatus


def invalidation_body(invalidation: InvalidationStatus) -> InvalidationBody:
    """The answer to a cancellation and to a query of its state; all flags are false without any attempt to cancel."""
    document = invalidation.document
    attempts = tuple(_attempt(each) for each in invalidation.attempts)
    last = attempts[-1] if attempts else None
    memo = invalidation.credit_memo
    return InvalidationBody(
        success=last is not None and not last.rejected,
        dte_success=last is not None and last.dte_success,
        contingency=last is not None and last.contingency,
        rejected=last is not None and last.rejected,
        is_duplicate=False,
        document_id=document.id,
        external_ref=document.external_ref,
        doc_type=document.doc_type,
        control_number=document.control_number,
        invalidated=document.invalidated,
        invalidated_date_time=last.date_time if last is not None and last.dte_success else "",
        reception_stamp=last.reception_stamp if last is not None else "",
        dte_state=last.dte_state if last is not None else "",
        dte_message=last.dte_message if last is not None else "",
        codigo_msg=last.codigo_msg if last is not None else "",
        observaciones=last.observaciones if last is not None else (),
        created_credit_memo=memo is not None,
        credit_memo_id=memo.id if memo is not None else "",
        credit_memo_control_number=memo.control_number if memo is not None else "",
        history=attempts,
    )


def _attempt(attempt: InvalidationAttempt) -> InvalidationAttemptBody:
    is_rejected = attempt.state == "rejected"
    is_without_stamp = attempt.state == "stamped" and attempt.stamp is None  # the answer was lost; see the message
    return InvalidationAttemptBody(
        date_time=local_text(attempt.at),
        reason=attempt.reason,
        generation_code=attempt.generation_code,
        dte_success=attempt.state == "stamped",
        contingency=attempt.state == "contingency",
        rejected=is_rejected,
        reception_stamp=attempt.stamp or "",
        dte_state=attempt.mh_state or ("RECHAZADO" if is_rejected else ""),
        dte_message=attempt.mh_message if is_rejected or is_without_stamp or attempt.mh_state else "",
        codigo_msg=attempt.mh_code if is_rejected or attempt.mh_state else "",
        observaciones=attempt.observations,
    )
