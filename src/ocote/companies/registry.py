"""Registering companies and keys, and opening them for issuing."""

import secrets
from hashlib import sha256
from typing import cast

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from msgspec import Struct

from ocote.clock import Clock
from ocote.companies.company import Company, Profile, decode_profile, encode_profile
from ocote.companies.file.parse import CompanyFile, SmtpAccess
from ocote.dte.sale import Environment
from ocote.mh import Credentials
from ocote.signing.certificate import CertificateError, read_certificate
from ocote.signing.keys import KeyCache
from ocote.store import companies as rows
from ocote.store.companies import CompanyRow, KeyRow, PointOfSaleRow
from ocote.store.engine.store import Row, Store, Transaction
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Listeners
from ocote.store.webhooks import webhooks_of
from ocote.vault import Vault

_PREFIX_LENGTH = 12
_KEYS_IN_MEMORY = 256


class CompanyError(Exception):
    """A company or a key cannot be registered; the text, in Spanish, tells the operator why and what to do."""


class Registered(Struct, frozen=True):
    """A company that was registered or renewed."""

    id: int
    nit: str
    environment: Environment
    name: str


def owner(nit: str, environment: str, secret: str) -> str:
    """What a sealed value is bound to: moved to another company or another use, it does not open."""
    return f"company:{nit}:{environment}:{secret}"


async def add_company(store: Store, vault: Vault, file: CompanyFile, clock: Clock) -> Registered:
    """Registers the company of a file, or renews what is known of it (same NIT and environment).

    The certificate is opened once, so that a wrong password or a foreign certificate is refused here and not at the
    first sale. Raises CompanyError and CertificateError.
    """
    certificate = read_certificate(file.certificate.read_bytes(), file.certificate_password)
    if certificate.nit != file.nit:
        raise CompanyError(
            f"El certificado {file.certificate.name} pertenece al NIT {certificate.nit}, no al {file.nit}. "
            "Use el certificado que MH entregó a esta empresa para este ambiente."
        )
    private_key = certificate.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = {
        name: vault.seal(value, owner(file.nit, file.environment, name))
        for name, value in (
            ("mh_password", file.mh_password.encode()),
            ("private_key", private_key),
            ("smtp", msgspec.json.encode(file.smtp) if file.smtp else b""),
        )
    }
    company = CompanyRow(
        nit=file.nit,
        environment=file.environment,
        name=file.name,
        profile=encode_profile(_profile(file)),
        mh_user=file.mh_user,
        mh_password=sealed["mh_password"],
        private_key=sealed["private_key"],
        certificate_fingerprint=certificate.fingerprint,
        certificate_valid_until=moment_text(certificate.valid_until) if certificate.valid_until else None,
        smtp=sealed["smtp"] if file.smtp else None,
        now=moment_text(clock()),
    )
    points = tuple(
        PointOfSaleRow(branch.code, point, branch.kind) for branch in file.branches for point in branch.points
    )
    company_id = await store.write(rows.save_company, company, points)
    return Registered(company_id, file.nit, file.environment, file.name)


def _profile(file: CompanyFile) -> Profile:
    return Profile(
        nit=file.nit,
        nrc=file.nrc,
        name=file.name,
        trade_name=file.trade_name,
        activity_code=file.activity_code,
        phone=file.phone,
        email=file.email,
        address=file.address,
        responsible=file.responsible,
        v2_from=file.v2_from,
        edition_overrides=dict(file.edition_overrides),
        export=file.export,
        brand=file.brand,
        large_taxpayer=file.large_taxpayer,
    )


async def find_company(store: Store, nit: str, environment: str | None = None) -> Registered:
    """The company registered under a NIT; ``environment`` is needed only when it is in both. Raises CompanyError."""
    found = [row for row in await store.read(rows.companies_by_nit, nit) if environment in {None, row["environment"]}]
    if not found:
        raise CompanyError(f"No hay ninguna empresa con NIT {nit}. Regístrela con «ocote company add ARCHIVO.toml».")
    if len(found) > 1:
        raise CompanyError(f"La empresa {nit} está registrada en 00 y en 01: indique --environment.")
    [company] = found
    return Registered(int(company["id"]), nit, cast("Environment", company["environment"]), company["name"])


async def switch_company(
    store: Store, clock: Clock, nit: str, environment: str | None = None, *, active: bool
) -> Registered:
    """Switches a company off, or on again: all its keys are answered 401 meanwhile. Raises CompanyError.

    What it has issued is still brought to its end, and its books stay as they are.
    """
    company = await find_company(store, nit, environment)
    await store.write(rows.switch_company, company.id, moment_text(clock()), active=active)
    return company


async def create_key(
    store: Store,
    clock: Clock,
    *,
    nit: str,
    point: str,
    environment: str | None = None,
    per_minute: int = 120,
    per_hour: int = 5000,
) -> str:
    """Makes an API key for one point of sale (``M001P001``) and tells it; it is not kept and cannot be told again.

    ``environment`` is needed only when the company is registered in both. Raises CompanyError.
    """
    company = await find_company(store, nit, environment)
    points = await store.read(rows.points_of_sale, company.id)
    known = [row["branch_code"] + row["pos_code"] for row in points]
    if point not in known:
        raise CompanyError(f"La empresa no tiene el punto de venta {point}. Los que tiene: {', '.join(known)}.")
    key = f"odt_{secrets.token_hex(28)}"
    await store.write(
        rows.insert_key,
        KeyRow(
            company_id=company.id,
            prefix=key[:_PREFIX_LENGTH],
            sha256=sha256(key.encode()).hexdigest(),
            branch_code=point[:4],
            pos_code=point[4:],
            per_minute=per_minute,
            per_hour=per_hour,
            now=moment_text(clock()),
        ),
    )
    return key


async def disable_key(store: Store, clock: Clock, prefix: str) -> None:
    """Switches a key off for good; every later call with it is answered 401. Raises CompanyError."""
    if not await store.write(rows.disable_key, prefix[:_PREFIX_LENGTH], moment_text(clock())):
        raise CompanyError(f"No hay ninguna clave activa que empiece con {prefix}. Véalas con «ocote key list».")


class Companies:
    """Companies opened for issuing, kept in memory until their registration changes."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._open: dict[int, Company] = {}
        self._keys = KeyCache(_KEYS_IN_MEMORY)

    async def get(self, company_id: int, updated_at: str | None = None) -> Company:
        """The company, ready to issue; ``updated_at`` is the registration the caller has just read, when it has."""
        company = self._open.get(company_id)
        if company is None or (updated_at is not None and company.updated_at != updated_at):
            company = self._opened(*await self._store.read(_company, company_id))
            self._open[company_id] = company
        return company

    def signing_key(self, company: Company) -> RSAPrivateKey:
        """The company's private key, opened once for each certificate.

        Its numbers were checked when the company was added, and the vault opens only what has not changed since:
        checking them again would take longer than a hundred signatures.
        """

        def load() -> RSAPrivateKey:
            name = owner(company.profile.nit, company.environment, "private_key")
            pkcs8 = self._vault.open(company.sealed_key, name)
            return cast("RSAPrivateKey", load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True))

        return self._keys.get(company.certificate_fingerprint, load)

    def mail_access(self, company: Company) -> SmtpAccess | None:
        """The company's mail server, with its password opened; None when it has none."""
        if company.sealed_smtp is None:
            return None
        name = owner(company.profile.nit, company.environment, "smtp")
        return msgspec.json.decode(self._vault.open(company.sealed_smtp, name), type=SmtpAccess)

    async def refresh(self) -> int:
        """Lets go of companies whose registration has changed; a round of the background work that takes nothing.

        Calls of the API bring the registration they have read (``get``); nobody brings one to the background work.
        """
        if self._open:
            current = await self._store.read(rows.registered_companies)
            self._open = {key: company for key, company in self._open.items() if current.get(key) == company.updated_at}
        return 0

    def _opened(self, row: Row, points: list[Row], webhooks: tuple[str, ...]) -> Company:
        environment = cast("Environment", row["environment"])
        password = self._vault.open(row["mh_password"], owner(row["nit"], environment, "mh_password")).decode()
        return Company(
            id=int(row["id"]),
            environment=environment,
            profile=decode_profile(row["profile"]),
            establishment_kinds={
                (point["branch_code"], point["pos_code"]): point["establishment_kind"] for point in points
            },
            credentials=Credentials(row["nit"], row["mh_user"], password),
            certificate_fingerprint=row["certificate_fingerprint"],
            sealed_key=bytes(row["private_key"]),
            sealed_smtp=bytes(row["smtp"]) if row["smtp"] is not None else None,
            listeners=Listeners(mail=row["smtp"] is not None, webhooks=webhooks),
            updated_at=row["updated_at"],
        )


def _company(company_id: int) -> Transaction[tuple[Row, list[Row], tuple[str, ...]]]:
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
    "create_key",
    "disable_key",
    "find_company",
    "owner",
]
