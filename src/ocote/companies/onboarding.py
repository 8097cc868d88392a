"""The first run: a company is described step by step, may be left and taken up again, and is registered at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.certificate_check import CertificateFacts, CertificateFile, checked_certificate
from ocote.companies.description.check import FieldFault, check_company
from ocote.companies.description.value import CompanyDescription, NamedFile
from ocote.companies.mh_login import Access, LoginTried, try_logins
from ocote.companies.registry import CompanyError, Registered, Saving, add_company
from ocote.mh import Credentials
from ocote.settings import Settings
from ocote.signing.certificate import CertificateError
from ocote.store.audit_log import AuditEntry
from ocote.store.companies import NewCompany, PointOfSaleRow, SavedCompany, companies_by_nit, insert_company
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import moment_text
from ocote.store.numbers import WantedNumber
from ocote.store.people import NewMembership, give_role
from ocote.store.setups import SetupRow, forget_setup, keep_setup, setup_of
from ocote.vault import Vault, VaultError

_OF_ENVIRONMENT: Final = {"00": "pruebas", "01": "producción"}


class SetupProgress(Struct, frozen=True):
    """A first run as far as it has come; it holds no secret.

    ``values`` has the shape of the description. ``login`` is the verdict of MH about user and password, empty while
    there are none. ``company_id`` and ``points`` are there when the company is registered, ``key`` is the beginning of
    its first key.
    """

    values: dict[str, Any] = {}
    login: str = ""
    certificate: CertificateFacts | None = None
    company_id: int | None = None
    key: str = ""

    @property
    def nit(self) -> str:
        """The NIT of the company; empty before the first step."""
        return str(self.values.get("nit") or "")


@dataclass(frozen=True, slots=True)
class SetupSecrets:
    """The secrets of a first run; stored sealed, as JSON."""

    mh_password: str = field(default="", repr=False)
    certificate: bytes = field(default=b"", repr=False)
    certificate_password: str = field(default="", repr=False)


class SetupStand(Struct, frozen=True):
    """A first run with its secrets."""

    progress: SetupProgress = SetupProgress()
    secrets: SetupSecrets = SetupSecrets()


def setup_owner(person_id: int) -> str:
    """The owner to whom the secrets of a first run are sealed."""
    return f"setup:{person_id}"


class Onboarding:
    """Keeps the first runs of people, and registers their companies."""

    def __init__(self, store: Store, vault: Vault, configured: Settings, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._configured = configured
        self._clock = clock

    async def find(self, person_id: int) -> SetupStand:
        """The unfinished first run of a person; an empty one when there is none."""
        row = await self._store.read(setup_of, person_id)
        if row is None:
            return SetupStand()
        progress = msgspec.json.decode(row.body, type=SetupProgress)
        try:
            secrets = SetupSecrets() if row.secrets is None else self._opened(row.secrets, person_id)
        except VaultError:
            # The secret of the gateway has changed since: what was sealed is asked for again.
            return SetupStand(msgspec.structs.replace(progress, login="", certificate=None))
        return SetupStand(progress, secrets)

    async def keep(self, person_id: int, stand: SetupStand) -> None:
        """Keeps a first run for later."""
        sealed = self._vault.seal(msgspec.json.encode(stand.secrets), setup_owner(person_id))
        body = msgspec.json.encode(stand.progress).decode()
        await self._store.write(keep_setup, SetupRow(person_id, body, sealed, moment_text(self._clock())))

    async def forget(self, person_id: int) -> None:
        """Forgets a first run; a company that was registered stays."""
        await self._store.write(forget_setup, person_id)

    async def is_registered(self, nit: str, environment: str) -> bool:
        """Whether there is a company with this NIT in this environment."""
        return any(row.environment == environment for row in await self._store.read(companies_by_nit, nit))

    async def try_login(self, stand: SetupStand, user: str, password: str) -> LoginTried:
        """Tries a user and a password at MH once."""
        progress = stand.progress
        access = Access(progress.values["environment"], Credentials(progress.nit, user, password))
        return (await try_logins(self._configured, [access]))[0]

    def look_at(self, stand: SetupStand, file: CertificateFile) -> CertificateFacts:
        """The facts of a certificate for the company. Raises CompanyError."""
        return checked_certificate(file, stand.progress.nit, self._clock())

    async def register(
        self, stand: SetupStand, branches: Sequence[Mapping[str, Any]], by: Author
    ) -> Registered | tuple[FieldFault, ...]:
        """Registers the company with the person as its owner, or returns every fault. Raises CompanyError."""
        described = check_company(complete_values(stand, branches))
        if not isinstance(described, CompanyDescription):
            return described
        person_id = by.person_id
        now = moment_text(self._clock())

        def save(
            company: NewCompany, points: tuple[PointOfSaleRow, ...], numbers: Sequence[WantedNumber]
        ) -> Transaction[SavedCompany]:
            for other in (yield from companies_by_nit(company.nit)):
                if other.environment == company.environment:
                    raise CompanyError(already_there(company.nit, company.environment))
            saved = yield from insert_company(company, points, numbers)
            if person_id is not None:
                yield from give_role(NewMembership(person_id, saved.id, "owner", "", now))
            return saved

        def entries(saved: SavedCompany) -> Sequence[AuditEntry]:
            given = {"role": "owner", "points": ""}
            is_given = person_id is not None
            return [AuditEntry(now, by, "role_changed", by.name, saved.id, after=given)] if is_given else []

        try:
            registered = await add_company(self._store, self._vault, described, self._clock, by, Saving(save, entries))
        except CertificateError as error:
            raise CompanyError(error.message) from error
        except UniqueError as error:
            # Somebody else has registered the company since the transaction looked for it.
            raise CompanyError(already_there(described.nit, described.environment)) from error
        if person_id is not None:
            audit.record("role_changed", company_id=registered.id, person=person_id, role="owner")
        return registered

    def _opened(self, sealed: bytes, person_id: int) -> SetupSecrets:
        return msgspec.json.decode(self._vault.open(sealed, setup_owner(person_id)), type=SetupSecrets)


def complete_values(stand: SetupStand, branches: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The values of a first run as the description reads them, with the secrets as far as there are any."""
    secrets = stand.secrets
    return {
        **stand.progress.values,
        "mh": {
            "user": (stand.progress.values.get("mh") or {}).get("user"),
            "password": secrets.mh_password or None,
            "certificate": NamedFile("certificado", secrets.certificate) if secrets.certificate else None,
            "certificate_password": secrets.certificate_password or None,
        },
        "branch": branches,
    }


def faults_of_step(values: Mapping[str, Any], keys: Sequence[str]) -> tuple[FieldFault, ...]:
    """The faults of those values of a company that one step asks for."""
    found = check_company(values)
    if isinstance(found, CompanyDescription):
        return ()
    return tuple(fault for fault in found if fault.path.partition(".")[0].partition("[")[0] in keys)


def already_there(nit: str, environment: str) -> str:
    """The sentence about a company that is registered already."""
    return (
        f"La empresa con NIT {nit} ya está registrada en {_OF_ENVIRONMENT[environment]}. Pida a su propietario un rol "
        "en ella."
    )
