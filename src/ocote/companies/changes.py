"""Changes of companies and of their numbers as entries of the audit log: the values that changed, and no secret."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

from ocote.audit import Author
from ocote.store.audit_log import AuditEntry
from ocote.store.companies import CompanyRow, NewCompany, PointOfSaleRow, SavedCompany
from ocote.store.numbers import WantedNumber

_SHORT_HASH: Final = 16
"""Letters of a hash that tell one picture from another."""


def saved_entries(
    company: NewCompany, points: Sequence[PointOfSaleRow], saved: SavedCompany, by: Author
) -> list[AuditEntry]:
    """The entries of a company that was registered or renewed: of the company, and of each first number."""
    before = _facts(saved.before, saved.points_before) if saved.before is not None else {}
    after = _facts(company, points)
    entry = AuditEntry(
        at=company.now,
        by=by,
        act="company_saved",
        subject=company.nit,
        company_id=saved.id,
        before=differing(before, after),
        after=differing(after, before),
    )
    return [entry, *(number_entry(saved.id, wanted, 1, by) for wanted in saved.begun)]


def number_entry(company_id: int, wanted: WantedNumber, next_before: int, by: Author) -> AuditEntry:
    """The entry of a number that was set."""
    series = wanted.series
    return AuditEntry(
        at=wanted.at,
        by=by,
        act="number_set",
        subject=f"{series.point}, tipo {series.doc_type}, {series.year}",
        company_id=company_id,
        before={"next": next_before},
        after={"next": wanted.next},
    )


def differing(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not the same in ``others``, or are not there."""
    return {name: value for name, value in values.items() if name not in others or others[name] != value}


def _facts(company: CompanyRow | NewCompany, points: Sequence[PointOfSaleRow]) -> dict[str, Any]:
    """The data of a company by name, those of its profile with dots between the names of one inside another."""
    profile = msgspec.json.decode(company.profile)
    brand = profile.get("brand") or {}
    if brand.get("logo"):
        brand["logo"] = sha256(brand["logo"].encode()).hexdigest()[:_SHORT_HASH]
    facts = {
        **_flat(profile),
        "name": company.name,
        "mh_user": company.mh_user,
        "certificate": company.certificate_fingerprint,
        "certificate_valid_until": company.certificate_valid_until,
        "mail_server": company.smtp is not None,
        "points": sorted(f"{point.branch_code}{point.pos_code}" for point in points),
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
