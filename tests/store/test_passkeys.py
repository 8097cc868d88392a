"""Passkeys and answered challenges on each database: what counts once counts once."""

import asyncio
from datetime import timedelta

import pytest

from ocote.people.forgetting import Forgetting
from ocote.store.challenges import use_challenge
from ocote.store.credentials import count_recovery_codes, drop_totp, keep_totp, replace_recovery_codes
from ocote.store.engine.store import UniqueError
from ocote.store.engine.values import moment
from ocote.store.passkeys import (
    NewPasskey,
    find_passkey,
    insert_passkey,
    passkeys_of,
    remove_passkey,
    remove_passkeys_of,
    rename_passkey,
    use_passkey,
)
from ocote.store.people import NewMembership, give_role, insert_person, members_of, person_by_id
from tests.store.place import LATER, NOON, Place


async def _person(place: Place, email: str = "persona@example.com") -> int:
    return await place.store.write(insert_person, email, "Persona de Prueba", "es", NOON, is_operator=False)


async def _passkey(place: Place, person: int, credential: str, uses: int = 0) -> int:
    new = NewPasskey(person, credential, b"\xa5\x01", uses, "hybrid internal", "Teléfono", NOON)
    assert await place.store.write(insert_passkey, new, 20)
    row = await place.store.read(find_passkey, credential)
    assert row is not None
    return row.id


async def test_a_passkey_is_found_by_its_credential_which_nobody_else_can_have(place: Place) -> None:
    person, other = await _person(place), await _person(place, "otra@example.com")
    made = await _passkey(place, person, "abc", 7)
    row = await place.store.read(find_passkey, "abc")
    assert row is not None
    assert (row.person_id, row.public_key, row.uses, row.transports) == (person, b"\xa5\x01", 7, "hybrid internal")
    assert await place.store.read(find_passkey, "abd") is None
    with pytest.raises(UniqueError):
        await _passkey(place, other, "abc")
    assert await place.store.write(rename_passkey, person, made, "Llave de la caja")
    assert not await place.store.write(rename_passkey, other, made, "Ajena")
    assert [each.label for each in await place.store.read(passkeys_of, person)] == ["Llave de la caja"]


async def test_a_person_with_a_passkey_has_a_second_factor(place: Place) -> None:
    person = await _person(place)
    await place.store.write(give_role, NewMembership(person, place.company, "owner", "", NOON))
    before = await place.store.read(person_by_id, person)
    assert before is not None
    assert not before.has_second_factor
    await _passkey(place, person, "abc")
    after = await place.store.read(person_by_id, person)
    assert after is not None
    assert (after.has_passkey, after.has_second_factor, after.totp) == (True, True, None)
    assert [each.has_second_factor for each in await place.store.read(members_of, place.company)] == [True]


async def test_no_more_passkeys_than_a_person_may_have_are_kept_however_many_come_at_once(place: Place) -> None:
    person = await _person(place)
    new = [NewPasskey(person, f"c{number}", b"k", 0, "", "Llave", NOON) for number in range(6)]
    kept = await asyncio.gather(*(place.store.write(insert_passkey, each, 3) for each in new))
    assert sorted(kept) == [False] * 3 + [True] * 3
    assert len(await place.store.read(passkeys_of, person)) == 3


async def test_a_counter_only_goes_on_unless_the_authenticator_never_counts(place: Place) -> None:
    person = await _person(place)
    counting, silent = await _passkey(place, person, "abc", 5), await _passkey(place, person, "abd")
    taken = [await place.store.write(use_passkey, counting, uses, LATER) for uses in (6, 6, 5, 0, 9)]
    assert taken == [True, False, False, False, True]
    assert [await place.store.write(use_passkey, silent, uses, LATER) for uses in (0, 0, 3, 0)] == [
        True,
        True,
        True,
        False,
    ]
    row = await place.store.read(find_passkey, "abc")
    assert row is not None
    assert (row.uses, row.used_at) == (9, LATER)


async def test_a_challenge_is_answered_once_and_forgotten_after_its_end(place: Place) -> None:
    answers = await asyncio.gather(*(place.store.write(use_challenge, "a" * 64, LATER, NOON) for _ in range(4)))
    assert sorted(answers) == [False, False, False, True]
    now = [moment(LATER)]
    forgetting = Forgetting(place.store, lambda: now[0])
    await forgetting.run_once()
    assert not await place.store.write(use_challenge, "a" * 64, LATER, NOON)
    now[0] += timedelta(hours=7)
    await forgetting.run_once()
    assert await place.store.write(use_challenge, "a" * 64, LATER, NOON)


async def test_recovery_codes_go_with_the_last_second_factor(place: Place) -> None:
    person = await _person(place)
    first, second = await _passkey(place, person, "abc"), await _passkey(place, person, "abd")
    await place.store.write(keep_totp, person, b"sealed", 1, NOON)
    await place.store.write(replace_recovery_codes, person, ["a", "b"])
    left = []
    for work in (
        (drop_totp, person, NOON),
        (remove_passkey, person, first),
        (remove_passkey, person, second),
    ):
        assert await place.store.write(*work)
        left.append(await place.store.read(count_recovery_codes, person))
    assert left == [2, 2, 0]
    assert not await place.store.write(remove_passkey, person, first)


async def test_all_passkeys_of_a_person_go_at_once_and_codes_stay_beside_an_authenticator(place: Place) -> None:
    person, other = await _person(place), await _person(place, "otra@example.com")
    await _passkey(place, person, "abc")
    await _passkey(place, other, "abd")
    await place.store.write(keep_totp, person, b"sealed", 1, NOON)
    await place.store.write(replace_recovery_codes, person, ["a"])
    await place.store.write(remove_passkeys_of, person)
    assert await place.store.read(passkeys_of, person) == []
    assert await place.store.read(count_recovery_codes, person) == 1
    assert len(await place.store.read(passkeys_of, other)) == 1
