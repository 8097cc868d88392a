"""Documents put into the archive as if they had been issued long ago."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from ocote.dte import text
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

_STAMP = "2026" + "A" * 36

SAMPLES = Path(__file__).parents[1] / "printing" / "samples"

_DOCUMENT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, stamp, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, more_amounts, customer_name, customer_folded, fingerprint, posted_at, stamped_at, invalidated_at,
        invalidated_by, adjusts_whole, request, jws)
    VALUES (:id, :company, :family, :doc_type, 'v1', :id, 'M001', 'P001', 2026, :control_number, :generation_code, 1,
        :state, :stamp, 10000, 1300, 11300, 100, 11200, :more_amounts, :customer, 'cliente', 'f', :posted_at,
        :stamped_at, :invalidated_at, :invalidated_by, 0, '{}', :jws)""")


def sample(name: str) -> dict[str, Any]:
    """One of the documents of which the printed forms are kept, such as ``03-v2``."""
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def signed(document: Mapping[str, Any]) -> str:
    """A document in the form of a JWS; nobody who reads it here looks at the signature."""
    payload = text.encode(dict(document))
    return f"eyJhbGciOiJSUzUxMiJ9.{urlsafe_b64encode(payload).decode().rstrip('=')}.c2ln"


async def archive(
    store: Store,
    company_id: int,
    posted_at: datetime,
    document: Mapping[str, Any],
    *,
    state: str = "stamped",
    stamped_at: datetime | None = None,
    invalidated_at: datetime | None = None,
    invalidated_by: str | None = None,
    more_amounts: str | None = None,
) -> str:
    """Puts a document in under its own number and returns its id; its amounts are those of a CCF of 113.00."""
    values = _values(company_id, posted_at, document)
    values["more_amounts"] = more_amounts
    values |= {"state": state, "stamp": _STAMP, "stamped_at": moment_text(stamped_at or posted_at)}
    if state != "stamped":
        values |= {"stamp": None, "stamped_at": None}
    if invalidated_at is not None:
        values |= {"invalidated_at": moment_text(invalidated_at), "invalidated_by": invalidated_by}
    await store.write(_put, [values])
    return str(values["id"])


async def archive_all(store: Store, company_id: int, documents: Iterable[tuple[datetime, Mapping[str, Any]]]) -> None:
    """Puts many stamped documents in at once, each with its moment of posting."""
    await store.write(_put, [_values(company_id, posted_at, document) for posted_at, document in documents])


def numbered(document: dict[str, Any], number: int, **identification: Any) -> dict[str, Any]:
    """The document under another control number and generation code."""
    doc_type = document["identificacion"]["tipoDte"]
    changes = {
        "numeroControl": f"DTE-{doc_type}-M001P001-{number:015d}",
        "codigoGeneracion": f"00000000-0000-4000-80{doc_type}-{number:012X}",
        **identification,
    }
    return {**document, "identificacion": {**document["identificacion"], **changes}}


def _values(company_id: int, posted_at: datetime, document: Mapping[str, Any]) -> dict[str, Any]:
    identification = document["identificacion"]
    return {
        "id": str(uuid4()),
        "company": company_id,
        "family": {"05": "note", "14": "suex"}.get(identification["tipoDte"], "sale"),
        "doc_type": identification["tipoDte"],
        "control_number": identification["numeroControl"],
        "generation_code": identification["codigoGeneracion"],
        "state": "stamped",
        "stamp": _STAMP,
        "more_amounts": None,
        "customer": "Cliente de prueba",
        "posted_at": moment_text(posted_at),
        "stamped_at": moment_text(posted_at),
        "invalidated_at": None,
        "invalidated_by": None,
        "jws": signed(document),
    }


def _put(documents: Iterable[Mapping[str, Any]]) -> Transaction[None]:
    for values in documents:
        yield _DOCUMENT(**values)
