"""Who people are to an identity provider: the issuer and the subject of its tokens."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, one, sql
from ocote.store.people import PERSON_COLUMNS, PersonRow


class NewIdentity(Struct, frozen=True):
    """An identity to link to a person; ``now`` is stored text in UTC."""

    issuer: str
    subject: str
    person_id: int
    now: str


class IdentityRow(StoredRow, frozen=True):
    """An identity that is linked to a person."""

    issuer: str
    subject: str
    person_id: int
    created_at: str
    used_at: str | None


class _Subject(StoredRow, frozen=True):
    subject: str


class _Ways(StoredRow, frozen=True):
    n: int


_COLUMNS: Final = columns(IdentityRow)
_PERSON: Final = sql(
    f"""
    SELECT {PERSON_COLUMNS} FROM person
    WHERE person.id = (SELECT person_id FROM identity WHERE issuer = :issuer AND subject = :subject)""",
    PersonRow,
)
_OF_PERSON: Final = sql(
    f"SELECT {_COLUMNS} FROM identity WHERE person_id = :person ORDER BY created_at, issuer, subject", IdentityRow
)
_INSERT: Final = sql(
    """
    INSERT INTO identity (issuer, subject, person_id, created_at, used_at)
    VALUES (:issuer, :subject, :person, :now, :now)
    ON CONFLICT (issuer, subject) DO NOTHING RETURNING subject""",
    _Subject,
)
_USED: Final = sql("UPDATE identity SET used_at = :now WHERE issuer = :issuer AND subject = :subject")
_REMOVE: Final = sql(
    """
    DELETE FROM identity WHERE person_id = :person AND issuer = :issuer AND subject = :subject RETURNING subject""",
    _Subject,
)
_WAYS: Final = sql(
    """
    SELECT (SELECT count(*) FROM person WHERE id = :person AND password IS NOT NULL)
         + (SELECT count(*) FROM passkey WHERE person_id = :person)
         + (SELECT count(*) FROM identity WHERE person_id = :person AND issuer = :issuer) AS n""",
    _Ways,
)


def person_of_identity(issuer: str, subject: str) -> Transaction[PersonRow | None]:
    """The person to whom an identity is linked, or None."""
    return (yield from first(_PERSON(issuer=issuer, subject=subject)))


def identities_of(person_id: int) -> Transaction[Sequence[IdentityRow]]:
    """The identities of a person, the oldest first."""
    return (yield from every(_OF_PERSON(person=person_id)))


def link_identity(new: NewIdentity) -> Transaction[bool]:
    """Links an identity to a person; False when it is linked already, to whomever."""
    query = _INSERT(issuer=new.issuer, subject=new.subject, person=new.person_id, now=new.now)
    return (yield from changed(query))


def note_identity_used(issuer: str, subject: str, now: str) -> Transaction[None]:
    """Writes that a person has just come with an identity."""
    yield _USED(issuer=issuer, subject=subject, now=now)


def unlink_identity(person_id: int, issuer: str, subject: str) -> Transaction[bool]:
    """Removes an identity of a person; False when they have no such identity."""
    return (yield from changed(_REMOVE(person=person_id, issuer=issuer, subject=subject)))


def count_ways_in(person_id: int, issuer: str) -> Transaction[int]:
    """The number of ways by which a person gets in: the password, passkeys, and identities of the issuer.

    An identity of another issuer lets nobody in. Without an identity provider ``issuer`` is empty.
    """
    return (yield from one(_WAYS(person=person_id, issuer=issuer))).n
