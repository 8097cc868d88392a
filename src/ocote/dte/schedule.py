"""The choice of the edition of MH's normativa for each document and event, made here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Edition = Literal["v1", "v2"]
"""The edition of the schemas: ``v1`` for Normativa v1.x, ``v2`` for Normativa v2.0."""

V2_FROM = date(2026, 12, 1)
"""The day Normativa v2.0 becomes compulsory."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A company's date of change to v2.0, and the document types or events that change earlier or later.

    ``overrides`` is keyed by document type (``"05"``) or event (``"invalidation"``, ``"contingency"``).
    """

    from_date: date = V2_FROM
    overrides: Mapping[str, Edition] = field(default_factory=dict)


def edition_for(schedule: Schedule, doc_type: str, on: date) -> Edition:
    """The edition in force for ``doc_type`` on the local day ``on``.

    The edition is chosen once, on the day of issue: a document keeps its edition for life, and a later note or event
    is written in the edition of its own day, whatever the edition of the document that it adjusts or names.
    """
    override = schedule.overrides.get(doc_type)
    if override is not None:
        return override
    return "v2" if on >= schedule.from_date else "v1"
