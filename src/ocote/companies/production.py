"""The switch of a company from MH's test environment to production: its twin is registered, the company itself stays.

The way there may be left and taken up again. No API key goes along, and the webhooks that do get new secrets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock, local
from ocote.companies.certificate_check import CertificateFacts, CertificateFile, checked_certificate
from ocote.companies.changes import saved_entries
from ocote.companies.company import decode_profile
from ocote.companies.description.check import FieldFault, check_company
from ocote.companies.description.value import CompanyDescription, NamedFile
from ocote.companies.editing import CompanyChangedError
from ocote.companies.first_numbers import first_numbers, number_facts
from ocote.companies.mh_login import Access, LoginTried, try_logins
from ocote.companies.onboarding import SetupSecrets, already_there
from ocote.companies.production_way import (
    GoesAlong,
    SwitchProgress,
    SwitchStand,
    discarded_entry,
    kept_entries,
    seen_of,
)
from ocote.companies.registry import (
    CompanyError,
    Registered,
    new_company,
    opened_mail_access,
    own_certificate,
    points_of,
    sealed_signing_key,
)
from ocote.companies.stored import StoredCompany, stored_values
from ocote.documents.view import Refused
from ocote.mh import Credentials
from ocote.settings import Settings
from ocote.signing.certificate import CertificateError
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.companies import (
    SavedCompany,
    companies_by_nit,
    company_by_id,
    hold_company,
    insert_company,
    points_of_sale,
)
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.store.people import MemberRow, NewMembership, give_role, members_of
from ocote.store.switching import (
    SwitchRow,
    copy_customers,
    copy_items,
    count_customers,
    count_items,
    event_counts,
    forget_switch,
    keep_switch,
    stamped_counts,
    switch_of,
)
from ocote.store.webhooks import NewWebhook, WebhookRow, insert_webhook, webhooks_in_use
from ocote.vault import Vault, VaultError

TEST: Final = "00"
PRODUCTION: Final = "01"
MOST_TESTS_COUNTED: Final = 1_000
"""Test documents of a type that are counted: ten times as many as MH asks for."""

SealedHook = tuple[str, str, bytes]
"""A webhook to be: its id, and its new secret, open and sealed."""


class ReadyChecks(Struct, frozen=True):
    """The facts that the gateway knows of a company's readiness.

    ``stamped`` counts documents of the test environment by type, ``MOST_TESTS_COUNTED`` of each at most. ``twin_id`` is
    the company in production, when there is one; ``backup_at`` the latest backup that is known.
    """

    stamped: Mapping[str, int]
    invalidations: int
    contingencies: int
    responsible: str
    has_mail_server: bool
    backup_at: datetime | None
    items: int
    customers: int
    hooks: tuple[WebhookRow, ...]
    twin_id: int | None


class Switched(Struct, frozen=True):
    """The production company that was registered, and the new secrets of its webhooks by address, shown once."""

    company: Registered
    hook_secrets: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"<Switched {self.company.id}>"


def switch_owner(company_id: int) -> str:
    """The owner to whom the secrets of a way to production are sealed."""
    return f"production:{company_id}"


class ProductionSwitch:
    """Keeps the ways of companies to production, and registers their production twins.

    ``seal_hook`` makes the id and the secret of a webhook for a NIT and an environment.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        configured: Settings,
        clock: Clock,
        seal_hook: Callable[[str, str], SealedHook],
    ) -> None:
        self._store = store
        self._vault = vault
        self._configured = configured
        self._clock = clock
        self._seal_hook = seal_hook

    async def find(self, stored: StoredCompany) -> SwitchStand:
        """The unfinished way of a company; an empty one when there is none.

        First numbers of another year are asked for again.
        """
        row, company_id = await self._store.read(switch_of, stored.row.id), stored.row.id
        seen = seen_of(stored.row, row)
        if row is None:
            return SwitchStand(seen=seen)
        progress = msgspec.json.decode(row.body, type=SwitchProgress)
        if not _has_numbers_of(progress, self._year()):
            progress = msgspec.structs.replace(progress, numbers=None)
        try:
            opened = b"{}" if row.secrets is None else self._vault.open(row.secrets, switch_owner(company_id))
        except VaultError:
            # The secret of the gateway has changed since: what was sealed is asked for again.
            return SwitchStand(msgspec.structs.replace(progress, login="", certificate=None), seen=seen)
        return SwitchStand(progress, msgspec.json.decode(opened, type=SetupSecrets), seen)

    async def keep(self, stored: StoredCompany, before: SwitchStand, stand: SwitchStand, by: Author) -> SwitchStand:
        """Keeps the way of a company for later, in place of the version that the person saw; returns it.

        ``before`` is the way as it was read, for the audit log. Raises CompanyChangedError when somebody else has
        changed the way or the company since, and CompanyError when the company is in production already.
        """
        now = self._clock()
        progress = stand.progress
        if progress.numbers is not None:
            progress = msgspec.structs.replace(progress, numbers_year=local(now).year)
        sealed = self._vault.seal(msgspec.json.encode(stand.secrets), switch_owner(stored.row.id))
        body = msgspec.json.encode(progress).decode()
        row = SwitchRow(stored.row.id, body, sealed, moment_text(now))

        def work() -> Transaction[None]:
            yield from _held_as_seen(stored, stand.seen)
            yield from keep_switch(row)

        entries = kept_entries(before, stand, self._blank_entry(stored, by))
        await self._store.write(audited, lambda _: entries, work)
        return SwitchStand(progress, stand.secrets, seen_of(stored.row, row))

    async def discard(self, stored: StoredCompany, before: SwitchStand, seen: str, by: Author) -> None:
        """Forgets the way of a company with its secrets. Raises what ``keep`` raises."""

        def work() -> Transaction[None]:
            yield from _held_as_seen(stored, seen)
            yield from forget_switch(stored.row.id)

        entry = discarded_entry(before, self._blank_entry(stored, by))
        await self._store.write(audited, lambda _: entry, work)

    async def is_there(self, stored: StoredCompany) -> bool:
        """Whether the company is registered in production already."""
        found = await self._store.read(companies_by_nit, stored.row.nit)
        return any(row.environment == PRODUCTION for row in found)

    async def company(self, company_id: int) -> StoredCompany:
        """The company of the test environment. Raises Refused (``page_not_found``) for any other one."""
        row = await self._store.read(company_by_id, company_id)
        if row is None or row.environment != TEST:
            raise Refused("page_not_found")
        points = await self._store.read(points_of_sale, company_id)
        smtp = opened_mail_access(self._vault, row.smtp, row.nit, row.environment)
        return StoredCompany(row, decode_profile(row.profile), points, smtp)

    async def checks(self, stored: StoredCompany) -> ReadyChecks:
        """The facts that are known of a company's readiness for production."""
        company_id, nit = stored.row.id, stored.row.nit
        events = await self._store.read(event_counts, company_id)
        twins = [row.id for row in await self._store.read(companies_by_nit, nit) if row.environment == PRODUCTION]
        hooks = await self._store.read(webhooks_in_use, company_id)
        return ReadyChecks(
            stamped=await self._store.read(stamped_counts, company_id, MOST_TESTS_COUNTED),
            invalidations=events.invalidations,
            contingencies=events.contingencies,
            responsible=stored.profile.responsible.name,
            has_mail_server=stored.smtp is not None,
            backup_at=moment(events.backup_at) if events.backup_at else None,
            items=await self._store.read(count_items, company_id),
            customers=await self._store.read(count_customers, company_id),
            hooks=tuple(hook for hook in hooks if hook.disabled_at is None),
            twin_id=twins[0] if twins else None,
        )

    async def try_login(self, stored: StoredCompany, user: str, password: str, by: Author) -> LoginTried:
        """Tries a user and a password once at MH's production environment, and notes the outcome."""
        nit = stored.row.nit
        [tried] = await try_logins(self._configured, [Access(PRODUCTION, Credentials(nit, user, password))])
        entry = AuditEntry(
            at=moment_text(self._clock()),
            by=by,
            act="production_login_tried",
            subject=nit,
            company_id=stored.row.id,
            after={"user": user, "verdict": tried.verdict},
        )
        await self._store.write(append_entry, entry)
        return tried

    def look_at(self, stored: StoredCompany, file: CertificateFile) -> CertificateFacts:
        """The facts of a certificate for the company. Raises CompanyError."""
        return checked_certificate(file, stored.row.nit, self._clock())

    def faults(self, stored: StoredCompany, stand: SwitchStand) -> tuple[FieldFault, ...]:
        """The faults of the production company as it would be registered now."""
        described = check_company(_twin_values(stored, stand))
        return () if isinstance(described, CompanyDescription) else described

    async def register(
        self, stored: StoredCompany, stand: SwitchStand, by: Author
    ) -> Switched | tuple[FieldFault, ...]:
        """Registers the production company in one transaction, or returns every fault.

        ``stand.seen`` is the version that the person confirmed.

        Raises CompanyError (there is one already, the certificate), and CompanyChangedError when the company of the
        test environment or the way to production was changed meanwhile.
        """
        described = check_company(_twin_values(stored, stand))
        if not isinstance(described, CompanyDescription):
            return described
        moment_now, secrets = self._clock(), stand.secrets
        if not _has_numbers_of(stand.progress, local(moment_now).year):
            raise CompanyChangedError
        checked_certificate(
            CertificateFile(secrets.certificate, secrets.certificate_password), described.nit, moment_now
        )
        try:
            signing = sealed_signing_key(self._vault, own_certificate(described), described)
        except CertificateError as error:
            raise CompanyError(error.message) from error
        described = replace(described, brand=stored.profile.brand)
        now, along = moment_text(moment_now), stand.progress.along or GoesAlong()
        company, points = new_company(self._vault, described, signing, now), points_of(described)
        numbers = first_numbers(described, moment_now, by.name)
        hooks = await self._hooks(stored, along)

        def work() -> Transaction[_Moved]:
            test = stored.row
            yield from _held_as_seen(stored, stand.seen)
            saved = yield from insert_company(company, points, numbers)
            people = yield from _give_roles(test.id, saved.id, (by.person_id, *along.people), now)
            items = (yield from copy_items(test.id, saved.id, now)) if along.items else 0
            customers = (yield from copy_customers(test.id, saved.id, now)) if along.customers else 0
            for hook, (webhook_id, _, sealed) in hooks:
                yield from insert_webhook(NewWebhook(webhook_id, saved.id, hook.url, sealed, now, hook.events))
            return _Moved(saved, people, items, customers)

        def entries_of(moved: _Moved) -> list[AuditEntry]:
            return [
                *saved_entries(company, points, moved.saved, by),
                *_entries(moved, stored, hooks, AuditEntry(now, by, "", "")),
            ]

        try:
            moved = await self._store.write(audited, entries_of, work)
        except UniqueError as error:
            # Somebody else has registered the company since the transaction looked for it.
            raise CompanyError(already_there(company.nit, PRODUCTION)) from error
        audit.record("company_saved", company_id=moved.saved.id, nit=company.nit, environment=PRODUCTION)
        for wanted in moved.saved.begun:
            facts = number_facts(wanted, next_before=1)
            audit.record("number_set", company_id=moved.saved.id, nit=company.nit, environment=PRODUCTION, **facts)
        for member in moved.people:
            audit.record("role_changed", company_id=moved.saved.id, person=member.person_id, role=member.role)
        for _, (webhook_id, _, _) in hooks:
            audit.record("webhook_added", webhook=webhook_id, nit=company.nit)
        registered = Registered(moved.saved.id, company.nit, PRODUCTION, company.name)
        return Switched(registered, tuple((hook.url, secret) for hook, (_, secret, _) in hooks))

    def _year(self) -> int:
        return local(self._clock()).year

    def _blank_entry(self, stored: StoredCompany, by: Author) -> AuditEntry:
        return AuditEntry(moment_text(self._clock()), by, "", stored.row.nit, company_id=stored.row.id)

    async def _hooks(self, stored: StoredCompany, along: GoesAlong) -> list[tuple[WebhookRow, SealedHook]]:
        if not along.webhooks:
            return []
        return [
            (hook, self._seal_hook(hook.nit, PRODUCTION))
            for hook in await self._store.read(webhooks_in_use, stored.row.id)
            if hook.disabled_at is None
        ]


class _Moved(Struct, frozen=True):
    """The outcome of a switch: the registered company, the people with a role in it, and how much was copied."""

    saved: SavedCompany
    people: tuple[MemberRow, ...]
    items: int
    customers: int


def _has_numbers_of(progress: SwitchProgress, year: int) -> bool:
    """Whether the first numbers are of this year; that all of them begin with 1 is true in each."""
    return not progress.numbers or progress.numbers_year == year


def _held_as_seen(stored: StoredCompany, seen: str) -> Transaction[None]:
    """Holds the company and its way in the version that a person saw. Raises CompanyChangedError and CompanyError."""
    yield from hold_company(stored.row.id)
    row = yield from company_by_id(stored.row.id)
    for other in (yield from companies_by_nit(stored.row.nit)):
        if other.environment == PRODUCTION:
            raise CompanyError(already_there(other.nit, PRODUCTION))
    kept = yield from switch_of(stored.row.id)
    if row is None or seen_of(row, kept) != seen:
        raise CompanyChangedError


def _give_roles(
    company_id: int, twin_id: int, chosen: Sequence[int | None], now: str
) -> Transaction[tuple[MemberRow, ...]]:
    """Gives the chosen people of a company their roles in its twin; the first is the owner."""
    given = []
    for member in (yield from members_of(company_id)):
        if member.person_id in chosen:
            is_first = member.person_id == chosen[0]
            as_there = msgspec.structs.replace(member, role="owner", points="") if is_first else member
            yield from give_role(NewMembership(member.person_id, twin_id, as_there.role, as_there.points, now))
            given.append(as_there)
    return tuple(given)


def _entries(
    moved: _Moved, stored: StoredCompany, hooks: Sequence[tuple[WebhookRow, SealedHook]], blank: AuditEntry
) -> list[AuditEntry]:
    """The entries of the audit log beside those of the registration; ``blank`` has the moment and the author."""
    twin_id = moved.saved.id

    def entry(act: str, subject: str, **after: Any) -> AuditEntry:
        return msgspec.structs.replace(blank, act=act, subject=subject, company_id=twin_id, after=after)

    begun = entry("production_begun", stored.row.nit, production_company=twin_id)
    return [
        *(entry("role_changed", member.email, role=member.role, points=member.points) for member in moved.people),
        *([entry("items_imported", stored.row.nit, items=moved.items)] if moved.items else ()),
        *([entry("customers_imported", stored.row.nit, n=moved.customers)] if moved.customers else ()),
        *(entry("webhook_added", webhook_id, events=hook.events or "") for hook, (webhook_id, _, _) in hooks),
        msgspec.structs.replace(begun, company_id=stored.row.id),
    ]


def _twin_values(stored: StoredCompany, stand: SwitchStand) -> dict[str, Any]:
    """The production company in the shape of the description."""
    progress, secrets = stand.progress, stand.secrets
    values = stored_values(stored)
    wanted: dict[str, dict[str, str]] = {}
    for number in progress.numbers or ():
        wanted.setdefault(number.point, {})[number.doc_type] = number.next
    for branch in values["branch"]:
        for pos in branch["pos"]:
            pos["next_number"] = wanted.get(f"{branch['code']}{pos['code']}")
    has_mail = stored.smtp is not None and (progress.along or GoesAlong()).mail_server
    return {
        **values,
        "environment": PRODUCTION,
        "mh": {
            "user": progress.mh_user or None,
            "password": secrets.mh_password or None,
            "certificate": NamedFile("certificado", secrets.certificate) if secrets.certificate else None,
            "certificate_password": secrets.certificate_password or None,
        },
        "smtp": {**values["smtp"], "password": stored.smtp.password} if has_mail and stored.smtp else None,
    }
