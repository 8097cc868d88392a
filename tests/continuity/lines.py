"""Indexed lines of a journal, for tests of decisions that need no segment."""

from typing import Any

from msgspec.structs import replace

from ocote.continuity.journal_index import IndexedVersion, Owner
from ocote.journal.reading import LinePlace

NOON = "2026-11-20T18:00:00.000000Z"

_VERSION = IndexedVersion(
    place=LinePlace(0, 2, 0, 1),
    at=NOON,
    id="d-1",
    owner=Owner(1, "06140101260017", "00"),
    version=1,
    doc_type="01",
    branch_code="M001",
    pos_code="P001",
    year=2026,
    control_number="DTE-01-M001P001-000000000000001",
    external_ref="caja-1",
    generation_code="C-1",
    state="registered",
    adjusts=(),
    contingency_id=None,
)


def version(document: int, number: int, **changes: Any) -> IndexedVersion:
    """The first version of a document under a number of the series; later documents have later lines."""
    usual: dict[str, Any] = {
        "id": f"d-{document}",
        "control_number": f"DTE-01-M001P001-{number:015}",
        "external_ref": f"caja-{document}",
        "generation_code": f"C-{document}",
        "place": LinePlace(0, document, 0, 1),
    }
    return replace(_VERSION, **{**usual, **changes})
