"""The first runs that are not finished: what a person has filled in of a company that is not registered yet."""

from typing import Final

from ocote.store.engine.statement import StoredRow, Transaction, first, sql


class SetupRow(StoredRow, frozen=True):
    """An unfinished first run. ``body`` is JSON without secrets, ``secrets`` is sealed."""

    person_id: int
    body: str
    secrets: bytes | None
    updated_at: str

    def __repr__(self) -> str:
        return f"<SetupRow {self.person_id}>"


_OF_PERSON: Final = sql("SELECT person_id, body, secrets, updated_at FROM setup WHERE person_id = :person", SetupRow)
_KEEP: Final = sql("""
    INSERT INTO setup (person_id, body, secrets, updated_at) VALUES (:person, :body, :secrets, :now)
    ON CONFLICT (person_id) DO UPDATE
    SET body = excluded.body, secrets = excluded.secrets, updated_at = excluded.updated_at""")
_FORGET: Final = sql("DELETE FROM setup WHERE person_id = :person")


def setup_of(person_id: int) -> Transaction[SetupRow | None]:
    """The unfinished first run of a person, or None."""
    return (yield from first(_OF_PERSON(person=person_id)))


def keep_setup(row: SetupRow) -> Transaction[None]:
    """Keeps a first run in place of what was kept of it."""
    yield _KEEP(person=row.person_id, body=row.body, secrets=row.secrets, now=row.updated_at)


def forget_setup(person_id: int) -> Transaction[None]:
    """Forgets a first run with its secrets."""
    yield _FORGET(person=person_id)
