"""Identities of people and used challenges, on each database."""

from collections.abc import AsyncIterator

import pytest

from ocote.store.challenges import forget_challenges, use_challenge
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.identities import (
    NewIdentity,
    count_ways_in,
    identities_of,
    link_identity,
    note_identity_used,
    person_of_identity,
    unlink_identity,
)
from ocote.store.passkeys import NewPasskey, insert_passkey
from ocote.store.people import insert_person, set_password

NOW = "2026-12-01T12:00:00.000000Z"
LATER = "2026-12-01T12:10:00.000000Z"
ISSUER = "https://proveedor.example.com"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as store:
        yield store


async def _person(store: Store, email: str = "persona@example.com") -> int:
    return await store.write(insert_person, email, "Persona de Prueba", "es", NOW, is_operator=False)


async def test_an_identity_is_linked_to_one_person_alone(store: Store) -> None:
    person, other = await _person(store), await _person(store, "otra@example.com")
    assert await store.write(link_identity, NewIdentity(ISSUER, "1", person, NOW))
    assert not await store.write(link_identity, NewIdentity(ISSUER, "1", other, NOW))
    found = await store.read(person_of_identity, ISSUER, "1")
    assert found is not None
    assert found.id == person
    assert await store.read(person_of_identity, "https://otro.example.com", "1") is None


async def test_the_identities_of_a_person_tell_when_they_were_used(store: Store) -> None:
    person = await _person(store)
    await store.write(link_identity, NewIdentity(ISSUER, "1", person, NOW))
    await store.write(note_identity_used, ISSUER, "1", LATER)
    [row] = await store.read(identities_of, person)
    assert (row.created_at, row.used_at) == (NOW, LATER)


async def test_an_identity_is_removed_from_its_person_alone(store: Store) -> None:
    person, other = await _person(store), await _person(store, "otra@example.com")
    await store.write(link_identity, NewIdentity(ISSUER, "1", person, NOW))
    assert not await store.write(unlink_identity, other, ISSUER, "1")
    assert await store.write(unlink_identity, person, ISSUER, "1")
    assert await store.read(identities_of, person) == []


async def test_the_ways_in_are_the_password_the_passkeys_and_the_identities_of_the_provider(store: Store) -> None:
    person = await _person(store)
    await store.write(link_identity, NewIdentity(ISSUER, "1", person, NOW))
    await store.write(link_identity, NewIdentity("https://otro.example.com", "1", person, NOW))
    assert await store.read(count_ways_in, person, ISSUER) == 1
    assert await store.read(count_ways_in, person, "") == 0, "there is no provider"
    await store.write(insert_passkey, NewPasskey(person, "Y3JlZGVuY2lhbA", b"key", 0, "", "Llave", NOW), 20)
    await store.write(set_password, person, "hash", NOW)
    assert await store.read(count_ways_in, person, ISSUER) == 3
    found = await store.read(person_of_identity, ISSUER, "1")
    assert found is not None
    assert found.has_passkey


async def test_a_challenge_is_used_once_until_it_ends(store: Store) -> None:
    assert await store.write(use_challenge, "a" * 64, LATER, NOW)
    assert not await store.write(use_challenge, "a" * 64, LATER, NOW)
    assert not await store.write(use_challenge, "b" * 64, NOW, NOW), "it has ended"
    await store.write(forget_challenges, LATER)
    assert not await store.write(use_challenge, "a" * 64, LATER, NOW), "it has not ended yet"
    await store.write(forget_challenges, "2026-12-02T00:00:00.000000Z")
    assert await store.write(use_challenge, "a" * 64, LATER, NOW)
