"""Challenges and states that were answered, each kept until it would have ended by itself: none is answered twice."""

from typing import Final

from ocote.store.engine.statement import StoredRow, Transaction, changed, sql


class _UsedHash(StoredRow, frozen=True):
    sha256: str


_USE: Final = sql(
    """
    INSERT INTO used_challenge (sha256, expires_at) VALUES (:sha256, :expires_at)
    ON CONFLICT (sha256) DO NOTHING RETURNING sha256""",
    _UsedHash,
)
_FORGET: Final = sql("DELETE FROM used_challenge WHERE expires_at < :before")


def use_challenge(sha256: str, expires_at: str, now: str) -> Transaction[bool]:
    """Uses the challenge with this SHA-256 (hex); False when it was used before, or has ended."""
    if expires_at <= now:
        return False
    return (yield from changed(_USE(sha256=sha256, expires_at=expires_at)))


def forget_challenges(before: str) -> Transaction[None]:
    """Deletes the challenges that ended before a moment."""
    yield _FORGET(before=before)
