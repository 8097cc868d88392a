"""The audit log: what people changed, append-only, each entry chained to the entry before by its hash.

An entry is written in the transaction of the change: no change without its entry, and no entry without its change.
Each transaction writes its entries last: one that holds the turn of the log never waits for another lock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, Literal, ParamSpec, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ocote.audit import Author
from ocote.store.engine.statement import Query, Row, Statement, StoredRow, Transaction, columns, first, sql

P = ParamSpec("P")
T = TypeVar("T")

BEFORE_THE_FIRST: Final = "0" * 64
"""The hash before the first entry."""

BreakKind = Literal["missing", "unlinked", "altered"]
"""How a chain breaks at an entry: it is not there, it does not follow the one before, or its content has changed."""

_OF_ONE_ENTRY: Final = 1000
"""Records whose values stand in one entry; a change of more records has several entries."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic", decimal_format="string")


class AuditEntry(Struct, frozen=True):
    """A change to be written down: who, when, what, and the values before and after, which hold no secret.

    ``at`` is stored text in UTC. ``act`` is a name in the past tense, such as ``key_created``; ``subject`` names what
    was changed. ``company_id`` is None for a change of the gateway itself.
    """

    at: str
    by: Author
    act: str
    subject: str
    company_id: int | None = None
    before: Mapping[str, Any] = {}
    after: Mapping[str, Any] = {}


class AuditRow(StoredRow, frozen=True):
    """A stored entry. ``before`` and ``after`` are JSON, ``previous`` is the hash of the entry before."""

    number: int
    at: str
    person_id: int | None
    author: str
    address: str
    company_id: int | None
    act: str
    subject: str
    before: str
    after: str
    previous: str
    hash: str


class ChainEnd(StoredRow, frozen=True):
    """The last entry of a part of the chain: its number and its hash."""

    number: int
    hash: str


class ChainBreak(Struct, frozen=True):
    """The first entry at which a chain breaks."""

    number: int
    kind: BreakKind


NOTHING_YET: Final = ChainEnd(0, BEFORE_THE_FIRST)
"""The end of a chain without entries."""


# Entries are numbered without gaps, so that one transaction at a time may append; PostgreSQL needs a lock for this.
_TAKE_TURN: Final[Statement[Row]] = Statement(
    sqlite="SELECT 1", postgres="SELECT pg_advisory_xact_lock(20261201, 7)", names=()
)
_LAST: Final = sql("SELECT number, hash FROM audit_entry ORDER BY number DESC LIMIT 1", ChainEnd)
_INSERT: Final = sql(f"""
    INSERT INTO audit_entry ({columns(AuditRow)})
    VALUES ({", ".join(f":{name}" for name in AuditRow.__struct_fields__)})""")


def audited(
    entry_of: Callable[[T], AuditEntry | Sequence[AuditEntry] | None],
    work: Callable[P, Transaction[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Transaction[T]:
    """Runs a unit of work and writes down what it changed, in one transaction.

    ``entry_of`` makes the entry, or several, from the result of the work; None when nothing was changed.
    """
    result = yield from _as_part(work(*args, **kwargs))
    made = entry_of(result)
    for entry in (made,) if isinstance(made, AuditEntry) else made or ():
        yield from append_entry(entry)
    return result


def _as_part(work: Transaction[T]) -> Transaction[T]:
    """Runs the work as a part of a transaction: a statement that was written to be one alone is so no more."""
    rows: list[Any] | None = None
    while True:
        try:
            asked = next(work) if rows is None else work.send(rows)
        except StopIteration as done:
            result: T = done.value
            return result
        rows = yield replace(asked, is_alone=False) if isinstance(asked, Query) and asked.is_alone else asked


def append_entry(entry: AuditEntry) -> Transaction[None]:
    """Appends an entry, as the last work of its transaction."""
    yield _TAKE_TURN()
    last = (yield from first(_LAST())) or NOTHING_YET
    row = AuditRow(
        number=last.number + 1,
        at=entry.at,
        person_id=entry.by.person_id,
        author=entry.by.name,
        address=entry.by.address,
        company_id=entry.company_id,
        act=entry.act,
        subject=entry.subject,
        before=_ENCODER.encode(entry.before).decode(),
        after=_ENCODER.encode(entry.after).decode(),
        previous=last.hash,
        hash="",
    )
    yield _INSERT(**{**msgspec.structs.asdict(row), "hash": hash_of(row)})


def pieces_of_entries(changed: Sequence[T]) -> Iterator[tuple[str, Sequence[T]]]:
    """Divides the records of one change among entries: the subject of each entry, and its records.

    The subject is the number of records; of several entries each says which of them it has.

    >>> [subject for subject, _ in pieces_of_entries(range(12))]
    ['12']
    >>> [(subject, len(piece)) for subject, piece in pieces_of_entries(range(1_250))]
    [('1-1000/1250', 1000), ('1001-1250/1250', 250)]
    """
    total = len(changed)
    for begin in range(0, total, _OF_ONE_ENTRY):
        piece = changed[begin : begin + _OF_ONE_ENTRY]
        yield str(total) if len(piece) == total else f"{begin + 1}-{begin + len(piece)}/{total}", piece


def hash_of(row: AuditRow) -> str:
    """The hash (SHA-256, hex) of an entry: of every column but the hash itself, with the hash of the entry before."""
    values = [getattr(row, name) for name in AuditRow.__struct_fields__ if name != "hash"]
    return sha256(_ENCODER.encode(values)).hexdigest()


def break_in(end: ChainEnd, row: AuditRow) -> ChainBreak | None:
    """The break between the end of a chain and the entry that is to follow it; None when the entry follows."""
    if row.number != end.number + 1:
        return ChainBreak(end.number + 1, "missing")
    if row.previous != end.hash:
        return ChainBreak(row.number, "unlinked")
    return ChainBreak(row.number, "altered") if hash_of(row) != row.hash else None
