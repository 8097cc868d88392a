"""Companies, their points of sale and their API keys."""

from dataclasses import dataclass, field

from msgspec import Struct

from ocote.store.engine.statement import Row, Transaction, sql, tell_others


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company as it is stored. ``profile`` is JSON; secrets are sealed with the company as their owner."""

    nit: str
    environment: str
    name: str
    profile: str
    mh_user: str
    mh_password: bytes = field(repr=False)
    private_key: bytes = field(repr=False)
    certificate_fingerprint: str
    certificate_valid_until: str | None
    smtp: bytes | None = field(repr=False)
    now: str


class PointOfSaleRow(Struct, frozen=True):
    """One till: branch (``M001``), point of sale (``P001``) and the kind of establishment (CAT-009)."""

    branch_code: str
    pos_code: str
    establishment_kind: str


class KeyRow(Struct, frozen=True):
    """An API key as it is stored: never the key itself, only its SHA-256 and a prefix to speak of it."""

    company_id: int
    prefix: str
    sha256: str
    branch_code: str
    pos_code: str
    per_minute: int
    per_hour: int
    now: str


_COLUMNS = """id, nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
    certificate_valid_until, smtp, active, created_at, updated_at"""

_UPSERT = sql("""
    INSERT INTO company (nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
                         certificate_valid_until, smtp, created_at, updated_at)
    VALUES (:nit, :environment, :name, :profile, :mh_user, :mh_password, :private_key, :certificate_fingerprint,
            :certificate_valid_until, :smtp, :now, :now)
    ON CONFLICT (nit, environment) DO UPDATE
    SET name = excluded.name, profile = excluded.profile, mh_user = excluded.mh_user,
        mh_password = excluded.mh_password, private_key = excluded.private_key,
        certificate_fingerprint = excluded.certificate_fingerprint,
        certificate_valid_until = excluded.certificate_valid_until, smtp = excluded.smtp,
        updated_at = excluded.updated_at
    RETURNING id""")

_RETIRE_POINTS = sql("UPDATE point_of_sale SET active = 0 WHERE company_id = :company")

_UPSERT_POINT = sql("""
    INSERT INTO point_of_sale (company_id, branch_code, pos_code, establishment_kind)
    VALUES (:company, :branch_code, :pos_code, :establishment_kind)
    ON CONFLICT (company_id, branch_code, pos_code) DO UPDATE
    SET establishment_kind = excluded.establishment_kind, active = 1""")

_BY_ID = sql(f"SELECT {_COLUMNS} FROM company WHERE id = :company")
_BY_NIT = sql(f"SELECT {_COLUMNS} FROM company WHERE nit = :nit ORDER BY environment")
_ALL = sql(f"SELECT {_COLUMNS} FROM company ORDER BY name, environment")
_SWITCH = sql("UPDATE company SET active = :active, updated_at = :now WHERE id = :company RETURNING id")
_HOLD = sql("SELECT id FROM company WHERE id = :company", lock="no key update")
_REGISTERED = sql("SELECT id, updated_at FROM company")
_POINTS = sql("""
    SELECT branch_code, pos_code, establishment_kind FROM point_of_sale
    WHERE company_id = :company AND active = 1 ORDER BY branch_code, pos_code""")

_INSERT_KEY = sql("""
    INSERT INTO api_key (company_id, prefix, sha256, branch_code, pos_code, per_minute, per_hour, created_at)
    VALUES (:company, :prefix, :sha256, :branch_code, :pos_code, :per_minute, :per_hour, :now)""")
_DISABLE_KEY = sql("""
    UPDATE api_key SET disabled_at = :now WHERE prefix = :prefix AND disabled_at IS NULL RETURNING company_id""")
_KEYS = sql("""
    SELECT api_key.prefix, api_key.branch_code, api_key.pos_code, api_key.per_minute, api_key.per_hour,
           api_key.created_at, api_key.disabled_at, company.nit, company.environment, company.name
    FROM api_key JOIN company ON company.id = api_key.company_id
    ORDER BY company.name, api_key.id""")
_CALLER = sql("""
    SELECT api_key.id AS key_id, api_key.company_id, api_key.prefix, api_key.branch_code, api_key.pos_code,
           api_key.per_minute, api_key.per_hour, company.environment, company.active, company.updated_at
    FROM api_key JOIN company ON company.id = api_key.company_id
    WHERE api_key.sha256 = :sha256 AND api_key.disabled_at IS NULL""")


_TELL_OTHERS = tell_others()
"""Lets every process know that what it has read of companies and keys is out of date (``Store.registrations``)."""


def save_company(company: CompanyRow, points: tuple[PointOfSaleRow, ...]) -> Transaction[int]:
    """Creates the company or replaces what is known of it (same NIT and environment), and tells its id.

    Points of sale that are no longer named are retired, never deleted: documents were numbered by them.
    """
    [row] = yield _UPSERT(
        nit=company.nit,
        environment=company.environment,
        name=company.name,
        profile=company.profile,
        mh_user=company.mh_user,
        mh_password=company.mh_password,
        private_key=company.private_key,
        certificate_fingerprint=company.certificate_fingerprint,
        certificate_valid_until=company.certificate_valid_until,
        smtp=company.smtp,
        now=company.now,
    )
    company_id = int(row["id"])
    yield _RETIRE_POINTS(company=company_id)
    for point in points:
        yield _UPSERT_POINT(
            company=company_id,
            branch_code=point.branch_code,
            pos_code=point.pos_code,
            establishment_kind=point.establishment_kind,
        )
    yield _TELL_OTHERS()
    return company_id


def switch_company(company_id: int, now: str, *, active: bool) -> Transaction[None]:
    """Has calls with the company's keys refused, or taken again."""
    yield _SWITCH(company=company_id, active=int(active), now=now)
    yield _TELL_OTHERS()


def hold_company(company_id: int) -> Transaction[None]:
    """Holds a company until the transaction ends, for what is to be the only one of its kind in it.

    Of a row still to be made nothing else could be held. Others may go on writing what refers to the company.
    """
    yield _HOLD(company=company_id)


def company_by_id(company_id: int) -> Transaction[Row | None]:
    """One company, or None."""
    rows = yield _BY_ID(company=company_id)
    return rows[0] if rows else None


def companies_by_nit(nit: str) -> Transaction[list[Row]]:
    """The company's registrations: at most one for each environment."""
    return (yield _BY_NIT(nit=nit))


def all_companies() -> Transaction[list[Row]]:
    """Every company, for the operator's own listings."""
    return (yield _ALL())


def registered_companies() -> Transaction[dict[int, str]]:
    """The moment of each company's present registration."""
    return {int(row["id"]): row["updated_at"] for row in (yield _REGISTERED())}


def points_of_sale(company_id: int) -> Transaction[list[Row]]:
    """The company's active points of sale."""
    return (yield _POINTS(company=company_id))


def insert_key(key: KeyRow) -> Transaction[None]:
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


def disable_key(prefix: str, now: str) -> Transaction[bool]:
    """Switches a key off for good; False when no enabled key has the prefix."""
    disabled = bool((yield _DISABLE_KEY(prefix=prefix, now=now)))
    yield _TELL_OTHERS()
    return disabled


def all_keys() -> Transaction[list[Row]]:
    """Every key with its company, for the operator's own listings."""
    return (yield _KEYS())


def key_holder_of(sha256: str) -> Transaction[Row | None]:
    """The enabled key with this SHA-256 and the company it belongs to, or None."""
    rows = yield _CALLER(sha256=sha256)
    return rows[0] if rows else None
