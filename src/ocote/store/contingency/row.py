"""Rows of the table ``contingency``, for the work on a contingency and for the operator."""

from typing import Literal

from ocote.dte.sale import Environment
from ocote.store.engine.statement import StoredRow


class _Contingency(StoredRow, frozen=True):
    """The columns of every selection of contingencies; moments are stored text in UTC whose order is time order.

    ``kind`` and ``reason`` are the cause (CAT-005). ``attempts`` counts consecutive steps without MH's answer.
    """

    id: str
    company_id: int
    kind: int
    reason: str | None
    state: Literal["open", "asking", "filing", "delivering", "done"]
    began_at: str
    ended_at: str | None
    attempts: int


class ContingencyRow(_Contingency, frozen=True):
    """One contingency taken by a worker; ``last_at`` is the latest moment that one of its documents states.

    ``due_at`` is the end of the worker's lease.
    """

    last_at: str
    due_at: str


class ContingencyOverview(_Contingency, frozen=True):
    """One contingency with its company, and the moments on which its deadlines depend.

    ``documents`` belong to the contingency, ``waiting`` of them still wait, ``unreported`` of these are in no event
    that MH has taken. ``reported_at``: when MH took the earliest event of the reported documents. ``last_event``: the
    state of the last event that MH answered. ``refused_at``: when MH first refused an event about the present end of
    the cause, other than as out of time.
    """

    done_at: str | None
    due_at: str | None
    held_by: str | None
    name: str
    nit: str
    environment: Environment
    documents: int
    waiting: int
    unreported: int
    reported_at: str | None
    last_event: Literal["stamped", "rejected", "late"] | None
    refused_at: str | None
