"""Changes of a registered company from a form: checked by the one description, saved over the version that was seen."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.certificate_check import CertificateFacts, CertificateFile, checked_certificate
from ocote.companies.changes import saved_entries
from ocote.companies.company import decode_profile
from ocote.companies.description.check import FieldFault, check_company
from ocote.companies.description.value import CompanyDescription, NamedFile
from ocote.companies.mh_login import Access, LoginTried, try_logins
from ocote.companies.registry import (
    CompanyError,
    SigningKey,
    credentials_of,
    new_company,
    opened_mail_access,
    points_of,
    sealed_signing_key,
)
from ocote.companies.stored import LoginNoted, StoredCompany, stored_values
from ocote.documents.view import Refused
from ocote.mh import Credentials
from ocote.printing.brand import Brand
from ocote.settings import Settings
from ocote.signing.certificate import read_certificate
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.audit_reading import AuditFilter, audit_page
from ocote.store.companies import (
    CompanyRow,
    NewCompany,
    PointOfSaleRow,
    SavedCompany,
    company_by_id,
    hold_company,
    points_of_sale,
    save_company,
)
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.numbers import counter_rows
from ocote.vault import Vault, VaultError

_LOGIN_TRIED: Final = "mh_login_tried"
_NOT_READ: Final = NamedFile("certificado", b"")
"""Stands for the certificate that a company keeps: its file is not stored, only its key."""


class CompanyChangedError(Exception):
    """Somebody else has changed the company since the form was shown; nothing was saved."""


class CompanyChange(Struct, frozen=True):
    """A change of a company: new values for some parts of the description, over the version that the person saw.

    ``seen`` is the ``updated_at`` of that version. A password that is left empty stays as it is. ``logo`` replaces the
    logo, ``without_logo`` removes it.
    """

    values: Mapping[str, Any]
    seen: str
    logo: NamedFile | None = None
    without_logo: bool = False


class CompanyEditor:
    """Shows and changes the registered companies of a store."""

    def __init__(self, store: Store, vault: Vault, configured: Settings, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._configured = configured
        self._clock = clock

    async def read(self, company_id: int) -> StoredCompany:
        """The company as it is stored, with its counters. Raises Refused (``page_not_found``)."""
        row = await self._store.read(company_by_id, company_id)
        if row is None:
            raise Refused("page_not_found")
        tried = await self._store.read(audit_page, company_id, AuditFilter(1, company_id, act=_LOGIN_TRIED))
        return StoredCompany(
            row,
            decode_profile(row.profile),
            await self._store.read(points_of_sale, company_id),
            opened_mail_access(self._vault, row.smtp, row.nit, row.environment),
            await self._store.read(counter_rows, company_id),
            LoginNoted(tried[0].at, msgspec.json.decode(tried[0].after)["verdict"]) if tried else None,
        )

    async def save(self, company_id: int, change: CompanyChange, by: Author) -> tuple[FieldFault, ...]:
        """Saves a change, or returns every fault of its values. Raises CompanyChangedError."""
        stored = await self.read(company_id)
        kept = credentials_of(self._vault, stored.row).password
        described = check_company(changed_values(stored, change, kept))
        if not isinstance(described, CompanyDescription):
            return described
        logo = described.brand.logo or (None if change.without_logo else stored.profile.brand.logo)
        await self._store_as(stored, replace(described, brand=replace(described.brand, logo=logo)), change.seen, by)
        return ()

    async def tried_brand(self, company_id: int, change: CompanyChange) -> Brand | tuple[FieldFault, ...]:
        """The look and the texts that a company would have after a change, which is not saved, or its faults."""
        stored = await self.read(company_id)
        described = check_company(changed_values(stored, change, credentials_of(self._vault, stored.row).password))
        if not isinstance(described, CompanyDescription):
            return described
        return replace(described.brand, logo=stored.profile.brand.logo)

    async def try_login(self, company_id: int, user: str, password: str, by: Author) -> LoginTried:
        """Tries a user and a password at MH, those that are stored where the password is empty, and notes the outcome.

        They are tried once: MH may lock an account after some wrong passwords.
        """
        stored = await self.read(company_id)
        credentials = credentials_of(self._vault, stored.row)
        if password:
            credentials = Credentials(stored.row.nit, user, password)
        [tried] = await try_logins(self._configured, [Access(stored.row.environment, credentials)])
        entry = AuditEntry(
            at=moment_text(self._clock()),
            by=by,
            act=_LOGIN_TRIED,
            subject=stored.row.nit,
            company_id=company_id,
            after={"user": credentials.user, "verdict": tried.verdict},
        )
        await self._store.write(append_entry, entry)
        return tried

    async def look_at(self, company_id: int, file: CertificateFile, by: Author) -> tuple[CertificateFacts, str]:
        """The facts of a certificate for a company, and the file sealed for this person to bring it back.

        Raises CompanyError with the reason why the certificate cannot be used.
        """
        stored = await self.read(company_id)
        facts = checked_certificate(file, stored.row.nit, self._clock())
        plain = msgspec.json.encode([b64encode(file.content).decode(), file.password])
        return facts, b64encode(self._vault.seal(plain, _brought_back(company_id, by))).decode()

    async def replace_certificate(self, company_id: int, sealed: str, seen: str, by: Author) -> CertificateFacts:
        """Signs with another certificate from now on. Raises CompanyError, CompanyChangedError, and Refused."""
        try:
            content, password = msgspec.json.decode(
                self._vault.open(b64decode(sealed, validate=True), _brought_back(company_id, by))
            )
        except (VaultError, ValueError) as error:
            raise Refused("form_unreadable") from error
        file = CertificateFile(b64decode(content), password)
        stored = await self.read(company_id)
        facts = checked_certificate(file, stored.row.nit, self._clock())
        kept = credentials_of(self._vault, stored.row).password
        described = check_company(changed_values(stored, CompanyChange({}, seen), kept))
        if not isinstance(described, CompanyDescription):
            fault = described[0]
            raise CompanyError(f"Antes de cambiar el certificado corrija los datos de la empresa: {fault.text}")
        described = replace(described, brand=stored.profile.brand)
        signing = sealed_signing_key(self._vault, read_certificate(file.content, file.password), described)
        await self._store_as(stored, described, seen, by, signing)
        return facts

    async def _store_as(
        self,
        stored: StoredCompany,
        described: CompanyDescription,
        seen: str,
        by: Author,
        signing: SigningKey | None = None,
    ) -> None:
        row = stored.row
        signing = signing or SigningKey(row.private_key, row.certificate_fingerprint, row.certificate_valid_until)
        company = new_company(self._vault, described, signing, moment_text(self._clock()))
        points = points_of(described)
        secrets = _changed_secrets(self._vault, stored, described)

        def entries_of(saved: SavedCompany) -> list[AuditEntry]:
            [entry, *others] = saved_entries(company, points, saved, by)
            after = {**entry.after, "secrets": secrets} if secrets else entry.after
            return [structs.replace(entry, after=after), *others]

        await self._store.write(audited, entries_of, _renewed, row.id, seen, company, points)
        audit.record("company_saved", company_id=row.id, nit=row.nit, environment=row.environment)


def changed_values(stored: StoredCompany, change: CompanyChange, mh_password: str) -> dict[str, Any]:
    """The values of a company after a change, with the passwords that it keeps.

    The password of a mail server is kept for the same server alone: no other one is ever sent it.
    """
    values = {**stored_values(stored), **change.values, "nit": stored.row.nit, "environment": stored.row.environment}
    mh = values["mh"]
    values["mh"] = {
        "user": mh["user"],
        "password": mh.get("password") or mh_password,
        "certificate": _NOT_READ,
        "certificate_password": "-",
    }
    smtp, before = values["smtp"], stored.smtp
    if smtp is not None and before is not None and smtp["user"] and not smtp.get("password"):
        is_same = smtp["host"] == before.host
        values["smtp"] = {**smtp, "password": before.password if is_same else None}
    if change.logo is not None:
        values["brand"] = {**values["brand"], "logo": change.logo}
    return values


def _changed_secrets(vault: Vault, stored: StoredCompany, described: CompanyDescription) -> list[str]:
    """The names of the passwords that a change replaces."""
    found = []
    if credentials_of(vault, stored.row).password != described.mh_password:
        found.append("mh_password")
    before = stored.smtp.password if stored.smtp is not None else None
    if described.smtp is not None and described.smtp.password != before:
        found.append("smtp_password")
    return found


def _renewed(
    company_id: int, seen: str, company: NewCompany, points: tuple[PointOfSaleRow, ...]
) -> Transaction[SavedCompany]:
    yield from hold_company(company_id)
    row: CompanyRow | None = yield from company_by_id(company_id)
    if row is None or row.updated_at != seen:
        raise CompanyChangedError
    return (yield from save_company(company, points))


def _brought_back(company_id: int, by: Author) -> str:
    """The owner to whom a file is sealed between two pages: one person, for one company."""
    return f"panel:certificate:{company_id}:{by.person_id}"
