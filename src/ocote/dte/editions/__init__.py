"""The editions of MH's normativa: which one applies, and how each document is written in it."""

from ocote.dte.editions.registry import (
    CONTINGENCY,
    INVALIDATION,
    build,
    build_contingency,
    build_invalidation,
    build_note,
    build_purchase,
    check,
    version_of,
)
from ocote.dte.editions.schedule import V2_FROM, Edition, Schedule, edition_for

__all__ = [
    "CONTINGENCY",
    "INVALIDATION",
    "V2_FROM",
    "Edition",
    "Schedule",
    "build",
    "build_contingency",
    "build_invalidation",
    "build_note",
    "build_purchase",
    "check",
    "edition_for",
    "version_of",
]
