"""People of the panel for tests."""

from collections.abc import Sequence

from argon2 import PasswordHasher

from ocote.clock import system_clock
from ocote.people.rights import Role
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction
from ocote.store.engine.values import moment_text
from ocote.store.people import NewMembership, give_role, insert_person, person_by_email, set_password, take_role

PERSON_PASSWORD = "el-mango-verde-no-flota-7"
_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PERSON_PASSWORD)
"""Quick to make and to check: the tests log in hundreds of times."""

EMAIL = "persona@example.com"


async def add_person(
    database_url: str,
    *,
    email: str = EMAIL,
    name: str = "Persona de Prueba",
    role: Role | None = "owner",
    company_id: int = 1,
    points: Sequence[str] = (),
    is_operator: bool = False,
) -> int:
    """Stores a person with ``PERSON_PASSWORD``, and with a role in a company unless ``role`` is None."""
    now = moment_text(system_clock())

    def work() -> Transaction[int]:
        person_id = yield from insert_person(email, name, "es", now, is_operator=is_operator)
        yield from set_password(person_id, _HASHED, now)
        if role is not None:
            yield from give_role(NewMembership(person_id, company_id, role, " ".join(points), now))
        return person_id

    async with open_store(database_url) as store:
        return await store.write(work)


async def lose_role(database_url: str, email: str, company_id: int) -> None:
    """Takes the role of a person in a company away."""
    async with open_store(database_url) as store:
        row = await store.read(person_by_email, email)
        assert row is not None
        await store.write(take_role, row.id, company_id)
