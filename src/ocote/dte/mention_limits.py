"""The limits of all that a document says beside its amounts, by type and edition (wider-sales.md 2.6 to 2.10).

``types.py`` holds the limits of each type; lengths are in characters.
"""

from msgspec import Struct

MOST_APPENDIX_ROWS = 10
"""Rows of ``apendice`` in every type and edition."""


class AppendixLengths(Struct, frozen=True):
    """The shortest name, label and value of a row of ``apendice``."""

    field: int = 1
    label: int = 1
    value: int = 1


class MentionLimits(Struct, frozen=True, kw_only=True):
    """The limits of MH's schema and rules that are narrower than what a request admits.

    ``related`` are the types of the documents that may be related (CAT-002), up to ``most_related`` of them, and
    ``paper_number`` is the longest number of one on paper. ``third_party_name`` bounds the name of the principal;
    ``foreign_third_party``: the document can say that the principal is not domiciled. ``final_buyer``: the document
    can say for whom its buyer buys. ``document_text``, ``doctor_document``, ``buyer_document``, ``person`` and
    ``plate`` are the least of a text, ``remarks`` is the most. ``last_transport`` is the last code of CAT-030.
    ``delivery_as_rows``: persons and plate are rows of ``apendice``.
    """

    related: tuple[str, ...] = ()
    most_related: int = 50
    paper_number: int = 36
    third_party_name: range = range(1, 251)
    foreign_third_party: bool = False
    final_buyer: bool = False
    document_text: int = 1
    doctor_document: int = 1
    buyer_document: int = 1
    last_transport: int = 6
    remarks: int = 3000
    person: int = 1
    plate: int = 1
    appendix: AppendixLengths = AppendixLengths()
    delivery_as_rows: bool = False
