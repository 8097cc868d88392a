"""The annex of invalidated documents, which leave the other annexes (manual XIX)."""

from ocote.books.entry import DTE_CLASS, plain

_INVALIDATED_DTE = "D"
_NO_RANGE = "0"


def invalidated_row(doc_type: str, control_number: str, stamp: str, generation_code: str) -> tuple[str, ...]:
    """The 10 columns A to J; the generation code keeps its hyphens, for the manual gives it 36 characters."""
    return (
        plain(control_number),
        DTE_CLASS,
        _NO_RANGE,
        _NO_RANGE,
        doc_type,
        _INVALIDATED_DTE,
        stamp,
        _NO_RANGE,
        _NO_RANGE,
        generation_code,
    )
