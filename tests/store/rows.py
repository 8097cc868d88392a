"""Rows as the tables hold them, for tests that need a document and not its making."""

from typing import Any
from uuid import uuid4

from ocote.store.engine.statement import Transaction, sql

_COMPANY = sql("""
    INSERT INTO company (nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
                         created_at, updated_at)
    VALUES (:nit, '00', 'Empresa de prueba', '{}', 'u', :blob, :blob, 'f', 'x', 'x') RETURNING id""")

_KEY = sql("""
    INSERT INTO api_key (company_id, prefix, sha256, branch_code, pos_code, per_minute, per_hour, created_at)
    VALUES (:company, :name, :name, 'M001', 'P001', 120, 5000, 'x') RETURNING id""")

_DOCUMENT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, stamp, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, customer_name, customer_folded, customer_email, redirect_email, fingerprint, posted_at, due_at,
        contingency_id, adjusts_id, adjusts_whole, request, jws)
    VALUES (:id, :company, :family, :doc_type, 'v1', :id, 'M001', 'P001', 2026, :id, :id, 1, :state, NULL,
        1000, 130, 1130, 0, 1130, 'Cliente', 'cliente', :customer_email, :redirect_email, 'f',
        '2026-11-20T17:21:33.123456Z', NULL, NULL, :adjusts_id, :adjusts_whole, '{}', 'a.b.c')""")


def add_company(nit: str = "06140000000001") -> Transaction[int]:
    """A company with nothing but its NIT."""
    [row] = yield _COMPANY(nit=nit, blob=b"\x00")
    return int(row["id"])


def add_key(company: int) -> Transaction[int]:
    """A key of the company."""
    [row] = yield _KEY(company=company, name=str(uuid4()))
    return int(row["id"])


def add_document(company: int, **changes: Any) -> Transaction[str]:
    """An invoice of 11.30 that MH has not answered yet."""
    values = {
        "id": str(uuid4()),
        "family": "sale",
        "doc_type": "01",
        "state": "registered",
        "customer_email": "cliente@example.com",
        "redirect_email": None,
        "adjusts_id": None,
        "adjusts_whole": 0,
        **changes,
    }
    yield _DOCUMENT(company=company, **values)
    return str(values["id"])
