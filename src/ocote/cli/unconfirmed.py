"""Unconfirmed numbers in words: why, since when, and the command that sets each till's number."""

import shlex
from collections.abc import Mapping
from typing import Final

from ocote.cli.moments import local_moment_text
from ocote.continuity.confirming import TillNumber
from ocote.store.installation import InstallationRow, UnconfirmedReason

_REASONS: Final[Mapping[UnconfirmedReason, str]] = {
    "restored": "se restauró un respaldo",
    "gone_back": "la base de datos retrocedió: le faltan documentos o números que ya tenía",
    "journal_ahead": "el diario tiene documentos que la base de datos no conoce",
}

TO_FILL_IN: Final = "NÚMERO"
"""Stands for the number in a command: a command that nobody has completed fails and changes nothing."""


def unconfirmed_text(installation: InstallationRow) -> str | None:
    """Why the numbers are unconfirmed, and since when; None while documents are numbered."""
    since, because = installation.unconfirmed_since, installation.unconfirmed_because
    if since is None or because is None:
        return None
    return f"{_REASONS[because]} ({local_moment_text(since)})"


def setting_command(till: TillNumber) -> str:
    """The command that sets a till's number, to be completed from its last ticket; a comment says what is known."""
    seen = f"; esta máquina vio hasta el {till.seen}" if till.seen else ""
    command = shlex.join(
        ("ocote", "number", "set", "--company", till.nit, "--environment", till.environment, "--pos", till.point)
    )
    return f"{command} --type {till.doc_type} --next {TO_FILL_IN}  # la base seguiría con el {till.next}{seen}"
