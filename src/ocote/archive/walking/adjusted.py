"""Compares the list of documents of a note with the note, and with the company's documents in the list. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from ocote.archive.walking.company import Comparison, Verdicts
from ocote.archive.walking.fault import Named
from ocote.dte.credit_note.value import Portion
from ocote.dte.stated import StatedRelation
from ocote.store.adjusted import taken_in
from ocote.store.more_amounts import amounts_of
from ocote.store.verifying import AdjustedRow, ArchivedRow

AdjustedList: TypeAlias = Sequence[AdjustedRow]
"""The documents of a note in the order of its request; empty for a note on one document of the company."""

AdjustedLists: TypeAlias = Mapping[tuple[str, int], AdjustedList]
"""The lists of notes, by the id and the version of each note."""


class _Declared(Struct, frozen=True):
    number: str


_DECLARED: Final = msgspec.json.Decoder(_Declared)


def lists_of_notes(rows: Sequence[AdjustedRow]) -> AdjustedLists:
    """The list of each note among the rows."""
    lists: dict[tuple[str, int], list[AdjustedRow]] = defaultdict(list)
    for row in rows:
        adjusted = lists[row.note_id, row.note_version]
        if row.number is not None:
            adjusted.append(row)
    return lists


def compare_related(numbers: Sequence[str | None], related: Sequence[StatedRelation], found: Comparison) -> None:
    """Compares the documents that a note adjusts, in their order, with those that its text names.

    Only the first difference counts.
    """
    for number, said in zip_longest(numbers, (one.number for one in related)):
        if number != said:
            found.add("adjusted", number, said)
            return


def judge_list(row: ArchivedRow, named: Named, adjusted: AdjustedList, verdicts: Verdicts) -> None:
    """Judges a note by its list: each document of the company is there and stamped, and the parts add up."""
    verdicts.declared += any(one.document_id is None for one in adjusted)
    if row.adjusted_code is not None or row.adjusts_whole:
        verdicts.fault("adjusted_twice", named)
    found = Comparison()
    for one in adjusted:
        if one.document_id is None:
            continue
        if one.code is None:
            verdicts.fault("adjusted_missing", named, adjusted=str(one.number))
            continue
        found.add("adjusted", one.number, one.code)
        if one.state != "stamped":
            verdicts.fault("adjusted_not_stamped", named, adjusted=str(one.number))
    try:
        _compare_declared(adjusted, found)
        _compare_parts(row, adjusted, found)
    except msgspec.DecodeError:
        verdicts.fault("adjusted_unreadable", named)
    if found.differences:
        verdicts.fault("adjusted_differs", named, found.differences)


def _compare_declared(adjusted: AdjustedList, found: Comparison) -> None:
    """Compares the numbers of other systems' documents with what the caller said. Raises DecodeError."""
    for one in adjusted:
        if one.document_id is None:
            found.add("adjusted", one.number, _DECLARED.decode(one.stated or "").number)


def _compare_parts(row: ArchivedRow, adjusted: AdjustedList, found: Comparison) -> None:
    """Compares the sums of what the note takes from each document with its own amounts. Raises DecodeError.

    Each sum is exact; VAT and the 1 % of VAT are computed on the whole note, and their parts may differ by cents.
    """
    taken = Portion()
    for one in adjusted:
        taken = taken.plus(taken_in(one.taken or ""))
    amounts = amounts_of(row)
    found.add("taxable", amounts.taxable, taken.taxable)
    found.add("exempt", amounts.exempt, taken.exempt)
    found.add("not subject", amounts.not_subject, taken.not_subject)
