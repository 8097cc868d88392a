"""Which edition of MH's normativa a document is written in; decided here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Edition = Literal["v1", "v2"]
"""``v1``: the schemas of Normativa v1.x; ``v2``: those of Normativa v2.0."""

V2_FROM = date(2026, 12, 1)
"""The day Normativa v2.0 becomes compulsory."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A company's switch date, and document types or events it moves earlier or keeps back.

    ``overrides`` is keyed by document type (``"05"``) or event (``"invalidation"``, ``"contingency"``).
    """

    from_date: date = V2_FROM
    overrides: Mapping[str, Edition] = field(default_factory=dict)


def edition_for(schedule: Schedule, doc_type: str, on: date) -> Edition:
    """The edition in force for ``doc_type`` on the local day ``on``.

    It is asked once, on the day something is made: a document keeps its edition for life, and a later note or event
    is written in the edition of its own day, whatever the edition of the document it touches.
    """
    override = schedule.overrides.get(doc_type)
    if override is not None:
        return override
    return "v2" if on >= schedule.from_date else "v1"
