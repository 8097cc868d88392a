"""The company's own record of a customer: matched, completed and kept (contract D14)."""

from collections.abc import Collection
from functools import partial

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from ocote.clock import Clock
from ocote.issuing.request import CustomerData
from ocote.store import customers as rows
from ocote.store.companies import hold_company
from ocote.store.customers import CustomerRow, Keep, match_customer, save_customer
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text


class CustomerError(Exception):
    """A record cannot be changed as asked; the text, in Spanish, says why."""


class KnownCustomer(Struct, frozen=True):
    """A customer as known after this request: the stored record's ``id``, if any, and how to keep it, if it changed."""

    data: CustomerData
    id: int | None
    keep: Keep | None


def known_customer(company_id: int, sent: CustomerData) -> Transaction[KnownCustomer]:
    """Completes what was sent with the company's record of that person; only fields that were sent change it.

    Without any identifier nothing is looked up and nothing will be kept beyond the document itself.
    """
    if not (sent.nit or sent.dui or sent.nrc):
        return KnownCustomer(sent, None, None)
    record_id, stored = yield from _recorded(company_id, sent)
    known = sent if stored is None else merge(stored, sent)
    return KnownCustomer(known, record_id, None if known == stored else partial(_keep, company_id, sent))


def _keep(company_id: int, sent: CustomerData, now: str) -> Transaction[int]:
    """Puts what was sent into the record as it is by now, for another request may have made or changed it meanwhile."""
    yield from hold_company(company_id)
    record_id, stored = yield from _recorded(company_id, sent)
    return (yield from save_customer(company_id, _row(record_id, sent if stored is None else merge(stored, sent)), now))


def _recorded(company_id: int, sent: CustomerData) -> Transaction[tuple[int | None, CustomerData | None]]:
    row = yield from match_customer(company_id, sent.nit, sent.dui, sent.nrc)
    if row is None:
        return None, None
    return int(row["id"]), msgspec.json.decode(row["record"], type=CustomerData)


def merge(stored: CustomerData, sent: CustomerData) -> CustomerData:
    """The stored record with every field that was sent put in its place."""
    news = {field.name: value for field in fields(sent) if (value := getattr(sent, field.name)) is not None}
    return replace(stored, **news)


def _row(record_id: int | None, data: CustomerData) -> CustomerRow:
    return CustomerRow(record_id, data.nit, data.dui, data.nrc, msgspec.json.encode(data).decode())


async def clear_customer(store: Store, clock: Clock, customer_id: int, names: Collection[str]) -> CustomerData:
    """Empties fields of a record, for a request can only put others in their place; documents keep what they say.

    Returns the record as it is then. Raises CustomerError for an unknown record, and when none of its identifiers
    would be left, by which the next request finds it.
    """
    cleared: list[CustomerData] = []

    def revised(record: str) -> CustomerRow:
        kept = without(msgspec.json.decode(record, type=CustomerData), names)
        cleared.append(kept)
        return _row(customer_id, kept)

    if not await store.write(rows.revise, customer_id, revised, moment_text(clock())):
        raise CustomerError(f"No hay ningún cliente {customer_id}. Véalos con «ocote customer list».")
    return cleared[-1]


def without(stored: CustomerData, names: Collection[str]) -> CustomerData:
    """The record with these fields empty. Raises CustomerError when it would have no identifier left."""
    kept = replace(stored, **dict.fromkeys(names))
    if not (kept.nit or kept.dui or kept.nrc):
        raise CustomerError("El cliente se quedaría sin NIT, DUI ni NRC; deje al menos uno.")
    return kept
