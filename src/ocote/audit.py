"""The acts that somebody may be asked about later: one line of the log for each, under a name of this list.

A gateway writes them into its own log, a command into the log of the machine. Keys appear by their public beginning.
"""

import logging
from typing import Final, Literal

LOGGER: Final = "ocote.audit"

Act = Literal[
    "company_saved",
    "company_disabled",
    "company_enabled",
    "key_created",
    "key_disabled",
    "webhook_added",
    "webhook_removed",
    "announcement_replayed",
    "customer_cleared",
    "contingency_corrected",
    "contingency_taken_in_hand",
    "documents_exported",
    "email_sent_again",
    "public_link_replaced",
]

_log = logging.getLogger(LOGGER)


def record(act: Act, **facts: object) -> None:
    """Writes one act with its facts, which hold no secret."""
    _log.info(act, extra=facts)
