"""The reception of one document: signature, envelope, schema, duplicates, rules, stamp (protocol.md 3 and 9)."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Any

from ocote.emulator import answers
from ocote.emulator.binding import ReceptionBody, bound
from ocote.emulator.companies import Company
from ocote.emulator.facts import facts_of
from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.journal import Accepted, Refused
from ocote.emulator.jws import verified_payload
from ocote.emulator.ledger import Ledger, Owner, Stored
from ocote.emulator.messages import DOCUMENT, SCHEMA, SIGNATURE, Finding, at, general
from ocote.emulator.ministry import Ministry
from ocote.emulator.parsing import NotADocumentError, parsed_document
from ocote.emulator.rules.dates import differs_from_today
from ocote.emulator.rules.reading import V2_VERSIONS, Reading
from ocote.emulator.rules.rulebook import first_broken_rule
from ocote.emulator.shapes.registry import DOCUMENTS
from ocote.emulator.shapes.violations import observations
from ocote.emulator.stamp import new_stamp
from ocote.emulator.tokens import Bearer

BAD_SIGNATURE = Finding("802", SIGNATURE, "Firma no válida")
UNKNOWN_VERSION = general("096", SCHEMA, "Version/Tipo DTE no es valido")
CORRECTION_WINDOW = timedelta(hours=24)
"""The time after a rejection in which the rejected code may be sent again (protocol.md 3.4)."""


def receive(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """Receive one document by ``POST /fesv/recepciondte``."""
    if bearer is None:
        return ministry.refusal(401, request)
    body = bound(request, ReceptionBody, ministry)
    if isinstance(body, Reply):
        return body
    company = ministry.caller(bearer, body.environment)
    if company is None:
        return ministry.refusal(401, request)
    now = ministry.clock.now()
    payload = verified_payload(body.document, company.public_key)
    if payload is None:
        return _reply(answers.rejected(body.environment, None, now, BAD_SIGNATURE))
    judged = judge(ministry, company, body.document, payload, now, envelope=body)
    if isinstance(judged, Stored):
        return _reply(answers.processed(judged))
    return _reply(answers.rejected(body.environment, body.generation_code, now, judged))


def judge(
    ministry: Ministry,
    company: Company,
    jws: str,
    payload: bytes,
    now: datetime,
    *,
    envelope: ReceptionBody | None = None,
    outside_its_event: Set[str] = frozenset(),
) -> Stored | Finding:
    """Decide on a document with a valid signature, and record the decision in the ledger.

    ``envelope`` is None in a lot, where documents have no envelope; ``outside_its_event`` are the codes of the
    documents that do not belong to the lot's contingency event.
    """
    owner = (company.environment, company.nit)
    try:
        document = parsed_document(payload)
    except NotADocumentError:
        return general("098", SCHEMA)
    found = _broken_schema(ministry, document, now, envelope)
    if found is not None:
        code, doc_type = _identity(document, envelope)
        return _refuse(ministry, owner, code, doc_type, found, now)
    facts = facts_of(document)
    reading = Reading(
        document,
        facts,
        company,
        now,
        ministry.ledger,
        ministry.registry,
        ministry.policy,
        by_lot=envelope is None,
        outside_its_event=facts.generation_code in outside_its_event,
    )
    found = _misaddressed(reading, envelope) or _duplicate(reading) or first_broken_rule(reading)
    if found is not None:
        return _refuse(ministry, owner, facts.generation_code, facts.doc_type, found, now)
    return _accept(ministry, owner, jws, reading)


def _broken_schema(
    ministry: Ministry, document: dict[str, Any], now: datetime, envelope: ReceptionBody | None
) -> Finding | None:
    head = document.get("identificacion")
    doc_type, version = (head.get("tipoDte"), head.get("version")) if isinstance(head, dict) else (None, None)
    if envelope is not None and (doc_type, version) != (envelope.doc_type, envelope.version):
        return UNKNOWN_VERSION
    if not isinstance(doc_type, str) or type(version) is not int or (doc_type, version) not in DOCUMENTS:
        return UNKNOWN_VERSION
    if V2_VERSIONS[doc_type] != version and ministry.v1_is_over(now):
        return UNKNOWN_VERSION
    violations = DOCUMENTS[doc_type, version](document)
    if violations is None:
        return None
    return general("096", SCHEMA, *observations(violations, ministry.policy.dialect))


def _identity(document: dict[str, Any], envelope: ReceptionBody | None) -> tuple[str | None, str | None]:
    """Generation code and type of a document, each None where missing."""
    if envelope is not None:
        return envelope.generation_code, envelope.doc_type
    head = document.get("identificacion")
    code, doc_type = (head.get("codigoGeneracion"), head.get("tipoDte")) if isinstance(head, dict) else (None, None)
    return code if isinstance(code, str) else None, doc_type if isinstance(doc_type, str) else None


def _misaddressed(reading: Reading, envelope: ReceptionBody | None) -> Finding | None:
    """The document has the environment of the company and the generation code of its envelope."""
    if reading.document["identificacion"]["ambiente"] != reading.company.environment:
        return at("identificacion.ambiente", "003", DOCUMENT)
    if envelope is not None and envelope.generation_code != reading.facts.generation_code:
        return at("identificacion.codigoGeneracion", "003", DOCUMENT)
    return None


def _duplicate(reading: Reading) -> Finding | None:
    """An emitter uses a code once in an environment, and a control number once in a calendar year.

    A rejected document uses up neither; its code may be sent again for a day, later a new code is needed.
    """
    facts, ledger, owner = reading.facts, reading.ledger, reading.owner
    if _spent(ledger, owner, facts.generation_code, reading.now):
        return at("identificacion.codigoGeneracion", "004", DOCUMENT)
    if ledger.number_taken(owner, facts.issued_on.year, facts.control_number):
        return at("identificacion.numeroControl", "004", DOCUMENT)
    return None


def _spent(ledger: Ledger, owner: Owner, code: str, now: datetime) -> bool:
    refusal = ledger.refusal(owner, code)
    expired = refusal is not None and now > refusal.at + CORRECTION_WINDOW
    return expired or ledger.code_taken(owner, code)


def _accept(ministry: Ministry, owner: Owner, jws: str, reading: Reading) -> Stored:
    remarks = differs_from_today(reading)
    plain = answers.RECEIVED_IN_LOT if reading.by_lot else answers.RECEIVED
    entry = Accepted(
        environment=owner[0],
        nit=owner[1],
        at=reading.now,
        jws=jws,
        stamp=new_stamp(reading.now),
        code="002" if remarks else "001",
        text=answers.WITH_OBSERVATIONS if remarks else plain,
        observations=remarks,
    )
    return ministry.ledger.accept(entry, reading.facts)


def _refuse(
    ministry: Ministry, owner: Owner, code: str | None, doc_type: str | None, finding: Finding, now: datetime
) -> Finding:
    """Record the rejection under the document's code, unless that code cannot be used any more."""
    if code is not None and not _spent(ministry.ledger, owner, code, now):
        ministry.ledger.record(
            Refused(
                environment=owner[0],
                nit=owner[1],
                at=now,
                doc_type=doc_type or "",
                generation_code=code,
                class_code=finding.class_code,
                code=finding.code,
                text=finding.text,
                observations=finding.observations,
            )
        )
    return finding


def _reply(answer: dict[str, Any]) -> Reply:
    about = About(answer["estado"], answer["codigoMsg"])
    return json_reply(200 if answer["estado"] == "PROCESADO" else 400, answer, about)
