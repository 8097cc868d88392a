"""People, their credentials, sessions and invitations, on each database: what counts once counts once."""

import asyncio
from datetime import timedelta

import pytest

from ocote.audit import Author
from ocote.clock import system_clock
from ocote.documents.view import Refused
from ocote.people import proving
from ocote.people.forgetting import Forgetting
from ocote.people.invitations import Introduction, Invitations, Invited
from ocote.people.passwords import hash_password
from ocote.people.proving import Proofs
from ocote.people.sessions import Client, Sessions
from ocote.people.team import Team
from ocote.store.credentials import (
    count_recovery_codes,
    drop_totp,
    hold_person,
    keep_totp,
    note_attempts,
    replace_recovery_codes,
    use_recovery_code,
    use_totp_step,
)
from ocote.store.engine.store import UniqueError
from ocote.store.engine.values import moment
from ocote.store.invitations import (
    NewInvitation,
    forget_invitations,
    insert_invitation,
    open_invitation,
    open_invitations,
    remove_every_invitation,
    remove_invitation,
    remove_invitations_of,
    use_invitation,
)
from ocote.store.panel_sessions import (
    NewSession,
    end_every_session,
    end_session,
    end_sessions,
    forget_sessions,
    insert_session,
    live_session,
    live_sessions,
)
from ocote.store.people import (
    NewMembership,
    find_member,
    give_role,
    has_other_owner,
    insert_person,
    make_operator,
    members_of,
    memberships_of,
    person_by_email,
    person_by_id,
    set_password,
    set_profile,
    take_role,
)
from ocote.vault import Vault, new_secret
from ocote.web.limiter import RateLimiter
from tests.store.place import LATER, NOON, Place

NEVER = "2026-01-01T00:00:00.000000Z"
NEXT_YEAR = "2027-11-20T18:00:00.000000Z"


async def _person(place: Place, email: str = "ana@example.com") -> int:
    return await place.store.write(insert_person, email, "Ana", "es", NOON, is_operator=False)


async def _invite(place: Place, name: str, invited_by: int | None = None) -> None:
    new = NewInvitation(name, "", place.company, "cashier", "M001P001", False, invited_by, NOON, LATER)
    await place.store.write(insert_invitation, new)


async def _begin(place: Place, person: int, name: str) -> None:
    await place.store.write(insert_session, NewSession(name, person, NOON, LATER, "192.0.2.1", "curl"))


async def test_a_person_is_found_by_address_and_there_is_one_of_each(place: Place) -> None:
    person = await _person(place)
    await place.store.write(set_password, person, "$argon2id$", NOON)
    await place.store.write(set_profile, person, "Ana María", "en", LATER)
    await place.store.write(make_operator, person, LATER)
    row = await place.store.read(person_by_email, "ana@example.com")
    assert row is not None
    assert (row.id, row.name, row.language, row.password, row.is_operator) == (
        person,
        "Ana María",
        "en",
        "$argon2id$",
        True,
    )
    with pytest.raises(UniqueError):
        await _person(place)


async def test_attempts_are_counted_on_the_row_that_is_held(place: Place) -> None:
    person = await _person(place)
    await place.store.write(note_attempts, person, 5, LATER)
    row = await place.store.write(hold_person, person)
    assert row is not None
    assert (row.failures, row.locked_until) == (5, LATER)
    assert await place.store.write(hold_person, person + 1) is None


async def test_a_step_of_the_authenticator_and_all_before_it_are_used_once(place: Place) -> None:
    person = await _person(place)
    assert await place.store.write(keep_totp, person, b"sealed", 100, NOON)
    assert not await place.store.write(keep_totp, person, b"other", 100, NOON), "there is one"
    used = await asyncio.gather(*(place.store.write(use_totp_step, person, 101) for _ in range(4)))
    assert sorted(used) == [False, False, False, True]
    assert not await place.store.write(use_totp_step, person, 100)
    assert await place.store.write(use_totp_step, person, 102)


async def test_a_recovery_code_is_used_once_and_goes_with_the_authenticator(place: Place) -> None:
    person = await _person(place)
    await place.store.write(keep_totp, person, b"sealed", 1, NOON)
    await place.store.write(replace_recovery_codes, person, ["a", "b"])
    used = await asyncio.gather(*(place.store.write(use_recovery_code, person, "a", NOON) for _ in range(4)))
    assert sorted(used) == [False, False, False, True]
    assert await place.store.read(count_recovery_codes, person) == 1
    await place.store.write(replace_recovery_codes, person, ["c"])
    assert not await place.store.write(use_recovery_code, person, "b", NOON)
    assert await place.store.write(drop_totp, person, NOON)
    assert not await place.store.write(drop_totp, person, NOON)
    assert await place.store.read(count_recovery_codes, person) == 0
    row = await place.store.read(person_by_id, person)
    assert row is not None
    assert row.totp is None


async def test_a_role_takes_the_place_of_the_one_before_and_can_be_taken(place: Place) -> None:
    ana, eva = await _person(place), await _person(place, "eva@example.com")
    await place.store.write(give_role, NewMembership(ana, place.company, "reader", "", NOON))
    await place.store.write(give_role, NewMembership(ana, place.company, "owner", "", NOON))
    assert not await place.store.read(has_other_owner, place.company, ana)
    await place.store.write(give_role, NewMembership(eva, place.company, "cashier", "M001P001 M001P002", NOON))
    assert await place.store.read(has_other_owner, place.company, eva)
    found = await place.store.read(find_member, place.company, eva)
    assert found is not None
    assert (found.role, found.points) == ("cashier", "M001P001 M001P002")
    assert [row.role for row in await place.store.read(members_of, place.company)] == ["owner", "cashier"]
    assert await place.store.write(take_role, eva, place.company)
    assert not await place.store.write(take_role, eva, place.company)
    assert await place.store.read(memberships_of, eva) == []


async def test_an_invitation_is_used_once_before_its_end(place: Place) -> None:
    await _invite(place, "uno")
    used = await asyncio.gather(*(place.store.write(use_invitation, "uno", NOON) for _ in range(4)))
    assert sorted(used) == [False, False, False, True]
    assert await place.store.read(open_invitation, "uno", NOON) is None
    await _invite(place, "dos")
    assert await place.store.read(open_invitation, "dos", LATER) is None
    assert not await place.store.write(use_invitation, "dos", LATER)


async def test_invitations_are_taken_back_by_company_and_by_who_made_them(place: Place) -> None:
    ana = await _person(place)
    await _invite(place, "suya", ana)
    await _invite(place, "otra")
    listed = await place.store.read(open_invitations, place.company, NOON)
    assert {(row.sha256, row.invited_by) for row in listed} == {("suya", "Ana"), ("otra", "")}
    assert not await place.store.write(remove_invitation, "otra", place.company + 1)
    await place.store.write(remove_invitations_of, place.company, ana)
    assert await place.store.read(open_invitation, "suya", NOON) is None
    assert await place.store.write(remove_invitation, "otra", place.company)
    await _invite(place, "más")
    await place.store.write(remove_every_invitation)
    assert await place.store.read(open_invitations, place.company, NOON) == []


async def test_sessions_end_one_by_one_all_others_and_all(place: Place) -> None:
    ana, eva = await _person(place), await _person(place, "eva@example.com")
    for name in ("a", "b", "c"):
        await _begin(place, ana, name)
    await _begin(place, eva, "d")
    assert not await place.store.write(end_session, "a", eva, NOON), "of somebody else"
    assert await place.store.write(end_session, "a", ana, NOON)
    await place.store.write(end_sessions, ana, NOON, "b")
    assert [row.sha256 for row in await place.store.read(live_sessions, ana, NOON, NEVER)] == ["b"]
    assert await place.store.read(live_session, "d", NOON, NEVER) is not None
    await place.store.write(end_every_session, NOON)
    assert await place.store.read(live_session, "d", NOON, NEVER) is None


async def test_what_ended_long_ago_is_forgotten(place: Place) -> None:
    ana = await _person(place)
    await _begin(place, ana, "a")
    await _invite(place, "uno")
    await place.store.write(forget_sessions, NOON)
    await place.store.write(forget_invitations, NOON)
    assert await place.store.read(live_session, "a", NOON, NEVER) is not None
    assert await place.store.read(open_invitation, "uno", NOON) is not None
    await place.store.write(forget_sessions, NEXT_YEAR)
    await place.store.write(forget_invitations, NEXT_YEAR)
    assert await place.store.read(live_session, "a", NOON, NEVER) is None
    assert await place.store.read(open_invitation, "uno", NOON) is None


async def test_two_owners_who_take_the_role_from_each_other_leave_one(place: Place) -> None:
    people = [await _person(place), await _person(place, "eva@example.com")]
    for person in people:
        await place.store.write(give_role, NewMembership(person, place.company, "owner", "", NOON))
    team = Team(place.store, system_clock)
    owners = await team.members(place.company)
    author = Author("ana@example.com", "192.0.2.1", people[0])
    done = await asyncio.gather(
        *(team.take_role(place.company, owner, author) for owner in owners), return_exceptions=True
    )
    assert [type(each).__name__ for each in done if each is not None] == ["Refused"]
    assert [member.role for member in await team.members(place.company)] == ["owner"]


async def test_one_link_serves_one_of_several_people_on_each_database(place: Place) -> None:
    invitations = Invitations(place.store, Sessions(place.store, system_clock), system_clock)
    secret = await invitations.invite(Invited(company_id=place.company, role="reader"), Author("ana", "terminal"))
    client = Client("192.0.2.1")

    async def accept(email: str) -> str:
        new = Introduction("Eva", email, "una-lancha-de-papel-azul-42", "es")
        return await invitations.accept_as_new(secret, new, client)

    done = await asyncio.gather(*(accept(f"{n}@example.com") for n in range(3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Refused", "Refused", "str"]
    assert len(await place.store.read(members_of, place.company)) == 1, "no account of the others is left"


async def test_many_guesses_at_once_are_counted_each(place: Place) -> None:
    person = await _person(place)
    await place.store.write(set_password, person, await hash_password("la-correcta-de-siempre"), NOON)
    limiter = RateLimiter.from_url("memory://")
    proofs = Proofs(place.store, Vault.from_secret(new_secret()), system_clock, limiter)

    async def guess() -> str:
        try:
            await proofs.person_at_the_door("ana@example.com", "una-cualquiera", "192.0.2.1")
        except Refused as error:
            return error.code
        return "entered"

    answers = await asyncio.gather(*(guess() for _ in range(12)))
    assert sorted(answers) == ["login_failed"] * 5 + ["login_locked"] * 7


async def test_a_household_that_tries_too_often_waits_whatever_the_address_it_tries(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "ATTEMPTS_PER_MINUTE", 3)
    proofs = Proofs(place.store, Vault.from_secret(new_secret()), system_clock, RateLimiter.from_url("memory://"))
    for _ in range(3):
        await proofs.admit("2001:db8::1")
    with pytest.raises(Refused, match="login_too_many"):
        await proofs.admit("2001:db8::2")
    await proofs.admit("2001:db8:1::1")


async def test_what_ended_is_forgotten_in_a_round_of_every_few_hours(place: Place) -> None:
    ana = await _person(place)
    await _begin(place, ana, "a")
    now = [moment(LATER) + timedelta(days=89)]
    forgetting = Forgetting(place.store, lambda: now[0])
    await forgetting.run_once()
    assert (await place.store.read(live_session, "a", NOON, NEVER)) is not None
    now[0] += timedelta(days=2)
    await forgetting.run_once()
    assert (await place.store.read(live_session, "a", NOON, NEVER)) is None
