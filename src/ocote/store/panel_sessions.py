"""The sessions of people at the panel; the secret of a session is kept as its SHA-256 only."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, sql


class NewSession(Struct, frozen=True):
    """A session to store; moments are stored text in UTC."""

    sha256: str
    person_id: int
    now: str
    expires_at: str
    address: str
    agent: str


class SessionRow(StoredRow, frozen=True):
    """A session, ended or not."""

    sha256: str
    person_id: int
    created_at: str
    seen_at: str
    confirmed_at: str
    expires_at: str
    address: str
    agent: str
    ended_at: str | None


class _PersonId(StoredRow, frozen=True):
    person_id: int


_COLUMNS: Final = columns(SessionRow)
_INSERT: Final = sql("""
    INSERT INTO panel_session (sha256, person_id, created_at, seen_at, confirmed_at, expires_at, address, agent)
    VALUES (:sha256, :person, :now, :now, :now, :expires_at, :address, :agent)""")
_LIVE: Final = sql(
    f"""
    SELECT {_COLUMNS} FROM panel_session
    WHERE sha256 = :sha256 AND ended_at IS NULL AND expires_at > :now AND seen_at > :idle_since""",
    SessionRow,
)
_OF_PERSON: Final = sql(
    f"""
    SELECT {_COLUMNS} FROM panel_session
    WHERE person_id = :person AND ended_at IS NULL AND expires_at > :now AND seen_at > :idle_since
    ORDER BY created_at DESC""",
    SessionRow,
)
_SEEN: Final = sql("UPDATE panel_session SET seen_at = :now WHERE sha256 = :sha256 AND ended_at IS NULL")
_CONFIRMED: Final = sql("UPDATE panel_session SET confirmed_at = :now WHERE sha256 = :sha256 AND ended_at IS NULL")
_END: Final = sql(
    """
    UPDATE panel_session SET ended_at = :now
    WHERE sha256 = :sha256 AND person_id = :person AND ended_at IS NULL RETURNING person_id""",
    _PersonId,
)
_END_ALL: Final = sql("""
    UPDATE panel_session SET ended_at = :now
    WHERE person_id = :person AND ended_at IS NULL AND sha256 <> :kept""")

_END_EVERY: Final = sql("UPDATE panel_session SET ended_at = :now WHERE ended_at IS NULL")
_FORGET: Final = sql("DELETE FROM panel_session WHERE expires_at < :before")


def insert_session(new: NewSession) -> Transaction[None]:
    """Stores a new session."""
    yield _INSERT(
        sha256=new.sha256,
        person=new.person_id,
        now=new.now,
        expires_at=new.expires_at,
        address=new.address,
        agent=new.agent,
    )


def live_session(sha256: str, now: str, idle_since: str) -> Transaction[SessionRow | None]:
    """The session with this SHA-256 that has not ended, and was used since a moment; None otherwise."""
    return (yield from first(_LIVE(sha256=sha256, now=now, idle_since=idle_since)))


def live_sessions(person_id: int, now: str, idle_since: str) -> Transaction[Sequence[SessionRow]]:
    """The sessions of a person that have not ended, the newest first."""
    return (yield from every(_OF_PERSON(person=person_id, now=now, idle_since=idle_since)))


def note_seen(sha256: str, now: str) -> Transaction[None]:
    """Writes that a session was used."""
    yield _SEEN(sha256=sha256, now=now)


def note_confirmed(sha256: str, now: str) -> Transaction[None]:
    """Writes that the person of a session has proved again who they are."""
    yield _CONFIRMED(sha256=sha256, now=now)


def end_session(sha256: str, person_id: int, now: str) -> Transaction[bool]:
    """Ends a session of a person; False when the person has no such session."""
    return (yield from changed(_END(sha256=sha256, person=person_id, now=now)))


def end_sessions(person_id: int, now: str, kept: str = "") -> Transaction[None]:
    """Ends every session of a person, but for the one whose SHA-256 is ``kept``."""
    yield _END_ALL(person=person_id, now=now, kept=kept)


def end_every_session(now: str) -> Transaction[None]:
    """Ends every session of everybody."""
    yield _END_EVERY(now=now)


def forget_sessions(before: str) -> Transaction[None]:
    """Deletes the sessions that could not be used any more before a moment."""
    yield _FORGET(before=before)
