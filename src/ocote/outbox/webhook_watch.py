"""Tells of webhooks that do not take their announcements: in the metrics, in the log, and by e-mail to the company."""

import ssl
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from ocote.clock import Clock
from ocote.companies.company import Company
from ocote.companies.description.value import SmtpAccess
from ocote.companies.mail_server import mail_server_of
from ocote.companies.registry import Companies
from ocote.mail.smtp import Accepted, NotAccepted, send
from ocote.mail.unsendable import UnsendableError
from ocote.mail.webhook_notice import NoticeCause, WebhookNotice, webhook_notice
from ocote.metrics import WEBHOOKS_FAILING, WEBHOOKS_OFF
from ocote.outbox.webhook_health import TOLD_AFTER, UNBROKEN
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment, moment_text
from ocote.store.webhook_health import DueNotice, due_notices, end_notice, troubled_webhooks
from ocote.store.webhooks import forget_previous_secrets

_LOOK_EVERY: Final = timedelta(seconds=30)

_AGAIN_AFTER: Final = timedelta(hours=1)
_TRIED_FOR: Final = timedelta(days=3)
_AT_ONCE: Final = 20
_STEP_TIMEOUT_S: Final = 10.0

_log = structlog.get_logger(__name__)


class WebhookWatch:
    """Looks at all webhooks. ``run_once`` is a round of the background work that waits for mail servers only.

    Each notice is given once, by one of the processes: as a line of the log, and as an e-mail to the company's own
    address if the company has a mail server. An e-mail that the mail server did not take is tried again each hour for
    three days.
    """

    def __init__(
        self, store: Store, companies: Companies, clock: Clock, tls_context: ssl.SSLContext | None = None
    ) -> None:
        self._store = store
        self._companies = companies
        self._clock = clock
        self._tls_context = tls_context
        self._look_at = datetime.min.replace(tzinfo=UTC)

    async def run_once(self) -> int:
        """Measures, deletes secrets that have ended, and gives the notices that are due; returns how many."""
        now = self._clock()
        if now < self._look_at:
            return 0
        self._look_at = now + _LOOK_EVERY
        long_ago, lately = moment_text(now - TOLD_AFTER), moment_text(now - UNBROKEN)
        found = await self._store.read(troubled_webhooks, moment_text(now), long_ago, lately)
        WEBHOOKS_FAILING.set(found.failing)
        WEBHOOKS_OFF.set(found.switched_off)
        if found.ended_secrets:
            await self._store.write(forget_previous_secrets, moment_text(now))
        if not found.notices:
            return 0
        due = await self._store.write(due_notices, moment_text(now), moment_text(now + _AGAIN_AFTER), _AT_ONCE)
        for notice in due:
            try:
                is_given = await self._is_given(notice, now)
            except StoreUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - a fault of this program ends one notice only
                _log.error("webhook_notice_broke", webhook=notice.id, company_id=notice.company_id, exc_info=error)
                is_given = True
            if is_given:
                await self._store.write(end_notice, notice)
        return len(due)

    async def _is_given(self, due: DueNotice, now: datetime) -> bool:
        """Gives a notice; False when its e-mail has to be tried again."""
        cause, since = _cause_of(due)
        facts = {"webhook": due.id, "company_id": due.company_id, "cause": cause}
        _log.warning("webhook_notice", since=since.isoformat(timespec="seconds"), **facts)
        company = await self._companies.get(due.company_id)
        access = self._companies.mail_access(company)
        if access is None:
            return True
        refused = await self._mailed(_notice(due, company), access, company.profile.email)
        if refused is None:
            return True
        _log.warning("webhook_notice_not_sent", permanent=refused.is_permanent, status=refused.code, **facts)
        began_at = since + TOLD_AFTER if cause == "failing" else since
        return refused.is_permanent or now - began_at > _TRIED_FOR

    async def _mailed(self, notice: WebhookNotice, access: SmtpAccess, to: str) -> NotAccepted | None:
        """Sends the e-mail; returns the refusal, if there is one."""
        try:
            message = webhook_notice(notice, access.sender, to, self._clock())
            outcome = await send(message, mail_server_of(access, _STEP_TIMEOUT_S), tls_context=self._tls_context)
        except UnsendableError as error:
            return NotAccepted(is_permanent=True, code=None, why=error.reason)
        return None if isinstance(outcome, Accepted) else outcome


def _cause_of(due: DueNotice) -> tuple[NoticeCause, datetime]:
    if due.disabled_at is not None:
        return ("switched_off_gone" if due.disabled_because == "gone" else "switched_off_failing"), moment(
            due.disabled_at
        )
    if due.failing_since is None:
        raise LookupError(f"there is nothing to tell of webhook {due.id}")
    return "failing", moment(due.failing_since)


def _notice(due: DueNotice, company: Company) -> WebhookNotice:
    cause, since = _cause_of(due)
    return WebhookNotice(due.id, due.url, cause, since, company.profile.name, company.profile.nit)
