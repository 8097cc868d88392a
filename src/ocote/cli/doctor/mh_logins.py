"""Tries each company's user and password at MH: a company whose login is refused issues in contingency alone."""

from collections.abc import Sequence, Set
from contextlib import suppress
from typing import Final

from ocote.companies.mh_login import ALL_WITHIN_S, Access, LoginTried, try_logins
from ocote.companies.registry import credentials_of
from ocote.dte.sale import Environment
from ocote.health.finding import Finding, failed, warning, well
from ocote.settings import Settings
from ocote.store.companies import CompanyRow
from ocote.vault import Vault, VaultError
from ocote.wording.environment import ENVIRONMENT_NAMES

_CORRECT: Final = (
    "Corrija user y password en [mh] del archivo de la empresa y ejecute «ocote company add». Son los de la API, que "
    "se ponen en el sitio de Hacienda y son distintos en pruebas y en producción. Mientras tanto todo queda en "
    "contingencia."
)
_WAIT: Final = "La falla es de Hacienda: espere. Mientras tanto se emite en contingencia («ocote contingency list»)."


async def mh_logins(configured: Settings, companies: Sequence[CompanyRow], silent: Set[Environment]) -> list[Finding]:
    """One finding for each active company, after one login each; hosts that are known to be ``silent`` are not asked.

    A company whose password does not open is a finding of ``secrets``.
    """
    asked = [
        (company, access)
        for company in companies
        if company.active and company.environment not in silent and (access := _access(configured, company)) is not None
    ]
    outcomes = await try_logins(configured, [access for _, access in asked])
    return [_login(company, tried) for (company, _), tried in zip(asked, outcomes, strict=True)]


def _access(configured: Settings, company: CompanyRow) -> Access | None:
    with suppress(VaultError):
        vault = Vault.from_secret(configured.secret_key or "")
        return Access(company.environment, credentials_of(vault, company))
    return None


def _login(company: CompanyRow, tried: LoginTried) -> Finding:
    subject = f"Acceso a Hacienda de {company.name} ({ENVIRONMENT_NAMES[company.environment]})"
    match tried.verdict:
        case "accepted":
            return well(subject, "Hacienda acepta el usuario y la contraseña")
        case "refused":
            seen = f"Hacienda no acepta el usuario {company.mh_user} con su contraseña: {tried.why}"
            return failed(subject, seen, _CORRECT)
        case "unanswered":
            return failed(subject, f"Hacienda no contestó al probar el usuario: {tried.why}", _WAIT)
        case "not_tried":
            seen = f"sin probar: las demás empresas tardaron más de {ALL_WITHIN_S:.0f} s"
            return warning(subject, seen, "Repita «ocote doctor» cuando Hacienda responda más rápido.")
