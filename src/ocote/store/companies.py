"""Companies, their points of sale and their API keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from ocote.dte.sale import Environment
from ocote.store.engine.statement import (
    StoredRow,
    Transaction,
    announce_registration,
    columns,
    every,
    first,
    one,
    sql,
)
from ocote.store.numbers import WantedNumber, begin_series
from ocote.store.switching import forget_switch


@dataclass(frozen=True, slots=True)
class NewCompany:
    """A company to store; ``profile`` is JSON, and the secrets are sealed with the company as their owner."""

    nit: str
    environment: Environment
    name: str
    profile: str
    mh_user: str
    mh_password: bytes = field(repr=False)
    private_key: bytes = field(repr=False)
    certificate_fingerprint: str
    certificate_valid_until: str | None
    smtp: bytes | None = field(repr=False)
    now: str


class CompanyRow(StoredRow, frozen=True):
    """A stored company; ``mh_password``, ``private_key`` and ``smtp`` are sealed, ``profile`` is JSON."""

    id: int
    nit: str
    environment: Environment
    name: str
    profile: str
    mh_user: str
    mh_password: bytes
    private_key: bytes
    certificate_fingerprint: str
    certificate_valid_until: str | None
    smtp: bytes | None
    active: bool
    created_at: str
    updated_at: str

    def __repr__(self) -> str:
        return f"<CompanyRow {self.id}>"


class PointOfSaleRow(StoredRow, frozen=True):
    """One point of sale: codes of branch (``M001``) and point of sale (``P001``), kind of establishment (CAT-009)."""

    branch_code: str
    pos_code: str
    establishment_kind: str


class SavedCompany(Struct, frozen=True):
    """A company that was stored, and the first numbers that were set with it.

    ``before`` is the company that it replaced, with its points of sale; None for a new one.
    """

    id: int
    begun: tuple[WantedNumber, ...]
    before: CompanyRow | None = None
    points_before: tuple[PointOfSaleRow, ...] = ()


class RegistrationRow(StoredRow, frozen=True):
    """A company, whether it is active, and the moment of its present registration."""

    id: int
    nit: str
    environment: Environment
    active: bool
    updated_at: str


class NewKey(Struct, frozen=True):
    """An API key to store: never the key itself, only its SHA-256 and its public prefix."""

    company_id: int
    prefix: str
    sha256: str
    branch_code: str
    pos_code: str
    per_minute: int
    per_hour: int
    now: str


class KeyCounts(StoredRow, frozen=True):
    """How many keys were ever made, and how many of them are disabled; both only grow."""

    made: int
    disabled: int


class KeyRow(StoredRow, frozen=True):
    """An API key with the company to which it belongs, for the operator's listings.

    ``last_used_at`` may be some minutes old; None for a key that was not used since uses are recorded.
    """

    prefix: str
    branch_code: str
    pos_code: str
    per_minute: int
    per_hour: int
    created_at: str
    last_used_at: str | None
    disabled_at: str | None
    nit: str
    environment: Environment
    name: str


class KeyHolderRow(StoredRow, frozen=True):
    """An enabled API key with the company's data for a request; ``active`` is the state of the company."""

    key_id: int
    company_id: int
    prefix: str
    branch_code: str
    pos_code: str
    per_minute: int
    per_hour: int
    environment: Environment
    active: bool
    updated_at: str


class EndedKey(StoredRow, frozen=True):
    """A key that was disabled: its company and its point of sale."""

    company_id: int
    branch_code: str
    pos_code: str


class _CompanyIdRow(StoredRow, frozen=True):
    id: int


_COLUMNS: Final = columns(CompanyRow)

_INSERT_TEXT: Final = """
    INSERT INTO company (nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
                         certificate_valid_until, smtp, created_at, updated_at)
    VALUES (:nit, :environment, :name, :profile, :mh_user, :mh_password, :private_key, :certificate_fingerprint,
            :certificate_valid_until, :smtp, :now, :now)"""
_INSERT = sql(f"{_INSERT_TEXT} RETURNING id", _CompanyIdRow)
_UPSERT = sql(
    f"""{_INSERT_TEXT}
    ON CONFLICT (nit, environment) DO UPDATE
    SET name = excluded.name, profile = excluded.profile, mh_user = excluded.mh_user,
        mh_password = excluded.mh_password, private_key = excluded.private_key,
        certificate_fingerprint = excluded.certificate_fingerprint,
        certificate_valid_until = excluded.certificate_valid_until, smtp = excluded.smtp,
        updated_at = excluded.updated_at
    RETURNING id""",
    _CompanyIdRow,
)

_REPLACED = sql(
    f"SELECT {_COLUMNS} FROM company WHERE nit = :nit AND environment = :environment",
    CompanyRow,
    lock="no key update",
)

_HOLD_TEST_COMPANY = sql(
    "SELECT id FROM company WHERE nit = :nit AND environment = '00'", _CompanyIdRow, lock="no key update"
)

_RETIRE_POINTS = sql("UPDATE point_of_sale SET active = 0 WHERE company_id = :company")

_UPSERT_POINT = sql("""
    INSERT INTO point_of_sale (company_id, branch_code, pos_code, establishment_kind)
    VALUES (:company, :branch_code, :pos_code, :establishment_kind)
    ON CONFLICT (company_id, branch_code, pos_code) DO UPDATE
    SET establishment_kind = excluded.establishment_kind, active = 1""")

_BY_ID = sql(f"SELECT {_COLUMNS} FROM company WHERE id = :company", CompanyRow)
_BY_NIT = sql(f"SELECT {_COLUMNS} FROM company WHERE nit = :nit ORDER BY environment", CompanyRow)
_ALL = sql(f"SELECT {_COLUMNS} FROM company ORDER BY name, environment", CompanyRow)
_SWITCH = sql("UPDATE company SET active = :active, updated_at = :now WHERE id = :company")
_HOLD = sql("SELECT id FROM company WHERE id = :company", _CompanyIdRow, lock="no key update")
_REGISTERED = sql(f"SELECT {columns(RegistrationRow)} FROM company", RegistrationRow)
_POINTS = sql(
    f"""
    SELECT {columns(PointOfSaleRow)} FROM point_of_sale
    WHERE company_id = :company AND active = 1 ORDER BY branch_code, pos_code""",
    PointOfSaleRow,
)

_INSERT_KEY = sql("""
    INSERT INTO api_key (company_id, prefix, sha256, branch_code, pos_code, per_minute, per_hour, created_at)
    VALUES (:company, :prefix, :sha256, :branch_code, :pos_code, :per_minute, :per_hour, :now)""")
_DISABLE_KEY = sql(
    """
    UPDATE api_key SET disabled_at = :now
    WHERE prefix = :prefix AND disabled_at IS NULL
      AND (CAST(:company AS BIGINT) IS NULL OR company_id = :company)
    RETURNING company_id, branch_code, pos_code""",
    EndedKey,
)
_KEYS_WITH_COMPANY: Final = """
    SELECT api_key.prefix, api_key.branch_code, api_key.pos_code, api_key.per_minute, api_key.per_hour,
           api_key.created_at, api_key.last_used_at, api_key.disabled_at, company.nit, company.environment,
           company.name
    FROM api_key JOIN company ON company.id = api_key.company_id"""
_KEYS = sql(
    f"""
    {_KEYS_WITH_COMPANY} WHERE CAST(:nit AS TEXT) IS NULL OR company.nit = :nit
    ORDER BY company.name, api_key.id""",
    KeyRow,
)
_KEYS_OF_COMPANY = sql(f"{_KEYS_WITH_COMPANY} WHERE api_key.company_id = :company ORDER BY api_key.id DESC", KeyRow)
_KEY_COUNTS = sql("SELECT count(*) AS made, count(disabled_at) AS disabled FROM api_key", KeyCounts)
_USED = sql("UPDATE api_key SET last_used_at = :at WHERE id = :key")
_KEY_HOLDER = sql(
    """
    SELECT api_key.id AS key_id, api_key.company_id, api_key.prefix, api_key.branch_code, api_key.pos_code,
           api_key.per_minute, api_key.per_hour, company.environment, company.active, company.updated_at
    FROM api_key JOIN company ON company.id = api_key.company_id
    WHERE api_key.sha256 = :sha256 AND api_key.disabled_at IS NULL""",
    KeyHolderRow,
)


_ANNOUNCE_CHANGE = announce_registration()
"""Announces to every process that copies of companies and keys are out of date (``Store.registrations``)."""


def save_company(
    company: NewCompany,
    points: tuple[PointOfSaleRow, ...],
    first_numbers: Sequence[WantedNumber] = (),
) -> Transaction[SavedCompany]:
    """Creates the company, or replaces the company with this NIT and environment.

    Points of sale that are not in ``points`` are retired, never deleted, because documents have their codes.
    ``first_numbers`` are those of series that have no counter yet; other series stay as they are.
    """
    before = yield from first(_REPLACED(nit=company.nit, environment=company.environment))
    points_before = () if before is None else tuple((yield from points_of_sale(before.id)))
    if before is None:
        yield from _end_switch(company)
    saved = yield from one(_UPSERT(**_row_of(company)))
    yield _RETIRE_POINTS(company=saved.id)
    begun = yield from _save_parts(saved.id, points, first_numbers)
    return SavedCompany(saved.id, begun, before, points_before)


def insert_company(
    company: NewCompany,
    points: tuple[PointOfSaleRow, ...],
    first_numbers: Sequence[WantedNumber] = (),
) -> Transaction[SavedCompany]:
    """Creates the company. The store raises UniqueError when there is a company with this NIT and environment."""
    yield from _end_switch(company)
    saved = yield from one(_INSERT(**_row_of(company)))
    begun = yield from _save_parts(saved.id, points, first_numbers)
    return SavedCompany(saved.id, begun)


def _end_switch(company: NewCompany) -> Transaction[None]:
    """Forgets the unfinished way of a test company to production, with its secrets, when it comes there."""
    if company.environment == "01":
        test = yield from first(_HOLD_TEST_COMPANY(nit=company.nit))
        if test is not None:
            yield from forget_switch(test.id)


def _row_of(company: NewCompany) -> dict[str, object]:
    return {
        "nit": company.nit,
        "environment": company.environment,
        "name": company.name,
        "profile": company.profile,
        "mh_user": company.mh_user,
        "mh_password": company.mh_password,
        "private_key": company.private_key,
        "certificate_fingerprint": company.certificate_fingerprint,
        "certificate_valid_until": company.certificate_valid_until,
        "smtp": company.smtp,
        "now": company.now,
    }


def _save_parts(
    company_id: int, points: tuple[PointOfSaleRow, ...], first_numbers: Sequence[WantedNumber]
) -> Transaction[tuple[WantedNumber, ...]]:
    for point in points:
        yield _UPSERT_POINT(
            company=company_id,
            branch_code=point.branch_code,
            pos_code=point.pos_code,
            establishment_kind=point.establishment_kind,
        )
    begun = yield from begin_series(company_id, first_numbers)
    yield _ANNOUNCE_CHANGE()
    return begun


def set_company_active(company_id: int, now: str, *, active: bool) -> Transaction[None]:
    """Enables or disables a company; the API refuses the keys of a disabled company."""
    yield _SWITCH(company=company_id, active=int(active), now=now)
    yield _ANNOUNCE_CHANGE()


def hold_company(company_id: int) -> Transaction[None]:
    """Locks the company until the transaction ends, because the row to protect does not exist yet.

    Other transactions may write rows that refer to the company.
    """
    yield _HOLD(company=company_id)


def company_by_id(company_id: int) -> Transaction[CompanyRow | None]:
    """The company with this id, or None."""
    return (yield from first(_BY_ID(company=company_id)))


def companies_by_nit(nit: str) -> Transaction[list[CompanyRow]]:
    """The registrations of a NIT: at most one for each environment."""
    return (yield from every(_BY_NIT(nit=nit)))


def all_companies() -> Transaction[list[CompanyRow]]:
    """Every company, for the operator's listings."""
    return (yield from every(_ALL()))


def registered_companies() -> Transaction[dict[int, RegistrationRow]]:
    """The present registration of each company, by id."""
    registered = yield from every(_REGISTERED())
    return {company.id: company for company in registered}


def points_of_sale(company_id: int) -> Transaction[list[PointOfSaleRow]]:
    """The company's active points of sale."""
    return (yield from every(_POINTS(company=company_id)))


def insert_key(key: NewKey) -> Transaction[None]:
    """Stores a new key."""
    yield _INSERT_KEY(
        company=key.company_id,
        prefix=key.prefix,
        sha256=key.sha256,
        branch_code=key.branch_code,
        pos_code=key.pos_code,
        per_minute=key.per_minute,
        per_hour=key.per_hour,
        now=key.now,
    )


def end_key(prefix: str, now: str, company_id: int | None = None) -> Transaction[EndedKey | None]:
    """Disables a key permanently; None when no enabled key, of any company or of one, has the prefix."""
    ended = yield from first(_DISABLE_KEY(prefix=prefix, now=now, company=company_id))
    yield _ANNOUNCE_CHANGE()
    return ended


def all_keys(nit: str | None = None) -> Transaction[list[KeyRow]]:
    """Every key with its company, or those of the company with a NIT, for the operator's listings."""
    return (yield from every(_KEYS(nit=nit)))


def keys_of_company(company_id: int) -> Transaction[list[KeyRow]]:
    """Every key of a company, the newest first."""
    return (yield from every(_KEYS_OF_COMPANY(company=company_id)))


def key_counts() -> Transaction[KeyCounts]:
    """The number of keys: of all and of those that are disabled."""
    return (yield from one(_KEY_COUNTS()))


def record_key_uses(uses: Mapping[int, str]) -> Transaction[None]:
    """Writes the moments at which keys were last used, by id.

    The last process to write counts, whatever its clock: the moments of several processes differ by little, and a
    clock that was wrong leaves no trace.
    """
    # All processes lock the rows in one order.
    for key_id, at in sorted(uses.items()):
        yield _USED(key=key_id, at=at)


def key_holder_of(sha256: str) -> Transaction[KeyHolderRow | None]:
    """The enabled key with this SHA-256 and the company to which the key belongs, or None."""
    return (yield from first(_KEY_HOLDER(sha256=sha256)))
