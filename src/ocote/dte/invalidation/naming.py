"""Whether the event that cancels a document can name the document's receiver (rules.md 5.3). Pure."""

from collections.abc import Mapping
from typing import Final

from ocote.dte.schedule import Edition

NAME_LENGTHS: Final[Mapping[Edition, range]] = {"v1": range(5, 201), "v2": range(1, 251)}
"""The lengths of ``documento.nombre`` in the event of each edition. The documents of both take 1 to 250 characters."""


def name_can_be_cancelled(name: str | None, edition: Edition) -> bool:
    """Whether the event of an edition can repeat a receiver's name, as it must to cancel the document.

    ``edition`` is that of the invalidation event on the day of the question. A document without a name can always be
    cancelled.
    """
    return name is None or len(name) in NAME_LENGTHS[edition]
