"""``POST /fesv/anulardte`` (protocol.md 4.5)."""

from datetime import datetime
from typing import Any

from ocote.emulator import answers
from ocote.emulator.binding import InvalidationBody, bound
from ocote.emulator.companies import Company
from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.journal import Invalidated
from ocote.emulator.jws import verified_payload
from ocote.emulator.messages import SCHEMA, Finding, general
from ocote.emulator.ministry import Ministry
from ocote.emulator.parsing import NotADocumentError, parsed_document
from ocote.emulator.reception import BAD_SIGNATURE, UNKNOWN_VERSION
from ocote.emulator.rules.invalidation import EventReading, invalidation_finding
from ocote.emulator.rules.reading import Edition
from ocote.emulator.shapes.registry import INVALIDATIONS
from ocote.emulator.shapes.violations import observations
from ocote.emulator.stamp import new_stamp
from ocote.emulator.tokens import Bearer

V2_EVENT_VERSION = 3


def invalidate(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """Invalidate a document, or answer which rule the event breaks."""
    if bearer is None:
        return ministry.refusal(401, request)
    body = bound(request, InvalidationBody, ministry)
    if isinstance(body, Reply):
        return body
    company = ministry.caller(bearer, body.environment)
    if company is None:
        return ministry.refusal(401, request)
    return _judge(ministry, company, body)


def _judge(ministry: Ministry, company: Company, body: InvalidationBody) -> Reply:
    now = ministry.clock.now()
    payload = verified_payload(body.document, company.public_key)
    if payload is None:
        return _rejected(body.environment, None, now, BAD_SIGNATURE)
    event, found = _read(ministry, payload, body.version, now)
    if found is not None:
        return _rejected(body.environment, _code_of(event), now, found)
    edition: Edition = "v2" if body.version == V2_EVENT_VERSION else "v1"
    reading = EventReading(event, edition, company, now, ministry.ledger, ministry.policy)
    found = invalidation_finding(reading)
    if found is not None:
        return _rejected(body.environment, reading.code, now, found)
    return _take_effect(ministry, company, body.document, reading)


def _read(ministry: Ministry, payload: bytes, version: int, now: datetime) -> tuple[dict[str, Any], Finding | None]:
    try:
        event = parsed_document(payload)
    except NotADocumentError:
        return {}, general("098", SCHEMA)
    head = event.get("identificacion")
    stated = head.get("version") if isinstance(head, dict) else None
    if type(stated) is not int or stated != version or version not in INVALIDATIONS:
        return event, UNKNOWN_VERSION
    if version != V2_EVENT_VERSION and ministry.v1_is_over(now):
        return event, UNKNOWN_VERSION
    violations = INVALIDATIONS[version](event)
    if violations is None:
        return event, None
    return event, general("096", SCHEMA, *observations(violations, ministry.policy.dialect))


def _take_effect(ministry: Ministry, company: Company, jws: str, reading: EventReading) -> Reply:
    stamp = new_stamp(reading.now)
    ministry.ledger.record(
        Invalidated(
            environment=company.environment,
            nit=company.nit,
            at=reading.now,
            jws=jws,
            stamp=stamp,
            event_code=reading.code,
            document_code=reading.event["documento"]["codigoGeneracion"],
        )
    )
    answer = answers.invalidated(company.environment, reading.code, stamp, reading.now)
    return json_reply(200, answer, About("PROCESADO", "001", generation_code=reading.code))


def _rejected(environment: str, code: str | None, now: datetime, finding: Finding) -> Reply:
    answer = answers.invalidation_rejected(environment, code, now, finding)
    return json_reply(400, answer, About("RECHAZADO", finding.code, generation_code=code))


def _code_of(event: dict[str, Any]) -> str | None:
    head = event.get("identificacion")
    code = head.get("codigoGeneracion") if isinstance(head, dict) else None
    return code if isinstance(code, str) else None
