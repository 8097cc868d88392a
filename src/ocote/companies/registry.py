"""Registers companies, and opens them for issuing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.changes import saved_entries
from ocote.companies.company import Company, Contact, Profile, decode_profile, encode_profile
from ocote.companies.description.value import CompanyDescription, SmtpAccess
from ocote.companies.first_numbers import first_numbers, number_facts
from ocote.dte.sale import Environment
from ocote.mh import Credentials
from ocote.signing.certificate import Certificate, CertificateError, read_certificate
from ocote.signing.keys import KeyCache
from ocote.store import companies as rows
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.companies import CompanyRow, NewCompany, PointOfSaleRow, SavedCompany
from ocote.store.engine.store import Store, Transaction
from ocote.store.engine.values import moment_text
from ocote.store.numbers import WantedNumber
from ocote.store.outbox import Listeners
from ocote.store.webhooks import webhooks_of
from ocote.vault import Vault

SEALED_COLUMNS: Final = ("mh_password", "private_key", "smtp")
"""The sealed secrets of a company, by their names in ``owner`` and in its row; a company may have no ``smtp``."""

_KEYS_IN_MEMORY = 256


class CompanyError(Exception):
    """A company or a key cannot be registered or changed; the Spanish text gives the reason and the remedy."""


class Registered(Struct, frozen=True):
    """A company that was registered or renewed."""

    id: int
    nit: str
    environment: Environment
    name: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key with which a company signs, sealed, and the certificate to which the key belongs.

    ``fingerprint`` and ``valid_until`` (stored text in UTC) are those of the certificate.
    """

    sealed: bytes = field(repr=False)
    fingerprint: str
    valid_until: str | None


def owner(nit: str, environment: str, secret: str) -> str:
    """The owner to whom a secret is sealed: the secret does not open for another company or another use."""
    return f"company:{nit}:{environment}:{secret}"


def opened_mail_access(vault: Vault, sealed: bytes | None, nit: str, environment: str) -> SmtpAccess | None:
    """A company's mail server with its opened password; None when the company has none. Raises VaultError."""
    if sealed is None:
        return None
    return msgspec.json.decode(vault.open(sealed, owner(nit, environment, "smtp")), type=SmtpAccess)


SaveWork = Callable[[NewCompany, tuple[PointOfSaleRow, ...], Sequence[WantedNumber]], Transaction[SavedCompany]]
"""Writes the rows of a company with its points of sale and first numbers."""


class Saving(Struct, frozen=True):
    """The work that stores a company, and the entries of the audit log for what it stores beside the company."""

    work: SaveWork = rows.save_company
    entries: Callable[[SavedCompany], Sequence[AuditEntry]] = lambda _: ()


_ALONE: Final = Saving()


async def add_company(
    store: Store,
    vault: Vault,
    described: CompanyDescription,
    clock: Clock,
    by: Author,
    saving: Saving = _ALONE,
) -> Registered:
    """Registers a company, or replaces the company with this NIT and environment.

    The certificate is opened once, so that a wrong password or a foreign certificate is refused here and not at the
    first sale. A secret that could be guessed seals no new company, but a company that it has sealed can still be
    renewed. ``saving`` may write more rows in the same transaction. Raises CompanyError and CertificateError.
    """
    if vault.weakness is not None and not await store.read(rows.companies_by_nit, described.nit):
        raise CompanyError(
            f"OCOTE_SECRET_KEY es fácil de adivinar: {vault.weakness}. Cree otra con «ocote secret». Si ya hay "
            "empresas, ponga la nueva primero y la de ahora después de una coma."
        )
    signing = sealed_signing_key(vault, own_certificate(described), described)
    company = new_company(vault, described, signing, moment_text(clock()))
    points = points_of(described)
    numbers = first_numbers(described, clock(), by.name)

    def entries_of(saved: SavedCompany) -> list[AuditEntry]:
        return [*saved_entries(company, points, saved, by), *saving.entries(saved)]

    saved = await store.write(audited, entries_of, saving.work, company, points, numbers)
    audit.record("company_saved", company_id=saved.id, nit=described.nit, environment=described.environment)
    for wanted in saved.begun:
        facts = number_facts(wanted, next_before=1)
        audit.record("number_set", company_id=saved.id, nit=described.nit, environment=described.environment, **facts)
    return Registered(saved.id, described.nit, described.environment, described.name)


def new_company(vault: Vault, described: CompanyDescription, signing: SigningKey, now: str) -> NewCompany:
    """The company as it is stored, with its secrets sealed."""

    def sealed(name: str, secret: bytes) -> bytes:
        return vault.seal(secret, owner(described.nit, described.environment, name))

    return NewCompany(
        nit=described.nit,
        environment=described.environment,
        name=described.name,
        profile=encode_profile(_profile(described)),
        mh_user=described.mh_user,
        mh_password=sealed("mh_password", described.mh_password.encode()),
        private_key=signing.sealed,
        certificate_fingerprint=signing.fingerprint,
        certificate_valid_until=signing.valid_until,
        smtp=sealed("smtp", msgspec.json.encode(described.smtp)) if described.smtp else None,
        now=now,
    )


def points_of(described: CompanyDescription) -> tuple[PointOfSaleRow, ...]:
    """The points of sale of a company, branch by branch."""
    return tuple(
        PointOfSaleRow(branch.code, point.code, branch.kind) for branch in described.branches for point in branch.points
    )


def sealed_signing_key(vault: Vault, certificate: Certificate, described: CompanyDescription) -> SigningKey:
    """The private key of a certificate, sealed for its company."""
    private_key = certificate.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SigningKey(
        sealed=vault.seal(private_key, owner(described.nit, described.environment, "private_key")),
        fingerprint=certificate.fingerprint,
        valid_until=moment_text(certificate.valid_until) if certificate.valid_until else None,
    )


def own_certificate(described: CompanyDescription) -> Certificate:
    """The company's certificate, opened with its password. Raises CompanyError, CertificateError and OSError."""
    certificate = read_certificate(described.certificate.read_bytes(), described.certificate_password)
    if certificate.nit != described.nit:
        raise CompanyError(
            f"El certificado {described.certificate.name} pertenece al NIT {certificate.nit}, no al {described.nit}. "
            "Use el certificado que MH entregó a esta empresa para este ambiente."
        )
    return certificate


def credentials_of(vault: Vault, row: CompanyRow) -> Credentials:
    """The stored access of a company to MH, with its opened password. Raises VaultError."""
    password = vault.open(row.mh_password, owner(row.nit, row.environment, "mh_password")).decode()
    return Credentials(row.nit, row.mh_user, password)


def _profile(described: CompanyDescription) -> Profile:
    return Profile(
        nit=described.nit,
        nrc=described.nrc,
        name=described.name,
        trade_name=described.trade_name,
        activity_code=described.activity_code,
        phone=described.phone,
        email=described.email,
        address=described.address,
        responsible=described.responsible,
        v2_from=described.v2_from,
        edition_overrides=dict(described.edition_overrides),
        export=described.export,
        brand=described.brand,
        large_taxpayer=described.large_taxpayer,
        collection_agent=described.collection_agent,
        export_taxes_authorized=described.export_taxes_authorized,
        branches={branch.code: branch.contact for branch in described.branches if branch.contact != Contact()},
        incomplete_buyers=described.incomplete_buyers,
    )


async def find_company(store: Store, nit: str, environment: str | None = None) -> Registered:
    """Finds a company by NIT. ``environment`` is needed only for a NIT in both environments. Raises CompanyError."""
    found = [row for row in await store.read(rows.companies_by_nit, nit) if environment in {None, row.environment}]
    if not found:
        raise CompanyError(f"No hay ninguna empresa con NIT {nit}. Regístrela con «ocote company add ARCHIVO.toml».")
    if len(found) > 1:
        raise CompanyError(f"La empresa {nit} está registrada en 00 y en 01: indique --environment.")
    [company] = found
    return Registered(company.id, nit, company.environment, company.name)


async def find_point(store: Store, company: Registered, point: str) -> tuple[str, str]:
    """The codes of a company's point of sale, written ``M001P001``. Raises CompanyError."""
    for row in (points := await store.read(rows.points_of_sale, company.id)):
        if row.branch_code + row.pos_code == point:
            return row.branch_code, row.pos_code
    known = ", ".join(row.branch_code + row.pos_code for row in points)
    raise CompanyError(f"La empresa no tiene el punto de venta {point}. Los que tiene: {known}.")


async def switch_company(store: Store, clock: Clock, company: Registered, by: Author, *, active: bool) -> None:
    """Disables a company, or enables it again; all keys of a disabled company are answered 401.

    Work on documents that the company has issued continues, and its books do not change.
    """
    now = moment_text(clock())
    act: audit.Act = "company_enabled" if active else "company_disabled"
    entry = AuditEntry(
        at=now,
        by=by,
        act=act,
        subject=company.nit,
        company_id=company.id,
        before={"active": not active},
        after={"active": active},
    )
    await store.write(audited, lambda _: entry, rows.set_company_active, company.id, now, active=active)
    audit.record(act, company_id=company.id, nit=company.nit, environment=company.environment)


class Companies:
    """Companies opened for issuing, kept in memory until their registration changes."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._open: dict[int, Company] = {}
        self._keys = KeyCache(_KEYS_IN_MEMORY)

    async def get(self, company_id: int, updated_at: str | None = None) -> Company:
        """The company, ready to issue. ``updated_at`` is the version of the registration just read by the caller."""
        company = self._open.get(company_id)
        if company is None or (updated_at is not None and company.updated_at != updated_at):
            company = self._opened(*await self._store.read(_company, company_id))
            self._open[company_id] = company
        return company

    def signing_key(self, company: Company) -> RSAPrivateKey:
        """The company's private key, opened once for each certificate.

        ``add_company`` checked the numbers of the key, and the vault opens only unchanged secrets. Another check would
        take longer than a hundred signatures.
        """

        def load() -> RSAPrivateKey:
            name = owner(company.profile.nit, company.environment, "private_key")
            pkcs8 = self._vault.open(company.sealed_key, name)
            return cast("RSAPrivateKey", load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True))

        return self._keys.get(company.certificate_fingerprint, load)

    def mail_access(self, company: Company) -> SmtpAccess | None:
        """The company's mail server with its opened password; None when the company has none."""
        return opened_mail_access(self._vault, company.sealed_smtp, company.profile.nit, company.environment)

    async def refresh(self) -> int:
        """Drops the companies whose registration has changed. A round of the background work; always returns 0.

        A request passes the registration that it has read to ``get``; the background work has read none.
        """
        if self._open:
            current = await self._store.read(rows.registered_companies)
            self._open = {
                key: company
                for key, company in self._open.items()
                if key in current and current[key].updated_at == company.updated_at
            }
        return 0

    def _opened(self, row: CompanyRow, points: list[PointOfSaleRow], webhooks: tuple[str, ...]) -> Company:
        mail = opened_mail_access(self._vault, row.smtp, row.nit, row.environment)
        listeners = Listeners(mail=mail is not None, webhooks=webhooks, copies=mail.copy_to if mail else ())
        return Company(
            id=row.id,
            environment=row.environment,
            profile=decode_profile(row.profile),
            establishment_kinds={(point.branch_code, point.pos_code): point.establishment_kind for point in points},
            credentials=credentials_of(self._vault, row),
            certificate_fingerprint=row.certificate_fingerprint,
            sealed_key=row.private_key,
            sealed_smtp=row.smtp,
            listeners=listeners,
            updated_at=row.updated_at,
        )


def _company(company_id: int) -> Transaction[tuple[CompanyRow, list[PointOfSaleRow], tuple[str, ...]]]:
    row = yield from rows.company_by_id(company_id)
    if row is None:
        raise LookupError(f"company {company_id} does not exist")
    return row, (yield from rows.points_of_sale(company_id)), (yield from webhooks_of(company_id))


__all__ = [
    "CertificateError",
    "Companies",
    "CompanyError",
    "Registered",
    "add_company",
    "find_company",
    "opened_mail_access",
    "owner",
]
