"""The people of the panel and their roles in companies."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.dte.sale import Environment
from ocote.store.companies import companies_by_nit
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, one, sql

RoleName = Literal["owner", "accountant", "cashier", "reader"]


class PersonRow(StoredRow, frozen=True):
    """A stored person; ``password`` is an argon2 hash, ``totp`` the sealed secret of the authenticator.

    ``has_passkey`` is no column of the table: ``PERSON_COLUMNS`` selects it from the passkeys.
    """

    id: int
    email: str
    name: str
    password: str | None
    totp: bytes | None
    totp_step: int
    is_operator: bool
    language: Literal["es", "en"]
    failures: int
    locked_until: str | None
    active: bool
    created_at: str
    has_passkey: bool

    @property
    def has_second_factor(self) -> bool:
        """Whether the person is asked for more than the password."""
        return self.totp is not None or self.has_passkey

    def __repr__(self) -> str:
        return f"<PersonRow {self.id}>"


class MembershipRow(StoredRow, frozen=True):
    """A person's role in a company, with the company's name; ``points`` has blanks between the points of sale."""

    company_id: int
    company_name: str
    nit: str
    environment: Environment
    company_active: bool
    role: RoleName
    points: str


class MemberRow(StoredRow, frozen=True):
    """A person of a company, as the company's list of people shows them.

    ``only_by_provider``: the person has no password, and comes in by an identity provider, which asks for both factors.
    """

    person_id: int
    email: str
    name: str
    role: RoleName
    points: str
    has_second_factor: bool
    only_by_provider: bool
    active: bool
    last_seen_at: str | None


class NewMembership(Struct, frozen=True):
    """A role to give to a person in a company."""

    person_id: int
    company_id: int
    role: RoleName
    points: str
    now: str


class _Id(StoredRow, frozen=True):
    id: int


class _Number(StoredRow, frozen=True):
    n: int


_HAS_PASSKEY: Final = "EXISTS (SELECT 1 FROM passkey WHERE passkey.person_id = person.id)"
_ONLY_BY_PROVIDER: Final = (
    "person.password IS NULL AND EXISTS (SELECT 1 FROM identity WHERE identity.person_id = person.id)"
)
PERSON_COLUMNS: Final = columns(PersonRow).replace("has_passkey", f"{_HAS_PASSKEY} AS has_passkey")
"""What a statement selects from the table of people for a ``PersonRow``."""

_BY_ID: Final = sql(f"SELECT {PERSON_COLUMNS} FROM person WHERE id = :person", PersonRow)
_BY_EMAIL: Final = sql(f"SELECT {PERSON_COLUMNS} FROM person WHERE email = :email", PersonRow)
_INSERT: Final = sql(
    """
    INSERT INTO person (email, name, is_operator, language, created_at, updated_at)
    VALUES (:email, :name, :is_operator, :language, :now, :now) RETURNING id""",
    _Id,
)
_SET_PASSWORD: Final = sql("""
    UPDATE person SET password = :password, failures = 0, locked_until = NULL, updated_at = :now WHERE id = :person""")
_FORGET_PASSWORD: Final = sql("UPDATE person SET password = NULL, updated_at = :now WHERE id = :person")
_SET_PROFILE: Final = sql("UPDATE person SET name = :name, language = :language, updated_at = :now WHERE id = :person")
_MAKE_OPERATOR: Final = sql("UPDATE person SET is_operator = 1, updated_at = :now WHERE id = :person")
_MEMBERSHIPS: Final = sql(
    """
    SELECT membership.company_id, company.name AS company_name, company.nit, company.environment,
           company.active AS company_active, membership.role, membership.points
    FROM membership JOIN company ON company.id = membership.company_id
    WHERE membership.person_id = :person
    ORDER BY company.name, company.environment""",
    MembershipRow,
)
_MEMBERS: Final = sql(
    f"""
    SELECT person.id AS person_id, person.email, person.name, membership.role, membership.points,
           person.totp IS NOT NULL OR {_HAS_PASSKEY} AS has_second_factor,
           {_ONLY_BY_PROVIDER} AS only_by_provider, person.active,
           (SELECT max(seen_at) FROM panel_session WHERE panel_session.person_id = person.id) AS last_seen_at
    FROM membership JOIN person ON person.id = membership.person_id
    WHERE membership.company_id = :company
    ORDER BY person.name, person.id""",
    MemberRow,
)
_MEMBER: Final = sql(
    f"""
    SELECT person.id AS person_id, person.email, person.name, membership.role, membership.points,
           person.totp IS NOT NULL OR {_HAS_PASSKEY} AS has_second_factor,
           {_ONLY_BY_PROVIDER} AS only_by_provider, person.active, NULL AS last_seen_at
    FROM membership JOIN person ON person.id = membership.person_id
    WHERE membership.company_id = :company AND membership.person_id = :person""",
    MemberRow,
)
_OTHER_OWNERS: Final = sql(
    """
    SELECT count(*) AS n FROM membership JOIN person ON person.id = membership.person_id
    WHERE membership.company_id = :company AND membership.role = 'owner' AND person.active = 1
      AND membership.person_id <> :person""",
    _Number,
)
_GIVE_ROLE: Final = sql("""
    INSERT INTO membership (person_id, company_id, role, points, created_at)
    VALUES (:person, :company, :role, :points, :now)
    ON CONFLICT (person_id, company_id) DO UPDATE SET role = excluded.role, points = excluded.points""")
_TAKE_ROLE: Final = sql(
    "DELETE FROM membership WHERE person_id = :person AND company_id = :company RETURNING person_id AS id", _Id
)


def person_by_id(person_id: int) -> Transaction[PersonRow | None]:
    """The person with this id, or None."""
    return (yield from first(_BY_ID(person=person_id)))


def person_by_email(email: str) -> Transaction[PersonRow | None]:
    """The person with an e-mail address in lower case, or None."""
    return (yield from first(_BY_EMAIL(email=email)))


def insert_person(email: str, name: str, language: str, now: str, *, is_operator: bool) -> Transaction[int]:
    """Stores a person without a password, and returns the id."""
    row = yield from one(_INSERT(email=email, name=name, is_operator=int(is_operator), language=language, now=now))
    return row.id


def set_password(person_id: int, password: str, now: str) -> Transaction[None]:
    """Writes the hash of a new password, and unlocks the person."""
    yield _SET_PASSWORD(person=person_id, password=password, now=now)


def forget_password(person_id: int, now: str) -> Transaction[None]:
    """Leaves a person without a password."""
    yield _FORGET_PASSWORD(person=person_id, now=now)


def set_profile(person_id: int, name: str, language: str, now: str) -> Transaction[None]:
    """Writes the name and the language of a person."""
    yield _SET_PROFILE(person=person_id, name=name, language=language, now=now)


def make_operator(person_id: int, now: str) -> Transaction[None]:
    """Makes a person an operator of the gateway."""
    yield _MAKE_OPERATOR(person=person_id, now=now)


def memberships_of(person_id: int) -> Transaction[Sequence[MembershipRow]]:
    """The roles of a person, by the names of the companies."""
    return (yield from every(_MEMBERSHIPS(person=person_id)))


def members_of(company_id: int) -> Transaction[Sequence[MemberRow]]:
    """The people of a company, by name."""
    return (yield from every(_MEMBERS(company=company_id)))


def find_member(company_id: int, person_id: int) -> Transaction[MemberRow | None]:
    """A person of a company, without the moment at which they were last seen; None when they have no role there."""
    return (yield from first(_MEMBER(company=company_id, person=person_id)))


def has_other_owner(company_id: int, person_id: int) -> Transaction[bool]:
    """Whether the company has an active owner beside a person."""
    return (yield from one(_OTHER_OWNERS(company=company_id, person=person_id))).n > 0


def give_role(new: NewMembership) -> Transaction[None]:
    """Gives a person a role in a company, in place of the role they had there."""
    yield _GIVE_ROLE(person=new.person_id, company=new.company_id, role=new.role, points=new.points, now=new.now)


def take_role(person_id: int, company_id: int) -> Transaction[bool]:
    """Takes a person's role in a company; False when they had none."""
    return (yield from changed(_TAKE_ROLE(person=person_id, company=company_id)))


def ensure_owner(email: str, name: str, nit: str, now: str) -> Transaction[list[int]]:
    """Makes a person an operator, and the owner of a company in each environment, unless the person is known.

    Returns the ids of the companies in which the role was given.
    """
    if (yield from person_by_email(email)) is not None:
        return []
    person_id = yield from insert_person(email, name, "es", now, is_operator=True)
    owned = [company.id for company in (yield from companies_by_nit(nit))]
    for company_id in owned:
        yield from give_role(NewMembership(person_id, company_id, "owner", "", now))
    return owned
