"""Makes all work due in a database that has lost some time: MH may know more of the work than the database does."""

from ocote.store.engine.statement import StoredRow, Transaction, one, sql


class Unasked(StoredRow, frozen=True):
    """How much MH still has to be asked about or told: documents without MH's verdict, and cancellations."""

    documents: int
    in_contingency: int
    invalidations: int

    @property
    def all(self) -> int:
        """All of it."""
        return self.documents + self.in_contingency + self.invalidations


_DOCUMENTS = sql("UPDATE document SET due_at = posted_at, held_by = NULL WHERE state = 'registered'")
_WAITING = sql("UPDATE document SET ask_from = posted_at WHERE state = 'contingency'")
_CONTINGENCIES = sql("""
    UPDATE contingency SET state = 'asking', due_at = began_at, held_by = NULL, attempts = 0
    WHERE state <> 'done'
       OR id IN (SELECT contingency_id FROM document WHERE state = 'contingency')""")
_INVALIDATIONS = sql("""
    UPDATE invalidation SET due_at = requested_at, held_by = NULL WHERE state IN ('registered', 'contingency')""")

_UNASKED = sql(
    """
    SELECT (SELECT count(*) FROM document WHERE due_at IS NOT NULL) AS documents,
           (SELECT count(*) FROM document WHERE state = 'contingency' AND ask_from IS NOT NULL) AS in_contingency,
           (SELECT count(*) FROM invalidation WHERE due_at IS NOT NULL) AS invalidations""",
    Unasked,
)


def resume_all_work() -> Transaction[None]:
    """Has MH asked about every document without a verdict before anything about the document is filed or sent.

    No lease is left: no process may be at work. Everything is due since it was made, whatever the clocks say. A
    contingency in which documents joined takes no more documents, because its documents may have been reported; the
    next document opens another contingency.
    """
    yield _DOCUMENTS()
    yield _WAITING()
    yield _CONTINGENCIES()
    yield _INVALIDATIONS()


def count_unasked() -> Transaction[Unasked]:
    """How much MH still has to be asked about or told."""
    return (yield from one(_UNASKED()))
