"""The annex of invalidated documents, which are removed from the other annexes (manual XIX)."""

from ocote.books.entry import DTE_CLASS, plain

_INVALIDATED_DTE = "D"
_NO_RANGE = "0"
_WITHOUT_CODE = frozenset({"15"})


def has_code(doc_type: str) -> bool:
    """Whether the annex knows a type: 01 to 11 and 14, but not the donation (15), which enters no annex."""
    return doc_type not in _WITHOUT_CODE


def invalidated_row(doc_type: str, control_number: str, stamp: str, generation_code: str) -> tuple[str, ...]:
    """The 10 columns A to J; the generation code keeps its hyphens because the manual gives 36 characters for it."""
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
