"""Decides which of several documents in a journal bears a number or a reference (pure).

A line is written before the commit that numbers its document. After a crash the commit may never have followed, and the
next document then got the same number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from ocote.continuity.journal_index import IndexedVersion, order

Versions = list[IndexedVersion]
"""The versions of one document, in their order."""


class Contest(Struct, frozen=True):
    """Several documents of a journal under one number of a series, or under one reference.

    Each is given by its last version.
    """

    over_number: bool
    documents: tuple[IndexedVersion, ...]


def contests(documents: Mapping[str, Versions], company_of: Callable[[IndexedVersion], int]) -> Iterator[Contest]:
    """The numbers and references that more than one document has at last."""
    numbers: dict[tuple[int, str, int], list[IndexedVersion]] = defaultdict(list)
    references: dict[tuple[int, str], list[IndexedVersion]] = defaultdict(list)
    for versions in documents.values():
        last = versions[-1]
        company = company_of(last)
        numbers[company, last.control_number, last.year].append(last)
        references[company, last.external_ref].append(last)
    yield from (Contest(over_number=True, documents=tuple(each)) for each in numbers.values() if len(each) > 1)
    yield from (Contest(over_number=False, documents=tuple(each)) for each in references.values() if len(each) > 1)


def only_kept(contest: Contest, was_kept: Callable[[IndexedVersion], bool | None]) -> IndexedVersion | None:
    """The document of a contest that alone is known to be kept, and therefore wins without a question to MH."""
    kept = [one for one in contest.documents if was_kept(one)]
    return kept[0] if len(kept) == 1 else None


def decide_contest(contest: Contest, at_mh: Mapping[str, bool | None]) -> IndexedVersion | None:
    """The document that wins by what MH has stamped, by generation code; None when MH did not answer about each.

    The document that MH has stamped wins. Without any the last one wins: had the work of an earlier one been kept, the
    later one would have got another number.
    """
    if any(at_mh[one.generation_code] is None for one in contest.documents):
        return None
    stamped = [one for one in contest.documents if at_mh[one.generation_code]]
    return min(stamped, key=order) if stamped else max(contest.documents, key=order)


def left_to_loser(versions: Sequence[IndexedVersion], loser: IndexedVersion, *, over_number: bool) -> Versions:
    """The versions that are left of a document that has lost a contest: those from before it took the number."""
    if not over_number:
        return []
    left = list(versions)
    while left and left[-1].control_number == loser.control_number:
        left.pop()
    return left
