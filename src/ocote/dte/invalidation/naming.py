"""Whether the event that cancels a document can name the document's receiver, who must be named exactly (rules.md 5.3).

Pure. A document of Normativa v1.x may name a receiver whom the event of v1.x cannot: its schema is the narrower one.
"""

from collections.abc import Mapping
from typing import Final

from ocote.dte.invalidation.value import InvalidatedDocument
from ocote.dte.schedule import Edition

_NAMES: Final[Mapping[Edition, range]] = {"v1": range(5, 201), "v2": range(1, 251)}
"""The lengths of ``documento.nombre`` in the event of each edition. The documents of both take 1 to 250 characters."""

_NUMBERS: Final[Mapping[Edition, range]] = {"v1": range(3, 21), "v2": range(1, 21)}
"""The lengths of ``documento.numDocumento``. The documents of v2.0 take 1 to 20 characters."""


def name_can_be_cancelled(name: str | None, edition: Edition) -> bool:
    """Whether the event of an edition can repeat a receiver's name, as it must to cancel the document.

    ``edition`` is that of the invalidation event on the day of the question. A document without a name can always be
    cancelled.
    """
    return name is None or len(name) in _NAMES[edition]


def can_name_receiver(document: InvalidatedDocument, edition: Edition) -> bool:
    """Whether the event of an edition can repeat both name and identity document of a document's receiver."""
    number = document.receiver_document_number
    return name_can_be_cancelled(document.receiver_name, edition) and (
        number is None or len(number) in _NUMBERS[edition]
    )


def invalidation_edition(in_force: Edition, document: InvalidatedDocument) -> Edition:
    """The edition of the event that cancels a document: the one in force, unless only v2.0 can name the receiver.

    MH takes both editions side by side (protocol.md 7). A name that is padded or cut would not be the document's, which
    MH answers with 027 (docs/decisions/0017).
    """
    return in_force if can_name_receiver(document, in_force) else "v2"
