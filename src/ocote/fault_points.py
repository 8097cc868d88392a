"""Points at which a test can kill the process, as in a power cut; ``tests/faults`` uses each point.

``OCOTE_FAULT_POINT=before-commit:documents.register`` ends the process with SIGKILL when it first reaches that point,
with ``:3`` at the end when it reaches the point the third time. Without the variable a point is an empty function. The
variable is read once, at the import of this module; it is not a setting, because operators never need it.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, Literal

Moment = Literal[
    "before-commit",
    "after-commit",
    "before-journal",
    "after-journal",
    "before-mh",
    "after-mh",
    "before-step",
    "after-step",
]
What = str | Callable[..., object]
"""A service of MH, the journal or a step of a command by name, or the unit of work that is committed."""

VARIABLE: Final = "OCOTE_FAULT_POINT"

PANEL_COMMITS: Final = (
    "challenges.use_challenge",
    "closings.insert_closing",
    "credentials.note_attempts",
    "credentials.replace_recovery_codes",
    "credentials.use_recovery_code",
    "credentials.use_totp_step",
    "customer_import.bring_customers_in",
    "customer_lists.name_records",
    "drafts.insert_draft",
    "drafts.remove_draft",
    "drafts.save_draft",
    "given_up.try_given_up_again",
    "invitations.insert_invitation",
    "merging.merge_records",
    "merging.move_documents",
    "merging.remove_record",
    "panel_sessions.end_session",
    "panel_sessions.end_sessions",
    "panel_sessions.insert_session",
    "panel_sessions.note_confirmed",
    "panel_sessions.note_seen",
    "passkeys.rename_passkey",
    "people.ensure_owner",
    "people.set_profile",
    "setups.forget_setup",
    "setups.keep_setup",
)
"""Units of work that only a person's form commits: none numbers or signs a document."""

COMMITS: Final = (
    "api_requests.forget_requests",
    "api_requests.keep_requests",
    "audit_log.append_entry",
    "companies.end_key",
    "companies.insert_key",
    "companies.record_key_uses",
    "companies.save_company",
    "companies.set_company_active",
    "contingencies.as_first_signed",
    "contingencies.asked",
    "contingencies.claim_due_contingencies",
    "contingencies.claim_one",
    "contingencies.correct_cause",
    "contingencies.enter",
    "contingencies.move",
    "customers.revise",
    "documents.claim_document",
    "documents.claim_due_documents",
    "documents.register",
    "documents.renew_link",
    "documents.reopen",
    "documents.settle",
    "documents.settle_all",
    "events.count_attempt",
    "events.report",
    "events.settle_event",
    "installation.confirm_numbers",
    "installation.doubt_numbers",
    "invalidations.claim_due_invalidations",
    "invalidations.claim_invalidation",
    "invalidations.insert_invalidation",
    "invalidations.postpone_invalidation",
    "invalidations.settle_invalidation",
    "items.bring_items_in",
    "items.remove_item",
    "items.save_item",
    "journal_segments.close_segment",
    "journal_segments.know_segments",
    "journal_segments.open_segment",
    "leases.free",
    "lots.end_lot",
    "lots.insert_lot",
    "lots.lot_polled",
    "lots.lot_received",
    "numbers.set_next_number",
    "outbox.claim_due_in_lane",
    "outbox.forget_announcements",
    "outbox.record_attempt",
    "outbox.renew_lease",
    "outbox.replay_announcement",
    "outbox.send_again",
    "processes.note_process",
    "recording.record_backup",
    "renumbering.bring_back",
    "renumbering.renumber",
    "replaying.replay_customer",
    "replaying.replay_documents",
    "replaying_events.replay_happenings",
    "resuming.resume_all_work",
    "webhook_health.due_notices",
    "webhook_health.end_notice",
    "webhook_health.replay_some",
    "webhook_health.switch_off",
    "webhook_health.switch_on",
    "webhook_health.webhook_failed",
    "webhook_health.webhook_worked",
    "webhooks.choose_events",
    "webhooks.end_webhook",
    "webhooks.forget_previous_secrets",
    "webhooks.insert_webhook",
    "webhooks.replace_secret",
    *PANEL_COMMITS,
)
"""Every unit of work that is committed, by module of the store and function; a test compares the list with the code."""

MH_SERVICES: Final = ("auth", "reception", "query", "invalidation", "contingency", "lot", "lot_query")

STEPS: Final = (
    "backup.table",
    "backup.manifest",
    "backup.place",
    "restore.tables",
    "restore.fill",
    "restore.complete",
    "restore.place",
)
"""The steps of commands that write more than units of work; ``table`` and ``fill`` are passed once for each table."""

POINTS: Final = (
    *(f"{moment}:{unit}" for unit in COMMITS for moment in ("before-commit", "after-commit")),
    "before-journal:append",
    "after-journal:append",
    *(f"{moment}:{service}" for service in MH_SERVICES for moment in ("before-mh", "after-mh")),
    *(f"{moment}:{name}" for name in STEPS for moment in ("before-step", "after-step")),
)


def _pass_by(_moment: Moment, _what: What) -> None:
    """Does nothing."""


def _die_at(wanted: str) -> Callable[[Moment, What], None]:
    """A function that kills the process at one passage of one point. Raises ValueError for an unknown point."""
    point, _, passage = wanted.rpartition(":")
    if not passage.isdecimal():
        point, passage = wanted, "1"
    if point not in POINTS:
        raise ValueError(f"{VARIABLE}={wanted}: there is no such point")
    last = int(passage)
    passages = count(1)

    def reach(moment: Moment, what: What) -> None:
        name = what if isinstance(what, str) else f"{what.__module__.rpartition('.')[2]}.{what.__name__}"
        if f"{moment}:{name}" == point and next(passages) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def unit_of(work: Callable[..., object], arguments: tuple[Any, ...]) -> Callable[..., object]:
    """The unit of work that a commit is named after: behind ``audited``, the one whose changes are written down."""
    unit: Callable[..., object] = arguments[1] if work.__name__ == "audited" else work
    return unit


reach: Final[Callable[[Moment, What], None]] = _die_at(os.environ[VARIABLE]) if VARIABLE in os.environ else _pass_by
"""The function that is called at every point at which a test may kill the process."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Surrounds one step of a command with two points; after a failure of the step the second is not passed."""
    reach("before-step", name)
    yield
    reach("after-step", name)
