"""The acts that somebody may be asked about later: one line of the log for each, under a name of this list.

A gateway writes them into its own log, a command into the log of the machine. Keys appear by their public beginning.
"""

import getpass
import logging
import os
from typing import Final, Literal

from msgspec import Struct

LOGGER: Final = "ocote.audit"

Act = Literal[
    "company_saved",
    "company_disabled",
    "company_enabled",
    "key_created",
    "key_disabled",
    "webhook_added",
    "webhook_removed",
    "webhook_enabled",
    "webhook_disabled",
    "webhook_events_chosen",
    "webhook_secret_rotated",
    "announcement_replayed",
    "announcements_replayed",
    "messages_tried_again",
    "customer_cleared",
    "customer_saved",
    "customer_removed",
    "customers_merged",
    "item_saved",
    "item_removed",
    "items_imported",
    "customers_imported",
    "number_set",
    "numbers_confirmed",
    "contingency_corrected",
    "contingency_taken_in_hand",
    "documents_exported",
    "books_made",
    "backup_made",
    "backup_restored",
    "email_sent_again",
    "public_link_replaced",
    "journal_replayed",
    "journal_pruned",
    "person_logged_in",
    "person_invited",
    "invitation_mailed",
    "invitation_accepted",
    "invitation_revoked",
    "role_changed",
    "role_taken",
    "password_changed",
    "second_factor_changed",
    "identity_linked",
    "identity_unlinked",
]


class Author(Struct, frozen=True):
    """The author of a change: a person of the panel, a key of the API, or the user of a command on the machine.

    ``name`` is the e-mail address of the person, the public beginning of the key or the name of the user, ``address``
    that of the browser or the program; "terminal" for a command.
    """

    name: str
    address: str
    person_id: int | None = None


def at_terminal() -> Author:
    """The user of the machine, as the audit log names them."""
    return Author(acting_person(), "terminal")


_log = logging.getLogger(LOGGER)


def record(act: Act, **facts: object) -> None:
    """Writes one act with its facts, which hold no secret."""
    _log.info(act, extra=facts)


def acting_person() -> str:
    """The user of the machine in whose name this process acts, also through sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
