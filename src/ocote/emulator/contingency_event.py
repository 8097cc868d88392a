"""``POST /fesv/contingencia`` (protocol.md 4.4)."""

from datetime import datetime
from typing import Any

from ocote.emulator import answers
from ocote.emulator.binding import ContingencyBody, bound
from ocote.emulator.companies import Company
from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.journal import ContingencyFiled, ContingencyRefused
from ocote.emulator.jws import verified_payload
from ocote.emulator.messages import TEXTS
from ocote.emulator.ministry import Ministry
from ocote.emulator.parsing import NotADocumentError, parsed_document
from ocote.emulator.reception import BAD_SIGNATURE, UNKNOWN_VERSION
from ocote.emulator.rules.contingency_event import (
    ContingencyReading,
    contingency_findings,
    open_to_correction,
)
from ocote.emulator.shapes.registry import CONTINGENCIES
from ocote.emulator.shapes.violations import observations
from ocote.emulator.stamp import new_stamp
from ocote.emulator.tokens import Bearer

V2_EVENT_VERSION = 4


def file_contingency(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """Receive the report of documents issued while MH could not be reached.

    The body names no environment: the environment is that of the certificate that signed the event.
    """
    if bearer is None:
        return ministry.refusal(401, request)
    body = bound(request, ContingencyBody, ministry)
    if isinstance(body, Reply):
        return body
    now = ministry.clock.now()
    if body.nit != bearer.nit:
        return _rejected(ministry, now, None, [f"[nit] {TEXTS['008']}"])
    for environment in bearer.environments:
        company = ministry.caller(bearer, environment)
        payload = None if company is None else verified_payload(body.document, company.public_key)
        if company is not None and payload is not None:
            return _judge(ministry, company, body.document, payload)
    return _rejected(ministry, now, None, [BAD_SIGNATURE.text])


def _judge(ministry: Ministry, company: Company, jws: str, payload: bytes) -> Reply:
    now = ministry.clock.now()
    try:
        event = parsed_document(payload)
    except NotADocumentError:
        return _rejected(ministry, now, None, [TEXTS["098"]])
    head = event.get("identificacion")
    code = head.get("codigoGeneracion") if isinstance(head, dict) else None
    reading = ContingencyReading(event, company, now, ministry.ledger, ministry.policy)
    found = _broken_schema(ministry, event, company, now) or contingency_findings(reading)
    if not found:
        return _receive(ministry, jws, reading)
    if documents := open_to_correction(reading):
        ministry.ledger.record(ContingencyRefused(company.environment, company.nit, now, documents))
    return _rejected(ministry, now, code if isinstance(code, str) else None, found)


def _broken_schema(ministry: Ministry, event: dict[str, Any], company: Company, now: datetime) -> list[str]:
    head = event.get("identificacion")
    version = head.get("version") if isinstance(head, dict) else None
    if type(version) is not int or version not in CONTINGENCIES:
        return list(UNKNOWN_VERSION.observations)
    if version != V2_EVENT_VERSION and ministry.v1_is_over(now):
        return list(UNKNOWN_VERSION.observations)
    violations = CONTINGENCIES[version](event)
    if violations is not None:
        return observations(violations, ministry.policy.dialect)
    if event["identificacion"]["ambiente"] != company.environment:
        return [f"[identificacion.ambiente] {TEXTS['003']}"]
    return []


def _receive(ministry: Ministry, jws: str, reading: ContingencyReading) -> Reply:
    event, stamp = reading.event, new_stamp(reading.now)
    code = event["identificacion"]["codigoGeneracion"]
    ministry.ledger.record(
        ContingencyFiled(
            environment=reading.company.environment,
            nit=reading.company.nit,
            at=reading.now,
            jws=jws,
            stamp=stamp,
            event_code=code,
            kind=event["motivo"]["tipoContingencia"],
            started_at=reading.started_at,
            ended_at=reading.ended_at,
            documents=tuple((row["codigoGeneracion"], row["tipoDoc"]) for row in event["detalleDTE"]),
        )
    )
    return json_reply(200, answers.contingency_received(stamp, reading.now), About("RECIBIDO", generation_code=code))


def _rejected(ministry: Ministry, now: datetime, code: str | None, found: list[str]) -> Reply:
    status = ministry.policy.contingency_rejection_status
    return json_reply(status, answers.contingency_rejected(now, found), About("RECHAZADO", generation_code=code))
