"""The credentials of a person beside password and passkeys: the count of attempts, authenticator, recovery codes."""

from collections.abc import Sequence
from typing import Final

from ocote.store.engine.statement import StoredRow, Transaction, changed, first, one, sql
from ocote.store.people import PERSON_COLUMNS, PersonRow


class _PersonId(StoredRow, frozen=True):
    id: int


class _LeftCodes(StoredRow, frozen=True):
    n: int


_HOLD: Final = sql(f"SELECT {PERSON_COLUMNS} FROM person WHERE id = :person", PersonRow, lock="no key update")
_ATTEMPT: Final = sql("UPDATE person SET failures = :failures, locked_until = :until WHERE id = :person")
_USE_STEP: Final = sql(
    "UPDATE person SET totp_step = :step WHERE id = :person AND totp_step < :step RETURNING id", _PersonId
)
_SET_TOTP: Final = sql(
    "UPDATE person SET totp = :totp, totp_step = :step, updated_at = :now WHERE id = :person AND totp IS NULL"
    " RETURNING id",
    _PersonId,
)
_NO_TOTP: Final = sql(
    "UPDATE person SET totp = NULL, updated_at = :now WHERE id = :person AND totp IS NOT NULL RETURNING id", _PersonId
)
_NO_CODES: Final = sql("DELETE FROM recovery_code WHERE person_id = :person")
_NO_UNNEEDED_CODES: Final = sql("""
    DELETE FROM recovery_code
    WHERE person_id = :person
      AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.person_id = recovery_code.person_id)
      AND NOT EXISTS (SELECT 1 FROM person WHERE person.id = recovery_code.person_id AND person.totp IS NOT NULL)""")
_ADD_CODE: Final = sql("INSERT INTO recovery_code (person_id, sha256) VALUES (:person, :sha256)")
_USE_CODE: Final = sql(
    """
    UPDATE recovery_code SET used_at = :now
    WHERE person_id = :person AND sha256 = :sha256 AND used_at IS NULL RETURNING person_id AS id""",
    _PersonId,
)
_LEFT_CODES: Final = sql(
    "SELECT count(*) AS n FROM recovery_code WHERE person_id = :person AND used_at IS NULL", _LeftCodes
)


def hold_person(person_id: int) -> Transaction[PersonRow | None]:
    """Reads a person, whom no other transaction changes until this one ends."""
    return (yield from first(_HOLD(person=person_id)))


def note_attempts(person_id: int, failures: int, locked_until: str | None) -> Transaction[None]:
    """Writes how often a person failed in a row to prove who they are, and until when they are locked."""
    yield _ATTEMPT(person=person_id, failures=failures, until=locked_until)


def use_totp_step(person_id: int, step: int) -> Transaction[bool]:
    """Uses the code of a step of time; False when it, or a later one, has been used."""
    return (yield from changed(_USE_STEP(person=person_id, step=step)))


def keep_totp(person_id: int, totp: bytes, step: int, now: str) -> Transaction[bool]:
    """Keeps the sealed secret of an authenticator, whose code of a step was used; False when there is one."""
    return (yield from changed(_SET_TOTP(person=person_id, totp=totp, step=step, now=now)))


def drop_totp(person_id: int, now: str) -> Transaction[bool]:
    """Forgets the authenticator, and the recovery codes with the last second factor; False when there was none."""
    was_there = yield from changed(_NO_TOTP(person=person_id, now=now))
    yield from forget_unneeded_codes(person_id)
    return was_there


def forget_unneeded_codes(person_id: int) -> Transaction[None]:
    """Deletes the recovery codes of a person who has neither an authenticator nor a passkey."""
    yield _NO_UNNEEDED_CODES(person=person_id)


def replace_recovery_codes(person_id: int, hashes: Sequence[str]) -> Transaction[None]:
    """Stores new recovery codes in place of all earlier ones."""
    yield _NO_CODES(person=person_id)
    for each in hashes:
        yield _ADD_CODE(person=person_id, sha256=each)


def use_recovery_code(person_id: int, sha256: str, now: str) -> Transaction[bool]:
    """Uses a recovery code; False when the person has no such code that is unused."""
    return (yield from changed(_USE_CODE(person=person_id, sha256=sha256, now=now)))


def count_recovery_codes(person_id: int) -> Transaction[int]:
    """The number of unused recovery codes of a person."""
    return (yield from one(_LEFT_CODES(person=person_id))).n
