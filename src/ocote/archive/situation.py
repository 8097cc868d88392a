"""The open points of a company and how MH answers it now, for the first pages of the panel."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote.books.due import DueDates, due_dates
from ocote.clock import Clock
from ocote.companies.registry import Companies
from ocote.contingency.deadlines import LegalDeadline, document_deadline
from ocote.mh.hosts import MhHosts
from ocote.store.activity import last_stamp
from ocote.store.audit_reading import AuditFilter, audit_page
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.open_points import latest_counts, old_drafts, open_counts, open_documents, waiting_deadlines

_LATEST: Final = 50
"""The documents by which a page tells whether documents are to be mailed, and whether MH has ever answered."""
_DRAFT_FORGOTTEN: Final = timedelta(days=1)
_LOGIN_TRIED: Final = "mh_login_tried"
_LATELY: Final = timedelta(days=60)
"""What was refused or given up longer ago is not shown as open any more."""


class OpenDocuments(Struct, frozen=True):
    """Documents without MH's stamp; ``deadline`` is the nearest of those in contingency, once the cause has ended."""

    contingency: int
    rejected: int
    unanswered: int
    deadline: LegalDeadline | None


class OpenPoints(Struct, frozen=True):
    """Everything that is open in a company. Moments are aware instants; None for what is unknown or not the case.

    ``unsent_mail``: documents are to be mailed, and there is no mail server. ``untried_access``: MH has stamped none of
    the latest documents, and nobody has tried the access to MH. ``old_drafts`` are those of the person who asks.
    ``backed_up_at`` is None for an installation that was never backed up. ``v2_from`` is the first day of Normativa
    v2.0 for the company.
    """

    documents: OpenDocuments
    mails: int
    webhooks_off: int
    webhooks_failing: int
    invalidations: int
    certificate_until: datetime | None
    unconfirmed_since: datetime | None
    backed_up_at: datetime | None
    v2_from: date
    unsent_mail: bool = False
    untried_access: bool = False
    old_drafts: int = 0


class MhNow(Struct, frozen=True):
    """Whether MH answers the company now, as this process knows, and when MH stamped the last time within a day."""

    is_down: bool
    takes_none: bool
    last_stamp: datetime | None


class Situation:
    """Tells what is open in a company."""

    def __init__(
        self, store: Store, companies: Companies, hosts: MhHosts, holidays: Collection[date], clock: Clock
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._holidays = holidays
        self._clock = clock

    async def mh_now(self, company_id: int) -> MhNow:
        """How MH answers the company now."""
        company = await self._companies.get(company_id)
        host = self._hosts.of(company.environment)
        since = moment_text(self._clock() - timedelta(days=1))
        return MhNow(
            is_down=host.is_down_for(company.credentials),
            takes_none=host.takes_no_documents_of(company.credentials),
            last_stamp=_moment(await self._store.read(last_stamp, company_id, since)),
        )

    async def documents(self, company_id: int, points: tuple[str, ...] = ()) -> OpenDocuments:
        """The documents without MH's stamp, at some points of sale or at all."""
        since = moment_text(self._clock() - _LATELY)
        found = {"contingency": 0, "rejected": 0, "registered": 0}
        for row in await self._store.read(open_documents, company_id, since):
            if not points or row.branch_code + row.pos_code in points:
                found[row.state] += row.documents
        deadlines = []
        if found["contingency"]:
            waiting = await self._store.read(waiting_deadlines, company_id)
            deadlines = [each for row in waiting if (each := document_deadline(row.ended_at, row.reported_at))]
        return OpenDocuments(
            contingency=found["contingency"],
            rejected=found["rejected"],
            unanswered=found["registered"],
            deadline=min(deadlines, key=lambda each: each.at, default=None),
        )

    async def open_points(self, company_id: int, person_id: int) -> OpenPoints:
        """Everything that is open in the company, with the drafts of a person."""
        company = await self._companies.get(company_id)
        counts = await self._store.read(open_counts, company_id, moment_text(self._clock() - _LATELY))
        latest = await self._store.read(latest_counts, company_id, _LATEST)
        forgotten = moment_text(self._clock() - _DRAFT_FORGOTTEN)
        return OpenPoints(
            documents=await self.documents(company_id),
            mails=counts.mails,
            webhooks_off=counts.webhooks_off,
            webhooks_failing=counts.webhooks_failing,
            invalidations=counts.invalidations,
            certificate_until=_moment(counts.certificate_valid_until),
            unconfirmed_since=_moment(counts.unconfirmed_since),
            backed_up_at=_moment(counts.backed_up_at),
            v2_from=company.profile.v2_from,
            unsent_mail=bool(latest.mailed) and not company.listeners.mail,
            untried_access=not latest.stamped and not await self._has_tried(company_id),
            old_drafts=await self._store.read(old_drafts, company_id, person_id, forgotten),
        )

    async def _has_tried(self, company_id: int) -> bool:
        return bool(await self._store.read(audit_page, company_id, AuditFilter(1, company_id, act=_LOGIN_TRIED)))

    def due(self, month: date) -> DueDates:
        """The days until which the returns of a month are filed."""
        return due_dates(month.year, month.month, self._holidays)


def _moment(stored: str | None) -> datetime | None:
    return moment(stored) if stored is not None else None
