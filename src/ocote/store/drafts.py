"""The drafts of documents that people fill in at the panel: each belongs to one person in one company.

The reference of a draft is the ``external_ref`` of its document, so that however often a draft is issued there is one
document at most. A draft is open until its document is issued.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, sql


class DraftRow(StoredRow, frozen=True):
    """A stored draft; ``body`` is the request of the API as JSON, ``point`` the point of sale (``M001P001``)."""

    id: str
    company_id: int
    person_id: int
    kind: str
    point: str
    reference: str
    body: str
    created_at: str
    updated_at: str
    document_id: str | None


class _CountRow(StoredRow, frozen=True):
    number: int


class DraftChange(Struct, frozen=True):
    """A new body and point of sale of a person's draft; ``seen`` is the moment of the last change the person knew."""

    company_id: int
    person_id: int
    draft_id: str
    point: str
    body: str
    seen: str
    now: str


_COLUMNS: Final = columns(DraftRow)
_INSERT: Final = sql(f"""
    INSERT INTO draft ({_COLUMNS})
    VALUES ({", ".join(f":{name}" for name in DraftRow.__struct_fields__)})""")
_ONE: Final = sql(
    f"SELECT {_COLUMNS} FROM draft WHERE company_id = :company AND person_id = :person AND id = :draft", DraftRow
)
_OPEN: Final = sql(
    f"""
    SELECT {_COLUMNS} FROM draft
    WHERE company_id = :company AND person_id = :person AND document_id IS NULL
    ORDER BY updated_at DESC, id LIMIT :most""",
    DraftRow,
)
_COUNT: Final = sql(
    """
    SELECT count(*) AS number FROM (
        SELECT id FROM draft WHERE company_id = :company AND person_id = :person AND document_id IS NULL LIMIT :most
    ) AS counted""",
    _CountRow,
)
_SAVE: Final = sql(
    f"""
    UPDATE draft SET point = :point, body = :body, updated_at = :now
    WHERE company_id = :company AND person_id = :person AND id = :draft AND updated_at = :seen
      AND document_id IS NULL
    RETURNING {_COLUMNS}""",
    DraftRow,
)
_REMOVE: Final = sql(
    """
    DELETE FROM draft WHERE company_id = :company AND person_id = :person AND id = :draft AND document_id IS NULL
    RETURNING id""",
)
_SETTLE: Final = sql(
    f"""
    UPDATE draft SET document_id = :document, updated_at = :now
    WHERE company_id = :company AND id = :draft AND document_id IS NULL
    RETURNING {_COLUMNS}""",
    DraftRow,
)
_HAND_OVER: Final = sql(
    f"""
    UPDATE draft SET person_id = :person, document_id = NULL, updated_at = :now
    WHERE company_id = :company AND reference = :reference
    RETURNING {_COLUMNS}""",
    DraftRow,
)


def insert_draft(draft: DraftRow, most: int) -> Transaction[bool]:
    """Stores a new draft; False when the person has ``most`` open ones already.

    Raises UniqueError when the company has a draft with this reference.
    """
    kept = yield from first(_COUNT(company=draft.company_id, person=draft.person_id, most=most))
    if kept is not None and kept.number >= most:
        return False
    yield _INSERT(**{name: getattr(draft, name) for name in DraftRow.__struct_fields__})
    return True


def draft_by_id(company_id: int, person_id: int, draft_id: str) -> Transaction[DraftRow | None]:
    """A person's draft in a company; None for a draft of another person or company."""
    return (yield from first(_ONE(company=company_id, person=person_id, draft=draft_id)))


def open_drafts(company_id: int, person_id: int, most: int) -> Transaction[Sequence[DraftRow]]:
    """The drafts of a person that have no document yet, those changed last in front."""
    return (yield from every(_OPEN(company=company_id, person=person_id, most=most)))


def save_draft(change: DraftChange) -> Transaction[DraftRow | None]:
    """Replaces body and point of sale of an open draft; None when the draft changed since ``seen``, or is gone."""
    return (
        yield from first(
            _SAVE(
                company=change.company_id,
                person=change.person_id,
                draft=change.draft_id,
                point=change.point,
                body=change.body,
                seen=change.seen,
                now=change.now,
            )
        )
    )


def remove_draft(company_id: int, person_id: int, draft_id: str) -> Transaction[bool]:
    """Removes an open draft of a person; False when there is none."""
    return (yield from changed(_REMOVE(company=company_id, person=person_id, draft=draft_id)))


def settle_draft(company_id: int, draft_id: str, document_id: str, now: str) -> Transaction[DraftRow | None]:
    """Closes an open draft with its document; None when the draft is closed already."""
    return (yield from first(_SETTLE(company=company_id, draft=draft_id, document=document_id, now=now)))


def hand_over_draft(company_id: int, reference: str, person_id: int, now: str) -> Transaction[DraftRow | None]:
    """Opens the draft with this reference for a person, whoever filled it in before; None when there is none."""
    return (yield from first(_HAND_OVER(company=company_id, reference=reference, person=person_id, now=now)))
