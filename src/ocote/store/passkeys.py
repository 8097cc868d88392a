"""The passkeys of people."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.credentials import forget_unneeded_codes, hold_person
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, one, sql


class PasskeyRow(StoredRow, frozen=True):
    """A passkey: ``credential`` is base64url, ``public_key`` as the authenticator sent it (COSE).

    ``uses`` is the authenticator's own counter, 0 for one that does not count. ``transports`` has blanks between them.
    """

    id: int
    person_id: int
    credential: str
    public_key: bytes
    uses: int
    transports: str
    label: str
    created_at: str
    used_at: str | None


class NewPasskey(Struct, frozen=True):
    """A passkey to store; ``now`` is stored text in UTC."""

    person_id: int
    credential: str
    public_key: bytes
    uses: int
    transports: str
    label: str
    now: str


class _Id(StoredRow, frozen=True):
    id: int


class _Count(StoredRow, frozen=True):
    n: int


_COLUMNS: Final = columns(PasskeyRow)
_OF_PERSON: Final = sql(f"SELECT {_COLUMNS} FROM passkey WHERE person_id = :person ORDER BY id", PasskeyRow)
_BY_CREDENTIAL: Final = sql(f"SELECT {_COLUMNS} FROM passkey WHERE credential = :credential", PasskeyRow)
_COUNT: Final = sql("SELECT count(*) AS n FROM passkey WHERE person_id = :person", _Count)
_INSERT: Final = sql(
    """
    INSERT INTO passkey (person_id, credential, public_key, uses, transports, label, created_at)
    VALUES (:person, :credential, :public_key, :uses, :transports, :label, :now) RETURNING id""",
    _Id,
)
_RENAME: Final = sql("UPDATE passkey SET label = :label WHERE id = :passkey AND person_id = :person RETURNING id", _Id)
_REMOVE: Final = sql("DELETE FROM passkey WHERE id = :passkey AND person_id = :person RETURNING id", _Id)
_REMOVE_ALL: Final = sql("DELETE FROM passkey WHERE person_id = :person")
_USE: Final = sql(
    """
    UPDATE passkey SET uses = :uses, used_at = :now
    WHERE id = :passkey AND (uses < :uses OR (uses = 0 AND uses = :uses)) RETURNING id""",
    _Id,
)


def passkeys_of(person_id: int) -> Transaction[Sequence[PasskeyRow]]:
    """The passkeys of a person, the oldest first."""
    return (yield from every(_OF_PERSON(person=person_id)))


def find_passkey(credential: str) -> Transaction[PasskeyRow | None]:
    """The passkey with a credential in base64url, whose ever it is, or None."""
    return (yield from first(_BY_CREDENTIAL(credential=credential)))


def insert_passkey(new: NewPasskey, most: int) -> Transaction[bool]:
    """Stores a passkey; False when the person has as many as ``most``. Raises UniqueError for a known credential."""
    yield from hold_person(new.person_id)
    if (yield from one(_COUNT(person=new.person_id))).n >= most:
        return False
    return (
        yield from changed(
            _INSERT(
                person=new.person_id,
                credential=new.credential,
                public_key=new.public_key,
                uses=new.uses,
                transports=new.transports,
                label=new.label,
                now=new.now,
            )
        )
    )


def rename_passkey(person_id: int, passkey_id: int, label: str) -> Transaction[bool]:
    """Gives a passkey of a person another label; False when the person has no such passkey."""
    return (yield from changed(_RENAME(person=person_id, passkey=passkey_id, label=label)))


def remove_passkey(person_id: int, passkey_id: int) -> Transaction[bool]:
    """Forgets a passkey, and the recovery codes with the last second factor; False when the person has no such one."""
    yield from hold_person(person_id)
    was_there = yield from changed(_REMOVE(person=person_id, passkey=passkey_id))
    yield from forget_unneeded_codes(person_id)
    return was_there


def remove_passkeys_of(person_id: int) -> Transaction[None]:
    """Forgets every passkey of a person, who keeps recovery codes only beside an authenticator."""
    yield from hold_person(person_id)
    yield _REMOVE_ALL(person=person_id)
    yield from forget_unneeded_codes(person_id)


def use_passkey(passkey_id: int, uses: int, now: str) -> Transaction[bool]:
    """Writes the authenticator's counter; False when it does not go on from the last one, and when the passkey is gone.

    An authenticator that never counts says 0 each time.
    """
    return (yield from changed(_USE(passkey=passkey_id, uses=uses, now=now)))
