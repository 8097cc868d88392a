"""The company's own record of a customer: matched, completed and kept (contract D14)."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Final

import msgspec
from msgspec.structs import fields, replace

from ocote import audit
from ocote.audit import Act, Author
from ocote.clock import Clock
from ocote.dte.sale import ABROAD
from ocote.issuing.request import CustomerData, Place
from ocote.store import customers as rows
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.companies import hold_company
from ocote.store.customers import Counterparty, NewCustomer, Revised, Revision, match_customer, save_customer
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

FORGOTTEN: Final = "…"
"""In the audit log in place of a value that was forgotten on purpose."""


class CustomerError(Exception):
    """The requested change of a record is impossible; the text, in Spanish, says why."""


def known_customer(
    company_id: int, sent: CustomerData, redirect_email: str | None = None
) -> Transaction[tuple[CustomerData, Counterparty]]:
    """Completes the customer of a request with the company's record, in which only the fields that were sent change.

    Returns the completed customer, and the other side of the document with the record to write. A customer without any
    identifier is not looked up and is kept in the document alone. ``redirect_email`` gets a copy of the document.
    """
    if not (sent.nit or sent.dui or sent.nrc):
        return sent, Counterparty(sent.name, sent.email, redirect_email)
    record_id, stored = yield from _recorded(company_id, sent)
    known = sent if stored is None else merge(stored, sent)
    keep = None if known == stored else partial(_keep, company_id, sent)
    return known, Counterparty(known.name, known.email, redirect_email, record_id, keep)


def _keep(company_id: int, sent: CustomerData, now: str) -> Transaction[int]:
    """Merges the customer of a request into the present record, which another request may have changed meanwhile."""
    yield from hold_company(company_id)
    record_id, stored = yield from _recorded(company_id, sent)
    return (
        yield from save_customer(
            company_id, row_of_customer(record_id, sent if stored is None else merge(stored, sent)), now
        )
    )


def _recorded(company_id: int, sent: CustomerData) -> Transaction[tuple[int | None, CustomerData | None]]:
    row = yield from match_customer(company_id, sent.nit, sent.dui, sent.nrc)
    if row is None:
        return None, None
    return row.id, customer_of(row.record)


def merge(stored: CustomerData, sent: CustomerData) -> CustomerData:
    """The stored record, in which each field that was sent replaces the stored field.

    A street is known for its place alone: whoever is sent with another place no longer has the stored street, and
    whoever is sent with a place in El Salvador no longer has a country abroad.
    """
    news = {field.name: value for field in fields(sent) if (value := getattr(sent, field.name)) is not None}
    if sent.place is not None and stored.place is not None and _is_elsewhere(sent.place, stored.place):
        news.setdefault("address", None)
    if sent.place is not None and sent.place.department != ABROAD:
        news["country"] = None
    return replace(stored, **news)


def _is_elsewhere(one: Place, other: Place) -> bool:
    """Whether two places cannot be the same; a place without its district may be any of its municipality."""
    if (one.department, one.municipality) != (other.department, other.municipality):
        return True
    return None not in (one.district, other.district) and one.district != other.district


def row_of_customer(record_id: int | None, data: CustomerData) -> NewCustomer:
    """A customer's record to write; ``record_id`` is None for a new one."""
    return NewCustomer(record_id, data.nit, data.dui, data.nrc, msgspec.json.encode(data).decode())


def customer_of(record: str) -> CustomerData:
    """The customer of a stored record."""
    return msgspec.json.decode(record, type=CustomerData)


async def clear_customer(
    store: Store, clock: Clock, by: Author, customer_id: int, names: Collection[str]
) -> CustomerData:
    """Empties fields of a record, because a request can only replace them; documents do not change.

    Returns the changed record. Raises CustomerError for an unknown record, and when no identifier would be left: the
    next request finds the record by an identifier.
    """
    now = moment_text(clock())
    company_id = await store.read(rows.owner_of, customer_id)
    revised = None
    if company_id is not None:
        entry_of = partial(changed_entry, now, by, company_id, "customer_cleared")
        revision = Revision(partial(_without, customer_id, names))
        revised = await store.write(audited, entry_of, rows.revise, company_id, customer_id, revision, now)
    if revised is None:
        raise CustomerError(f"No hay ningún cliente {customer_id}. Véalos con «ocote customer list».")
    audit.record("customer_cleared", customer_id=customer_id, fields=sorted(names))
    return customer_of(revised.after.record)


def _without(customer_id: int, names: Collection[str], record: str) -> Transaction[NewCustomer]:
    yield from ()
    return row_of_customer(customer_id, without(customer_of(record), names))


def without(stored: CustomerData, names: Collection[str]) -> CustomerData:
    """The record with these fields empty. Raises CustomerError when no identifier would be left."""
    kept = replace(stored, **dict.fromkeys(names))
    if not (kept.nit or kept.dui or kept.nrc):
        raise CustomerError("El cliente se quedaría sin NIT, DUI ni NRC; deje al menos uno.")
    return kept


def changed_entry(now: str, by: Author, company_id: int, act: Act, revised: Revised | None) -> AuditEntry | None:
    """The entry of the audit log about a changed record; None when nothing has changed."""
    if revised is None or revised.before.record == revised.after.record:
        return None
    after = values_of(revised.after.record)
    before = without_forgotten(values_of(revised.before.record), after)
    return AuditEntry(now, by, act, str(revised.after.id), company_id, before, after)


def without_forgotten(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of before; those that were forgotten are named, and not kept: the audit log forgets nothing."""
    return {name: value if name in after else FORGOTTEN for name, value in before.items()}


def values_of(record: str) -> Mapping[str, Any]:
    """The values of a record as the audit log keeps them."""
    found: dict[str, Any] = msgspec.json.decode(record)
    return {name: value for name, value in found.items() if value is not None}
