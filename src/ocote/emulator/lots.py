"""Lots of up to 100 documents: ``POST /fesv/recepcionlote`` and their query (protocol.md 4.2 and 4.3).

The reception hours of lots apply to emitters with cyclic billing. The emulator does not enforce them, because
contingency documents may come at any hour.
"""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import uuid4

from ocote.emulator import answers
from ocote.emulator.binding import LotBody, bound
from ocote.emulator.companies import Company
from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.journal import LotProcessed, LotReceived
from ocote.emulator.jws import verified_payload
from ocote.emulator.ledger import Stored
from ocote.emulator.messages import EMITTER, GENERAL, SIGNATURE, Finding, at, general
from ocote.emulator.ministry import Ministry
from ocote.emulator.parsing import NotADocumentError, parsed_document
from ocote.emulator.reception import judge
from ocote.emulator.rules.lot import LotMember, outside_its_event
from ocote.emulator.tokens import Bearer

LARGEST = 100
BAD_SIGNATURE_IN_LOT = Finding("802", SIGNATURE, "No valido")
QUERY_PATH = "/fesv/recepcion/consultadtelote"


def receive_lot(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """Receive a lot, whose documents are decided at once, or after the policy's number of queries."""
    if bearer is None:
        return ministry.refusal(401, request)
    body = bound(request, LotBody, ministry)
    if isinstance(body, Reply):
        return body
    company = ministry.caller(bearer, body.environment)
    if company is None:
        return ministry.refusal(401, request)
    now = ministry.clock.now()
    if not 1 <= len(body.documents) <= LARGEST:
        return _refused(body, now, general("097", GENERAL))
    if body.emitter_nit != company.nit:
        return _refused(body, now, at("nitEmisor", "008", EMITTER))
    code = str(uuid4()).upper()
    received = LotReceived(company.environment, company.nit, now, code, tuple(body.documents))
    ministry.ledger.record(received)
    if ministry.policy.lot_pending_polls == 0:
        ministry.ledger.record(_processed(ministry, received, company))
    return json_reply(200, answers.lot_received(body.environment, body.send_id, code, now), About("RECIBIDO", "001"))


def query_lot(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """The answers to a lot's documents; both lists are empty while the lot is in process."""
    if bearer is None:
        return ministry.refusal(401, request)
    lot = ministry.ledger.lot(request.path.rstrip("/").rpartition("/")[2])
    if lot is None or lot.received.nit != bearer.nit or lot.received.environment not in bearer.environments:
        return json_reply(400, {"procesados": [], "rechazados": []}, About("RECHAZADO"))
    if lot.answers is None and lot.polls < ministry.policy.lot_pending_polls:
        lot.polls += 1
        return json_reply(200, {"procesados": [], "rechazados": []}, About("PENDIENTE"))
    company = ministry.caller(bearer, lot.received.environment)
    if lot.answers is None and company is not None:
        ministry.ledger.record(_processed(ministry, lot.received, company))
    done = lot.answers
    if done is None:
        return ministry.refusal(401, request)
    return json_reply(200, {"procesados": done.processed, "rechazados": done.rejected}, About("PROCESADO"))


def _processed(ministry: Ministry, received: LotReceived, company: Company) -> LotProcessed:
    """Decide on every document, in the order of the lot."""
    processed: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    texts = [(jws, verified_payload(jws, company.public_key)) for jws in received.documents]
    members = [member for _, payload in texts if payload is not None and (member := _member(payload)) is not None]
    outside = outside_its_event(ministry.ledger, (company.environment, company.nit), members)
    for jws, payload in texts:
        answer = _document_answer(ministry, company, jws, payload, outside)
        (processed if answer["estado"] == "PROCESADO" else rejected).append(answer)
    return LotProcessed(received.lot_code, tuple(processed), tuple(rejected))


def _document_answer(
    ministry: Ministry, company: Company, jws: str, payload: bytes | None, outside: Set[str]
) -> dict[str, Any]:
    now = ministry.clock.now()
    if payload is None:
        return answers.rejected(company.environment, None, now, BAD_SIGNATURE_IN_LOT)
    judged = judge(ministry, company, jws, payload, now, outside_its_event=outside)
    if isinstance(judged, Stored):
        return answers.processed(judged)
    member = _member(payload)
    return answers.rejected(company.environment, None if member is None else member.code, now, judged)


def _member(payload: bytes) -> LotMember | None:
    try:
        head = parsed_document(payload).get("identificacion")
    except NotADocumentError:
        return None
    if not isinstance(head, dict) or not isinstance(head.get("codigoGeneracion"), str):
        return None
    return LotMember(head["codigoGeneracion"], head.get("tipoContingencia") is not None)


def _refused(body: LotBody, now: datetime, finding: Finding) -> Reply:
    answer = answers.lot_rejected(body.environment, body.send_id, now, finding)
    return json_reply(400, answer, About("RECHAZADO", finding.code))
