"""Rows of a company that has sold for three years, copied from one row of each kind that the gateway itself wrote."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec

from bench.panel.tables import Row
from ocote.store.audit_log import AuditRow, hash_of
from ocote.store.engine.values import folded, moment_text

COMPANY: Final = 1
CUSTOMERS: Final = 20_000
ITEMS: Final = 3_000
REQUESTS: Final = 20_000
FIRST_REQUEST: Final = 1_000_000
TYPES: Final = ("01", "03", "05", "11", "14")
TILLS: Final = tuple((f"M{branch:03d}", f"P{till:03d}") for branch in range(1, 5) for till in range(1, 11))

_TILLS_BEFORE: Final = (("M001", "P001"), ("M001", "P002"))
"""Those of the company whose rows are copied."""

FIRST_CUSTOMER: Final = 1_000
"""The id of the first copied customer."""

CONTINGENCIES: Final = 100
UNFINISHED: Final = "00000000-0000-4000-8000-000000000000"
"""The id of the contingency whose documents wait."""

_TRADES: Final = ("Ferretería", "Panadería", "Comedor", "Librería", "Farmacia", "Agroservicio", "Taller", "Hostal")
_PLACES: Final = ("La Ceiba", "El Conacaste", "El Maquilishuat", "La Barranca", "El Bálsamo", "Los Izotes", "El Morro")
_NOBODY: Final = "Consumidor Final"
NEVER: Final = "9999-12-31T00:00:00.000000Z"


@dataclass(frozen=True, slots=True)
class Templates:
    """A row of each kind that the gateway wrote; documents by type, and by state where it is not stamped."""

    documents: Mapping[str, Row]
    others: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Years:
    """The documents to make: numbers from ``first`` to before ``last``, posted evenly between two moments."""

    first: int
    last: int
    begin: datetime
    end: datetime

    def number_at(self, at: datetime) -> int:
        """The number of the last document posted by a moment."""
        return self.first + int((self.last - self.first) * ((at - self.begin) / (self.end - self.begin)))

    def at(self, number: int) -> datetime:
        """The moment of a document."""
        return self.begin + (self.end - self.begin) * ((number - self.first) / (self.last - self.first))


def customer_name(number: int) -> str:
    """The name of a customer: a few words that many share, and a number of their own."""
    return f"{_TRADES[number % 8]} {_PLACES[number // 8 % 7]} {number:05d}"


def documents(templates: Templates, years: Years, waiting: int) -> Iterator[Row]:
    """Documents of all types and states in the order of posting; of the last, so many wait in a contingency."""
    ccf = None
    for number in range(years.first, years.last):
        kind = _kind_of(number, waits=number >= years.last - 3 * waiting and number % 3 == 0)
        template = templates.documents[kind]
        doc_type, at = str(template["doc_type"]), years.at(number)
        branch_code, pos_code = TILLS[number * 7 % len(TILLS)]
        gross = 100 + number * 2_654_435_761 % 50_000
        withheld = gross // 100 if doc_type == "03" and number % 3 == 0 else 0
        chance = Random(number)  # noqa: S311 - the same ones in every archive
        own_id = str(UUID(int=chance.getrandbits(128), version=4))
        row = {
            **template,
            "id": own_id,
            "external_ref": f"venta-{number}",
            "branch_code": branch_code,
            "pos_code": pos_code,
            "year": at.year,
            "control_number": f"DTE-{doc_type}-{branch_code}{pos_code}-{number:015d}",
            "generation_code": str(UUID(int=chance.getrandbits(128), version=4)).upper(),
            "gross_cents": gross,
            "vat_cents": gross * 13 // 113,
            "taxable_cents": gross - gross * 13 // 113,
            "withheld_cents": withheld,
            "payable_cents": gross - withheld,
            "posted_at": moment_text(at),
            **_customer(number, doc_type),
        }
        if template["stamp"] is not None:
            row |= {"stamp": f"{at.year}{chance.getrandbits(144):036X}", "stamped_at": moment_text(at)}
        if template["invalidated_at"] is not None:
            row["invalidated_at"] = moment_text(at + timedelta(hours=1))
        if template["rejected_at"] is not None:
            row["rejected_at"] = moment_text(at)
        if kind == "contingency":
            row |= {"contingency_id": UNFINISHED, "event_id": None, "lot_id": None, "due_at": None}
        elif template["stamp"] is not None and number % 400 == 9:
            row["contingency_id"] = contingency_id(number // 400 % CONTINGENCIES + 1)
        if kind == "05":
            row["adjusts_id"] = ccf
        if kind == "03":
            ccf = own_id
        yield row


def _kind_of(number: int, *, waits: bool) -> str:
    """The key of the template of a document."""
    if waits:
        return "contingency"
    if number % 500 == 7:
        return "rejected"
    if number % 250 == 3:
        return "invalidated"
    share = number * 37 % 1000
    for kind, below in (("01", 850), ("03", 930), ("05", 950), ("11", 960)):
        if share < below:
            return kind
    return "14"


def _customer(number: int, doc_type: str) -> Row:
    """Who bought: of most invoices nobody known, of some a name alone, of the others a customer with a record."""
    share = number % 20
    if doc_type == "01" and share < 12:
        name, record = _NOBODY, None
    elif doc_type == "01" and share < 15:
        name, record = f"Mesa {number * 13 % 5_000:04d}", None
    else:
        chosen = (number * 7919 + number // 20) % CUSTOMERS
        name, record = customer_name(chosen), FIRST_CUSTOMER + chosen
    return {"customer_name": name, "customer_folded": folded(name), "customer_id": record}


def customers(template: Row) -> Iterator[Row]:
    """Remembered customers, most of them with a NIT and some with NRC or DUI."""
    content = msgspec.json.decode(template["record"])
    for number in range(CUSTOMERS):
        name = customer_name(number)
        nit, nrc, dui = f"0614{number:010d}", f"{number + 1_000_000}", f"{number:09d}"
        yield {
            **template,
            "id": FIRST_CUSTOMER + number,
            "nit": nit,
            "dui": dui if number % 3 == 0 else None,
            "nrc": nrc if number % 2 == 0 else None,
            "record": msgspec.json.encode({**content, "name": name, "nit": nit, "nrc": nrc}).decode(),
            "folded": folded(name),
        }


def items(template: Row) -> Iterator[Row]:
    """The items of a catalog."""
    content = msgspec.json.decode(template["record"])
    for number in range(ITEMS):
        code, description = f"ART-{number:05d}", f"Artículo {_PLACES[number % 7]} {number}"
        yield {
            **template,
            "code": code,
            "record": msgspec.json.encode({**content, "description": description}).decode(),
            "folded": folded(f"{code}\n{description}"),
        }


def contingency_id(number: int) -> str:
    """The id of a contingency that is over."""
    return f"00000000-0000-4000-8000-{number:012d}"


def contingencies(template: Row, years: Years) -> Iterator[Row]:
    """Contingencies that are over, and one whose documents wait and which no process works on."""
    step = (years.end - years.begin) / CONTINGENCIES
    for number in range(1, CONTINGENCIES + 1):
        began = years.begin + step * (number - 1)
        moments = {name: moment_text(began + timedelta(hours=2)) for name in ("last_at", "ended_at", "done_at")}
        yield {**template, **moments, "id": contingency_id(number), "began_at": moment_text(began)}
    moments = {"began_at": moment_text(years.end - timedelta(hours=8)), "last_at": moment_text(years.end)}
    ended = {"ended_at": moment_text(years.end), "done_at": None, "due_at": NEVER}
    yield {**template, **moments, **ended, "id": UNFINISHED, "state": "delivering"}


def events(template: Row) -> Iterator[Row]:
    """The event of each contingency that is over."""
    for number in range(1, CONTINGENCIES + 1):
        own = {"id": contingency_id(number), "contingency_id": contingency_id(number)}
        yield {**template, **own, "generation_code": contingency_id(number).upper()}


def beside_document(templates: Templates, made: Row, number: int) -> Iterator[tuple[str, Row]]:
    """The rows of other tables that one document has left: a mail of every fourth, announcements of the last weeks.

    An invalidated document has its event, and every fifth refused one was written again.
    """
    own = {"document_id": made["id"]}
    if number % 4 == 0 and made["state"] == "stamped":
        state = ("refused" if number % 200 == 0 else "sent") if number % 1000 else "expired"
        at = dict.fromkeys(("created_at", "begun_at", "answered_at"), made["posted_at"])
        mail = {"id": f"correo-{number}", "target": f"cliente{number % CUSTOMERS}@example.com", "state": state}
        yield "outbox", {**templates.others["mail"], **own, **at, **mail}
    if made["invalidated_by"] == "event":
        moments = {"requested_at": made["posted_at"], "settled_at": made["invalidated_at"]}
        ids = {"id": f"evento-{number}", "generation_code": f"EVENTO-{number}"}
        yield "invalidation", {**templates.others["invalidation"], **own, **moments, **ids}
    if number % 2500 == 8:
        version = {"version": 0, "why": "rejected", "superseded_at": made["posted_at"]}
        code = {"generation_code": f"ANTES-{number}"}
        yield "superseded_version", {**templates.others["superseded_version"], **own, **version, **code}


def announcement(template: Row, made: Row, number: int) -> Row:
    """The announcement of a document to the company's webhook."""
    at = dict.fromkeys(("created_at", "begun_at", "answered_at"), made["posted_at"])
    return {**template, **at, "id": f"aviso-{number}", "document_id": made["id"]}


def drafts(template: Row, years: Years) -> Iterator[Row]:
    """Drafts that were never issued."""
    for number in range(300):
        at = moment_text(years.end - timedelta(hours=number))
        own = {"id": contingency_id(number), "reference": f"borrador-{number}", "document_id": None}
        yield {**template, **own, "created_at": at, "updated_at": at}


def closings(template: Row, years: Years) -> Iterator[Row]:
    """A Z cut of each till on each day, up to the last number of that day; the first till has one cut already."""
    days = (years.end - years.begin).days
    cut = msgspec.json.decode(template["series"])
    for branch_code, pos_code in TILLS:
        for day in range(days):
            at = years.begin + timedelta(days=day)
            closed_at = at + timedelta(hours=23)
            last = {f"{doc_type}/{closed_at.year}": years.number_at(closed_at) for doc_type in TYPES}
            series = msgspec.json.encode({**cut, "last": last}).decode()
            moments = {"began_at": moment_text(at), "closed_at": moment_text(closed_at)}
            own = {"branch_code": branch_code, "pos_code": pos_code, "number": day + 2, "series": series}
            yield {**template, **own, **moments}


def api_requests(last: Row, years: Years) -> Iterator[Row]:
    """What programs asked of the API in the last weeks: as much as the log keeps, one of twenty in vain."""
    for each in range(1, REQUESTS + 1):
        at = years.end - timedelta(minutes=2 * (REQUESTS - each))
        own = {
            "id": FIRST_REQUEST + each,
            "at": moment_text(at),
            "request_id": f"{each:032x}",
            "document": f"venta-{each}",
        }
        failed = {"status": 400, "code": "request_invalid"} if each % 20 == 0 else {}
        yield {**last, **own, **failed}


def audit_entries(last: Row, years: Years) -> Iterator[Row]:
    """Changes of three years, chained to the last entry of the log."""
    entries = 50_000
    step = (years.end - years.begin) / entries
    acts = ("item_saved", "customer_saved", "document_issued", "number_set", "key_created")
    number, previous = last["number"], last["hash"]
    for each in range(entries):
        row = AuditRow(
            number=number + each + 1,
            at=moment_text(years.begin + step * each),
            person_id=None,
            author=f"Persona de Prueba {each % 12}",
            address="192.0.2.1",
            company_id=COMPANY,
            act=acts[each % len(acts)],
            subject=f"ART-{each % ITEMS:05d}",
            before='{"unit_price":"1.00"}',
            after='{"unit_price":"1.10"}',
            previous=previous,
            hash="",
        )
        previous = hash_of(row)
        yield {**msgspec.structs.asdict(row), "hash": previous}


def points(template: Row) -> Iterator[Row]:
    """Every till but those that the company has already."""
    for branch_code, pos_code in TILLS:
        if (branch_code, pos_code) not in _TILLS_BEFORE:
            yield {**template, "branch_code": branch_code, "pos_code": pos_code}


def counters(templates: Templates, last: int, years: Years) -> Iterator[Row]:
    """The counters of every till and type at the last number, but those that count already."""
    for branch_code, pos_code in TILLS[1:]:
        for doc_type in TYPES:
            own: dict[str, Any] = {"doc_type": doc_type, "branch_code": branch_code, "pos_code": pos_code}
            yield {**templates.others["correlative"], **own, "year": years.end.year, "last": last}
