"""The newest requests of each company to the API: written many at once, listed, counted and forgotten."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from ocote.store.engine.statement import Row, Statement, StoredRow, Transaction, columns, every, first, one, sql

_ANY_STATUS: Final = 1000
"""Above the status of every answer."""


class KeptRequest(Struct, frozen=True, array_like=True):
    """A request to write down, in the order of its columns. ``at`` is stored text, ``faults`` and ``warnings`` JSON.

    ``status`` 0 means that the client went before it was answered. ``document`` is the id of the document, or the
    reference by which the client named it; ``route`` the documented path, or ``unknown``.
    """

    company_id: int
    at: str
    request_id: str
    key_prefix: str
    address: str
    method: str
    route: str
    status: int
    code: str | None
    document: str | None
    is_dry_run: int
    faults: str
    warnings: str
    ms: int


class RequestRow(StoredRow, frozen=True):
    """A request as it was written down, with its place among all of them (``id``)."""

    id: int
    at: str
    request_id: str
    key_prefix: str
    address: str
    method: str
    route: str
    status: int
    code: str | None
    document: str | None
    is_dry_run: bool
    faults: str
    warnings: str
    ms: int


class RequestFilter(Struct, frozen=True):
    """Which requests of a company to list: at most so many, written down before the request ``before``.

    ``least`` and ``above`` bound the status, the second of which is left out. ``is_failed`` leaves those whose status
    is 400 or more. ``name`` is a request id, a document's id, its reference or its control number; ``since`` and
    ``until`` bound the moment.
    """

    most: int
    before: int | None = None
    is_failed: bool = False
    least: int = 0
    above: int = _ANY_STATUS
    key: str | None = None
    route: str | None = None
    name: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def is_search(self) -> bool:
        """Whether every request of the company may have to be read for it."""
        chosen = (self.key, self.route, self.since, self.until, self.least, self.above)
        return chosen != (None, None, None, None, 0, _ANY_STATUS)


class KeyActivityRow(StoredRow, frozen=True):
    """How many requests came with a key, and how many of them were answered with a fault."""

    key_prefix: str
    requests: int
    failed: int


class _Id(StoredRow, frozen=True):
    id: int


class _At(StoredRow, frozen=True):
    at: str


class _Held(StoredRow, frozen=True):
    held: bool


_BEHIND_ALL: Final = 2**62
"""No request has this id."""

_AT_ONCE: Final = 200
"""Requests that one statement forgets: a longer one would keep a sale waiting."""

_FIELDS: Final = KeptRequest.__struct_fields__
_NUMBERS: Final = ("company_id", "status", "is_dry_run", "ms")

# All requests come as one text of JSON, so that one statement writes however many there are.
_KEEP: Final[Statement[Row]] = Statement(
    sqlite=f"""
        INSERT INTO api_request ({", ".join(_FIELDS)})
        SELECT {", ".join(f"json_extract(value, '$[{at}]')" for at in range(len(_FIELDS)))}
        FROM json_each(:requests)""",
    postgres=f"""
        INSERT INTO api_request ({", ".join(_FIELDS)})
        SELECT {
        ", ".join(
            f"CAST(value ->> {at} AS BIGINT)" if name in _NUMBERS else f"value ->> {at}"
            for at, name in enumerate(_FIELDS)
        )
    }
        FROM json_array_elements(CAST($1 AS json)) AS value""",
    names=("requests",),
)

_CHOSEN: Final = f"""
    SELECT {columns(RequestRow)} FROM api_request
    WHERE company_id = :company AND id < :before AND status >= :least AND status < :above
      AND (CAST(:key AS TEXT) IS NULL OR key_prefix = :key)
      AND (CAST(:route AS TEXT) IS NULL OR route = :route)
      AND (CAST(:since AS TEXT) IS NULL OR at >= :since)
      AND (CAST(:until AS TEXT) IS NULL OR at < :until)"""
_NEWEST_FIRST: Final = " ORDER BY id DESC LIMIT :most"
_FAILED: Final = " AND status >= 400"
_NAMED: Final = """
      AND id IN (SELECT id FROM api_request WHERE company_id = :company AND request_id = :name
                 UNION SELECT id FROM api_request WHERE company_id = :company AND document = :name
                 UNION SELECT id FROM api_request WHERE company_id = :company AND document IN (
                     SELECT id FROM document WHERE company_id = :company AND external_ref = :name
                     UNION ALL SELECT id FROM document WHERE company_id = :company AND control_number = :name))"""
_PAGES: Final = {
    (is_failed, is_named): sql(
        _CHOSEN + (_FAILED if is_failed else "") + (_NAMED if is_named else "") + _NEWEST_FIRST, RequestRow
    )
    for is_failed in (False, True)
    for is_named in (False, True)
}

_ONE: Final = sql(f"SELECT {columns(RequestRow)} FROM api_request WHERE company_id = :company AND id = :id", RequestRow)
_ACTIVITY: Final = sql(
    """
    SELECT key_prefix, COUNT(*) AS requests, COUNT(CASE WHEN status >= 400 THEN 1 END) AS failed
    FROM api_request WHERE company_id = :company AND at >= :since GROUP BY key_prefix""",
    KeyActivityRow,
)

_TAKE_TURN_TO_FORGET: Final[Statement[_Held]] = Statement(
    sqlite="SELECT 1 AS held",
    postgres="SELECT CAST(pg_try_advisory_xact_lock(20261201, 8) AS INTEGER) AS held",
    names=(),
    row=_Held,
)
_NEWEST_TOO_MANY: Final = sql(
    "SELECT id FROM api_request WHERE company_id = :company ORDER BY id DESC LIMIT 1 OFFSET :kept", _Id
)
# The oldest ones alone are looked at: their ids follow their moments, but for what processes wrote in one second.
_FORGET: Final = sql(
    """
    WITH oldest AS MATERIALIZED (
        SELECT id, at FROM api_request WHERE company_id = :company ORDER BY id LIMIT :most
    )
    DELETE FROM api_request
    WHERE company_id = :company AND id IN (SELECT id FROM oldest WHERE id <= :last OR at < :before)
    RETURNING id""",
    _Id,
)
_OLDEST: Final = sql("SELECT at FROM api_request WHERE company_id = :company ORDER BY id LIMIT 1", _At)
_COMPANIES: Final = sql("SELECT id FROM company ORDER BY id", _Id)


def keep_requests(requests: Sequence[KeptRequest]) -> Transaction[None]:
    """Writes requests down, the earliest first."""
    yield _KEEP.alone(requests=msgspec.json.encode(requests).decode())


def requests_page(company_id: int, wanted: RequestFilter) -> Transaction[Sequence[RequestRow]]:
    """Requests of a company, the newest first."""
    values = {
        "company": company_id,
        "before": _BEHIND_ALL if wanted.before is None else wanted.before,
        "least": wanted.least,
        "above": wanted.above,
        "key": wanted.key,
        "route": wanted.route,
        "since": wanted.since,
        "until": wanted.until,
        "most": wanted.most,
    }
    if wanted.name is not None:
        values["name"] = wanted.name
    return (yield from every(_PAGES[wanted.is_failed, wanted.name is not None](**values)))


def request_by_id(company_id: int, number: int) -> Transaction[RequestRow | None]:
    """One request of a company; None when there is none, or it was forgotten."""
    return (yield from first(_ONE(company=company_id, id=number)))


def key_activity(company_id: int, since: str) -> Transaction[Sequence[KeyActivityRow]]:
    """The numbers of requests of each key of a company since a moment; a key without requests is left out."""
    return (yield from every(_ACTIVITY(company=company_id, since=since)))


def company_ids() -> Transaction[list[int]]:
    """The ids of all companies."""
    return [row.id for row in (yield from every(_COMPANIES()))]


def has_requests_to_forget(company_id: int, kept: int, before: str) -> Transaction[bool]:
    """Whether a company has requests that are older than a moment or than the newest ``kept``."""
    oldest = yield from first(_OLDEST(company=company_id))
    if oldest is None:
        return False
    return oldest.at < before or (yield from first(_NEWEST_TOO_MANY(company=company_id, kept=kept))) is not None


def forget_requests(company_id: int, kept: int, before: str) -> Transaction[int]:
    """Forgets a company's requests that are older than a moment or than the newest ``kept``: some of them.

    Returns how many were forgotten. One process at a time forgets; any other one forgets none.
    """
    if not (yield from one(_TAKE_TURN_TO_FORGET())).held:
        return 0
    last = yield from first(_NEWEST_TOO_MANY(company=company_id, kept=kept))
    forgotten = yield from every(
        _FORGET(company=company_id, last=0 if last is None else last.id, before=before, most=_AT_ONCE)
    )
    return len(forgotten)
