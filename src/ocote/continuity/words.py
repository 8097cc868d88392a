"""Unconfirmed numbers in words: why, and since when."""

from collections.abc import Mapping
from typing import Final

from ocote.store.installation import InstallationRow, UnconfirmedReason
from ocote.wording.moments import local_moment_text

_REASONS: Final[Mapping[UnconfirmedReason, str]] = {
    "restored": "se restauró un respaldo",
    "gone_back": "la base de datos retrocedió: le faltan documentos o números que ya tenía",
    "journal_ahead": "el diario tiene documentos que la base de datos no conoce",
}


def unconfirmed_text(installation: InstallationRow) -> str | None:
    """Why the numbers are unconfirmed, and since when; None while documents are numbered."""
    since, because = installation.unconfirmed_since, installation.unconfirmed_because
    if since is None or because is None:
        return None
    return f"{_REASONS[because]} ({local_moment_text(since)})"
