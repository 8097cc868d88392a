"""The way of a company to production as far as it has come: what was filled in, its version, and its audit entries."""

from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from ocote.companies.certificate_check import CertificateFacts
from ocote.companies.onboarding import SetupSecrets
from ocote.store.audit_log import AuditEntry
from ocote.store.companies import CompanyRow
from ocote.store.switching import SwitchRow


class StartNumber(Struct, frozen=True):
    """The number with which a series begins in production: a point of sale (``M001P001``), a type, and the number."""

    point: str
    doc_type: str
    next: str


class GoesAlong(Struct, frozen=True):
    """The parts of the test company that go along; ``people`` are ids, without the person who switches."""

    people: tuple[int, ...] = ()
    items: bool = True
    customers: bool = False
    mail_server: bool = True
    webhooks: bool = False


class SwitchProgress(Struct, frozen=True):
    """The way to production as far as it has come, without secrets; None for a step that is not done.

    ``login`` is the verdict of MH's production environment about user and password, empty while there are none.
    ``numbers_year`` is the year in which ``numbers`` were filled in: in another one they mean nothing (rules.md 1).
    """

    mh_user: str = ""
    login: str = ""
    certificate: CertificateFacts | None = None
    numbers: tuple[StartNumber, ...] | None = None
    numbers_year: int | None = None
    along: GoesAlong | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything is there that the registration needs."""
        return bool(self.login) and None not in (self.certificate, self.numbers, self.along)


class SwitchStand(Struct, frozen=True):
    """The way to production with its secrets.

    ``seen`` names the version of the way and of its company that a person saw.
    """

    progress: SwitchProgress = SwitchProgress()
    secrets: SetupSecrets = SetupSecrets()
    seen: str = ""


def seen_of(company: CompanyRow, kept: SwitchRow | None) -> str:
    """The version of a company with its way to production; every sealing of secrets makes another one.

    A page carries it to the form that comes back, so that nobody confirms or overwrites what they did not see.
    """
    way = None if kept is None else (kept.body, kept.secrets)
    return sha256(msgspec.json.encode((company.updated_at, way))).hexdigest()


def kept_entries(before: SwitchStand, after: SwitchStand, blank: AuditEntry) -> list[AuditEntry]:
    """The entries about secrets and numbers that a step has stored or replaced; they name no secret."""

    def entry(act: str, was: dict[str, Any], is_now: dict[str, Any]) -> AuditEntry:
        return msgspec.structs.replace(blank, act=act, before=was, after=is_now)

    made, old, new = [], before.progress, after.progress
    has_other_password = before.secrets.mh_password != after.secrets.mh_password
    if has_other_password or (old.mh_user, old.login) != (new.mh_user, new.login):
        changed = {"secrets": ["mh_password"]} if has_other_password else {}
        was = {"user": old.mh_user, "verdict": old.login} if old.login else {}
        made.append(entry("production_login_kept", was, {"user": new.mh_user, "verdict": new.login, **changed}))
    if before.secrets.certificate != after.secrets.certificate:
        made.append(entry("production_certificate_kept", _certificate_facts(old), _certificate_facts(new)))
    if old.numbers != new.numbers:
        made.append(entry("production_numbers_kept", _number_facts(old), _number_facts(new)))
    return made


def discarded_entry(before: SwitchStand, blank: AuditEntry) -> AuditEntry:
    """The entry about a way that was discarded, with what was kept of it."""
    progress = before.progress
    kept = {"user": progress.mh_user} if progress.mh_user else {}
    kept |= _certificate_facts(progress) | _number_facts(progress)
    return msgspec.structs.replace(blank, act="production_discarded", before=kept)


def _certificate_facts(progress: SwitchProgress) -> dict[str, Any]:
    return {} if progress.certificate is None else {"certificate": progress.certificate.fingerprint}


def _number_facts(progress: SwitchProgress) -> dict[str, Any]:
    """The first numbers as the audit log tells them: ``M001P001 01: 1094``; an empty list when all begin with 1."""
    if progress.numbers is None:
        return {}
    return {"first_numbers": [f"{number.point} {number.doc_type}: {number.next}" for number in progress.numbers]}
