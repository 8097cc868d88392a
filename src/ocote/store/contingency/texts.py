"""The facts that tell which of the two signed texts of a document in contingency MH has stamped (decision 0006)."""

from typing import Literal

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, columns, first, one, sql


class ReportedByRow(StoredRow, frozen=True):
    """The event that names a document, and MH's answer to it; moments are stored text by the clock of the gateway."""

    state: Literal["registered", "stamped", "rejected", "late"]
    stamp: str | None
    answer: str | None
    signed_at: str
    settled_at: str | None


class TextFacts(Struct, frozen=True):
    """The facts about the texts of one document; moments are stored text by the clock of the gateway.

    ``has_first`` says whether a text was signed before the contingency, ``replaced_at`` when the contingency's text
    took its place (None for texts of before that moment was kept). ``doubted_at`` is the latest moment at which
    documents and events were known to be missing from this database.
    """

    has_first: bool
    replaced_at: str | None
    event: ReportedByRow | None
    doubted_at: str | None


class _First(StoredRow, frozen=True):
    superseded_at: str | None


class _Doubt(StoredRow, frozen=True):
    unconfirmed_since: str | None
    confirmed_at: str | None


_FIRST = sql(
    """
    SELECT superseded_at FROM superseded_version
    WHERE company_id = :company AND document_id = :id AND why = 'contingency'
    ORDER BY version DESC LIMIT 1""",
    _First,
)

_EVENT = sql(
    f"""
    SELECT {columns(ReportedByRow)} FROM contingency_event
    WHERE company_id = :company
      AND id = (SELECT event_id FROM document WHERE company_id = :company AND id = :id)""",
    ReportedByRow,
)

_DOUBTED = sql("SELECT unconfirmed_since, confirmed_at FROM installation", _Doubt)


def text_facts(company_id: int, document_id: str) -> Transaction[TextFacts]:
    """The facts about the texts of a document in contingency."""
    which = {"company": company_id, "id": document_id}
    earlier = yield from first(_FIRST(**which))
    if earlier is None:
        return TextFacts(has_first=False, replaced_at=None, event=None, doubted_at=None)
    event = yield from first(_EVENT(**which))
    doubt = yield from one(_DOUBTED())
    doubted_at = doubt.unconfirmed_since or doubt.confirmed_at
    return TextFacts(has_first=True, replaced_at=earlier.superseded_at, event=event, doubted_at=doubted_at)
