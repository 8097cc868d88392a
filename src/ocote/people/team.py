"""The people of a company: who they are, and the role of each. Every change leaves the company an owner."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.rights import RIGHTS, Role
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.companies import hold_company, points_of_sale
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.invitations import remove_invitations_of
from ocote.store.people import MemberRow, NewMembership, find_member, give_role, has_other_owner, members_of, take_role


class Member(Struct, frozen=True):
    """A person of a company. ``points`` are the points of sale of a cashier, none for all.

    ``only_by_provider``: the person comes in by an identity provider alone.
    """

    person_id: int
    email: str
    name: str
    role: Role
    points: tuple[str, ...]
    has_second_factor: bool
    only_by_provider: bool
    active: bool
    last_seen_at: datetime | None


class Team:
    """Reads and changes the roles of a company's people."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def members(self, company_id: int) -> tuple[Member, ...]:
        """The people of a company, by name."""
        return tuple(map(_member, await self._store.read(members_of, company_id)))

    async def member(self, company_id: int, person_id: int) -> Member:
        """A person of a company. Raises Refused (``page_not_found``)."""
        row = await self._store.read(find_member, company_id, person_id)
        if row is None:
            raise Refused("page_not_found")
        return _member(row)

    async def points(self, company_id: int) -> tuple[str, ...]:
        """The points of sale of a company, such as ``M001P001``."""
        rows = await self._store.read(points_of_sale, company_id)
        return tuple(row.branch_code + row.pos_code for row in rows)

    async def change_role(
        self, company_id: int, seen: Member, role: Role, points: Sequence[str], author: Author
    ) -> None:
        """Gives a person another role; ``seen`` is the person as whoever changes the role has seen them.

        Raises Refused (``page_not_found``, ``role_changed_meanwhile``, ``last_owner``).
        """
        now = moment_text(self._clock())
        kept = " ".join(points) if role == "cashier" else ""
        wanted = NewMembership(seen.person_id, company_id, role, kept, now)

        def work() -> Transaction[MemberRow]:
            before = yield from _held(company_id, seen)
            yield from refuse_without_owner(company_id, seen.person_id, role)
            yield from give_role(wanted)
            if "edit_people" not in RIGHTS[role]:
                yield from remove_invitations_of(company_id, seen.person_id)
            return before

        def entry(before: MemberRow) -> AuditEntry | None:
            was, will_be = role_facts(before.role, before.points), role_facts(role, kept)
            if was == will_be:
                return None
            return AuditEntry(now, author, "role_changed", before.email, company_id, was, will_be)

        await self._store.write(audited, entry, work)
        audit.record("role_changed", company_id=company_id, person=seen.person_id, role=role)

    async def take_role(self, company_id: int, seen: Member, author: Author) -> None:
        """Takes the role of a person away, and takes back the invitations that they made.

        Raises Refused (``page_not_found``, ``role_changed_meanwhile``, ``last_owner``).
        """
        now = moment_text(self._clock())

        def work() -> Transaction[MemberRow]:
            before = yield from _held(company_id, seen)
            yield from refuse_without_owner(company_id, seen.person_id, None)
            yield from take_role(seen.person_id, company_id)
            yield from remove_invitations_of(company_id, seen.person_id)
            return before

        def entry(before: MemberRow) -> AuditEntry:
            was = role_facts(before.role, before.points)
            return AuditEntry(now, author, "role_taken", before.email, company_id, was)

        await self._store.write(audited, entry, work)
        audit.record("role_taken", company_id=company_id, person=seen.person_id)


def refuse_without_owner(company_id: int, person_id: int, role: Role | None) -> Transaction[None]:
    """Raises Refused (``last_owner``) when the company would have no owner after this role of a person.

    The company is held before, so that two owners do not take the role from each other at once.
    """
    before = yield from find_member(company_id, person_id)
    if before is None or before.role != "owner" or role == "owner":
        return
    if not (yield from has_other_owner(company_id, person_id)):
        raise Refused("last_owner")


def _held(company_id: int, seen: Member) -> Transaction[MemberRow]:
    """The person as they are, while nobody else changes the company's people. Raises Refused."""
    yield from hold_company(company_id)
    row = yield from find_member(company_id, seen.person_id)
    if row is None:
        raise Refused("page_not_found")
    if (row.role, tuple(row.points.split())) != (seen.role, seen.points):
        raise Refused("role_changed_meanwhile")
    return row


def role_facts(role: str, points: str) -> dict[str, str]:
    """A role as the audit log tells it."""
    return {"role": role, "points": points}


def _member(row: MemberRow) -> Member:
    return Member(
        person_id=row.person_id,
        email=row.email,
        name=row.name,
        role=row.role,
        points=tuple(row.points.split()),
        has_second_factor=row.has_second_factor,
        only_by_provider=row.only_by_provider,
        active=row.active,
        last_seen_at=moment(row.last_seen_at) if row.last_seen_at is not None else None,
    )
