"""The audit log: what people changed, append-only, each entry chained to the entry before by its hash.

An entry is written in the transaction of the change: no change without its entry, and no entry without its change.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from ocote.audit import Author
from ocote.store.engine.statement import Row, Statement, StoredRow, Transaction, columns, first, sql

P = ParamSpec("P")
T = TypeVar("T")

BEFORE_THE_FIRST: Final = "0" * 64
"""The hash before the first entry."""

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


class _Last(StoredRow, frozen=True):
    number: int
    hash: str


# Entries are numbered without gaps, so that one transaction at a time may append; PostgreSQL needs a lock for this.
_TAKE_TURN: Final[Statement[Row]] = Statement(
    sqlite="SELECT 1", postgres="SELECT pg_advisory_xact_lock(20261201, 7)", names=()
)
_LAST: Final = sql("SELECT number, hash FROM audit_entry ORDER BY number DESC LIMIT 1", _Last)
_INSERT: Final = sql(f"""
    INSERT INTO audit_entry ({columns(AuditRow)})
    VALUES ({", ".join(f":{name}" for name in AuditRow.__struct_fields__)})""")


def audited(
    entry_of: Callable[[T], AuditEntry | None],
    work: Callable[P, Transaction[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Transaction[T]:
    """Runs a unit of work and writes down what it changed, in one transaction.

    ``entry_of`` makes the entry from the result of the work, None when nothing was changed.
    """
    result = yield from work(*args, **kwargs)
    entry = entry_of(result)
    if entry is not None:
        yield from append_entry(entry)
    return result


def append_entry(entry: AuditEntry) -> Transaction[None]:
    """Appends an entry, as the last work of its transaction."""
    yield _TAKE_TURN()
    last = yield from first(_LAST())
    previous = last.hash if last is not None else BEFORE_THE_FIRST
    row = AuditRow(
        number=last.number + 1 if last is not None else 1,
        at=entry.at,
        person_id=entry.by.person_id,
        author=entry.by.name,
        address=entry.by.address,
        company_id=entry.company_id,
        act=entry.act,
        subject=entry.subject,
        before=_ENCODER.encode(entry.before).decode(),
        after=_ENCODER.encode(entry.after).decode(),
        previous=previous,
        hash="",
    )
    yield _INSERT(**{**msgspec.structs.asdict(row), "hash": hash_of(row)})


def hash_of(row: AuditRow) -> str:
    """The hash (SHA-256, hex) of an entry: of every column but the hash itself, with the hash of the entry before."""
    values = [getattr(row, name) for name in AuditRow.__struct_fields__ if name != "hash"]
    return sha256(_ENCODER.encode(values)).hexdigest()
