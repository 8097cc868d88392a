"""The replies to a request that meets a fault, in place of the service's answer."""

from datetime import datetime

from ocote.emulator import answers
from ocote.emulator.faults import Endpoint, Fault
from ocote.emulator.http import About, Reply, Request, framework_error, json_reply
from ocote.emulator.messages import Finding
from ocote.emulator.subjects import Subject

_GARBAGE = {
    "html": b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    "truncated": b'{"version":2,"ambiente":"00","versionApp":2,"estado":"PROC',
    "wrong_types": b'{"version":"2","estado":["PROCESADO"],"selloRecibido":7,"codigoMsg":{},"observaciones":"no"}',
    "empty": b"",
}


def distorted(
    fault: Fault, endpoint: Endpoint, request: Request, subject: Subject, answer: Reply | None, now: datetime
) -> Reply | None:
    """The reply under a fault, given the true answer if the request took effect; None closes the connection."""
    match fault.kind:
        case "down" | "answer_lost":
            return None
        case "slow" | "late" | "reset" | "trickle":
            return answer or framework_error(504, request.path, now)
        case "unauthorized":
            return framework_error(401, request.path, now)
        case "status":
            return framework_error(fault.status or 503, request.path, now)
        case "garbage":
            media_type = "text/html" if fault.form == "html" else "application/json"
            return Reply(fault.status or 200, _GARBAGE[fault.form], media_type)
        case "reject":
            return _rejection(fault, endpoint, subject, now)


def _rejection(fault: Fault, endpoint: Endpoint, subject: Subject, now: datetime) -> Reply:
    """A refusal in the form of the endpoint."""
    finding = Finding(fault.code, fault.class_code, fault.text, fault.observations)
    environment, about, status = subject.environment or "00", About("RECHAZADO", fault.code), fault.status or 400
    match endpoint:
        case "contingency":
            return json_reply(status, answers.contingency_rejected(now, fault.observations or (fault.text,)), about)
        case "invalidation":
            return json_reply(status, answers.invalidation_rejected(environment, None, now, finding), about)
        case "lot":
            return json_reply(status, answers.lot_rejected(environment, None, now, finding), about)
        case _:
            return json_reply(status, answers.rejected(environment, subject.generation_code, now, finding), about)
