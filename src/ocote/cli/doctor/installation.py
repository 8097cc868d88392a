"""Checks the installation itself: configuration, database, secrets, certificates."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote import settings
from ocote.companies.brand import stored_brand
from ocote.companies.registry import SEALED_COLUMNS, owner
from ocote.documents.reasons import reason
from ocote.health.finding import Finding, failed, warning, well
from ocote.outbox.webhook_secrets import previous_secrets_owner, secret_owner
from ocote.printing.logo import can_be_drawn, is_cheap_to_print
from ocote.settings import Settings
from ocote.store.companies import CompanyRow
from ocote.store.engine.location import locate, unverified_hosts
from ocote.store.engine.opening import NEWEST, NewerDatabaseError, OutdatedError
from ocote.store.engine.store import StoreUnavailableError
from ocote.store.engine.values import moment
from ocote.store.webhooks import WebhookRow
from ocote.vault import Vault, VaultError
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import day_text

_EXPIRES_SOON: Final = timedelta(days=30)
_KEY: Final = "OCOTE_SECRET_KEY"
_WHEN_NEW: Final = "Cree una con «ocote secret», guárdela en .env y haga una copia aparte."
_WHEN_KEPT: Final = (
    "Busque la clave de siempre: en el .env anterior, en la copia que se guardó aparte, en el servicio que arrancaba "
    "ocote. No cree otra: una clave nueva no abre lo guardado. Solo si se perdió para siempre, registre otra vez cada "
    "empresa («ocote company add») con una nueva."
)


def configuration(configured: Settings, environ: Mapping[str, str]) -> Finding:
    """Checks that every variable of the environment is a known setting."""
    unknown = settings.unknown_names(environ)
    if unknown:
        return failed(
            "Configuración",
            f"estas variables no significan nada: {', '.join(unknown)}",
            f"Corrija el nombre o quítelas. Las que hay: {', '.join(settings.NAMES)}.",
        )
    return well("Configuración", f"se entiende; datos en {configured.data_dir}")


def database(companies: list[CompanyRow]) -> Finding:
    """The finding for a database that answered."""
    return well("Base de datos", f"responde y está al día; {_count(companies)}")


def database_network(configured: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """Warns of a PostgreSQL elsewhere whose certificate is not verified; nothing otherwise."""
    hosts = unverified_hosts(locate(configured.database_url), environ)
    if not hosts:
        return []
    return [
        warning(
            "Conexión a la base de datos",
            f"{', '.join(hosts)} está en otra máquina y no se comprueba su certificado TLS: quien esté en la red "
            "puede leer y cambiar los documentos",
            "Agregue a OCOTE_DATABASE_URL ?sslmode=verify-full&sslrootcert=/ruta/autoridad.pem.",
        )
    ]


def no_database(error: OutdatedError | NewerDatabaseError | StoreUnavailableError) -> Finding:
    """The finding for a database that cannot be used."""
    if isinstance(error, NewerDatabaseError):
        seen = f"es de una versión más nueva de ocote ({error.found}; este programa llega hasta la {NEWEST})"
        return failed("Base de datos", seen, "Actualice el programa.")
    if isinstance(error, OutdatedError) and error.missing is not None:
        remedy = "Revise OCOTE_DATABASE_URL; si la instalación es nueva, ejecute «ocote migrate»."
        return failed("Base de datos", f"no existe el archivo {error.missing}", remedy)
    if isinstance(error, OutdatedError):
        found = f"está en la versión {error.found}" if error.found else "no tiene tablas"
        return failed("Base de datos", f"responde, pero {found}", "Ejecute «ocote migrate».")
    return failed(
        "Base de datos",
        f"no responde: {reason(error)}",
        "Revise OCOTE_DATABASE_URL, que el servidor esté en marcha y que acepte a este usuario.",
    )


def secrets(configured: Settings, companies: list[CompanyRow], webhooks: list[WebhookRow]) -> list[Finding]:
    """Checks that the secret key is set and opens every stored secret."""
    remedy = _WHEN_KEPT if companies else _WHEN_NEW
    if configured.secret_key is None:
        waiting = f"; {_count(companies)} con secretos que solo ella abre" if companies else ""
        return [failed(_KEY, f"falta{waiting}", remedy)]
    try:
        vault = Vault.from_secret(configured.secret_key)
    except VaultError as error:
        return [failed(_KEY, str(error), remedy)]
    closed: dict[str, list[str]] = {}
    old = 0
    for kept in _sealed(companies, webhooks):
        try:
            vault.open(kept.sealed, kept.owner)
        except VaultError as error:
            closed.setdefault(str(error), []).append(kept.name)
        else:
            old += not vault.is_current(kept.sealed)
    if closed:
        names = (f"{'; '.join(sealed)} ({reason})" for reason, sealed in closed.items())
        return [
            failed(
                _KEY,
                f"no abre: {'; '.join(names)}",
                "Agregue la clave anterior después de una coma, o registre otra vez la empresa (ocote company add) o "
                "el webhook (ocote webhook remove y add).",
            )
        ]
    if vault.weakness is not None:
        return [
            failed(
                _KEY,
                f"es fácil de adivinar: {vault.weakness}",
                "Cree otra con «ocote secret» y ponga la nueva primero y la de ahora después de una coma; registre "
                "otra vez cada empresa («ocote company add») para cifrarla con la nueva.",
            )
        ]
    note = f"; {old} con una clave anterior" if old else ""
    return [well(_KEY, f"abre todos los secretos guardados{note}")]


class _Sealed(Struct, frozen=True):
    """A sealed secret in the database: its name in Spanish and the owner to whom it is bound."""

    name: str
    sealed: bytes
    owner: str


def _sealed(companies: list[CompanyRow], webhooks: list[WebhookRow]) -> Iterator[_Sealed]:
    for company in companies:
        for name in SEALED_COLUMNS:
            sealed: bytes | None = getattr(company, name)
            if sealed is not None:
                bound_to = owner(company.nit, company.environment, name)
                yield _Sealed(f"{name} de {company.name}", sealed, bound_to)
    for hook in webhooks:
        if hook.removed_at is None:
            bound_to = secret_owner(hook.nit, hook.environment, hook.id)
            yield _Sealed(f"el secreto de {hook.id} de {hook.name}", hook.secret, bound_to)
            if hook.previous_secrets is not None:
                bound_to = previous_secrets_owner(hook.nit, hook.environment, hook.id)
                yield _Sealed(f"los secretos anteriores de {hook.id} de {hook.name}", hook.previous_secrets, bound_to)


def certificate(company: CompanyRow, now: datetime) -> Finding:
    """Checks how long a company's certificate is still valid."""
    subject = f"Certificado de {company.name} ({ENVIRONMENT_NAMES[company.environment]})"
    until = company.certificate_valid_until
    if until is None:
        return well(subject, "no dice hasta cuándo vale")
    end = moment(until)
    day = day_text(end)
    renew = "Descargue uno nuevo del sitio de Hacienda y ejecute «ocote company add» con el mismo archivo."
    if end <= now:
        return failed(subject, f"venció el {day}", renew)
    if end - now <= _EXPIRES_SOON:
        return failed(subject, f"vence pronto, el {day}", renew)
    return well(subject, f"vale hasta el {day}")


def logo(company: CompanyRow) -> Finding | None:
    """The finding for a logo that PDFs leave out; None for a logo that is printed, and for a company without one."""
    stored = stored_brand(company.profile).logo
    if stored is None or can_be_drawn(stored):
        return None
    why = "está dañado" if is_cheap_to_print(stored) else "tiene demasiados puntos"
    return warning(
        f"Logotipo de {company.name} ({ENVIRONMENT_NAMES[company.environment]})",
        f"los PDF salen sin él: {why}",
        "Ejecute «ocote company add» con el mismo archivo; si rechaza la imagen, guárdela de nuevo como PNG de "
        "1200 × 400 puntos.",
    )


def _count(companies: list[CompanyRow]) -> str:
    return "una empresa" if len(companies) == 1 else f"{len(companies)} empresas"
