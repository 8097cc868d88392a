"""``/_control``: endpoints with which a test controls and reads the emulator; they are not part of MH's service.

| method and path | effect |
| --- | --- |
| GET ``/_control/state`` | clock, faults in force, requests per endpoint, number of documents and events |
| POST, GET, DELETE ``/_control/faults`` | add one fault; list the faults; remove all |
| POST ``/_control/clock`` | ``{"move_s": n}``, ``{"set": iso}``, ``{"freeze": iso}`` or ``{"reset": true}`` |
| POST ``/_control/policy`` | change values of the policy by name |
| GET, DELETE ``/_control/transmissions`` | every request received, oldest first; clear the log |
| GET ``/_control/documents`` | stamped documents |
| GET ``/_control/events`` | accepted invalidation and contingency events |
| POST ``/_control/numbers`` | a series of control numbers that documents of another system bear |
| POST, GET ``/_control/companies`` | register a company with a new certificate; list them |
| POST ``/_control/reset`` | remove faults, set real time, clear the log of transmissions; the ledger stays |

Lists take filters in the query string, with the names of their fields.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

import msgspec

from ocote.emulator.certificate import make_certificate, public_key_of
from ocote.emulator.companies import Company, only_digits
from ocote.emulator.faults import Fault, Faults
from ocote.emulator.http import Reply, Request, json_reply
from ocote.emulator.journal import NumbersTaken
from ocote.emulator.ledger import Stored
from ocote.emulator.ministry import Ministry
from ocote.emulator.policy import Policy
from ocote.emulator.transmissions import TransmissionLog

LAST_NUMBER = 999_999_999_999_999
"""The last number of a series, whose correlative has 15 digits (rules.md 1)."""


class NewCompany(msgspec.Struct, forbid_unknown_fields=True):
    """A company to register; without ``certificate`` it gets a new certificate."""

    nit: str
    nrc: str
    name: str
    environment: Literal["00", "01"] = "00"
    user: str | None = None
    """The API user; the NIT where absent, as at MH."""
    password: str = "Clave#Segura2026"  # noqa: S105 - a default for a service that guards nothing
    certificate_password: str = "Prueba#2026"  # noqa: S105
    certificate: str | None = None
    """The XML of an existing certificate file; where absent, a new certificate is made."""


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """One change of the emulator's clock."""

    move_s: float | None = None
    set: datetime | None = None
    freeze: datetime | None = None
    reset: bool = False


class NumbersElsewhere(msgspec.Struct, forbid_unknown_fields=True):
    """Control numbers of an emitter that another system has used; without ``last`` all numbers from ``first`` on.

    A document with such a number is refused with 004, and no query finds the document that bears the number.
    """

    nit: str
    series: Annotated[str, msgspec.Meta(pattern=r"^DTE-[0-9]{2}-[A-Z0-9]{8}$")]
    """A control number without its correlative: ``DTE-01-M001P001``."""
    year: int
    environment: Literal["00", "01"] = "00"
    first: Annotated[int, msgspec.Meta(ge=1, le=LAST_NUMBER)] = 1
    last: Annotated[int, msgspec.Meta(ge=1, le=LAST_NUMBER)] = LAST_NUMBER


class Control:
    """The control endpoints over one emulated MH."""

    def __init__(self, ministry: Ministry, faults: Faults, log: TransmissionLog) -> None:
        self._ministry = ministry
        self._faults = faults
        self._log = log
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "state"): self._state,
            ("POST", "faults"): self._add_fault,
            ("GET", "faults"): self._list_faults,
            ("DELETE", "faults"): self._lift_faults,
            ("POST", "clock"): self._change_clock,
            ("POST", "policy"): self._change_policy,
            ("GET", "transmissions"): self._list_transmissions,
            ("DELETE", "transmissions"): self._forget_transmissions,
            ("GET", "documents"): self._list_documents,
            ("GET", "events"): self._list_events,
            ("POST", "numbers"): self._take_numbers,
            ("POST", "companies"): self._add_company,
            ("GET", "companies"): self._list_companies,
            ("POST", "reset"): self._reset,
        }

    def handle(self, request: Request) -> Reply:
        """Serve one control request; an invalid body gets 400 with the reason."""
        name = request.path.removeprefix("/_control").strip("/")
        serve = self._routes.get((request.method, name))
        if serve is None:
            return json_reply(404, {"error": f"no control endpoint {request.method} {name}"})
        try:
            return json_reply(200, serve(request))
        except (msgspec.DecodeError, ValueError) as fault:
            return json_reply(400, {"error": str(fault)})

    def _state(self, _: Request) -> dict[str, Any]:
        return {
            "now": self._ministry.clock.now(),
            "faults": len(self._faults.in_force()),
            "transmissions": self._log.counts(),
            "documents": sum(1 for _ in self._ministry.ledger.documents()),
            "events": len(self._ministry.ledger.events()),
        }

    def _add_fault(self, request: Request) -> dict[str, Any]:
        self._faults.add(msgspec.json.decode(request.body, type=Fault))
        return {"faults": len(self._faults.in_force())}

    def _list_faults(self, _: Request) -> list[dict[str, Any]]:
        return [{"fault": fault, "left": left} for fault, left in self._faults.in_force()]

    def _lift_faults(self, _: Request) -> dict[str, Any]:
        self._faults.clear()
        return {"faults": 0}

    def _change_clock(self, request: Request) -> dict[str, Any]:
        change = msgspec.json.decode(request.body, type=ClockChange)
        clock = self._ministry.clock
        if change.reset:
            clock.reset()
        if change.set is not None:
            clock.set(_aware(change.set))
        if change.freeze is not None:
            clock.freeze(_aware(change.freeze))
        if change.move_s is not None:
            clock.move(timedelta(seconds=change.move_s))
        return {"now": clock.now()}

    def _change_policy(self, request: Request) -> Policy:
        changes = msgspec.json.decode(request.body, type=dict[str, Any])
        known = Policy.__dataclass_fields__
        if unknown := [name for name in changes if name not in known]:
            raise ValueError(f"unknown policy: {', '.join(unknown)}")
        if isinstance(changes.get("v1_until"), str):
            changes["v1_until"] = date.fromisoformat(changes["v1_until"])
        self._ministry.policy = replace(self._ministry.policy, **changes)
        return self._ministry.policy

    def _list_transmissions(self, request: Request) -> list[dict[str, Any]]:
        return _filtered(request, [msgspec.to_builtins(transmission) for transmission in self._log])

    def _forget_transmissions(self, _: Request) -> dict[str, Any]:
        self._log.clear()
        return {"transmissions": 0}

    def _list_documents(self, request: Request) -> list[dict[str, Any]]:
        return _filtered(request, [_described(document) for document in self._ministry.ledger.documents()])

    def _list_events(self, request: Request) -> list[dict[str, Any]]:
        return _filtered(request, [msgspec.to_builtins(event) for event in self._ministry.ledger.events()])

    def _take_numbers(self, request: Request) -> dict[str, Any]:
        taken = msgspec.json.decode(request.body, type=NumbersElsewhere)
        nit = only_digits(taken.nit)
        if self._ministry.registry.find(nit, taken.environment) is None:
            raise ValueError(f"no company {nit} in environment {taken.environment}")
        if taken.last < taken.first:
            raise ValueError("the last number is before the first")
        now = self._ministry.clock.now()
        self._ministry.ledger.record(
            NumbersTaken(taken.environment, nit, now, taken.year, taken.series, taken.first, taken.last)
        )
        return {"numbers": taken.last - taken.first + 1}

    def _add_company(self, request: Request) -> dict[str, Any]:
        wanted = msgspec.json.decode(request.body, type=NewCompany)
        nit = only_digits(wanted.nit)
        xml = wanted.certificate.encode() if wanted.certificate else _new_certificate(nit, wanted)
        company = Company(
            nit=nit,
            nrc=only_digits(wanted.nrc),
            name=wanted.name,
            environment=wanted.environment,
            user=wanted.user or nit,
            password=wanted.password,
            public_key=public_key_of(xml),
        )
        self._ministry.registry.add(company)
        secrets = {"password": wanted.password, "certificate_password": wanted.certificate_password}
        return {**_registered(company), **secrets, "certificate": xml.decode()}

    def _list_companies(self, _: Request) -> list[dict[str, Any]]:
        return [_registered(company) for company in self._ministry.registry]

    def _reset(self, _: Request) -> dict[str, Any]:
        self._faults.clear()
        self._log.clear()
        self._ministry.clock.reset()
        return {"now": self._ministry.clock.now()}


def _new_certificate(nit: str, wanted: NewCompany) -> bytes:
    return make_certificate(nit, wanted.name, wanted.certificate_password)


def _registered(company: Company) -> dict[str, Any]:
    names = ("nit", "nrc", "name", "environment", "user")
    return {name: getattr(company, name) for name in names}


def _described(document: Stored) -> dict[str, Any]:
    facts = document.facts
    return {
        "environment": document.environment,
        "nit": document.nit,
        "doc_type": facts.doc_type,
        "version": facts.version,
        "generation_code": facts.generation_code,
        "control_number": facts.control_number,
        "issued_at": facts.issued_at,
        "contingency_kind": facts.contingency_kind,
        "payable": None if facts.payable is None else str(facts.payable),
        "stamp": document.stamp,
        "processed_at": document.processed_at,
        "code": document.code,
        "observations": document.observations,
        "state": "processed" if document.alive else "invalidated",
        "jws": document.jws,
    }


def _filtered(request: Request, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted: Mapping[str, str] = dict(parse_qsl(request.query))
    return [row for row in rows if all(str(row.get(key)) == value for key, value in wanted.items())]


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment needs an offset, such as -06:00")
    return moment
