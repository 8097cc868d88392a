"""The command that sets the number of a till whose numbers are unconfirmed."""

import shlex
from typing import Final

from ocote.continuity.confirming import TillNumber

TO_FILL_IN: Final = "NÚMERO"
"""Stands for the number in a command: a command that nobody has completed fails and changes nothing."""


def setting_command(till: TillNumber) -> str:
    """The command that sets a till's number, to be completed from its last ticket; a comment says what is known."""
    seen = f"; esta máquina vio hasta el {till.seen}" if till.seen else ""
    command = shlex.join(
        ("ocote", "number", "set", "--company", till.nit, "--environment", till.environment, "--pos", till.point)
    )
    return f"{command} --type {till.doc_type} --next {TO_FILL_IN}  # la base seguiría con el {till.next}{seen}"
