"""A company as it is stored, and its values in the shape of the description: what a form shows and a person changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from ocote.companies.company import Contact, Profile
from ocote.companies.description.value import SmtpAccess
from ocote.dte.sale import Address
from ocote.printing.brand import Brand
from ocote.store.companies import CompanyRow, PointOfSaleRow
from ocote.store.numbers import CounterRow


class LoginNoted(Struct, frozen=True):
    """The latest login that was tried at MH from the panel: the moment as stored text, and its verdict."""

    at: str
    verdict: str


class StoredCompany(Struct, frozen=True):
    """A company as it is stored; ``smtp`` has its password, which no page shows."""

    row: CompanyRow
    profile: Profile
    points: Sequence[PointOfSaleRow]
    smtp: SmtpAccess | None
    counters: Sequence[CounterRow] = ()
    login: LoginNoted | None = None


def stored_values(stored: StoredCompany) -> dict[str, Any]:
    """The values of a stored company in the shape of the description, without secrets and without the logo."""
    profile = stored.profile
    return {
        "nit": profile.nit,
        "nrc": profile.nrc,
        "name": profile.name,
        "trade_name": profile.trade_name,
        "activity_code": profile.activity_code,
        "large_taxpayer": profile.large_taxpayer,
        "collection_agent": profile.collection_agent,
        "export_taxes_authorized": profile.export_taxes_authorized,
        "incomplete_buyers": profile.incomplete_buyers,
        "environment": stored.row.environment,
        "phone": profile.phone,
        "email": profile.email,
        "address": _address(profile.address),
        "mh": {"user": stored.row.mh_user},
        "responsible": {
            "name": profile.responsible.name,
            "document_type": profile.responsible.document_type,
            "document_number": profile.responsible.document_number,
        },
        "branch": [
            _branch(code, list(points), profile.branches.get(code, Contact()))
            for code, points in groupby(stored.points, lambda point: point.branch_code)
        ],
        "editions": {"from": profile.v2_from, **profile.edition_overrides},
        "export": msgspec.structs.asdict(profile.export) if profile.export is not None else None,
        "brand": {"colour": profile.brand.colour, "roll_mm": profile.brand.roll_mm},
        "texts": _texts(profile.brand),
        "smtp": _smtp(stored.smtp) if stored.smtp is not None else None,
    }


def _address(address: Address) -> dict[str, Any]:
    return {
        "department": address.department,
        "municipality": address.municipality,
        "district": address.district,
        "complement": address.complement,
    }


def _branch(code: str, points: Sequence[PointOfSaleRow], contact: Contact) -> dict[str, Any]:
    return {
        "code": code,
        "kind": points[0].establishment_kind,
        "phone": contact.phone,
        "email": contact.email,
        "address": _address(contact.address) if contact.address is not None else None,
        "pos": [{"code": point.pos_code} for point in points],
    }


def _texts(brand: Brand) -> dict[str, Any]:
    return {"terms": brand.terms, "delivery": asdict(brand.delivery), "invalidation": asdict(brand.invalidation)}


def _smtp(access: SmtpAccess) -> Mapping[str, Any]:
    return {
        "security": access.security,
        "port": access.port,
        "host": access.host,
        "user": access.user,
        "sender": access.sender,
        "helo": access.helo,
        "reply_to": access.reply_to,
        "copy_to": list(access.copy_to),
    }
